import { z } from 'zod';
import { countRows } from '../counters.js';
import { defineCheck, type Outcome } from '../define.js';
import { count, plural } from '../wording.js';
import { type Interval, intervalFault, meetIntervals } from './shared.js';

const rows = z.number().int().min(0).optional();

export const rowCount = defineCheck({
  name: 'row_count',
  family: 'completeness',
  columns: 'none',
  describe: {
    summary: 'The number of rows lies between two bounds.',
    counts: 'Tested: the rows. Failed: 1 when the number is out of bounds, else 0.',
    nulls: 'Rows are counted whatever they hold.',
    empty: 'No rows: passes only with allowEmpty and a minimum of 0 or none.',
    parameters: {
      min: 'Smallest number.',
      max: 'Largest number.',
      outside: 'true: the number must not lie between them. Default false.',
    },
    example: { id: 'enough-rows', check: 'row_count', min: 1000 },
  },
  params: { min: rows, max: rows, outside: z.boolean().optional() },
  refine: (params) => intervalFault(params),
  bind: (rule) => countRows((found) => verdict(rule, found)),
  meet: (mine, theirs) => (mine.outside === true || theirs.outside === true ? undefined : meetIntervals(mine, theirs)),
});

function verdict({ min, max, outside }: Interval & { outside?: boolean | undefined }, found: number): Outcome {
  if (outside === true) return forbidden(min, max, found);
  const few = min !== undefined && found < Number(min);
  const many = max !== undefined && found > Number(max);
  const message = few
    ? `There are ${plural(found, 'row')}, fewer than ${count(Number(min))}.`
    : many
      ? `There are ${plural(found, 'row')}, more than ${count(Number(max))}.`
      : `There ${found === 1 ? 'is' : 'are'} ${plural(found, 'row')}.`;
  return {
    passed: !few && !many,
    tested: found,
    failed: few || many ? 1 : 0,
    threshold: { min: min ?? null, max: max ?? null },
    observed: found,
    message,
  };
}

/** The bounds enclose what must not be. */
function forbidden(min: Interval['min'], max: Interval['max'], found: number): Outcome {
  const passed = (min !== undefined && found < Number(min)) || (max !== undefined && found > Number(max));
  const span = min === max ? `not ${min}` : `not ${min ?? 0} to ${max ?? 'any number'}`;
  return {
    passed,
    tested: found,
    failed: passed ? 0 : 1,
    threshold: { min: min ?? null, max: max ?? null, outside: true },
    observed: found,
    message: `There ${found === 1 ? 'is' : 'are'} ${plural(found, 'row')}; it must be ${span}.`,
  };
}

export const rowCountChange = defineCheck({
  name: 'row_count_change',
  family: 'completeness',
  columns: 'none',
  describe: {
    summary: 'The number of rows has not changed too much since the version before.',
    counts: 'Tested: the rows. Failed: 1 when the change is out of bounds, else 0.',
    nulls: 'Rows are counted whatever they hold.',
    empty: 'No rows is a change of −100 %. The first version has nothing to compare with and passes, and says so.',
    parameters: {
      minPercent: 'Smallest change in percent of the rows before, such as -10.',
      maxPercent: 'Largest change, such as 50.',
    },
    example: { id: 'no-collapse', check: 'row_count_change', minPercent: -10, maxPercent: 50 },
  },
  params: { minPercent: z.number().min(-100).optional(), maxPercent: z.number().optional() },
  refine: ({ minPercent, maxPercent }) => intervalFault({ min: minPercent, max: maxPercent }),
  bind: (rule, _fields, { previous }) =>
    countRows((found) => {
      const before = previous?.rows;
      if (before === undefined || before === 0) {
        const message = 'There is no earlier version with rows to compare with.';
        return { passed: true, tested: found, failed: 0, observed: found, message };
      }
      const percent = Math.round(((found - before) / before) * 1e4) / 100;
      const passed =
        percent >= (rule.minPercent ?? Number.NEGATIVE_INFINITY) &&
        percent <= (rule.maxPercent ?? Number.POSITIVE_INFINITY);
      return {
        passed,
        tested: Math.max(found, 1),
        failed: passed ? 0 : 1,
        threshold: { minPercent: rule.minPercent ?? null, maxPercent: rule.maxPercent ?? null },
        observed: percent,
        message: `There are ${plural(found, 'row')}, ${Math.abs(percent)} % ${percent < 0 ? 'less' : 'more'} than the ${count(before)} before.`,
      };
    }),
  meet: (mine, theirs) => {
    const met = meetIntervals(
      { min: mine.minPercent, max: mine.maxPercent },
      { min: theirs.minPercent, max: theirs.maxPercent },
    );
    if (met === undefined || 'conflict' in met) return met;
    const { min, max } = met.params;
    return { params: { minPercent: min, maxPercent: max } };
  },
});
