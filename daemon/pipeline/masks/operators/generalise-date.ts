import { z } from 'zod';
import type { Column, DataType } from '../../../columnar/index.js';
import { isValid, storageType, wholes } from '../../checks/values/access.js';
import { UNITS_PER_SECOND } from '../../checks/values/literal.js';
import { defineMask } from '../define.js';

export type Step = 'year' | 'quarter' | 'month' | 'week' | 'day';

export const generaliseDate = defineMask({
  name: 'generalise_date',
  idempotent: () => true,
  preserves: ['nulls'],
  positional: 'to',
  describe: {
    summary: 'Each date or time becomes the start of its year, quarter, month, week or day.',
    accepts: 'dates and timestamps',
    yields: 'the same type; points in time are cut on the UTC calendar, and weeks begin on Monday',
    nulls: 'stay',
    parameters: { to: '`year`, `quarter`, `month` (default), `week` or `day`.' },
    example: 'birth_date=generalise_date:year',
  },
  params: { to: z.enum(['year', 'quarter', 'month', 'week', 'day']).default('month') },
  accepts: (type) => ['date', 'timestamp'].includes(storageType(type).name),
  masker:
    (_field, { to }) =>
    (column) =>
      mapDays(column, (day) => startOf(to, day)),
});

/** The first day (since 1970-01-01) of the span that a day lies in. */
function startOf(step: Step, day: number): number {
  if (step === 'day') return day;
  if (step === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  const date = new Date(day * 86_400_000);
  const month = date.getUTCMonth();
  const first = step === 'year' ? 0 : step === 'quarter' ? month - (month % 3) : month;
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), first, 1);
  return start.getTime() / 86_400_000;
}

/** A date or timestamp column with each value moved to midnight of another day; each distinct day is turned once. */
function mapDays(column: Column, turn: (day: number) => number): Column {
  const type = storageType(column.type);
  const perDay = unitsPerDay(type);
  const values = wholes(column);
  const known = new Map<number, number>();
  const turned = (day: number): number => {
    let result = known.get(day);
    if (result === undefined) {
      result = turn(day);
      // Beyond the calendar that JavaScript knows (±271 821) nothing sensible can be said; the day is hidden.
      if (Number.isNaN(result)) result = 0;
      known.set(day, result);
    }
    return result;
  };
  const out = values.slice();
  for (let row = 0; row < column.rows; row++) {
    if (!isValid(column, row)) continue;
    if (out instanceof BigInt64Array) {
      const value = out[row]!;
      const rest = ((value % perDay) + perDay) % perDay;
      out[row] = BigInt(turned(Number((value - rest) / perDay))) * perDay;
    } else out[row] = turned(Number(out[row]!));
  }
  return { ...column, data: new Uint8Array(out.buffer, out.byteOffset, out.byteLength) };
}

function unitsPerDay(type: DataType): bigint {
  if (type.name === 'timestamp') return 86_400n * UNITS_PER_SECOND[type.unit];
  return type.name === 'date' && type.unit === 'ms' ? 86_400_000n : 1n;
}
