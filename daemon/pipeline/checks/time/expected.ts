import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { parseDay, parseMoment } from '../values/moments.js';
import { bucketOf, CALENDAR_UNITS, MONTHS, monthOf, type Unit, WEEKDAYS, weekdayOf } from './buckets.js';
import type { Zone } from './zone.js';

export interface CoverageParams {
  unit: Unit;
  from?: string | undefined;
  to?: string | undefined;
  buckets?: readonly (string | number)[] | undefined;
  timeZone: string;
  exclude: readonly string[];
  calendar: 'all' | 'business';
  min: number;
  groupBy: readonly string[];
}

const isCalendar = (unit: Unit): boolean => (CALENDAR_UNITS as readonly Unit[]).includes(unit);

/** Parameters that contradict each other or are not what they should be. */
export function coverageFault(params: CoverageParams): string | undefined {
  const { unit, from, to, buckets, exclude } = params;
  if (!isCalendar(unit) && (from !== undefined || to !== undefined))
    return `from and to make no sense for unit ${unit}`;
  if (isCalendar(unit) && buckets !== undefined) return `buckets are for cyclic units; unit ${unit} takes from and to`;
  for (const bound of [from, to]) {
    if (bound === undefined) continue;
    const moment = parseMoment(bound);
    if (moment === undefined) return `${printable(bound)} is not a date such as "2026-01-31" or "2026-01-31T08:00"`;
    if (moment.zoned)
      return `${printable(bound)} must be written without an offset; timeZone says which clock is meant`;
  }
  if (from !== undefined && to !== undefined && localSecond(from) > endSecond(to)) return 'from is after to';
  for (const each of exclude) {
    const fault = excludeFault(each, unit);
    if (fault !== undefined) return fault;
  }
  const odd = buckets?.find((bucket) => memberOf(unit, bucket) === undefined);
  return odd === undefined ? undefined : `${printable(String(odd))} is not a member of unit ${unit}`;
}

function excludeFault(text: string, unit: Unit): string | undefined {
  if ((WEEKDAYS as readonly string[]).includes(text.toLowerCase())) {
    return unit === 'hour' || unit === 'day' || unit === 'weekday'
      ? undefined
      : `weekdays cannot be left out of unit ${unit}`;
  }
  const [first, last = first, rest] = text.split('/');
  if (rest !== undefined || parseDay(first!) === undefined || parseDay(last!) === undefined)
    return `${printable(text)} in exclude is not a date, a span "2026-12-24/2026-12-26", or a weekday`;
  return unit === 'hour' || unit === 'day' ? undefined : `dates cannot be left out of unit ${unit}`;
}

const localSecond = (text: string): number => Number(parseMoment(text)!.ns / 1_000_000_000n);

/** The last second that an upper bound includes. */
const endSecond = (text: string): number => localSecond(text) + (parseDay(text) === undefined ? 3599 : 86_399);

function memberOf(unit: Unit, bucket: string | number): number | undefined {
  if (unit === 'hour_of_day') {
    const hour = typeof bucket === 'number' ? bucket : Number(/^(\d{1,2})(:00)?$/.exec(bucket)?.[1] ?? Number.NaN);
    return hour >= 0 && hour <= 23 ? hour : undefined;
  }
  const members: readonly string[] = unit === 'weekday' ? WEEKDAYS : MONTHS;
  const at = typeof bucket === 'number' ? bucket : members.indexOf(bucket.toLowerCase()) + 1;
  return at >= 1 && at <= members.length ? at : undefined;
}

/**
 * The buckets that must be there, in order. `seen` are those that the data has, which give the ends where the rule does
 * not; `zone` is the clock of timestamps, undefined for dates; `instant` says that buckets of the hour carry offsets.
 */
