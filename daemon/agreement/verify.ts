import { decodeSchema, encodeSchema, schemaJson } from '../columnar/index.js';
import { CounterfoilError, canonicalJson, type Json, type OrgId, own } from '../foundation/index.js';
import { type Signed, verifySigned } from '../identity/index.js';
import { type KeyHolder, keyNamed } from '../peering/index.js';
import { type AgreementDocument, partyOf, readDocument, schemaOf } from './document.js';
import { effectiveContract } from './effective.js';
import type { MaskBook, RuleBook } from './ports.js';
import { parseRules } from './requirements.js';
import type { Role } from './table.js';

interface Context {
  book: RuleBook;
  masks: MaskBook;
  /** All our keys: the peer may not have heard of the newest. */
  self: { id: OrgId; keys: readonly Uint8Array[] };
  peer: KeyHolder;
  now: number;
}

const invalid = (message: string, cause?: unknown): CounterfoilError =>
  new CounterfoilError('agreement.invalid', message, {
    cause,
    hint: 'Ask the peer to make its offer again; the two gateways may be of different releases.',
  });

/**
 * A revision as a peer sent it, verified in itself: its signature, its parties, that the schema is what the policy
 * leaves, and that the effective contract is the meet of what it says both published.
 */
export function verifyRevision(
  signed: Signed,
  { book, masks, self, peer, now }: Context,
): { document: AgreementDocument; role: Role } {
  if (!verifySigned(signed, 'agreement', keyNamed(peer, signed.key, now)))
    throw new CounterfoilError('agreement.signature', 'The agreement is not signed by the peer that sent it.');
  const document = readDocument(signed.document);
  const role: Role = document.consumer.id === self.id ? 'consumer' : 'provider';
  const mine = self.keys.map((key) => partyOf(self.id, key));
  const keys = [peer.key, ...(peer.formerKeys ?? []).map((former) => former.key)];
  const theirs = keys.map((key) => partyOf(peer.id, key));
  const [provider, consumer] = role === 'consumer' ? [theirs, mine] : [mine, theirs];
  if (
    !provider.some((party) => same(document.provider, party)) ||
    !consumer.some((party) => same(document.consumer, party))
  )
    throw invalid('The agreement is between other parties than the peer and this gateway.');
  if (document.by === role) throw invalid('The revision says that it is by this gateway.');
  if ((document.revision === 1) !== (document.previous === null))
    throw invalid('The agreement names no revision before it, or one before the first.');
  if (document.expires !== null && Date.parse(document.expires) <= now)
    throw new CounterfoilError('agreement.expired', 'The agreement that the peer proposes has expired.');
  mustBeView(document, masks);
  mustBeMeet(document, book);
  return { document, role };
}

/** The schema is one that Arrow can say, and masked and dropped columns are those of the policy. */
function mustBeView(document: AgreementDocument, masks: MaskBook): void {
  const schema = schemaOf(document);
  let text: string;
  try {
    text = canonicalJson(schemaJson(decodeSchema(encodeSchema(schema))));
  } catch (error) {
    throw invalid('The schema of the agreement is malformed.', error);
  }
  if (text !== canonicalJson(document.schema)) throw invalid('The schema of the agreement is malformed.');
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  for (const [name, given] of Object.entries(document.policy.columns)) {
    const rule = masks.parse(given, name);
    if (!same(rule, given)) throw invalid('The policy of the agreement leaves parameters out.');
    const field = fields.get(name);
    if ((rule.op === 'drop') !== (field === undefined))
      throw invalid('The schema of the agreement is not what its policy makes.');
  }
  for (const field of schema.fields) {
    const applied = masks.applied(field.metadata);
    const given = own(document.policy.columns, field.name);
    const wanted = given === undefined || given.op === 'keep' ? undefined : given;
    if (!same(applied ?? null, wanted ?? null))
      throw invalid('The schema of the agreement does not say how its columns are masked.');
  }
}

function mustBeMeet(document: AgreementDocument, book: RuleBook): void {
  const { provider, consumer, effective } = document.contract;
  const contract = parseRules(book, provider.rules, 'provider');
  const requirements = parseRules(book, consumer?.rules ?? [], 'consumer');
  const expected = effectiveContract(book, contract, requirements, document.policy, schemaOf(document));
  if (!same(expected, effective))
    throw invalid('The effective contract is not the meet of the contract and the requirements.');
}

/** What each side may change from one revision to the next: the provider what it offers, the consumer what it needs. */
export function verifyChange(before: AgreementDocument, after: AgreementDocument, by: Role): void {
  const fixed: (keyof AgreementDocument)[] = ['id', 'provider', 'consumer', 'dataset', 'created'];
  if (by === 'consumer') fixed.push('schema', 'policy');
  const changed = fixed.find((part) => !same(before[part], after[part]));
  if (changed !== undefined) throw invalid(`The ${by} may not change the ${changed} of an agreement.`);
  if (by === 'consumer' && !same(before.contract.provider, after.contract.provider))
    throw invalid("The consumer may not change the provider's contract.");
}

/** Requirements that a provider puts into an offer must be ones that this gateway published, as they were published. */
export function verifyRequirements(
  document: AgreementDocument,
  published: (digest: string, rules: string) => boolean,
  before: AgreementDocument | undefined,
): void {
  const { consumer } = document.contract;
  if (consumer === null || (before !== undefined && same(consumer, before.contract.consumer))) return;
  if (!published(consumer.digest, canonicalJson(consumer.rules)))
    throw invalid('The offer holds requirements that this gateway did not publish.');
}

export const same = (a: unknown, b: unknown): boolean => canonicalJson(a as Json) === canonicalJson(b as Json);
