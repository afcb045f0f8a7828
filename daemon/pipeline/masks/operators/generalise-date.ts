import { z } from 'zod';
import type { Column, DataType } from '../../../columnar/index.js';
import { storageType, validBytes, wholes } from '../../checks/values/access.js';
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

/** Days from 1970-01-01 that the calendar of JavaScript knows, back and forth. Beyond, nothing sensible can be said. */
const MOST_DAYS = 100_000_000;

/** The first day (since 1970-01-01) of the span that a day lies in; 0, which hides the day, beyond the calendar. */
function startOf(step: Step, day: number): number {
  if (step === 'day') return day;
  if (step === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  if (day > MOST_DAYS || day < -MOST_DAYS) return 0;
  const date = new Date(day * 86_400_000);
  const month = date.getUTCMonth();
  const first = step === 'year' ? 0 : step === 'quarter' ? month - (month % 3) : month;
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), first, 1);
  const found = start.getTime() / 86_400_000;
  return Number.isNaN(found) ? 0 : found;
}

/** Days that are remembered at a time: twenty years of them, or as many of any others. */
const SLOTS = 8192;

/** A date or timestamp column with each value moved to midnight of another day; a day that comes again is remembered. */
function mapDays(column: Column, turn: (day: number) => number): Column {
  const days = new Int32Array(SLOTS);
  const starts = new Float64Array(SLOTS).fill(Number.NaN);
  const turned = (day: number): number => {
    const slot = day & (SLOTS - 1);
    if (days[slot] === day && !Number.isNaN(starts[slot]!)) return starts[slot]!;
    const start = turn(day);
    if (day === (day | 0)) {
      days[slot] = day;
      starts[slot] = start;
    }
    return start;
  };
  const perDay = unitsPerDay(storageType(column.type));
  const out = wholes(column).slice();
  const valid = validBytes(column);
  const data = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  const cut = out instanceof BigInt64Array ? cutter(out, data, perDay, turned) : undefined;
  for (let row = 0; row < column.rows; row++) {
    if (valid !== undefined && valid[row] === 0) continue;
    if (cut !== undefined) cut(row);
    else out[row] = turned(Number(out[row]!));
  }
  return { ...column, data };
}

/**
 * Cuts 64-bit times of a unit. A day is a power of two times a number of at most 38 bits: without the bits below that
 * power, which do not tell the day, a time is exact as a double.
 */
function cutter(
  out: BigInt64Array,
  data: Uint8Array,
  perDay: bigint,
  turned: (day: number) => number,
): (row: number) => void {
  const low = new Uint32Array(data.buffer, data.byteOffset, out.length * 2);
  const high = new Int32Array(data.buffer, data.byteOffset, out.length * 2);
  let shift = 0;
  while ((perDay >> BigInt(shift)) % 2n === 0n) shift++;
  const each = Number(perDay >> BigInt(shift));
  const [scale, rest] = [2 ** (32 - shift), 2 ** shift];
  return (row) => {
    const value = high[2 * row + 1]! * scale + Math.floor(low[2 * row]! / rest);
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
      const exact = out[row]!;
      const beyond = ((exact % perDay) + perDay) % perDay;
      out[row] = BigInt(turned(Number((exact - beyond) / perDay))) * perDay;
      return;
    }
    let day = Math.floor(value / each);
    if (day * each > value) day--; // the quotient was rounded up
    const start = turned(day) * each;
    if (start > Number.MAX_SAFE_INTEGER || start < Number.MIN_SAFE_INTEGER) {
      out[row] = BigInt(turned(day)) * perDay;
      return;
    }
    const top = Math.floor(start / scale);
    high[2 * row + 1] = top;
    low[2 * row] = (start - top * scale) * rest;
  };
}

function unitsPerDay(type: DataType): bigint {
  if (type.name === 'timestamp') return 86_400n * UNITS_PER_SECOND[type.unit];
  return type.name === 'date' && type.unit === 'ms' ? 86_400_000n : 1n;
}
