import { z } from 'zod';
import type { TransferTerms } from '../../agreement/index.js';
import {
  decodeSchema,
  encodeSchema,
  type Schema,
  schemaJson,
  type VersionManifest,
  type ViewManifest,
  viewDigest,
} from '../../columnar/index.js';
import {
  base32,
  byName,
  CounterfoilError,
  canonicalJson,
  type EntryRef,
  hex,
  type Json,
  LIMITS,
  own,
  sha256,
} from '../../foundation/index.js';
import { parseCanonical, type Signed, verifySigned } from '../../identity/index.js';
import type { TransferOffer } from '../../peering/index.js';
import { mustBePromised } from '../send/index.js';
import { refFromWire } from './shared.js';
import type { Transfer } from './table.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const type = z.looseObject({ name: z.string() });
const root = { name: z.string().max(LIMITS.columnNameBytes), type, root: digest };
const rows = {
  rows: count,
  batches: z.array(count).max(LIMITS.batchesPerVersion),
  rowsRoot: digest,
  created: z.string().max(40),
};
const schema = z.strictObject({
  fields: z.array(z.looseObject({ name: z.string(), type, nullable: z.boolean() })).max(LIMITS.columns),
  metadata: byName(z.string(), z.string()).optional(),
});

const viewSchema = z.strictObject({
  ...{ v: z.literal(1), version: z.string(), agreement: z.string(), policy: digest, schema, ...rows },
  columns: z.array(z.strictObject({ ...root, from: z.string(), operator: z.string().max(40) })).max(LIMITS.columns),
});

const versionSchema = z.strictObject({
  ...{ v: z.literal(1), dataset: z.string(), schema, ...rows },
  columns: z.array(z.strictObject(root)).max(LIMITS.columns),
  parent: z.string().nullable(),
  report: digest.nullable(),
});

/** An offer that was verified against the agreement, and its own signatures and digests. */
export interface Offer {
  /** The view as its provider signed it. */
  signed: Signed;
  view: ViewManifest;
  viewDigest: string;
  offered: EntryRef;
  /** Column key by column name, hex. */
  columnKeys: Record<string, string>;
}

/** The id of the version that these canonical bytes are the manifest of. */
export const versionOf = (manifest: Uint8Array): string => `v-${base32(sha256('counterfoil/version/1\n', manifest))}`;

/**
 * Verifies what a provider offers before anything is recorded or received: that it is about the transfer begun, its
 * signature, that it is of the version it names, under this agreement's policy, with the columns that both sides signed,
 * and that what is not masked is the version's. Errors: `view.mismatch`, `schema.mismatch`, `input.invalid`.
 */
export function readOffer(
  message: TransferOffer,
  transfer: Pick<Transfer, 'agreement' | 'correlation' | 'version'>,
  terms: TransferTerms,
  providerKey: (fingerprint: Uint8Array) => Uint8Array,
): Offer {
  if (message.agreement !== transfer.agreement || message.correlation !== transfer.correlation)
    throw new CounterfoilError('view.mismatch', 'The transfer was begun under another agreement or correlation.');
  const signed = message.view;
  if (signed == null || !verifySigned(signed, 'view', providerKey(signed.key)))
    throw new CounterfoilError('view.mismatch', 'The view is not signed by its provider.');
  const view = read<ViewManifest>(signed.document, viewSchema, 'view');
  const version = read<VersionManifest>(message.versionManifest, versionSchema, 'manifest of the version');
  const id = versionOf(message.versionManifest);
  if (view.version !== id || version.dataset !== terms.dataset)
    throw new CounterfoilError('view.mismatch', 'The view is of another version than the one described beside it.');
  if (id !== transfer.version)
    throw new CounterfoilError('view.mismatch', 'The view is of another version than the transfer was begun for.');
  if (view.agreement !== terms.agreement || view.policy !== terms.policyDigest)
    throw new CounterfoilError('view.mismatch', 'The view is not made under the policy that both sides signed.');
  if (!isSchema(view.schema)) throw new CounterfoilError('input.invalid', 'The columns of the view are malformed.');
  mustBePromised(view.schema, terms.schema, 'The view has other columns than were agreed');
  mustAgree(view, version, terms);
  return {
    signed,
    view,
    viewDigest: viewDigest(view),
    offered: refFromWire(message.offered),
    columnKeys: readKeys(message.columnKeys, view.schema),
  };
}

