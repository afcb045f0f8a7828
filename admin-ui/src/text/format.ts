const counts = new Intl.NumberFormat('en-US');

/** 1,234,567 */
export const count = (value: number): string => counts.format(value);

/** `3 rows`, `1 row`. */
export const many = (value: number, one: string, more = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : more}`;

/** Bytes with a unit, powers of 1000: `12.3 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let rest = value;
  let unit = 0;
  for (; rest >= 1000 && unit < units.length - 1; unit++) rest /= 1000;
  return unit === 0 ? `${rest} B` : `${rest.toFixed(1)} ${units[unit]}`;
}

/** `75` as `1 min 15 s`. */
export function seconds(value: number): string {
  if (value < 10) return `${Math.max(0, value).toFixed(1)} s`;
  const whole = Math.round(value);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

const moments = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** `24 Nov 2026, 11:02:03 CET`: in the zone of who looks, which is named. */
export const moment = (at: string | number): string => moments.format(new Date(at));

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** `3 minutes ago`, `in 2 days`. */
export function ago(at: string | number, now = Date.now()): string {
  const left = (new Date(at).getTime() - now) / 1000;
  if (Math.abs(left) < 45) return left <= 0 ? 'just now' : 'in a moment';
  const [unit, size] = UNITS.find(([, each]) => Math.abs(left) >= each * 0.75) ?? UNITS.at(-1)!;
  return relative.format(Math.round(left / size), unit);
}

/** The beginning of an id or digest, enough to tell it from others by eye. */
export const short = (id: string, most = 14): string => (id.length > most ? `${id.slice(0, most)}…` : id);

/** `12.5 %` of a whole. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((part / whole) * 100).toFixed(part === whole || part === 0 ? 0 : 1)} %`;
