import { z } from 'zod';
import type { Batch } from '../../../columnar/index.js';
import { LIMITS, printable } from '../../../foundation/index.js';
import { CountState } from '../counts.js';
import { defineCheck, type Outcome, type Place } from '../define.js';
import { isValid } from '../values/access.js';
import { keyReader, literalKey } from '../values/keys.js';
import { count, sentence } from '../wording.js';
import { keysOf } from './sets.js';
import { literal } from './shared.js';

const share = z.number().min(0).max(1);
const entry = z.strictObject({ value: literal, min: share.optional(), max: share.optional() });

interface Params {
  shares: readonly z.infer<typeof entry>[];
  otherMax?: number | undefined;
}

/** Stands for every value that the rule does not list. */
const OTHER = 'other';

export const categoryShare = defineCheck({
  name: 'category_share',
  family: 'distribution',
  columns: 'one',
  describe: {
    summary: 'Categories make up the shares of the rows that they should.',
    counts: 'Tested: the shares listed. Failed: those out of bounds.',
    nulls: 'A null is in no category, and counts as a row.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes: 'The rule lists the categories, so the report names them.',
    parameters: {
      shares: 'List of {value, min?, max?}; shares from 0 to 1.',
      otherMax: 'Largest share of rows with a value that is not listed.',
    },
    example: {
      id: 'balance',
      check: 'category_share',
      columns: ['label'],
      shares: [{ value: 'fraud', min: 0.01, max: 0.2 }],
    },
  },
  params: { shares: z.array(entry).min(1).max(10_000), otherMax: share.optional() },
  refine: ({ shares }) => {
    const least = shares.reduce((sum, { min }) => sum + (min ?? 0), 0);
    if (least > 1 + 1e-9) return 'the smallest shares add up to more than 1';
    const odd = shares.find(({ min, max }) => min !== undefined && max !== undefined && min > max);
    return odd === undefined
      ? undefined
      : `the share of ${printable(String(odd.value))} cannot be at least ${odd.min} and at most ${odd.max}`;
  },
  bind: (rule, [place]) => {
    const field = place!;
    const keys = keysOf(
      field,
      rule.shares.map(({ value }) => value),
    );
    const plan = {
      groupBy: [],
      column: field,
      keyOf: (batch: Batch) => {
        const column = batch.columns[field.at]!;
        const read = keyReader(column);
        return (row: number) => {
          if (!isValid(column, row)) return undefined;
          const key = read(row);
          // Marked, so that a listed category is never taken for what stands for all others.
          return keys.has(key) ? `=${key}` : OTHER;
        };
      },
    };
    return {
      init: () => new CountState(plan),
      deserialise: (bytes: Uint8Array) => new CountState(plan, bytes),
      verdict: (state: CountState) => verdict(rule, field, state),
    };
  },
});

function verdict({ shares, otherMax }: Params, field: Place, state: CountState): Outcome {
  const group = state.groups.get('[]');
  if (group === undefined) return { passed: true, tested: 0, failed: 0, message: 'There are no rows.' };
  const shareOf = (key: string): number => (group.counts.get(key) ?? 0) / group.rows;
  const parts: string[] = [];
  const percent = (value: number): string => `${Math.round(value * 1e4) / 100} %`;
  for (const { value, min, max } of shares) {
    const found = shareOf(`=${literalKey(field.type, value)}`);
    const limit =
      min !== undefined && found < min
        ? `fewer than ${percent(min)}`
        : max !== undefined && found > max
          ? `more than ${percent(max)}`
          : undefined;
    if (limit !== undefined)
      parts.push(
        `value ${printable(String(value), 60)} makes up ${percent(found)} of column ${printable(field.name)}, ${limit}`,
      );
  }
  const other = shareOf(OTHER);
  if (otherMax !== undefined && other > otherMax)
    parts.push(
      `values that are not listed make up ${percent(other)} of column ${printable(field.name)}, more than ${percent(otherMax)}`,
    );
  const shown = parts.slice(0, LIMITS.namesPerMessage);
  if (parts.length > shown.length) shown.push(`and ${count(parts.length - shown.length)} more`);
  return {
    passed: parts.length === 0,
    tested: shares.length + (otherMax === undefined ? 0 : 1),
    failed: parts.length,
    message: parts.length > 0 ? sentence(shown) : `All shares of column ${printable(field.name)} are within bounds.`,
  };
}
