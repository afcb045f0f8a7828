import { z } from 'zod';
import { type Schema, schemaJson } from '../columnar/index.js';
import {
  base64,
  CounterfoilError,
  canonicalJson,
  hex,
  type Json,
  LIMITS,
  type OrgId,
  sha256,
  utf8,
} from '../foundation/index.js';
import { parseCanonical } from '../identity/index.js';
import type { Effective } from './effective.js';
import { type Policy, policyShape } from './policy.js';
import { type Terms, termsShape } from './terms.js';

export interface Party {
  id: OrgId;
  /** Base64 of the raw Ed25519 organisation key. */
  key: string;
}

/** Rules that one side published, and the digest of the ODCS document that they come from. */
export interface Published {
  digest: string;
  rules: readonly Json[];
  /** What the document says and no check looks at, so that the other side knows of it. Left out where there is none. */
  notEvaluated?: readonly { path: string; reason: string }[];
}

/**
 * One revision of an agreement: what both organisations sign, as RFC 8785 JSON, kind `agreement`.
 * docs/AGREEMENTS.md specifies it.
 */
export interface AgreementDocument extends Terms {
  v: 1;
  id: string;
  revision: number;
  /** Digest of the revision before, hex; null for the first. */
  previous: string | null;
  /** Whose revision it is: so the two sides never write the same one. */
  by: 'provider' | 'consumer';
  provider: Party;
  consumer: Party;
  dataset: string;
  /** What the consumer gets: the columns after the policy. */
  schema: Json;
  contract: { provider: Published; consumer: Published | null; effective: Effective };
  policy: Policy;
  /** When the first revision was made, RFC 3339 UTC. */
  created: string;
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const party = z.strictObject({ id: z.string().max(LIMITS.orgIdChars), key: z.string().max(44) });
const rule = z.record(z.string(), z.json());
const unchecked = z.strictObject({ path: z.string().max(1000), reason: z.string().max(500) });
const published = z.strictObject({
  digest,
  rules: z.array(rule).max(LIMITS.rulesPerContract),
  notEvaluated: z.array(unchecked).min(1).max(LIMITS.notEvaluatedTold).optional(),
});
const columnNames = z.array(z.string());
const effective = z.strictObject({
  rules: z.array(rule).max(2 * LIMITS.rulesPerContract),
  notApplied: z.array(z.strictObject({ rule: z.string(), columns: columnNames, reason: z.string() })),
  onMasked: z.array(z.strictObject({ rule: z.string(), columns: columnNames })),
  merged: z.array(z.strictObject({ rule: z.string(), requirement: z.string() })),
  conflicts: z.array(z.strictObject({ path: z.string(), message: z.string() })),
});

const shape = z.strictObject({
  v: z.literal(1),
  id: z.string().regex(/^agr-[a-z2-7]{26}$/),
  revision: z.int().min(1).max(LIMITS.revisionsPerAgreement),
  previous: digest.nullable(),
  by: z.enum(['provider', 'consumer']),
  provider: party,
  consumer: party,
  dataset: z.string().min(1).max(LIMITS.datasetNameChars),
  schema: z.record(z.string(), z.json()),
  contract: z.strictObject({ provider: published, consumer: published.nullable(), effective }),
  policy: policyShape,
  ...termsShape,
  created: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
});

/** The document that these bytes are; `agreement.invalid` with the path when they are not one. */
export function readDocument(bytes: Uint8Array): AgreementDocument {
  const json = parseCanonical(bytes);
  const result = shape.safeParse(json);
  // As it was signed: zod's own copy lacks what is called __proto__.
  if (result.success) return json as unknown as AgreementDocument;
  const { path } = result.error.issues[0]!;
  throw new CounterfoilError('agreement.invalid', `The agreement is malformed at ${path.join('.') || 'its top'}.`, {
    cause: result.error,
  });
}

/** The bytes that are signed, and the digest that revisions, decisions and ledger entries name them by. */
export const documentBytes = (document: AgreementDocument): Uint8Array =>
  utf8(canonicalJson(document as unknown as Json));

/** SHA-256 of the signed bytes, hex. */
export const digestOf = (bytes: Uint8Array): string => hex(sha256(bytes));

/** SHA-256 of a part in canonical form, hex: how views and entries name a policy or a contract. */
export const partDigest = (part: unknown): string => hex(sha256(canonicalJson(part as Json)));

export const partyOf = (id: OrgId, key: Uint8Array): Party => ({ id, key: base64(key) });

/** A view's schema as the document holds it. */
export const schemaPart = (schema: Schema): Json => schemaJson(schema);

/** The document's schema as columns; what is not one is found by comparing with what the policy makes. */
export const schemaOf = (document: AgreementDocument): Schema => document.schema as unknown as Schema;
