import type { DataType, TimeUnit } from '../../../columnar/index.js';
import { storageType } from './access.js';
import { parseClock, parseMoment, parseSpan } from './moments.js';

/** A value as a contract writes it. Whole numbers beyond 2^53, decimals, dates and times are written as text. */
export type Literal = string | number | boolean;

/** A literal on the scale of a column's raw whole numbers; floor and ceil differ where it falls between two of them. */
export interface Exact {
  floor: bigint;
  ceil: bigint;
}

export const UNITS_PER_SECOND: Record<TimeUnit, bigint> = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n };

/** Whether values of the type have an order that `range` and comparisons can use. */
export function isOrdered(type: DataType): boolean {
  return ['int', 'float', 'decimal', 'date', 'time', 'timestamp', 'duration'].includes(storageType(type).name);
}

/**
 * A literal in the raw units of an int, decimal, date, time, timestamp or duration column; undefined when it is not a
 * value of that type. Times without offset are taken as UTC for a column with a time zone, as they stand for one without.
 */
export function exactLiteral(type: DataType, literal: Literal): Exact | undefined {
  const storage = storageType(type);
  switch (storage.name) {
    case 'int':
      return decimalLiteral(literal, 0);
    case 'decimal':
      return decimalLiteral(literal, storage.scale);
    case 'date':
      return fromNs(momentNs(literal), storage.unit === 'd' ? 86_400_000_000_000n : 1_000_000n);
    case 'timestamp':
      return fromNs(momentNs(literal), 1_000_000_000n / UNITS_PER_SECOND[storage.unit]);
    case 'time':
      return fromNs(
        typeof literal === 'string' ? parseClock(literal) : undefined,
        1_000_000_000n / UNITS_PER_SECOND[storage.unit],
      );
    case 'duration': {
      const seconds = typeof literal === 'string' ? parseSpan(literal) : undefined;
      if (seconds === undefined) return undefined;
      const exact = BigInt(seconds) * UNITS_PER_SECOND[storage.unit];
      return { floor: exact, ceil: exact };
    }
    default:
      return undefined;
  }
}

/** What to write for a value of the type, for messages. */
export function literalForm(type: DataType): string {
  switch (storageType(type).name) {
    case 'int':
    case 'float':
    case 'decimal':
      return 'a number, such as 12 or "12.50"';
    case 'date':
      return 'a date, such as "2026-01-31"';
    case 'timestamp':
      return 'a date or time, such as "2026-01-31" or "2026-01-31T08:00:00Z"';
    case 'time':
      return 'a time of day, such as "08:00:00"';
    case 'duration':
      return 'a span, such as "36h" or "P2D"';
    case 'bool':
      return 'true or false';
    default:
      return 'text';
  }
}

function momentNs(literal: Literal): bigint | undefined {
  return typeof literal === 'string' ? parseMoment(literal)?.ns : undefined;
}

function fromNs(ns: bigint | undefined, perUnit: bigint): Exact | undefined {
  return ns === undefined ? undefined : divide(ns, perUnit);
}

function divide(value: bigint, by: bigint): Exact {
  const quotient = value / by;
  const rest = value % by;
  if (rest === 0n) return { floor: quotient, ceil: quotient };
  return value > 0n ? { floor: quotient, ceil: quotient + 1n } : { floor: quotient - 1n, ceil: quotient };
}

const NUMBER = /^([+-]?)(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A number, written as one or as text, times 10^scale. */
export function decimalLiteral(literal: Literal, scale: number): Exact | undefined {
  if (typeof literal === 'boolean') return undefined;
  const match = NUMBER.exec(String(literal));
  if (match === null) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole! + fraction) * (sign === '-' ? -1n : 1n);
  const power = scale + Number(exponent) - fraction.length;
  if (power >= 0) {
    const exact = digits * 10n ** BigInt(power);
    return { floor: exact, ceil: exact };
  }
  return divide(digits, 10n ** BigInt(-power));
}

/** A number, written as one or as text, as a 64-bit float. */
export function floatLiteral(literal: Literal): number | undefined {
  if (typeof literal === 'boolean' || !NUMBER.test(String(literal))) return undefined;
  return Number(literal);
}
