import type { Changed, Narrowed, RuleBook, RuleJson } from '../../agreement/index.js';
import type { Schema } from '../../columnar/index.js';
import { CounterfoilError, canonicalJson, type Json } from '../../foundation/index.js';
import type { CheckDefinition, Need } from './define.js';
import { bindRule, checkNamed, parseRule } from './registry.js';
import type { CommonRule, Rule } from './rule.js';
import { bindCondition, conditionColumns } from './where/evaluate.js';
import { names } from './wording.js';

/** What the masks say stays true of a column under an operator. */
export type Preserves = (operator: string) => readonly ('nulls' | 'equality')[];

/** The checks' knowledge of rules, for agreements. */
export const ruleBook = (preserves: Preserves): RuleBook => ({
  parse: (json, path) => parseRule(json, path) as unknown as RuleJson,
  meet: (mine, theirs) => meet(mine as unknown as Rule, theirs as unknown as Rule),
  narrow: (rule, changed) => narrow(rule as unknown as Rule, changed, preserves),
  unfit: (rules, schema) => unfit(rules as unknown as Rule[], schema),
});

const STRICTNESS = { severity: ['info', 'warn', 'error'], onFail: ['warn', 'quarantine-rows', 'abort'] } as const;

function stricter<K extends keyof typeof STRICTNESS>(key: K, a: CommonRule[K], b: CommonRule[K]): CommonRule[K] {
  const order: readonly string[] = STRICTNESS[key];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** The smaller tolerance; undefined when one is a count and the other a share. */
function tolerance(
  a: CommonRule['tolerance'],
  b: CommonRule['tolerance'],
): { value: CommonRule['tolerance'] } | undefined {
  const one = canonicalJson((a ?? null) as Json) === canonicalJson((b ?? null) as Json);
  if (one) return { value: a };
  if ([a, b].some((each) => each !== undefined && 'unit' in each)) return undefined;
  if (a === undefined || b === undefined) return { value: undefined };
  if ('count' in a && 'count' in b) return { value: a.count <= b.count ? a : b };
  if ('percent' in a && 'percent' in b) return { value: a.percent <= b.percent ? a : b };
  return undefined;
}

const sameSet = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));

function meet(mine: Rule, theirs: Rule): ReturnType<RuleBook['meet']> {
  if (mine.check !== theirs.check || mine.where !== theirs.where || !sameSet(mine.columns, theirs.columns))
    return undefined;
  const allowed = tolerance(mine.tolerance, theirs.tolerance);
  const met = checkNamed(mine.check, mine.id).meet?.(mine, theirs);
  if (met === undefined || allowed === undefined) return undefined;
  if ('conflict' in met) return met;
  const rule: Record<string, unknown> = {
    ...mine,
    ...met.params,
    severity: stricter('severity', mine.severity, theirs.severity),
    onFail: stricter('onFail', mine.onFail, theirs.onFail),
    tolerance: allowed.value,
    side: mine.side === theirs.side ? mine.side : 'both',
    allowEmpty: mine.allowEmpty && theirs.allowEmpty,
  };
  // Parsed again, so that what is absent is absent and the result is itself a sound rule.
  const present = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
  return { rule: parseRule(present, mine.id) as unknown as RuleJson };
}

/** Columns that a rule looks at beside its own: groups, conditions, a sensitive column. */
function otherColumns(rule: Rule): string[] {
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const conditions = [rule.where, rule.check === 'cross_field' ? rule.condition : undefined];
  const read = conditions.flatMap((condition) => (typeof condition === 'string' ? conditionColumns(condition) : []));
  const single = typeof rule.sensitive === 'string' ? [rule.sensitive] : [];
  return [...list(rule.groupBy), ...read, ...single];
}

function narrow(rule: Rule, changed: Changed, preserves: Preserves): Narrowed {
  if (rule.check === 'schema.match') return narrowSchema(rule, changed);
  const check = checkNamed(rule.check, rule.id);
  const asJson = (each: Rule): RuleJson => each as unknown as RuleJson;
  const others = otherColumns(rule).filter((name) => changed.has(name));
  if (others.length > 0) return { rule: undefined, left: { columns: others, reason: reason(others, changed) } };
  const lost = (rule.columns ?? []).filter((name) => !holds(check, changed.get(name), preserves));
  if (lost.length === 0) return { rule: asJson(rule) };
  const left = { columns: lost, reason: reason(lost, changed) };
  const rest = rule.columns!.filter((name) => !lost.includes(name));
  if (!check.independent || rest.length === 0) return { rule: undefined, left };
  return { rule: asJson({ ...rule, columns: rest }), left };
}

/** Of a schema, dropped columns go, and of masked ones only the name is still asked for. */
function narrowSchema(rule: Rule, changed: Changed): Narrowed {
  const fields = rule.fields as readonly { name: string }[];
  const columns = fields.map((field) => field.name).filter((name) => changed.has(name));
  if (columns.length === 0) return { rule: rule as unknown as RuleJson };
  const rest = fields
    .filter(({ name }) => changed.get(name) !== 'drop')
    .map((field) => (changed.has(field.name) ? { name: field.name } : field));
  const left = { columns, reason: reason(columns, changed) };
  return { rule: rest.length === 0 ? undefined : ({ ...rule, fields: rest } as unknown as RuleJson), left };
}

function holds(check: CheckDefinition, operator: string | undefined, preserves: Preserves): boolean {
  if (operator === undefined) return true;
  if (operator === 'drop') return false;
  const need: Need = check.needs;
  return need === 'nothing' || (need !== 'values' && preserves(operator).includes(need));
}

function reason(columns: readonly string[], changed: Changed): string {
  const dropped = columns.filter((name) => changed.get(name) === 'drop');
  const masked = columns.filter((name) => changed.get(name) !== 'drop');
  return [
    ...(dropped.length > 0 ? [`${names(dropped)} ${dropped.length === 1 ? 'is' : 'are'} dropped`] : []),
    ...(masked.length > 0 ? [`${names(masked)} ${masked.length === 1 ? 'is' : 'are'} masked`] : []),
  ].join(', ');
}

/** Never used to look at data: rules are only bound, and `schema.match` judges the columns without rows. */
const NO_DATA = {
  now: 0,
  tmp: '',
  detector: () => ({ update() {}, merge() {}, serialise: () => new Uint8Array(0), findings: () => [] }),
};

function unfit(rules: readonly Rule[], schema: Schema): { rule: string; message: string }[] {
  return rules.flatMap((rule) => {
    try {
      if (rule.where !== undefined) bindCondition(rule.where, schema);
      const bound = bindRule(rule, { schema, ...NO_DATA });
      if (rule.check !== 'schema.match') return [];
      const { passed, message } = bound.verdict(bound.init());
      return passed ? [] : [{ rule: rule.id, message }];
    } catch (error) {
      return [{ rule: rule.id, message: CounterfoilError.from(error).message }];
    }
  });
}
