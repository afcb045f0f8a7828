import { z } from 'zod';
import { CounterfoilError, type Json, LIMITS, sha256, utf8 } from '../../foundation/index.js';
import { parseCanonical, type Signed, verifySigned } from '../../identity/index.js';

const id = z.string().min(1).max(64);
const org = z.string().max(LIMITS.orgIdChars);
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.string().max(40);
const entry = z.strictObject({ log: z.string().max(600), seq: count, leaf: digest });

/** Kind `deletion`: the consumer says that what had landed of a transfer is gone. */
const deletion = z.strictObject({
  v: z.literal(1),
  ...{ provider: org, consumer: org, agreement: id, transfer: id, version: z.string().max(80), rows: count },
  reason: z.string().max(LIMITS.reasonChars),
  deletedAt: time,
  /** The `data.deleted` entry of the consumer. */
  entry,
});

/** Kind `erasure`: the provider asks for the rows of one subject to be erased, by what stands for it at this consumer alone. */
const erasure = z.strictObject({
  v: z.literal(1),
  ...{ id, provider: org, consumer: org, agreement: id },
  column: z.string().min(1).max(LIMITS.columnNameBytes),
  /** What stands in the column as it was delivered: a token, or the value where nothing was masked. */
  value: z.string().min(1).max(LIMITS.subjectChars),
  /** 32 random bytes, hex: the ledgers name the subject by a digest that nobody can guess it from. */
  nonce: digest,
  correlation: id,
  at: time,
});

/** Kind `erasure-receipt`: the consumer says how many rows it has erased, version by version. */
const receipt = z.strictObject({
  v: z.literal(1),
  ...{ id, provider: org, consumer: org, agreement: id, subject: digest },
  versions: z.array(z.strictObject({ version: z.string().max(80), transfer: id, rows: count })).max(100_000),
  rows: count,
  erasedAt: time,
  /** The `data.erased` entry of the consumer. */
  entry,
});

const SHAPES = { deletion, erasure, 'erasure-receipt': receipt } as const;
type Kind = keyof typeof SHAPES;

export type Deletion = z.infer<typeof deletion>;
export type ErasureRequest = z.infer<typeof erasure>;
export type ErasureReceipt = z.infer<typeof receipt>;

/** What a peer signed, or `input.invalid`: another's signature, another form, another pair of organisations. */
export function readSigned<K extends Kind>(
  kind: K,
  signed: Signed,
  between: { provider: string; consumer: string },
  key: Uint8Array,
): z.infer<(typeof SHAPES)[K]> {
  if (!verifySigned(signed, kind, key))
    throw new CounterfoilError('input.invalid', `The ${kind} of the peer is not signed by its organisation.`);
  const result = SHAPES[kind].safeParse(parseCanonical(signed.document));
  if (!result.success)
    throw new CounterfoilError('input.invalid', `The ${kind} of the peer is malformed.`, { cause: result.error });
  const { provider, consumer } = result.data;
  if (provider !== between.provider || consumer !== between.consumer)
    throw new CounterfoilError('input.invalid', `The ${kind} of the peer is about other organisations.`);
  return result.data as z.infer<(typeof SHAPES)[K]>;
}

/** What ledgers call a subject: SHA-256 over a nonce and what stands for it, hex. */
export const subjectDigest = ({ nonce, column, value }: Pick<ErasureRequest, 'nonce' | 'column' | 'value'>): string =>
  Buffer.from(sha256('counterfoil/subject/1\n', utf8(JSON.stringify([nonce, column, value])))).toString('hex');

export const asJson = (document: Deletion | ErasureRequest | ErasureReceipt): Json => document as unknown as Json;
