import type { Column, DataType } from '../../columnar/index.js';
import { utf8 } from '../../foundation/index.js';
import { isValid, widthOf } from '../checks/values/access.js';

/** A text column from one string a row; null where there is none. */
export function textColumn(values: readonly (string | null)[]): Column {
  const rows = values.length;
  const offsets = new Int32Array(rows + 1);
  const parts: string[] = [];
  let nulls = 0;
  let end = 0;
  values.forEach((value, row) => {
    if (value === null) nulls++;
    else {
      parts.push(value);
      end += Buffer.byteLength(value);
    }
    offsets[row + 1] = end;
  });
  const column: Column = { type: { name: 'utf8' }, rows, nulls, offsets, data: utf8(parts.join('')) };
  return nulls === 0 ? column : { ...column, validity: validityOf(rows, (row) => values[row] !== null) };
}

export function validityOf(rows: number, valid: (row: number) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(rows / 8));
  for (let row = 0; row < rows; row++) if (valid(row)) bits[row >> 3]! |= 1 << (row & 7);
  return bits;
}

/** A column whose every row is null. */
export function nullColumn(type: DataType, rows: number): Column {
  const base: Column = { type, rows, nulls: rows };
  const storage = storageOf(type);
  if (storage.name === 'null') return base;
  const column = { ...base, validity: new Uint8Array(Math.ceil(rows / 8)) };
  switch (storage.name) {
    case 'utf8':
    case 'binary':
      return { ...column, offsets: new Int32Array(rows + 1), data: new Uint8Array(0) };
    case 'bool':
      return { ...column, data: new Uint8Array(Math.ceil(rows / 8)) };
    case 'list':
      return { ...column, offsets: new Int32Array(rows + 1), children: [nullColumn(storage.item, 0)] };
    case 'fixed_size_list':
      return { ...column, children: [nullColumn(storage.item, rows * storage.size)] };
    case 'struct':
      return { ...column, children: storage.fields.map((field) => nullColumn(field.type, rows)) };
    default:
      return { ...column, data: new Uint8Array(rows * widthOf(storage)) };
  }
}

const storageOf = (type: DataType): Exclude<DataType, { name: 'extension' }> =>
  type.name === 'extension' ? storageOf(type.storage) : type;

/** The texts of a column, each distinct one turned once; nulls stay. */
export function mapTexts(column: Column, read: (row: number) => string, turn: (text: string) => string): Column {
  const known = new Map<string, string>();
  const out: (string | null)[] = new Array(column.rows);
  for (let row = 0; row < column.rows; row++) {
    if (!isValid(column, row)) {
      out[row] = null;
      continue;
    }
    const text = read(row);
    let turned = known.get(text);
    if (turned === undefined) {
      turned = turn(text);
      known.set(text, turned);
    }
    out[row] = turned;
  }
  return textColumn(out);
}
