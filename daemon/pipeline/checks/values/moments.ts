/** Reading dates, times and durations written in a contract. All give undefined for what is not one. */

const DAY_NS = 86_400_000_000_000n;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const CLOCK = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?$/;

/** Days since 1970-01-01 of `YYYY-MM-DD`, a day that exists. */
export function parseDay(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() / 86_400_000 : undefined;
}

/** Nanoseconds since midnight of `HH:MM`, `HH:MM:SS` or with up to nine decimals. */
export function parseClock(text: string): bigint | undefined {
  const match = CLOCK.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000_000n + BigInt((match[4] ?? '').padEnd(9, '0'));
}

/**
 * Nanoseconds since 1970-01-01T00:00 of a date or RFC 3339 time. `zoned` says whether an offset was written; without
 * one the time is what a clock on the wall shows.
 */
export function parseMoment(text: string): { ns: bigint; zoned: boolean } | undefined {
  const day = parseDay(text);
  if (day !== undefined) return { ns: BigInt(day) * DAY_NS, zoned: false };
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const date = parseDay(match[1]!);
  const clock = parseClock(match[2]!);
  const zone = match[3];
  if (date === undefined || clock === undefined) return undefined;
  const local = BigInt(date) * DAY_NS + clock;
  if (zone === undefined) return { ns: local, zoned: false };
  if (zone === 'Z') return { ns: local, zoned: true };
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  const offset = BigInt(minutes) * 60_000_000_000n;
  return { ns: zone[0] === '-' ? local + offset : local - offset, zoned: true };
}

const SPAN_UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const ISO_SPAN = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Seconds of a span such as `36h`, `2d`, `90m`, `1w`, or ISO 8601 `PT36H`, `P2D` (no months or years: their length varies). */
export function parseSpan(text: string): number | undefined {
  const short = /^(\d{1,9})([smhdw])$/.exec(text);
  if (short !== null) return Number(short[1]) * SPAN_UNITS[short[2]!]!;
  const iso = ISO_SPAN.exec(text);
  if (iso === null || /^P$|T$/.test(text)) return undefined;
  const [weeks, days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return weeks * 604_800 + days * 86_400 + hours * 3600 + minutes * 60 + seconds;
}