export function expectedBuckets(
  params: CoverageParams,
  seen: ReadonlySet<number>,
  zone: Zone | undefined,
  instant: boolean,
): number[] {
  const { unit } = params;
  const left = excluder(params);
  if (!isCalendar(unit)) {
    const [first, last] = unit === 'weekday' ? [1, 7] : unit === 'hour_of_day' ? [0, 23] : [1, 12];
    const all = Array.from({ length: last! - first! + 1 }, (_, at) => first! + at);
    const wanted = new Set(params.buckets?.map((bucket) => memberOf(unit, bucket)!) ?? all);
    return all.filter((bucket) => wanted.has(bucket) && !(unit === 'weekday' && left.weekday(bucket)));
  }
  const ends = endsOf(params, seen);
  if (ends === undefined) return [];
  if (unit === 'month') return months(ends);
  if (unit === 'day') {
    bounded((ends.last - ends.first) / 86_400);
    const days: number[] = [];
    for (let day = Math.floor(ends.first / 86_400); day * 86_400 <= ends.last; day++)
      if (!left.day(day)) days.push(day);
    return days;
  }
  bounded((ends.last - ends.first) / 3600);
  return hours(ends, zone, instant)
    .filter(({ local }) => !left.day(Math.floor(local / 86_400)))
    .map(({ bucket }) => bucket);
}

function bounded(buckets: number): void {
  if (buckets <= LIMITS.countedKeys) return;
  throw new CounterfoilError('limit.exceeded', `The span has more than ${LIMITS.countedKeys} buckets.`);
}

interface Ends {
  first: number;
  last: number;
}

/** First and last local second to be covered. */
function endsOf({ unit, from, to }: CoverageParams, seen: ReadonlySet<number>): Ends | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const bucket of seen) {
    const start = startOf(unit, bucket);
    least = Math.min(least, start);
    most = Math.max(most, start);
  }
  const first = from === undefined ? least : localSecond(from);
  const last = to === undefined ? most : endSecond(to);
  if (!Number.isFinite(first) || !Number.isFinite(last)) return undefined;
  return first > last ? undefined : { first, last };
}

function startOf(unit: Unit, bucket: number): number {
  if (unit === 'hour') return Math.floor(bucket / 256) * 3600;
  if (unit === 'day') return bucket * 86_400;
  return Date.UTC(Math.floor(bucket / 12), bucket % 12, 1) / 1000;
}

function months({ first, last }: Ends): number[] {
  const [from, to] = [monthOf(Math.floor(first / 86_400)), monthOf(Math.floor(last / 86_400))];
  const [start, end] = [from.year * 12 + from.month - 1, to.year * 12 + to.month - 1];
  bounded(end - start);
  return Array.from({ length: end - start + 1 }, (_, at) => start + at);
}

/** Hours that the zone's clock shows from first to last, in the order of time. */
function hours({ first, last }: Ends, zone: Zone | undefined, instant: boolean): { local: number; bucket: number }[] {
  const found = new Map<number, { local: number; bucket: number }>();
  const margin = zone === undefined ? 0 : 16 * 3600; // no zone is farther than that from UTC
  const start = Math.floor((first - margin) / 900) * 900;
  for (let second = start; second <= last + margin; second += 900) {
    const offset = zone?.offset(second) ?? 0;
    const local = second + offset;
    if (local % 3600 !== 0 || local < Math.floor(first / 3600) * 3600 || local > last) continue;
    const bucket = bucketOf('hour', local, instant ? offset : 0);
    found.set(bucket, { local, bucket });
  }
  return [...found.values()];
}

function excluder({ exclude, calendar }: CoverageParams): { day(day: number): boolean; weekday(day: number): boolean } {
  const weekdays = new Set<number>(calendar === 'business' ? [6, 7] : []);
  const spans: [number, number][] = [];
  for (const text of exclude) {
    const weekday = (WEEKDAYS as readonly string[]).indexOf(text.toLowerCase());
    if (weekday >= 0) weekdays.add(weekday + 1);
    else {
      const [first, last = first] = text.split('/');
      spans.push([parseDay(first!)!, parseDay(last!)!]);
    }
  }
  spans.sort((a, b) => a[0] - b[0]);
  // The farthest end among the spans up to each: what a day is in, if any, begins at or before it.
  const ends: number[] = [];
  for (const [, last] of spans) ends.push(Math.max(last, ends[ends.length - 1] ?? last));
  const inSpan = (day: number): boolean => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle]![0] <= day) low = middle + 1;
      else high = middle;
    }
    return low > 0 && ends[low - 1]! >= day;
  };
  return {
    weekday: (member) => weekdays.has(member),
    day: (day) => weekdays.has(weekdayOf(day)) || inSpan(day),
  };
}
