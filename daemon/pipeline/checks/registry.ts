import { CounterfoilError, printable } from '../../foundation/index.js';
import { kAnonymity, lDiversity, smallCell } from './catalogue/anonymity.js';
import { categoryShare } from './catalogue/category-share.js';
import { controlTotal } from './catalogue/control-total.js';
import { crossField } from './catalogue/cross-field.js';
import { drift } from './catalogue/drift.js';
import { foreignKey } from './catalogue/foreign-key.js';
import { format } from './catalogue/format.js';
import { freshness } from './catalogue/freshness.js';
import { length } from './catalogue/length.js';
import { manifestComplete } from './catalogue/manifest-complete.js';
import { missing, nullCheck } from './catalogue/null.js';
import { hook, sql } from './catalogue/own.js';
import { piiAbsent } from './catalogue/pii-absent.js';
import { piiMasked } from './catalogue/pii-masked.js';
import { piiOnlyIn } from './catalogue/pii-only-in.js';
import { range } from './catalogue/range.js';
import { regex } from './catalogue/regex.js';
import { rowCount, rowCountChange } from './catalogue/row-count.js';
import { schemaCompat } from './catalogue/schema-compat.js';
import { schemaMatch } from './catalogue/schema-match.js';
import { secretAbsent } from './catalogue/secret-absent.js';
import { sequence } from './catalogue/sequence.js';
import { setCoverage } from './catalogue/set-coverage.js';
import { inSet, notInSet } from './catalogue/sets.js';
import { timeCoverage } from './catalogue/time-coverage.js';
import { unique } from './catalogue/unique.js';
import type { BindContext, BoundCheck, CheckDefinition } from './define.js';
import type { Rule } from './rule.js';

/** Every check, in the order of docs/CHECKS.md. */
export const CHECKS: readonly CheckDefinition[] = [
  schemaMatch,
  schemaCompat,
  nullCheck,
  missing,
  inSet,
  notInSet,
  range,
  length,
  regex,
  format,
  crossField,
  sequence,
  foreignKey,
  rowCount,
  rowCountChange,
  unique,
  timeCoverage,
  setCoverage,
  freshness,
  controlTotal,
  manifestComplete,
  categoryShare,
  drift,
  piiAbsent,
  piiOnlyIn,
  piiMasked,
  secretAbsent,
  kAnonymity,
  lDiversity,
  smallCell,
  sql,
  hook,
];

const BY_NAME = new Map(CHECKS.map((check) => [check.name, check]));

/** The check of a name, or `contract.invalid` with the names there are. */
export function checkNamed(name: string, path: string): CheckDefinition {
  const found = BY_NAME.get(name);
  if (found !== undefined) return found;
  throw new CounterfoilError(
    'contract.invalid',
    `${path}.check: ${printable(name)} is not a check; there are ${[...BY_NAME.keys()].sort().join(', ')}.`,
  );
}

/** A rule with its defaults filled in; `contract.invalid` with the path of the fault and what is allowed there. */
export function parseRule(json: unknown, path: string): Rule {
  const name = typeof json === 'object' && json !== null && 'check' in json ? json.check : undefined;
  if (typeof name !== 'string')
    throw new CounterfoilError('contract.invalid', `${path}.check: a rule names its check.`);
  return checkNamed(name, path).parse(json, path);
}

/** A parsed rule bound to a schema; `contract.invalid` where a column is missing or its type does not fit. */
export function bindRule(rule: Rule, context: BindContext): BoundCheck {
  return checkNamed(rule.check, `rule ${printable(rule.id)}`).bind(rule, context);
}

/** The rules of one side that something beside the batches evaluates: SQL queries and hooks. */
export const externalRules = (rules: readonly unknown[], side: 'provider' | 'consumer'): Rule[] =>
  rules
    .map((json, at) => parseRule(json, `rules.${at}`))
    .filter((rule) => (rule.side === 'both' || rule.side === side) && checkNamed(rule.check, rule.id).external);

/** The rules of one side that refer to another version: `columns` of it are to be read into a KeySet. */
export const referringRules = (
  rules: readonly unknown[],
  side: 'provider' | 'consumer',
): { id: string; source: Rule['source']; dataset: string; version?: string; columns: readonly string[] }[] =>
  rules
    .map((json, at) => parseRule(json, `rules.${at}`))
    .filter((rule) => (rule.side === 'both' || rule.side === side) && rule.check === 'foreign_key')
    .map((rule) => ({
      id: rule.id,
      source: rule.source,
      dataset: rule.dataset as string,
      ...(rule.version === undefined ? {} : { version: rule.version as string }),
      columns: (rule.references as readonly string[] | undefined) ?? rule.columns!,
    }));
