import { z } from 'zod';
import type { Column } from '../../../columnar/index.js';
import { type CellTest, cellCheck } from '../cells.js';
import { defineCheck, type Place, unfit } from '../define.js';
import { floats, storageType } from '../values/access.js';
import { exactLiteral, floatLiteral, isOrdered, type Literal, literalForm } from '../values/literal.js';
import { allStrictlyWithin, withinWholes } from '../values/order.js';
import { bound, type Interval, intervalFault, meetIntervals } from './shared.js';

export const range = defineCheck({
  name: 'range',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'Every value lies between two bounds.',
    counts: 'Tested: the non-null values. Failed: those outside the bounds.',
    nulls: 'Not tested.',
    empty: 'Nothing to test (no rows, or only nulls): fails unless allowEmpty.',
    notes:
      'For numbers, decimals, dates, times, timestamps and durations. Bounds are exact: a decimal or 64-bit number is never compared as a float. NaN is outside every range. A time without offset is UTC where the column has a time zone, and the wall-clock time where it has none.',
    parameters: {
      min: 'Smallest value. A number; text such as "12.50", "2026-01-31", "2026-01-31T08:00:00Z", "08:00:00" or "36h".',
      max: 'Largest value.',
      exclusiveMin: 'true: the minimum itself fails. Default false.',
      exclusiveMax: 'true: the maximum itself fails. Default false.',
    },
    example: { id: 'amount-sane', check: 'range', columns: ['amount'], min: 0, max: '10000.00' },
  },
  params: {
    min: bound.optional(),
    max: bound.optional(),
    exclusiveMin: z.boolean().optional(),
    exclusiveMax: z.boolean().optional(),
  },
  refine: (params) => intervalFault(params),
  bind: (rule, fields) => {
    const tests = new Map(fields.map((field) => [field.name, prepare(field, rule)]));
    return cellCheck({
      rule,
      fields,
      fault: 'are out of range',
      allPass: (column, field) => tests.get(field.name)!.allPass(column),
      test: (column, field) => tests.get(field.name)!.test(column),
    });
  },
  meet: (mine, theirs) => meetIntervals(mine, theirs),
});

interface Prepared {
  test(column: Column): CellTest;
  allPass(column: Column): boolean;
}

function prepare(field: Place, interval: Interval): Prepared {
  if (!isOrdered(field.type)) throw unfit(field, 'a range needs numbers, dates or times');
  const { min, max, exclusiveMin, exclusiveMax } = interval;
  if (storageType(field.type).name === 'float') {
    const low = min === undefined ? Number.NEGATIVE_INFINITY : need(field, floatLiteral(min));
    const high = max === undefined ? Number.POSITIVE_INFINITY : need(field, floatLiteral(max));
    return {
      test: (column) => {
        const values = floats(column);
        return (row) => {
          const value = values[row]!;
          return (
            (exclusiveMin === true ? value > low : value >= low) &&
            (exclusiveMax === true ? value < high : value <= high)
          );
        };
      },
      allPass: (column) => allStrictlyWithin(column, low, high),
    };
  }
  // Every bound becomes an inclusive whole number on the column's own scale.
  const lower = min === undefined ? undefined : need(field, exactLiteral(field.type, min as Literal));
  const upper = max === undefined ? undefined : need(field, exactLiteral(field.type, max as Literal));
  const least = lower === undefined ? undefined : exclusiveMin === true ? lower.floor + 1n : lower.ceil;
  const most = upper === undefined ? undefined : exclusiveMax === true ? upper.ceil - 1n : upper.floor;
  const [low, high] = [
    least === undefined ? Number.NEGATIVE_INFINITY : Number(least),
    most === undefined ? Number.POSITIVE_INFINITY : Number(most),
  ];
  // One more to each side where that is exact: the bounds themselves are within.
  const widened = (bound: number, by: number): number => (Math.abs(bound) < 2 ** 53 ? bound + by : bound);
  return {
    test: (column) => withinWholes(column, least, most),
    allPass: (column) => allStrictlyWithin(column, widened(low, -1), widened(high, 1)),
  };
}

function need<T>(field: Place, value: T | undefined): T {
  if (value === undefined) throw unfit(field, `its bounds are written as ${literalForm(field.type)}`);
  return value;
}
