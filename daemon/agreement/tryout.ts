import type { Schema } from '../columnar/index.js';
import type { OrgId } from '../foundation/index.js';
import type { AgreementContext } from './context.js';
import { type Undecided, undecided, type Waved, waved } from './deny.js';
import type { Drafts } from './drafts.js';
import { type Effective, sayRule } from './effective.js';
import type { Policy } from './policy.js';
import type { RuleJson } from './ports.js';

/** What an offer would come to, before it is made. */
export interface Tryout {
  /** With that of the contract below it, and the defaults of its operators. */
  policy: Policy;
  /** Columns that look personal and have no rule: they would block the offer. */
  undecided: readonly Undecided[];
  /** Columns that only an override lets through. */
  waved: readonly Waved[];
  /** What the peer would see. */
  schema: Schema;
  effective: Effective;
  /** Whether the peer has said what it needs of the dataset. */
  hasRequirements: boolean;
}

/** Works out an offer and changes nothing: no entry, no message. Errors: those of `Agreements.offer`, but for blocked ones. */
export async function tryOffer(
  { options }: AgreementContext,
  drafts: Drafts,
  input: { peer: OrgId; dataset: string; policy?: unknown },
): Promise<Tryout> {
  const dataset = await options.catalog.dataset(input.dataset);
  const policy = drafts.policy(input.policy ?? { columns: {} }, dataset);
  const requirements = drafts.theirs(input.peer, input.dataset);
  const { contract } = drafts.content(dataset, policy, requirements);
  return {
    policy,
    undecided: undecided(dataset.findings, policy),
    waved: waved(dataset.findings, policy),
    schema: options.masks.view(dataset.schema, policy),
    effective: contract.effective,
    hasRequirements: requirements !== null,
  };
}

/** A rule as people read it. */
export interface ToldRule {
  id: string;
  check: string;
  columns: string[];
  severity: RuleJson['severity'];
  side: RuleJson['side'];
  source: RuleJson['source'];
  text: string;
}

export const tellRule = (rule: RuleJson): ToldRule => ({
  ...{ id: rule.id, check: rule.check, columns: [...(rule.columns ?? [])] },
  ...{ severity: rule.severity, side: rule.side, source: rule.source },
  text: sayRule(rule),
});

/** What one side needs of a dataset, as far as this gateway knows it. */
export interface Needs {
  peer: OrgId;
  dataset: string;
  /** Whose. */
  by: 'us' | 'peer';
  digest: string;
  /** The ODCS text; null for a peer's, of which only the rules are sent. */
  text: string | null;
  rules: ToldRule[];
  /** Rules that never leave this gateway. */
  own: ToldRule[];
}

/** All requirements that this gateway has set or was told. */
export function listNeeds({ table }: AgreementContext): Needs[] {
  const told = (json: string | null) => ((json === null ? [] : JSON.parse(json)) as RuleJson[]).map(tellRule);
  return table.allRequirements().map(({ peer, dataset, by, digest, text, rules, own }) => ({
    ...{ peer, dataset, by, digest, text },
    rules: told(rules),
    own: told(own),
  }));
}
