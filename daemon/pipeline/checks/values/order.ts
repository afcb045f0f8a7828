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

function withinDecimals(column: Column, least?: bigint, most?: bigint): (row: number) => boolean {
  const [data, width] = [column.data!, widthOf(column.type)];
  return (row) => {
    const value = decimalAt(data, width, row);
    return (least === undefined || value >= least) && (most === undefined || value <= most);
  };
}

const toNumber = (bound: bigint | undefined, none: number): number => (bound === undefined ? none : Number(bound));

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
