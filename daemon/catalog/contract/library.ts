import type { Json } from '../../foundation/index.js';
import type { ContractNode } from './node.js';
import { type RuleList, severityOf } from './rules.js';

const METRICS = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'] as const;
const OPERATORS = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
] as const;

/** Whole numbers that an operator admits, or why it cannot be said as bounds. */
type Admitted = { min?: number; max?: number; strictMax?: boolean } | { unsaid: string };

interface Target {
  /** Column that the rule stands under, undefined for the table. */
  column: string | undefined;
  /** What its id starts with. */
  name: string;
}

/** A rule of type `library`: one of the five metrics of ODCS, with an operator and a unit. */
export function addLibraryRule(list: RuleList, node: ContractNode, target: Target): void {
  const metric = node.get('metric').text() ?? node.get('rule').neededText();
  if (!METRICS.includes(metric as (typeof METRICS)[number])) {
    throw node.get('metric').fault(`${JSON.stringify(metric)} is no metric; there are ${METRICS.join(', ')}`);
  }
  const unit = node.get('unit').text() ?? 'rows';
  if (unit !== 'rows' && unit !== 'percent') throw node.get('unit').fault('the unit is rows or percent');
  const admitted = admittedBy(node);
  const id = node.get('id').text() ?? node.get('name').text();
  const add = (rule: { check: string; [parameter: string]: Json | undefined }): void =>
    list.add(node, id ?? `${target.name}.${metric}`, { ...rule, ...sharedOf(node) }, id !== undefined);
  if ('unsaid' in admitted) {
    list.skip(node, admitted.unsaid);
    return;
  }
  if (metric === 'rowCount') {
    if (target.column !== undefined) throw node.fault('rowCount is a metric of the table, not of a column');
    if (unit === 'percent') throw node.get('unit').fault('a number of rows has no percent');
    add({ check: 'row_count', ...bounds(admitted) });
    return;
  }
  const tolerance = toleranceOf(node, admitted, unit);
  if ((admitted.min ?? 0) > 0) list.skip(node, `that there are at least ${admitted.min} of them is not checked`);
  if (tolerance === undefined) return;
  for (const rule of metricRules(node, metric, target)) add({ ...rule, ...tolerance });
}

function metricRules(
  node: ContractNode,
  metric: string,
  { column }: Target,
): { check: string; [parameter: string]: Json | undefined }[] {
  const given = node.get('arguments');
  if (metric === 'duplicateValues') {
    const named = given
      .get('properties')
      .items()
      .map((item) => item.neededText());
    const columns = named.length > 0 ? named : column === undefined ? [] : [column];
    if (columns.length === 0) throw given.get('properties').fault('it lists the columns that are unique together');
    return [{ check: 'unique', columns }];
  }
  if (column === undefined) throw node.fault(`${metric} is a metric of a column`);
  const columns = [column];
  if (metric === 'nullValues') return [{ check: 'null', columns }];
  if (metric === 'missingValues') {
    const values = given
      .get('missingValues')
      .items()
      .filter((item) => item.isThere);
    return [
      { check: 'missing', columns, missingValues: values.length === 0 ? undefined : values.map((item) => item.json!) },
    ];
  }
  const values = given
    .get('validValues')
    .items()
    .map((item) => item.json ?? null);
  const pattern = (given.get('pattern').isThere ? given : node).get('pattern').text();
  if (values.length === 0 && pattern === undefined) {
    throw given.fault('invalidValues needs validValues or a pattern among its arguments');
  }
  return [
    ...(values.length > 0 ? [{ check: 'in_set', columns, values: values.filter((value) => value !== null) }] : []),
    ...(pattern === undefined ? [] : [{ check: 'regex', columns, pattern }]),
  ];
}

/** Severity, side and the like, which every rule may have. */
export function sharedOf(node: ContractNode): { [parameter: string]: Json | undefined } {
  const severity = severityOf(node.get('severity'));
  const description = node.get('description').text()?.slice(0, 1000);
  return { ...(severity === 'error' ? {} : { severity }), ...(description === undefined ? {} : { description }) };
}

function admittedBy(node: ContractNode): Admitted {
  const used = OPERATORS.filter((operator) => node.get(operator).isThere);
  const [operator] = used;
  if (operator === undefined || used.length > 1) throw node.fault(`it needs exactly one of ${OPERATORS.join(', ')}`);
  const value = node.get(operator);
  switch (operator) {
    case 'mustBe':
      return { min: value.number()!, max: value.number()! };
    case 'mustNotBe':
      return value.number() === 0 ? { min: 1 } : { unsaid: 'a number that must not be is not checked' };
    case 'mustBeGreaterThan':
      return { min: Math.floor(value.number()!) + 1 };
    case 'mustBeGreaterOrEqualTo':
      return { min: Math.ceil(value.number()!) };
    case 'mustBeLessThan':
      return { max: value.number()!, strictMax: true };
    case 'mustBeLessOrEqualTo':
      return { max: value.number()! };
    case 'mustBeBetween': {
      const [low, high, more] = value.items().map((item) => item.number());
      if (low === undefined || high === undefined || more !== undefined || low > high) {
        throw value.fault('two numbers are expected here, the smaller one first');
      }
      return { min: Math.ceil(low), max: high };
    }
    case 'mustNotBeBetween':
      return { unsaid: 'a range that must not be is not checked' };
  }
}

function bounds({ min, max, strictMax }: Exclude<Admitted, { unsaid: string }>): { min?: number; max?: number } {
  const most = max === undefined ? undefined : strictMax ? Math.ceil(max) - 1 : Math.floor(max);
  return { ...(min === undefined ? {} : { min: Math.max(0, min) }), ...(most === undefined ? {} : { max: most }) };
}

/** How many may fail. Undefined where any number may. */
function toleranceOf(
  node: ContractNode,
  { max, strictMax }: Exclude<Admitted, { unsaid: string }>,
  unit: 'rows' | 'percent',
): { tolerance?: Json } | undefined {
  if (max === undefined) return undefined;
  if (max < 0 || (strictMax && max === 0)) throw node.fault('no number of rows is less than that');
  if (unit === 'percent') {
    if (max > 100) throw node.fault('a share is at most 100 percent');
    const percent = strictMax ? justBelow(max) : max;
    return percent === 0 ? {} : { tolerance: { percent } };
  }
  const count = strictMax ? Math.ceil(max) - 1 : Math.floor(max);
  return count === 0 ? {} : { tolerance: { count } };
}

/** The largest double below a positive one. */
function justBelow(value: number): number {
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0]! -= 1n;
  return new Float64Array(bits.buffer)[0]!;
}
