import { digitsAt, isDigit } from './digits.js';

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MINUS = 0x2d;
const COLON = 0x3a;
const NANOS = [0, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days since 1970-01-01 of the `YYYY-MM-DD` at `start` (proleptic Gregorian, years 1 to 9999), or undefined. */
export function civilDay(bytes: Uint8Array, start: number): number | undefined {
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return undefined;
  const year = digitsAt(bytes, start, start + 4);
  const month = digitsAt(bytes, start + 5, start + 7);
  const day = digitsAt(bytes, start + 8, start + 10);
  if (year < 1 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > MONTH_DAYS[month - 1]! && !(month === 2 && day === 29 && isLeap(year))) return undefined;
  // Days from civil: years counted from March, eras of 400 years.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** What `readTime` found; valid until its next call. */
export const timeFound = { seconds: 0, nanos: 0, fraction: 0, utc: false };

/**
 * Reads `[T ]HH:MM[:SS[.f]]` at [start, end), up to nine digits of a fraction, with `Z`, `+00:00`, `+0000`, `+00` or
 * ` UTC` after it or nothing. Other offsets are not read: the instant would be kept, the offset lost.
 */
export function readTime(bytes: Uint8Array, start: number, end: number): boolean {
  const mark = bytes[start]!;
  if (mark !== 0x54 && mark !== 0x20 && mark !== 0x74) return false;
  if (end - start < 6 || bytes[start + 3] !== COLON) return false;
  const hour = digitsAt(bytes, start + 1, start + 3);
  const minute = digitsAt(bytes, start + 4, start + 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  let at = start + 6;
  let second = 0;
  timeFound.nanos = timeFound.fraction = 0;
  if (bytes[at] === COLON && at + 3 <= end) {
    second = digitsAt(bytes, at + 1, at + 3);
    if (second < 0 || second > 59) return false;
    at += 3;
    if (at < end && bytes[at] === 0x2e) {
      const from = ++at;
      while (at < end && isDigit(bytes[at])) at++;
      const digits = at - from;
      if (digits < 1 || digits > 9) return false;
      timeFound.nanos = digitsAt(bytes, from, at) * NANOS[digits]!;
      timeFound.fraction = digits;
    }
  }
  timeFound.seconds = hour * 3600 + minute * 60 + second;
  timeFound.utc = at < end;
  return at === end || isUtc(bytes, at, end);
}

const UTC_MARKS = ['Z', 'z', '+00:00', '+0000', '+00', ' UTC'];

function isUtc(bytes: Uint8Array, start: number, end: number): boolean {
  return UTC_MARKS.some((mark) => {
    if (mark.length !== end - start) return false;
    for (let index = 0; index < mark.length; index++) if (bytes[start + index] !== mark.charCodeAt(index)) return false;
    return true;
  });
}
