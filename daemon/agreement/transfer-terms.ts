import type { Schema } from '../columnar/index.js';
import { CounterfoilError, type Json, type OrgId } from '../foundation/index.js';
import type { AgreementContext } from './context.js';
import { partDigest, schemaOf } from './document.js';
import { distinctIds } from './effective.js';
import { isEnded } from './machine.js';
import type { Policy } from './policy.js';
import type { RuleJson } from './ports.js';
import type { AgreementRow, Role } from './table.js';

/** What an agreement in force says about the transfers under it. */
export interface TransferTerms {
  agreement: string;
  peer: OrgId;
  /** Of this gateway. */
  role: Role;
  dataset: string;
  policy: Policy;
  /** SHA-256 of the policy in canonical form, hex. */
  policyDigest: string;
  /** The view that was signed: what a version's columns must come to under the policy. */
  schema: Schema;
  /** Rules of the effective contract. */
  rules: readonly Json[];
  /** Rules that this gateway keeps to itself, their ids different from those above. */
  ownRules: readonly Json[];
  /** How long the consumer may keep what landed, and until when anything is exchanged. */
  retain: string | null;
  expires: string | null;
}

/** Terms of an agreement. `agreement.not_active` unless it is active, or with `draft` at least not ended. */
export function transferTerms(context: AgreementContext, row: AgreementRow, draft = false): TransferTerms {
  mustStand(row, context.now, draft);
  const { document } = context.latest(row);
  const { rules } = document.contract.effective;
  const own = row.role === 'consumer' ? context.table.requirements(row.peer, row.dataset, 'us')?.own : undefined;
  return {
    agreement: row.id,
    peer: row.peer,
    role: row.role,
    dataset: row.dataset,
    policy: document.policy,
    policyDigest: partDigest(document.policy),
    schema: schemaOf(document),
    rules: rules as unknown as Json[],
    ownRules: distinctIds(JSON.parse(own ?? '[]') as RuleJson[], rules) as unknown as Json[],
    retain: document.retain,
    expires: document.expires,
  };
}

/** `agreement.not_active` unless the agreement is active and has not expired; with `draft`: unless it has not ended. */
export function mustStand(row: AgreementRow, now: number, draft = false): void {
  if (row.expires !== null && row.expires <= now)
    throw new CounterfoilError('agreement.not_active', 'The agreement has expired.');
  if (draft ? isEnded(row.state) : row.state !== 'active')
    throw new CounterfoilError('agreement.not_active', `The agreement is ${row.state}.`);
}
