import type { Column, DataType } from '../../../columnar/index.js';
import { decimalAt, floats, storageType, wholes, widthOf } from './access.js';
import { UNITS_PER_SECOND } from './literal.js';

export type Ordinal = number | bigint;

/** Reads the raw number of a valid row of an ordered column: its value, unscaled value, or units since its epoch. */
export function ordinalReader(column: Column): (row: number) => Ordinal {
  const type = storageType(column.type);
  if (type.name === 'float') {
    const values = floats(column);
    return (row) => values[row]!;
  }
  if (type.name === 'decimal') {
    const [data, width] = [column.data!, widthOf(type)];
    return (row) => decimalAt(data, width, row);
  }
  const values = wholes(column);
  return (row) => values[row]!;
}

/** Whether valid rows lie within whole bounds, both included. 64-bit numbers are compared without making bigints of them. */
export function withinWholes(column: Column, least?: bigint, most?: bigint): (row: number) => boolean {
  const type = storageType(column.type);
  if (type.name === 'decimal') return withinDecimals(column, least, most);
  const values = wholes(column);
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) {
    const [low, high] = [toNumber(least, Number.NEGATIVE_INFINITY), toNumber(most, Number.POSITIVE_INFINITY)];
    return (row) => values[row]! >= low && values[row]! <= high;
  }
  const lows = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const highs =
    values instanceof BigInt64Array ? new Int32Array(values.buffer, values.byteOffset, values.length * 2) : lows;
  const [low, high] = [toNumber(least, Number.NEGATIVE_INFINITY), toNumber(most, Number.POSITIVE_INFINITY)];
  return (row) => {
    const near = highs[2 * row + 1]! * 4_294_967_296 + lows[2 * row]!;
    if (near > low && near < high) return true;
    if (near < low || near > high) return false;
    // Equal as a double: exact for what a double can hold, decided on the bigint beyond.
    const exact = values[row]!;
    return (least === undefined || exact >= least) && (most === undefined || exact <= most);
  };
}

/** Decimals that fit 64 bits, as nearly all do, are compared as doubles where that is exact. */
function withinDecimals(column: Column, least?: bigint, most?: bigint): (row: number) => boolean {
  const [data, width] = [column.data!, widthOf(column.type)];
  const exactly = (row: number): boolean => {
    const value = decimalAt(data, width, row);
    return (least === undefined || value >= least) && (most === undefined || value <= most);
  };
  if (data.byteOffset % 4 !== 0) return exactly;
  const words = new Int32Array(data.buffer, data.byteOffset, data.length / 4);
  const each = width / 4;
  const [low, high] = [toNumber(least, Number.NEGATIVE_INFINITY), toNumber(most, Number.POSITIVE_INFINITY)];
  return (row) => {
    const at = row * each;
    const second = words[at + 1]!;
    const sign = second >> 31;
    for (let word = at + 2; word < at + each; word++) if (words[word] !== sign) return exactly(row);
    const near = second * 4_294_967_296 + (words[at]! >>> 0);
    if (near > low && near < high) return true;
    return near < low || near > high ? false : exactly(row);
  };
}

const toNumber = (bound: bigint | undefined, none: number): number => (bound === undefined ? none : Number(bound));

/**
 * A quick look at a whole column of numbers: true when every valid value lies strictly between two bounds, as doubles.
 * False when one does not, or when that cannot be told so simply.
 */
export function allStrictlyWithin(column: Column, low: number, high: number): boolean {
  const type = storageType(column.type);
  // The values of null rows are zeros, which must not decide.
  if (column.nulls > 0 && !(low < 0 && high > 0)) return false;
  if (type.name === 'float') return numbersWithin(floats(column), low, high);
  if (type.name === 'decimal') return wideWithin(column, widthOf(type) / 4, low, high);
  const values = wholes(column);
  if (values instanceof BigUint64Array) return false;
  return values instanceof BigInt64Array ? wideWithin(column, 2, low, high) : numbersWithin(values, low, high);
}

function numbersWithin(values: ArrayLike<number>, low: number, high: number): boolean {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!(value > low && value < high)) return false;
  }
  return true;
}

/** Two's complement of `each` words, of which all but the first two are no more than the sign. */
function wideWithin({ data, rows }: Column, each: number, low: number, high: number): boolean {
  if (data === undefined || data.byteOffset % 4 !== 0) return false;
  const words = new Int32Array(data.buffer, data.byteOffset, rows * each);
  for (let at = 0; at < words.length; at += each) {
    const second = words[at + 1]!;
    for (let word = at + 2; word < at + each; word++) if (words[word] !== second >> 31) return false;
    const near = second * 4_294_967_296 + (words[at]! >>> 0);
    if (!(near > low && near < high)) return false;
  }
  return true;
}

/** What values of the type can be compared with. */
export type OrderFamily = 'number' | 'moment' | 'clock' | 'span' | 'text' | 'bool' | 'none';

export function orderFamily(type: DataType): OrderFamily {
  switch (storageType(type).name) {
    case 'int':
    case 'float':
    case 'decimal':
      return 'number';
    case 'date':
    case 'timestamp':
      return 'moment';
    case 'time':
      return 'clock';
    case 'duration':
      return 'span';
    case 'utf8':
      return 'text';
    case 'bool':
      return 'bool';
    default:
      return 'none';
  }
}

/** Readers of two ordered columns of one family on one scale, so that `<` and `===` of what they give mean the values'. */
export function commonReaders(left: Column, right: Column): [(row: number) => Ordinal, (row: number) => Ordinal] {
  const [a, b] = [storageType(left.type), storageType(right.type)];
  const [readA, readB] = [ordinalReader(left), ordinalReader(right)];
  if (a.name === 'float' || b.name === 'float') return [toFloat(a, readA), toFloat(b, readB)];
  const [perA, perB] = [unitsOf(a), unitsOf(b)];
  if (perA === perB) return widthOf(a) === widthOf(b) ? [readA, readB] : [toBig(readA, 1n), toBig(readB, 1n)];
  return [toBig(readA, perB), toBig(readB, perA)];
}

const toBig =
  (read: (row: number) => Ordinal, times: bigint) =>
  (row: number): bigint =>
    BigInt(read(row)) * times;

const toFloat = (type: DataType, read: (row: number) => Ordinal): ((row: number) => number) =>
  type.name === 'decimal' ? (row) => Number(read(row)) / 10 ** type.scale : (row) => Number(read(row));

/** Raw units in one whole (of a decimal) or in one day (of a moment, clock or span), which makes units comparable. */
function unitsOf(type: DataType): bigint {
  switch (type.name) {
    case 'decimal':
      return 10n ** BigInt(type.scale);
    case 'date':
      return type.unit === 'd' ? 1n : 86_400_000n;
    case 'time':
    case 'timestamp':
    case 'duration':
      return 86_400n * UNITS_PER_SECOND[type.unit];
    default:
      return 1n;
  }
}
