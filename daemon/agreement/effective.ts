import type { Schema } from '../columnar/index.js';
import { printable } from '../foundation/index.js';
import type { Policy } from './policy.js';
import type { Changed, RuleBook, RuleJson } from './ports.js';

/** A contradiction, for people to settle. `path` is the rule, or the column, that it is about. */
export interface Conflict {
  path: string;
  message: string;
}

/**
 * What both sides hold a delivery to: the stricter meet of the provider's contract and the consumer's requirements, as
 * far as it can be said of the view that the policy makes.
 */
export interface Effective {
  rules: readonly RuleJson[];
  /** Rules of the provider that a mask makes meaningless, for some of their columns or altogether. Shown, never hidden. */
  notApplied: readonly { rule: string; columns: readonly string[]; reason: string }[];
  /** Rules of the consumer that look at columns which are masked, and so at masked values. */
  onMasked: readonly { rule: string; columns: readonly string[] }[];
  /** Pairs that became one rule, under the id of the provider's. */
  merged: readonly { rule: string; requirement: string }[];
  conflicts: readonly Conflict[];
}

/** Operator of each column that the policy changes, by name. */
const changedBy = (policy: Policy): Changed =>
  new Map(
    Object.entries(policy.columns)
      .filter(([, rule]) => rule.op !== 'keep')
      .map(([name, rule]) => [name, rule.op]),
  );

/** The effective contract. The same on both sides: it follows from what both published, the policy and the view alone. */
export function effectiveContract(
  book: RuleBook,
  contract: readonly RuleJson[],
  requirements: readonly RuleJson[],
  policy: Policy,
  view: Schema,
): Effective {
  const changed = changedBy(policy);
  const notApplied: { rule: string; columns: readonly string[]; reason: string }[] = [];
  const rules: RuleJson[] = [];
  for (const rule of contract) {
    const narrowed = book.narrow(rule, changed);
    if (narrowed.left !== undefined) notApplied.push({ rule: rule.id, ...narrowed.left });
    if (narrowed.rule !== undefined) rules.push(narrowed.rule);
  }
  const onMasked: { rule: string; columns: readonly string[] }[] = [];
  const merged: { rule: string; requirement: string }[] = [];
  const conflicts: Conflict[] = [];
  for (const requirement of distinctIds(requirements, contract)) {
    const masked = maskedColumns(book, requirement, changed);
    if (masked.length > 0) onMasked.push({ rule: requirement.id, columns: masked });
    const met = meetOne(book, rules, requirement);
    if (met === undefined) rules.push(requirement);
    else if ('conflict' in met) {
      rules.push(requirement);
      conflicts.push(met.conflict);
    } else {
      rules[met.at] = met.rule;
      merged.push({ rule: met.rule.id, requirement: requirement.id });
    }
  }
  for (const { rule, message } of book.unfit(rules, view)) conflicts.push({ path: rule, message });
  return { rules, notApplied, onMasked, merged, conflicts };
}

/** Requirements whose id the contract has too get one of their own. */
export function distinctIds(requirements: readonly RuleJson[], taken: readonly RuleJson[]): RuleJson[] {
  const ids = new Set(taken.map((rule) => rule.id));
  return requirements.map((rule) => {
    let id = rule.id;
    while (ids.has(id)) id = `consumer.${id}`;
    ids.add(id);
    return id === rule.id ? rule : { ...rule, id };
  });
}

function maskedColumns(book: RuleBook, rule: RuleJson, changed: Changed): string[] {
  const columns = book.narrow(rule, changed).left?.columns ?? [];
  return columns.filter((name) => changed.get(name) !== 'drop');
}

type Met = { at: number; rule: RuleJson } | { conflict: Conflict };

/** The first rule that the requirement can be one with, or contradicts. */
function meetOne(book: RuleBook, rules: readonly RuleJson[], requirement: RuleJson): Met | undefined {
  for (const [at, rule] of rules.entries()) {
    if (rule.source !== 'provider') continue;
    const met = book.meet(rule, requirement);
    if (met === undefined) continue;
    if ('rule' in met) return { at, rule: met.rule };
    const message = `The provider's ${sayRule(rule)} and the consumer's ${sayRule(requirement)} contradict each other: ${met.conflict}.`;
    return { conflict: { path: requirement.id, message } };
  }
  return undefined;
}

/** A rule in a line: its check, columns and own parameters. */
export function sayRule(rule: RuleJson): string {
  const { id: _id, check, columns, source: _source, side: _side, severity: _severity, ...rest } = rule;
  const { onFail: _onFail, allowEmpty: _allowEmpty, description: _description, ...own } = rest;
  const parameters = Object.entries(own).map(
    ([key, value]) => `${key} ${printable(JSON.stringify(value), 200).slice(1, -1).replaceAll('\\"', '"')}`,
  );
  const on = columns === undefined ? '' : ` on ${columns.map((name) => printable(name, 60)).join(', ')}`;
  return `${check}${on}${parameters.length > 0 ? ` (${parameters.join(', ')})` : ''}`;
}
