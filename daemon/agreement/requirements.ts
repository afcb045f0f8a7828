import { z } from 'zod';
import { CounterfoilError, canonicalJson, type Json, LIMITS, type OrgId, rfc3339 } from '../foundation/index.js';
import { parseCanonical, type Signed, type Signer, signDocument, verifySigned } from '../identity/index.js';
import type { ContractPart, RuleBook, RuleJson } from './ports.js';
import type { RequirementsRow } from './table.js';

/** What a consumer tells a provider that it needs of a dataset, signed as kind `requirements`. */
interface RequirementsDocument {
  v: 1;
  provider: string;
  consumer: string;
  dataset: string;
  /** Grows with each of this consumer for this dataset. */
  seq: number;
  /** SHA-256 of the ODCS document in canonical JSON form, its private rules left out of what follows. */
  digest: string;
  rules: readonly Json[];
  at: string;
}

const shape = z.strictObject({
  v: z.literal(1),
  provider: z.string(),
  consumer: z.string(),
  dataset: z.string().min(1).max(LIMITS.datasetNameChars),
  seq: z.int().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  rules: z.array(z.record(z.string(), z.json())).max(LIMITS.rulesPerContract),
  at: z.string().max(30),
});

/** Rules of one side's document, parsed, marked as that side's, each id once. `contract.invalid` with the path. */
export function parseRules(book: RuleBook, rules: readonly Json[], source: 'provider' | 'consumer'): RuleJson[] {
  const parsed = rules.map((rule, at) => book.parse({ ...(rule as Record<string, Json>), source }, `rules.${at}`));
  const ids = new Set<string>();
  for (const { id } of parsed) {
    if (ids.has(id)) throw new CounterfoilError('contract.invalid', `Two rules have the id ${JSON.stringify(id)}.`);
    ids.add(id);
  }
  return parsed;
}

/** Our requirements, signed for the peer. Rules with `side: consumer` are kept apart and never leave this gateway. */
export function writeRequirements(
  signer: Signer,
  to: { peer: OrgId; dataset: string; seq: number; text: string; now: number },
  part: ContractPart,
  rules: readonly RuleJson[],
): { row: RequirementsRow; signed: Signed } {
  const shared = rules.filter((rule) => rule.side !== 'consumer');
  const own = rules.filter((rule) => rule.side === 'consumer');
  const document: RequirementsDocument = {
    v: 1,
    provider: to.peer,
    consumer: signer.id,
    dataset: to.dataset,
    seq: to.seq,
    digest: part.digest,
    rules: shared as unknown as Json[],
    at: rfc3339(to.now),
  };
  const signed = signDocument(signer, 'requirements', document as unknown as Json);
  if (signed.document.length > LIMITS.contractBytes)
    throw new CounterfoilError('limit.exceeded', `Requirements have at most ${LIMITS.contractBytes} bytes.`);
  const row: RequirementsRow = {
    peer: to.peer,
    dataset: to.dataset,
    by: 'us',
    seq: to.seq,
    digest: part.digest,
    rules: canonicalJson(shared as unknown as Json),
    own: canonicalJson(own as unknown as Json),
    text: to.text,
    document: signed.document,
    signature: signed.signature,
  };
  return { row, signed };
}

/** A peer's requirements for a dataset of ours. `agreement.signature`, `agreement.invalid`, `contract.invalid`. */
export function readRequirements(
  signed: Signed,
  peer: { id: OrgId; key: Uint8Array },
  self: string,
  book: RuleBook,
): RequirementsRow {
  if (!verifySigned(signed, 'requirements', peer.key))
    throw new CounterfoilError('agreement.signature', 'The requirements are not signed by the peer.');
  const result = shape.safeParse(parseCanonical(signed.document));
  if (!result.success || signed.document.length > LIMITS.contractBytes)
    throw new CounterfoilError('agreement.invalid', 'The requirements of the peer are malformed.', {
      cause: result.error,
    });
  const document = result.data;
  if (document.provider !== self || document.consumer !== peer.id)
    throw new CounterfoilError('agreement.invalid', 'The requirements are addressed to another gateway.');
  const rules = parseRules(book, document.rules as Json[], 'consumer');
  if (rules.some((rule) => rule.side === 'consumer'))
    throw new CounterfoilError('agreement.invalid', 'The requirements hold rules that the consumer keeps to itself.');
  return {
    peer: peer.id,
    dataset: document.dataset,
    by: 'peer',
    seq: document.seq,
    digest: document.digest,
    rules: canonicalJson(rules as unknown as Json),
    own: null,
    text: null,
    document: signed.document,
    signature: signed.signature,
  };
}
