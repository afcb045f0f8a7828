import { type CellPlan, cellCheck } from '../cells.js';
import { defineCheck, type Place, unfit } from '../define.js';
import { isKeyed, type Key, keyReader, literalKey } from '../values/keys.js';
import { type Literal, literalForm } from '../values/literal.js';
import { common, literals, union } from './shared.js';

export const inSet = defineCheck({
  name: 'in_set',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'Every value is one of a list.',
    counts: 'Tested: the non-null values. Failed: those not in the list.',
    nulls: 'Not tested; add a `null` rule to forbid them.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes: 'Text is compared exactly, case included. 64-bit numbers, decimals, dates and times are written as text.',
    parameters: { values: 'The values allowed.' },
    example: { id: 'status-known', check: 'in_set', columns: ['status'], values: ['open', 'closed'] },
  },
  params: { values: literals },
  bind: (rule, fields) =>
    cellCheck({
      rule,
      fields,
      fault: 'are not in the list',
      costly: true,
      test: membership(fields, rule.values, true),
    }),
  meet: (mine, theirs) => {
    const values = common(mine.values, theirs.values);
    return values.length === 0 ? { conflict: 'the two lists have no value in common' } : { params: { values } };
  },
});

export const notInSet = defineCheck({
  name: 'not_in_set',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'No value is one of a list.',
    counts: 'Tested: the non-null values. Failed: those in the list.',
    nulls: 'Not tested.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    parameters: { values: 'The values forbidden, written as for `in_set`.' },
    example: { id: 'no-test-rows', check: 'not_in_set', columns: ['origin'], values: ['TEST', 'DUMMY'] },
  },
  params: { values: literals },
  bind: (rule, fields) =>
    cellCheck({
      rule,
      fields,
      fault: 'are in the list of forbidden values',
      costly: true,
      test: membership(fields, rule.values, false),
    }),
  meet: (mine, theirs) => ({ params: { values: union(mine.values, theirs.values) } }),
});

function membership(fields: readonly Place[], values: readonly Literal[], wanted: boolean): CellPlan['test'] {
  const keys = new Map(fields.map((field) => [field.name, keysOf(field, values)]));
  return (column, field) => {
    const [set, read] = [keys.get(field.name)!, keyReader(column)];
    return (row) => set.has(read(row)) === wanted;
  };
}

/** The listed values as keys of the column; `contract.invalid` where one can never be in it. */
export function keysOf(field: Place, values: readonly Literal[]): Set<Key> {
  if (!isKeyed(field.type)) throw unfit(field, 'it has no single values to compare');
  return new Set(
    values.map((value) => {
      const key = literalKey(field.type, value);
      if (key === undefined) throw unfit(field, `a listed value is not ${literalForm(field.type)}`);
      return key;
    }),
  );
}
