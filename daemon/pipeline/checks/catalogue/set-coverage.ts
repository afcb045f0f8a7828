import { z } from 'zod';
import type { Batch } from '../../../columnar/index.js';
import { LIMITS, printable } from '../../../foundation/index.js';
import { toleranceText, tolerated } from '../cells.js';
import { boundedPairs, CountState, type Group } from '../counts.js';
import { defineCheck, type Outcome, type Place, placeOf } from '../define.js';
import type { CommonRule } from '../rule.js';
import { isValid } from '../values/access.js';
import { keyReader, literalKey } from '../values/keys.js';
import type { Literal } from '../values/literal.js';
import { count, plural, sentence } from '../wording.js';
import { keysOf } from './sets.js';
import { literals, union } from './shared.js';

interface Params {
  values: readonly Literal[];
  minCount: number;
  minShare?: number | undefined;
  groupBy: readonly string[];
}

export const setCoverage = defineCheck({
  name: 'set_coverage',
  family: 'completeness',
  columns: 'one',
  describe: {
    summary: 'Every required value occurs, often enough.',
    counts: 'Tested: the required values (in each group). Failed: those that occur too seldom.',
    nulls: 'A null is no value; it counts as a row for `minShare`.',
    empty: 'No rows: every value is missing. With groupBy there are then no groups to test: fails unless allowEmpty.',
    notes: 'The rule lists the values, so the report names the missing ones.',
    parameters: {
      values: 'The values needed, written as for `in_set`.',
      minCount: 'Rows needed of each. Default 1.',
      minShare: 'Share of all rows needed of each, from 0 to 1.',
      groupBy: 'Columns: each of their combinations in the data needs every value by itself.',
    },
    example: {
      id: 'fraud-classes',
      check: 'set_coverage',
      columns: ['class'],
      values: ['card', 'account', 'none'],
      minCount: 100,
    },
  },
  params: {
    values: literals,
    minCount: z.number().int().min(1).default(1),
    minShare: z.number().min(0).max(1).optional(),
    groupBy: z.array(z.string().min(1)).max(16).default([]),
  },
  refine: ({ values, minShare }) =>
    minShare !== undefined && minShare * new Set(values).size > 1 + 1e-9
      ? `${new Set(values).size} values cannot each have a share of ${minShare}`
      : undefined,
  bind: (rule, [place], { schema }) => {
    const field = place!;
    const keys = keysOf(field, rule.values);
    const plan = {
      groupBy: rule.groupBy.map((name) => placeOf(schema, name)),
      column: field,
      keyOf: (batch: Batch) => {
        const column = batch.columns[field.at]!;
        const read = keyReader(column);
        return (row: number) => {
          if (!isValid(column, row)) return undefined;
          const key = read(row);
          return keys.has(key) ? key : undefined;
        };
      },
    };
    return {
      init: () => new CountState(plan),
      deserialise: (bytes: Uint8Array) => new CountState(plan, bytes),
      verdict: (state: CountState) => verdict(rule, field, state),
    };
  },
  meet: (mine, theirs) => {
    if (JSON.stringify(mine.groupBy) !== JSON.stringify(theirs.groupBy)) return undefined;
    const values = union(mine.values, theirs.values);
    const minShare = Math.max(mine.minShare ?? 0, theirs.minShare ?? 0);
    if (minShare * values.length > 1 + 1e-9)
      return { conflict: `${values.length} values cannot each have a share of ${minShare}` };
    const minCount = Math.max(mine.minCount, theirs.minCount);
    return { params: { values, minCount, ...(minShare > 0 ? { minShare } : {}), groupBy: mine.groupBy } };
  },
});

function verdict(rule: CommonRule & Params, field: Place, state: CountState): Outcome {
  const none: Group = { counts: new Map(), rows: 0 };
  const groups = rule.groupBy.length > 0 ? [...state.groups.values()] : [state.groups.get('[]') ?? none];
  const parts: string[] = [];
  let failed = 0;
  let shortValues = 0;
  const values = [...new Set(rule.values)];
  boundedPairs(values.length, groups.length);
  for (const value of values) {
    const key = literalKey(field.type, value)!;
    const short = groups.filter(({ counts, rows }) => {
      const found = counts.get(key) ?? 0;
      return found < rule.minCount || found < (rule.minShare ?? 0) * rows;
    });
    if (short.length === 0) continue;
    failed += short.length;
    shortValues++;
    if (parts.length < LIMITS.namesPerMessage) parts.push(shortage(rule, field, value, short, groups.length, key));
  }
  if (shortValues > parts.length) parts.push(`and ${count(shortValues - parts.length)} more values`);
  const tested = values.length * groups.length;
  return {
    passed: tolerated(rule, { tested, failed }),
    tested,
    failed,
    threshold: `at least ${plural(rule.minCount, 'row')}${rule.minShare === undefined ? '' : ` and a share of ${rule.minShare}`} of each; short: ${toleranceText(rule)}`,
    observed: { required: values.length, covered: values.length - shortValues },
    message:
      parts.length > 0
        ? sentence(parts)
        : `All ${plural(values.length, 'required value')} ${values.length === 1 ? 'occurs' : 'occur'} in column ${printable(field.name)}.`,
  };
}

function shortage(
  rule: Params,
  field: Place,
  value: Literal,
  short: readonly Group[],
  groups: number,
  key: string | number,
): string {
  const found = Math.min(...short.map(({ counts }) => counts.get(key) ?? 0));
  const where = rule.groupBy.length > 0 ? ` in ${count(short.length)} of ${plural(groups, 'group')}` : '';
  const name = `value ${printable(String(value), 60)}`;
  if (found === 0) return `${name} is missing from column ${printable(field.name)}${where}`;
  return `${name} has only ${plural(found, 'row')} in column ${printable(field.name)}${where}`;
}