function read<T>(bytes: Uint8Array, shape: z.ZodType, what: string): T {
  const parsed = shape.safeParse(parseCanonical(bytes));
  if (!parsed.success)
    throw new CounterfoilError('input.invalid', `The ${what} is malformed.`, { cause: parsed.error });
  return parsed.data as T;
}

/** True when the schema is one that Arrow can say: the types in it are the sender's words until they were read as such. */
function isSchema(schema: Schema): boolean {
  try {
    return canonicalJson(schemaJson(decodeSchema(encodeSchema(schema)))) === canonicalJson(schemaJson(schema));
  } catch {
    return false;
  }
}

/** What the parts of a view and its version say of each other. */
function mustAgree(view: ViewManifest, version: VersionManifest, terms: TransferTerms): void {
  const where = (terms.policy as { where?: string }).where;
  const operators = (terms.policy as { columns?: Record<string, { op: string }> }).columns ?? {};
  const named =
    view.schema.fields.length === view.columns.length &&
    view.columns.every((column, at) => same(column, view.schema.fields[at]!));
  if (!named || view.rows !== view.batches.reduce((sum, each) => sum + each, 0))
    throw new CounterfoilError('view.mismatch', 'The view contradicts itself.');
  // Masks work on values; only a row filter takes rows away, and a rule that both signed, which may set failing ones aside.
  const whole = where === undefined && !terms.rules.some(setsAside);
  const fits = (rows: number, at: number) =>
    whole ? rows === version.batches[at] : rows <= (version.batches[at] ?? -1);
  if (view.batches.length !== version.batches.length || !view.batches.every(fits))
    throw new CounterfoilError('view.mismatch', 'The view has other rows than the version it is of.');
  const isWhole = where === undefined && view.rows === version.rows;
  for (const column of view.columns) {
    const source = version.columns.find((candidate) => candidate.name === column.from);
    const agreed = own(operators, column.from)?.op ?? 'keep';
    if (source === undefined || column.operator !== agreed)
      throw new CounterfoilError('view.mismatch', 'A column of the view is not made as the agreement says.');
    if (agreed === 'keep' && isWhole && column.root !== source.root)
      throw new CounterfoilError('view.mismatch', 'An unmasked column of the view is not that of the version.');
  }
  const missing = version.columns.find(
    ({ name }) => own(operators, name)?.op !== 'drop' && !view.columns.some((column) => column.from === name),
  );
  if (missing !== undefined)
    throw new CounterfoilError('view.mismatch', 'The view lacks a column that the agreement grants.');
}

/** Whether the provider may leave out the rows that a rule fails on. */
function setsAside(rule: unknown): boolean {
  const { onFail, side } = rule as { onFail?: string; side?: string };
  return onFail === 'quarantine-rows' && side !== 'consumer';
}

const same = (column: { name: string; type: unknown }, field: { name: string; type: unknown }): boolean =>
  column.name === field.name && canonicalJson(column.type as Json) === canonicalJson(field.type as Json);

function readKeys(keys: Readonly<Record<string, Uint8Array>>, schema: Schema): Record<string, string> {
  return Object.fromEntries(
    schema.fields.map(({ name }) => {
      const key = own(keys, name);
      if (key?.length !== 32)
        throw new CounterfoilError('input.invalid', 'A column of the view comes without its key.');
      return [name, hex(key)];
    }),
  );
}
