import type { Column, DataType } from '../../../columnar/index.js';
import { hex } from '../../../foundation/index.js';
import { boolAt, bytesReader, decimalAt, floats, isValid, storageType, textReader, wholes, widthOf } from './access.js';
import { exactLiteral, floatLiteral, type Literal } from './literal.js';

/**
 * A value as a map key: equal values give equal keys, within one column type. Whole numbers, decimals (unscaled), dates
 * and times are a number while exact, their decimal text beyond 2^53; text is itself; bytes are hex.
 */
export type Key = string | number;

/** Whether values of the type can be compared for equality with a literal or counted by value. */
export const isKeyed = (type: DataType): boolean =>
  !['null', 'list', 'fixed_size_list', 'struct'].includes(storageType(type).name);

/** Reads the key of a valid row. */
export function keyReader(column: Column): (row: number) => Key {
  const type = storageType(column.type);
  switch (type.name) {
    case 'utf8':
      return textReader(column);
    case 'bool':
      return (row) => (boolAt(column, row) ? 1 : 0);
    case 'float': {
      const values = floats(column);
      return (row) => floatKey(values[row]!);
    }
    case 'decimal': {
      const [data, width] = [column.data!, widthOf(type)];
      return (row) => wholeKey(decimalAt(data, width, row));
    }
    case 'binary':
    case 'fixed_size_binary': {
      const bytes = bytesReader(column);
      return (row) => hex(bytes(row));
    }
    default: {
      const values = wholes(column);
      if (values instanceof BigInt64Array || values instanceof BigUint64Array) return (row) => wholeKey(values[row]!);
      return (row) => values[row]!;
    }
  }
}

/** The key that a literal of the contract has in a column of the type; undefined when no value can equal it. */
export function literalKey(type: DataType, literal: Literal): Key | undefined {
  const storage = storageType(type);
  switch (storage.name) {
    case 'utf8':
      return typeof literal === 'boolean' ? undefined : String(literal);
    case 'bool':
      return typeof literal === 'boolean' ? Number(literal) : undefined;
    case 'float': {
      const value = floatLiteral(literal);
      if (value === undefined) return undefined;
      return floatKey(storage.bits === 32 ? Math.fround(value) : value);
    }
    case 'binary':
    case 'fixed_size_binary':
      return typeof literal === 'string' && /^([0-9a-f]{2})*$/.test(literal) ? literal : undefined;
    default: {
      const exact = exactLiteral(type, literal);
      return exact === undefined || exact.floor !== exact.ceil ? undefined : wholeKey(exact.floor);
    }
  }
}

/** One key for both zeros, one for every NaN; infinities as text, since JSON has none. */
const floatKey = (value: number): Key => (Number.isFinite(value) ? value + 0 : String(value));

const wholeKey = (value: bigint): Key => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
};

/** The keys of several columns at a row as one key; nulls are a value of their own. */
export function tupleReader(columns: readonly Column[]): (row: number) => string {
  const readers = columns.map((column) => ({ column, read: keyReader(column) }));
  return (row) => JSON.stringify(readers.map(({ column, read }) => (isValid(column, row) ? read(row) : null)));
}
