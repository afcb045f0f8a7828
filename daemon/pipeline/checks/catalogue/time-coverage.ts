import { z } from 'zod';
import type { Batch } from '../../../columnar/index.js';
import { LIMITS, printable } from '../../../foundation/index.js';
import { toleranceText, tolerated } from '../cells.js';
import { boundedPairs, CountState, type Group } from '../counts.js';
import { defineCheck, type Outcome, type Place, placeOf, unfit } from '../define.js';
import type { CommonRule } from '../rule.js';
import {
  atZone,
  bucketName,
  bucketOf,
  CALENDAR_UNITS,
  CYCLIC_UNITS,
  isInstant,
  secondReader,
} from '../time/buckets.js';
import { type CoverageParams, coverageFault, expectedBuckets } from '../time/expected.js';
import { Zone } from '../time/zone.js';
import { isValid, storageType } from '../values/access.js';
import { count, plural, sentence } from '../wording.js';

const dateText = z.string().max(32);

export const timeCoverage = defineCheck({
  name: 'time_coverage',
  family: 'completeness',
  columns: 'one',
  describe: {
    summary: 'Every hour, day, month or weekday that should be there is there, with enough rows.',
    counts: 'Tested: the buckets expected (in each group). Failed: those with fewer rows than `min`.',
    nulls: 'A null is in no bucket.',
    empty:
      'With `from` and `to`, or a cyclic unit, every bucket is missing. Else there is nothing to test: fails unless allowEmpty.',
    notes:
      'hour, day and month run from `from` to `to`, both included (default: from the first to the last that the data has). weekday, hour_of_day and month_of_year have the fixed members of a week, day or year. Points in time (timestamps with a zone) are put on the calendar of `timeZone`: an hour that daylight saving skips is not expected, and the hour that it repeats is two buckets. Times without a zone are taken as shown by a clock there, so a repeated hour is one bucket. Dates have no zone.',
    parameters: {
      unit: '`hour`, `day`, `month`, `weekday`, `hour_of_day` or `month_of_year`.',
      from: 'First date, or date and hour, as a clock in the time zone shows it.',
      to: 'Last one, included; a date means until its end.',
      buckets: 'For cyclic units: the members needed, such as ["monday", "friday"], [8, 9] or ["march"]. Default: all.',
      timeZone: 'IANA name. Default UTC.',
      exclude: 'Not expected: dates, spans of dates "2026-12-24/2026-12-26", weekdays ("sunday").',
      calendar: '`all` (default), or `business`: Saturdays and Sundays are not expected.',
      min: 'Rows needed in each bucket. Default 1.',
      groupBy: 'Columns: each of their combinations in the data needs every bucket by itself.',
    },
    example: { id: 'every-weekday', check: 'time_coverage', columns: ['date'], unit: 'weekday' },
  },
  params: {
    unit: z.enum([...CALENDAR_UNITS, ...CYCLIC_UNITS]),
    from: dateText.optional(),
    to: dateText.optional(),
    buckets: z
      .array(z.union([z.string().max(20), z.number().int()]))
      .min(1)
      .max(31)
      .optional(),
    timeZone: z.string().min(1).max(64).default('UTC'),
    exclude: z.array(dateText).max(10_000).default([]),
    calendar: z.enum(['all', 'business']).default('all'),
    min: z.number().int().min(1).default(1),
    groupBy: z.array(z.string().min(1)).max(16).default([]),
  },
  refine: (params) => coverageFault(params),
  bind: (rule, [place], { schema }) => {
    const field = place!;
    const type = storageType(field.type);
    if (type.name !== 'date' && type.name !== 'timestamp')
      throw unfit(field, 'coverage in time needs dates or timestamps');
    if (type.name === 'date' && (rule.unit === 'hour' || rule.unit === 'hour_of_day'))
      throw unfit(field, 'dates have no hours');
    const zone = new Zone(rule.timeZone);
    const instant = isInstant(field.type);
    const plan = {
      groupBy: rule.groupBy.map((name) => placeOf(schema, name)),
      column: field,
      keyOf: (batch: Batch) => {
        const column = batch.columns[field.at]!;
        const second = secondReader(column);
        return (row: number) => {
          if (!isValid(column, row)) return undefined;
          if (!instant) return bucketOf(rule.unit, second(row), 0);
          const { local, offset } = atZone(zone, second(row));
          return bucketOf(rule.unit, local, offset);
        };
      },
    };
    const naiveClock = type.name === 'timestamp' && !instant;
    return {
      init: () => new CountState(plan),
      deserialise: (bytes: Uint8Array) => new CountState(plan, bytes),
      verdict: (state: CountState) => verdict(rule, field, state, instant || naiveClock ? zone : undefined, instant),
    };
  },
});

function verdict(
  rule: CommonRule & CoverageParams,
  field: Place,
  state: CountState,
  zone: Zone | undefined,
  instant: boolean,
): Outcome {
  const seen = new Set<number>();
  for (const { counts } of state.groups.values()) for (const key of counts.keys()) seen.add(Number(key));
  const expected = expectedBuckets(rule, seen, zone, instant);
  const groups: Group[] = rule.groupBy.length > 0 ? [...state.groups.values()] : [merged(state)];
  boundedPairs(expected.length, groups.length);
  const short = new Map<number, { groups: number; least: number }>();
  let failed = 0;
  for (const bucket of expected) {
    for (const { counts } of groups) {
      const rows = counts.get(bucket) ?? 0;
      if (rows >= rule.min) continue;
      failed++;
      const before = short.get(bucket);
      short.set(bucket, { groups: (before?.groups ?? 0) + 1, least: Math.min(before?.least ?? rows, rows) });
    }
  }
  const tested = expected.length * groups.length;
  const listed = [...short].slice(0, LIMITS.namesPerMessage);
  const parts = listed.map(([bucket, { groups: inGroups, least }]) => {
    const name = `${label(rule.unit)}${bucketName(rule.unit, bucket)}`;
    const where = rule.groupBy.length > 0 ? ` in ${count(inGroups)} of ${plural(groups.length, 'group')}` : '';
    const what = least === 0 ? 'is missing from' : `has ${plural(least, 'row')}, fewer than ${count(rule.min)}, in`;
    return `${name} ${what} column ${printable(field.name)}${where}`;
  });
  const more = short.size - listed.length;
  if (more > 0) parts.push(`and ${count(more)} more`);
  return {
    passed: tolerated(rule, { tested, failed }),
    tested,
    failed,
    threshold: `at least ${plural(rule.min, 'row')} in each; missing: ${toleranceText(rule)}`,
    observed: { expected: expected.length, present: expected.length - short.size },
    message:
      parts.length > 0
        ? sentence(parts)
        : `All ${count(expected.length)} expected ${rule.unit.replaceAll('_', ' ')} buckets are in column ${printable(field.name)}.`,
  };
}

const label = (unit: CoverageParams['unit']): string =>
  unit === 'weekday' || unit === 'day' || unit === 'month' || unit === 'hour' ? `${unit} ` : '';

/** Without groups there is one, even when no row was seen. */
const merged = (state: CountState): Group => state.groups.get('[]') ?? { counts: new Map(), rows: 0 };
