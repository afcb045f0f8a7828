import { isAscii } from 'node:buffer';
import type { Column, DataType } from '../../../columnar/index.js';

/** The type that the bytes are laid out by: an extension is read as its storage. */
export function storageType(type: DataType): DataType {
  return type.name === 'extension' ? storageType(type.storage) : type;
}

export const isValid = (column: Column, row: number): boolean =>
  column.type.name !== 'null' &&
  (column.validity === undefined || (column.validity[row >> 3]! & (1 << (row & 7))) !== 0);

/** One byte a row, 1 = valid; undefined when every row is. A byte read is several times faster than a bit read. */
export function validBytes(column: Column): Uint8Array | undefined {
  if (column.type.name === 'null') return new Uint8Array(column.rows);
  if (column.nulls === 0 || column.validity === undefined) return undefined;
  const out = new Uint8Array(column.rows);
  const bits = column.validity;
  for (let row = 0; row < out.length; row++) out[row] = (bits[row >> 3]! >> (row & 7)) & 1;
  return out;
}

/** The bytes from an offset that any typed array can sit on: copied only when they are not aligned. */
function aligned(data: Uint8Array, width: number): { buffer: ArrayBufferLike; byteOffset: number } {
  if (data.byteOffset % width === 0) return data;
  return { buffer: Uint8Array.from(data).buffer, byteOffset: 0 };
}

/** Bytes of one value of a fixed-width type; 0 for the others. */
export function widthOf(type: DataType): number {
  switch (type.name) {
    case 'int':
    case 'float':
      return type.bits / 8;
    case 'date':
      return type.unit === 'd' ? 4 : 8;
    case 'time':
      return type.unit === 's' || type.unit === 'ms' ? 4 : 8;
    case 'timestamp':
    case 'duration':
      return 8;
    case 'decimal':
      return type.precision > 38 ? 32 : 16;
    case 'fixed_size_binary':
      return type.bytes;
    case 'extension':
      return widthOf(type.storage);
    default:
      return 0;
  }
}

/** The whole numbers of an int, date, time, timestamp or duration column, as the typed array they are stored in. */
export function wholes(
  column: Column,
): Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | BigInt64Array | BigUint64Array {
  const type = storageType(column.type);
  const width = widthOf(type);
  const signed = type.name !== 'int' || type.signed;
  const { buffer, byteOffset } = aligned(column.data ?? new Uint8Array(0), width);
  const rows = column.rows;
  switch (width) {
    case 1:
      return signed ? new Int8Array(buffer, byteOffset, rows) : new Uint8Array(buffer, byteOffset, rows);
    case 2:
      return signed ? new Int16Array(buffer, byteOffset, rows) : new Uint16Array(buffer, byteOffset, rows);
    case 4:
      return signed ? new Int32Array(buffer, byteOffset, rows) : new Uint32Array(buffer, byteOffset, rows);
    default:
      return signed ? new BigInt64Array(buffer, byteOffset, rows) : new BigUint64Array(buffer, byteOffset, rows);
  }
}

/** The values of a float column as 64-bit floats. */
export function floats(column: Column): Float64Array | Float32Array {
  const type = storageType(column.type) as Extract<DataType, { name: 'float' }>;
  const { buffer, byteOffset } = aligned(column.data ?? new Uint8Array(0), type.bits / 8);
  if (type.bits === 64) return new Float64Array(buffer, byteOffset, column.rows);
  if (type.bits === 32) return new Float32Array(buffer, byteOffset, column.rows);
  return Float64Array.from(new Uint16Array(buffer, byteOffset, column.rows), halfToNumber);
}

/** IEEE 754 binary16 to a number. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The unscaled whole number of a decimal at a row: two's complement, little-endian. */
export function decimalAt(data: Uint8Array, width: number, row: number): bigint {
  const view = new DataView(data.buffer, data.byteOffset + row * width, width);
  let value = view.getBigInt64(width - 8, true);
  for (let at = width - 16; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
  return value;
}

/** Reads the text of a row. Rows that are null give the empty string. */
export function textReader(column: Column): (row: number) => string {
  const data = column.data ?? new Uint8Array(0);
  const offsets = column.offsets ?? new Int32Array(column.rows + 1);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (isAscii(data)) {
    const all = bytes.toString('latin1');
    return (row) => all.slice(offsets[row]!, offsets[row + 1]!);
  }
  return (row) => bytes.toString('utf8', offsets[row]!, offsets[row + 1]!);
}

/** A string that does not keep the batch it was sliced from alive. */
export const ownText = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** Reads the bytes of a row of a text, binary or fixed-size binary column, without a copy. */
export function bytesReader(column: Column): (row: number) => Uint8Array {
  const data = column.data ?? new Uint8Array(0);
  const type = storageType(column.type);
  if (type.name === 'fixed_size_binary') return (row) => data.subarray(row * type.bytes, (row + 1) * type.bytes);
  const offsets = column.offsets ?? new Int32Array(column.rows + 1);
  return (row) => data.subarray(offsets[row]!, offsets[row + 1]!);
}

export const boolAt = (column: Column, row: number): boolean => (column.data![row >> 3]! & (1 << (row & 7))) !== 0;
