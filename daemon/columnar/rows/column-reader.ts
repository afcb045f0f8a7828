import { isAscii } from 'node:buffer';
import { getBit } from '../bits.js';
import { storageOf, valueBytes } from '../data-type.js';
import type { Column, DataType } from '../types.js';

/**
 * A value as plain data. 64-bit integers, timestamps, durations and decimals (unscaled) are bigint, smaller numbers are
 * number, binaries are views; lists are arrays and structs objects.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | Value[] | { [field: string]: Value };

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Reads the rows of one column. Nothing is decoded before it is asked for. */
export interface ColumnReader {
  rows: number;
  isNull(row: number): boolean;
  value(row: number): Value;
  /** All values at once where they have 1, 2, 4 or 8 bytes (a 16-bit float as its bits); null slots are zero. */
  typed?: TypedArray;
  /** Text columns: the text of a row, empty for null. */
  text?(row: number): string;
  /** Text and binaries: the bytes of a row, a view. */
  bytes?(row: number): Uint8Array;
}

export function columnReader(column: Column): ColumnReader {
  const { rows, nulls, validity } = column;
  const type = storageOf(column.type);
  const isNull: (row: number) => boolean =
    type.name === 'null' ? () => true : nulls === 0 ? () => false : (row) => !getBit(validity!, row);
  const typed = typedValues(column, type);
  const bytes = bytesAt(column, type);
  const text = type.name === 'utf8' ? textAt(column) : undefined;
  const solid = text ?? bytes ?? solidValue(column, type, typed);
  const reader: ColumnReader = { rows, isNull, value: (row) => (isNull(row) ? null : solid(row)) };
  if (typed !== undefined) reader.typed = typed;
  if (text !== undefined) reader.text = text;
  if (bytes !== undefined) reader.bytes = bytes;
  return reader;
}

/** Where all is ASCII the column is decoded once and cut, else row by row. */
function textAt(column: Column): (row: number) => string {
  const { offsets, data } = column as { offsets: Int32Array; data: Uint8Array };
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (!isAscii(data)) return (row) => buffer.toString('utf8', offsets[row], offsets[row + 1]);
  let whole: string | undefined;
  return (row) => {
    whole ??= buffer.toString('latin1');
    return whole.slice(offsets[row], offsets[row + 1]);
  };
}

function bytesAt(column: Column, type: DataType): ((row: number) => Uint8Array) | undefined {
  const { offsets, data } = column;
  if (type.name === 'utf8' || type.name === 'binary') return (row) => data!.subarray(offsets![row], offsets![row + 1]);
  if (type.name !== 'fixed_size_binary') return undefined;
  return (row) => data!.subarray(row * type.bytes, (row + 1) * type.bytes);
}

function typedValues(column: Column, type: DataType): TypedArray | undefined {
  const bytes = valueBytes(type);
  const { data } = column;
  if (data === undefined || bytes === undefined || type.name === 'decimal' || type.name === 'fixed_size_binary')
    return undefined;
  const { buffer, byteOffset } = data;
  const count = data.length / bytes;
  const unsigned = type.name === 'int' && !type.signed;
  switch (bytes) {
    case 1:
      return unsigned ? data : new Int8Array(buffer, byteOffset, count);
    case 2:
      return unsigned || type.name === 'float'
        ? new Uint16Array(buffer, byteOffset, count)
        : new Int16Array(buffer, byteOffset, count);
    case 4:
      if (type.name === 'float') return new Float32Array(buffer, byteOffset, count);
      return unsigned ? new Uint32Array(buffer, byteOffset, count) : new Int32Array(buffer, byteOffset, count);
    default:
      if (type.name === 'float') return new Float64Array(buffer, byteOffset, count);
      return unsigned ? new BigUint64Array(buffer, byteOffset, count) : new BigInt64Array(buffer, byteOffset, count);
  }
}

function solidValue(column: Column, type: DataType, typed: TypedArray | undefined): (row: number) => Value {
  const children = column.children ?? [];
  switch (type.name) {
    case 'bool':
      return (row) => getBit(column.data!, row);
    case 'decimal':
      return (row) => littleEndian(column.data!, row, valueBytes(type)!);
    case 'float':
      return type.bits === 16 ? (row) => halfFloat(Number(typed![row])) : (row) => typed![row]!;
    case 'list':
    case 'fixed_size_list': {
      const item = columnReader(children[0]!);
      const start = type.name === 'list' ? (row: number) => column.offsets![row]! : (row: number) => row * type.size;
      return (row) => Array.from({ length: start(row + 1) - start(row) }, (_, index) => item.value(start(row) + index));
    }
    case 'struct': {
      const readers = children.map(columnReader);
      return (row) => Object.fromEntries(type.fields.map((field, index) => [field.name, readers[index]!.value(row)]));
    }
    default:
      return (row) => typed![row]!;
  }
}

function littleEndian(data: Uint8Array, row: number, bytes: number): bigint {
  const view = new DataView(data.buffer, data.byteOffset + row * bytes, bytes);
  let value = view.getBigInt64(bytes - 8, true);
  for (let at = bytes - 16; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
  return value;
}

/** IEEE 754 binary16 from its bits. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
