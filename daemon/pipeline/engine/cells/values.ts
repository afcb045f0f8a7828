import { civilDay, readTime, timeFound } from './calendar.js';
import { ascii, digitsAt, isDigit } from './digits.js';
import type { GrowingBytes } from './growing.js';
import { DOUBLE_DIGITS } from './shape.js';

/** Appends the cell at [start, end) to `data`; false, with nothing appended, when it is not of the type. */
export type AppendValue = (data: GrowingBytes, bytes: Uint8Array, start: number, end: number) => boolean;

const MINUS = 0x2d;
const DAY_SECONDS = 86_400;

/** Whole numbers of 8 to 64 bits. No leading zeros are asked for here: an explicit type may drop them. */
export function integerValue(bits: 8 | 16 | 32 | 64, signed: boolean): AppendValue {
  const most = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const least = signed ? -most - 1n : 0n;
  return (data, bytes, start, end) => {
    const negative = bytes[start] === MINUS;
    const from = negative ? start + 1 : start;
    if (from === end) return false;
    if (end - from <= DOUBLE_DIGITS) {
      const digits = digitsAt(bytes, from, end);
      const value = negative ? -digits : digits;
      if (digits < 0 || value < least || value > most) return false;
      appendInteger(data, bits, value);
      return true;
    }
    for (let at = from; at < end; at++) if (!isDigit(bytes[at])) return false;
    if (end - from > 64) return false;
    const value = BigInt(ascii(bytes, start, end));
    if (value < least || value > most) return false;
    appendInteger(data, bits, BigInt.asIntN(64, value));
    return true;
  };
}

function appendInteger(data: GrowingBytes, bits: number, value: number | bigint): void {
  if (bits === 64) data.appendInt64(value);
  else if (bits === 32) data.appendInt32(Number(value) | 0);
  else {
    const target = data.reserve(bits / 8);
    target[data.length++] = Number(value) & 0xff;
    if (bits === 16) target[data.length++] = (Number(value) >> 8) & 0xff;
  }
}

const FLOAT_WORDS = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);
const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

export function floatValue(bits: 32 | 64): AppendValue {
  return (data, bytes, start, end) => {
    const value = plainFloat(bytes, start, end) ?? floatOf(ascii(bytes, start, end));
    if (value === undefined) return false;
    if (bits === 64) data.appendFloat64(value);
    else data.appendFloat32(value);
    return true;
  };
}

/** Few digits and no exponent: an exact whole number divided by an exact power of ten is correctly rounded. */
function plainFloat(bytes: Uint8Array, start: number, end: number): number | undefined {
  const from = bytes[start] === MINUS ? start + 1 : start;
  if (end - from > DOUBLE_DIGITS || from === end) return undefined;
  let value = 0;
  let scale = -1;
  for (let at = from; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (scale >= 0) scale++;
    } else if (digit === -2 && scale < 0) scale = 0;
    else return undefined;
  }
  if (end - from === 1 && scale === 0) return undefined;
  if (scale > 0) value /= POWERS[scale]!;
  return from === start ? value : -value;
}

function floatOf(text: string): number | undefined {
  // Number() also reads blanks, hexadecimal and the like: only what starts and ends as a decimal is given to it.
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  const plain = (isDigit(first) || first === MINUS || first === 0x2e) && (isDigit(last) || last === 0x2e);
  const value = plain && text[1] !== 'x' && text[1] !== 'b' && text[1] !== 'o' ? Number(text) : Number.NaN;
  return Number.isNaN(value) || !/[0-9]/.test(text) ? FLOAT_WORDS.get(text.toLowerCase()) : value;
}

const DECIMAL = /^(-?)(\d*)(?:\.(\d*))?$/;

/** Decimals of up to 38 digits; a cell with more digits after the point than `scale` does not fit. */
export function decimalValue(precision: number, scale: number): AppendValue {
  const limit = 10n ** BigInt(precision);
  return (data, bytes, start, end) => {
    const [, sign, whole = '', fraction = ''] = DECIMAL.exec(ascii(bytes, start, end)) ?? [];
    if (sign === undefined || whole.length + fraction.length === 0 || whole.length + fraction.length > 80) return false;
    const kept = fraction.replace(/0+$/, '');
    if (kept.length > scale) return false;
    const unscaled = BigInt(whole + kept.padEnd(scale, '0'));
    if (unscaled >= limit) return false;
    const value = sign === '-' ? -unscaled : unscaled;
    data.appendInt64(BigInt.asIntN(64, value));
    data.appendInt64(value >> 64n);
    return true;
  };
}

export const dateValue: AppendValue = (data, bytes, start, end) => {
  const day = end - start === 10 ? civilDay(bytes, start) : undefined;
  if (day === undefined) return false;
  data.appendInt32(day);
  return true;
};

const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;

/** Date and time of day; `utc` asks for a mark of UTC, otherwise none may be there. A date alone is midnight. */
export function timestampValue(unit: keyof typeof PER_SECOND, utc: boolean): AppendValue {
  const perSecond = PER_SECOND[unit];
  const nanosEach = 1e9 / perSecond;
  return (data, bytes, start, end) => {
    const day = end - start >= 10 ? civilDay(bytes, start) : undefined;
    if (day === undefined) return false;
    let seconds = day * DAY_SECONDS;
    let nanos = 0;
    if (end - start > 10) {
      if (!readTime(bytes, start + 10, end) || timeFound.utc !== utc) return false;
      seconds += timeFound.seconds;
      nanos = timeFound.nanos;
    }
    if (nanos % nanosEach !== 0) return false;
    const value = seconds * perSecond + nanos / nanosEach;
    if (Number.isSafeInteger(value)) data.appendInt64(value);
    else {
      const exact = BigInt(seconds) * BigInt(perSecond) + BigInt(nanos / nanosEach);
      if (BigInt.asIntN(64, exact) !== exact) return false;
      data.appendInt64(exact);
    }
    return true;
  };
}

/** Time of day, `HH:MM[:SS[.f]]`. */
export function timeValue(unit: keyof typeof PER_SECOND): AppendValue {
  const perSecond = PER_SECOND[unit];
  const nanosEach = 1e9 / perSecond;
  const padded = new Uint8Array(24);
  padded[0] = 0x54;
  return (data, bytes, start, end) => {
    if (end - start > padded.length - 1) return false;
    padded.set(bytes.subarray(start, end), 1);
    if (!readTime(padded, 0, end - start + 1) || timeFound.utc || timeFound.nanos % nanosEach !== 0) return false;
    const value = timeFound.seconds * perSecond + timeFound.nanos / nanosEach;
    if (unit === 's' || unit === 'ms') data.appendInt32(value);
    else data.appendInt64(value);
    return true;
  };
}
