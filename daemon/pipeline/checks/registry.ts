import { CounterfoilError, printable } from '../../foundation/index.js';
import { controlTotal } from './catalogue/control-total.js';
import { crossField } from './catalogue/cross-field.js';
import { format } from './catalogue/format.js';
import { freshness } from './catalogue/freshness.js';
import { length } from './catalogue/length.js';
import { missing, nullCheck } from './catalogue/null.js';
import { piiAbsent } from './catalogue/pii-absent.js';
import { range } from './catalogue/range.js';
import { regex } from './catalogue/regex.js';
import { rowCount, rowCountChange } from './catalogue/row-count.js';
import { schemaMatch } from './catalogue/schema-match.js';
import { setCoverage } from './catalogue/set-coverage.js';
import { inSet, notInSet } from './catalogue/sets.js';
import { timeCoverage } from './catalogue/time-coverage.js';
import { unique } from './catalogue/unique.js';
import type { BindContext, BoundCheck, CheckDefinition } from './define.js';
import type { Rule } from './rule.js';

/** Every check, in the order of docs/CHECKS.md. */
export const CHECKS: readonly CheckDefinition[] = [
  schemaMatch,
  nullCheck,
  missing,
  inSet,
  notInSet,
  range,
  length,
  regex,
  format,
  crossField,
  rowCount,
  rowCountChange,
  unique,
  timeCoverage,
  setCoverage,
  freshness,
  controlTotal,
  piiAbsent,
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
