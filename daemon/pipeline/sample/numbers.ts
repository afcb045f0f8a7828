import { type DataType, valueText } from '../../columnar/index.js';
import { storageType } from '../checks/values/access.js';
import { exactLiteral, floatLiteral, type Literal } from '../checks/values/literal.js';
import type { Draw } from './seeded.js';

/** Both ends included, in raw units of the type: days, microseconds, hundredths. */
export type Span = readonly [low: number, high: number];

const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 };
const DAY = 86_400;
/** 2025-01-01, in days. */
const YEAR_DAY = 20_089;
/** Beyond this a float cannot tell whole numbers apart. */
const SAFE = 2 ** 53 - 1;

/** Where nothing says more: small numbers, a year, a day. */
export function usualSpan(type: DataType): Span {
  const storage = storageType(type);
  switch (storage.name) {
    case 'date':
      return storage.unit === 'd' ? [YEAR_DAY, YEAR_DAY + 364] : [YEAR_DAY * DAY * 1e3, (YEAR_DAY + 364) * DAY * 1e3];
    case 'timestamp':
      return [YEAR_DAY * DAY * PER_SECOND[storage.unit], (YEAR_DAY + 365) * DAY * PER_SECOND[storage.unit]];
    case 'time':
      return [0, (DAY - 1) * PER_SECOND[storage.unit]];
    case 'decimal':
      return [0, Math.min(10 ** Math.min(storage.precision, 15) - 1, 1000 * 10 ** Math.max(0, storage.scale))];
    case 'int':
      return [0, storage.bits === 8 ? 100 : 1000];
    default:
      return [0, 1000];
  }
}

/** A rule of the check `range`. */
export interface Bounds {
  min?: Literal;
  max?: Literal;
  exclusiveMin?: boolean;
  exclusiveMax?: boolean;
}

/** The span in which values keep every one of the rules of the check `range`. */
export function spanOf(type: DataType, rules: readonly Bounds[]): Span {
  const usual = usualSpan(type);
  const isFloat = storageType(type).name === 'float';
  const lows = rules.flatMap(({ min, exclusiveMin }) => {
    if (min === undefined) return [];
    if (isFloat) return [(floatLiteral(min) ?? 0) + (exclusiveMin === true ? 0.001 : 0)];
    const exact = exactLiteral(type, min);
    return exact === undefined ? [] : [Number(exclusiveMin === true ? exact.floor + 1n : exact.ceil)];
  });
  const highs = rules.flatMap(({ max, exclusiveMax }) => {
    if (max === undefined) return [];
    if (isFloat) return [(floatLiteral(max) ?? 0) - (exclusiveMax === true ? 0.001 : 0)];
    const exact = exactLiteral(type, max);
    return exact === undefined ? [] : [Number(exclusiveMax === true ? exact.ceil - 1n : exact.floor)];
  });
  const width = usual[1] - usual[0];
  const low = lows.length > 0 ? Math.max(...lows) : undefined;
  const high = highs.length > 0 ? Math.min(...highs) : undefined;
  if (low !== undefined) return [low, high ?? low + width];
  return high === undefined ? usual : [Math.min(usual[0], high - width), high];
}

/** Numbers of a span, as the text of a value. */
export function between(type: DataType, [low, high]: Span): Draw {
  return (random) => rawText(type, low + random.next() * Math.max(0, high - low), [low, high]);
}

/** A raw number as the text of a value: rounded to what the type has, and kept inside the span. */
export function rawText(type: DataType, raw: number, [low, high]: Span): string {
  const storage = storageType(type);
  const inside = (value: number) => Math.min(high, Math.max(low, value));
  if (storage.name === 'float') return String(inside(Number(raw.toPrecision(5))));
  const whole = Math.min(SAFE, Math.max(-SAFE, inside(Math.round(raw))));
  return valueText(type, storage.name === 'date' ? whole : BigInt(whole));
}
