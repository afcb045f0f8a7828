import { civilDay, readTime, timeFound } from './calendar.js';
import { ascii, isDigit, survivesDouble } from './digits.js';

/**
 * What a cell of text can be read as without losing anything. A column can be what all of its cells can be, so the
 * masks of its cells are ANDed.
 */
export const CAN = {
  int: 1,
  float: 2,
  decimal: 4,
  bool: 8,
  date: 16,
  /** A time of day on a date, without a zone. */
  naive: 32,
  /** The same in UTC. */
  utc: 64,
  all: 127,
} as const;

/** What `shapeOf` found out about a number besides its mask; valid until its next call. */
export const numberFound = {
  /** Digits before and after the point. */
  whole: 0,
  scale: 0,
  /** Ends in a zero that a float would not print: `1.10` (but `1.0` is how programs write a whole float). */
  padded: false,
};

const MINUS = 0x2d;
const ZERO = 0x30;
const words = (can: number, texts: string[]) => texts.map((text) => ({ can, bytes: Buffer.from(text, 'latin1') }));
const WORDS = [
  ...words(CAN.bool, ['true', 'false', 'True', 'False', 'TRUE', 'FALSE']),
  ...words(CAN.float, ['nan', 'NaN', 'inf', '-inf', 'Infinity', '-Infinity']),
];
const WORD_LENGTH = 9;
const I64 = { digits: 19, most: '9223372036854775807', least: '9223372036854775808' };
/** Digits that a double always gives back (DBL_DIG). */
export const DOUBLE_DIGITS = 15;
const DECIMAL_DIGITS = 38;

/** The mask of `CAN` for the cell at [start, end), which is not empty. 0: only text. */
export function shapeOf(bytes: Uint8Array, start: number, end: number): number {
  numberFound.whole = numberFound.scale = 0;
  numberFound.padded = false;
  const first = bytes[start]!;
  if (isDigit(first)) {
    return end - start >= 10 && bytes[start + 4] === MINUS
      ? moment(bytes, start, end)
      : number(bytes, start, start, end);
  }
  if (first === 0x2e) return number(bytes, start, start, end);
  if (first === MINUS && end - start > 1 && bytes[start + 1]! <= 0x39) return number(bytes, start, start + 1, end);
  return end - start > WORD_LENGTH ? 0 : word(bytes, start, end);
}

function word(bytes: Uint8Array, start: number, end: number): number {
  for (const { can, bytes: wanted } of WORDS) {
    if (wanted.length !== end - start || wanted[0] !== bytes[start]) continue;
    let at = 1;
    while (at < wanted.length && wanted[at] === bytes[start + at]) at++;
    if (at === wanted.length) return can;
  }
  return 0;
}

/** `from` is after the sign. Leading zeros, a plus sign and a bare exponent (`12e4`) are signs of an identifier. */
function number(bytes: Uint8Array, start: number, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at])) at++;
  const whole = at - from;
  if (whole > 1 && bytes[from] === ZERO) return 0;
  numberFound.whole = whole;
  if (at === end) return whole === 0 ? 0 : integer(bytes, start, from, end);
  let scale = 0;
  if (bytes[at] === 0x2e) {
    const point = ++at;
    while (at < end && isDigit(bytes[at])) at++;
    scale = at - point;
    if (scale === 0) return 0;
  }
  if (at < end) return exponent(bytes, start, at, end, scale > 0);
  numberFound.scale = scale;
  numberFound.padded = scale > 1 && bytes[end - 1] === ZERO;
  const decimal = whole + scale <= DECIMAL_DIGITS ? CAN.decimal : 0;
  return whole + scale <= DOUBLE_DIGITS || survivesDouble(ascii(bytes, start, end)) ? CAN.float | decimal : decimal;
}

function integer(bytes: Uint8Array, start: number, from: number, end: number): number {
  const digits = end - from;
  const negative = start !== from;
  if (negative && digits === 1 && bytes[from] === ZERO) return CAN.float; // -0 is no whole number
  if (digits <= DOUBLE_DIGITS) return CAN.int | CAN.float | CAN.decimal;
  const decimal = digits <= DECIMAL_DIGITS ? CAN.decimal : 0;
  if (digits > I64.digits) return decimal;
  const text = ascii(bytes, from, end);
  if (digits === I64.digits && text > (negative ? I64.least : I64.most)) return decimal;
  return CAN.int | decimal | (Number.isSafeInteger(Number(text)) ? CAN.float : 0);
}

function exponent(bytes: Uint8Array, start: number, mark: number, end: number, hasPoint: boolean): number {
  if (bytes[mark] !== 0x65 && bytes[mark] !== 0x45) return 0;
  const signed = bytes[mark + 1] === MINUS || bytes[mark + 1] === 0x2b;
  const from = signed ? mark + 2 : mark + 1;
  if (from >= end || (!hasPoint && !signed)) return 0;
  for (let at = from; at < end; at++) if (!isDigit(bytes[at])) return 0;
  return survivesDouble(ascii(bytes, start, end)) ? CAN.float : 0;
}

function moment(bytes: Uint8Array, start: number, end: number): number {
  if (civilDay(bytes, start) === undefined) return 0;
  if (end - start === 10) return CAN.date;
  if (!readTime(bytes, start + 10, end)) return 0;
  return timeFound.utc ? CAN.utc : CAN.naive;
}
