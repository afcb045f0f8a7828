import { CounterfoilError } from '../../foundation/index.js';
import { bitmapBytes } from '../bits.js';
import { storageOf, valueBytes } from '../data-type.js';
import type { Column, DataType } from '../types.js';

/** A column of the given type in which every row is null. */
export function nullColumn(type: DataType, rows: number): Column {
  const storage = storageOf(type);
  const base: Column = { type, rows, nulls: rows };
  if (storage.name === 'null') return base;
  if (rows > 0) base.validity = new Uint8Array(bitmapBytes(rows));
  switch (storage.name) {
    case 'bool':
      return { ...base, data: new Uint8Array(bitmapBytes(rows)) };
    case 'utf8':
    case 'binary':
      return { ...base, offsets: new Int32Array(rows + 1), data: new Uint8Array(0) };
    case 'list':
      return { ...base, offsets: new Int32Array(rows + 1), children: [nullColumn(storage.item, 0)] };
    case 'fixed_size_list':
      return { ...base, children: [nullColumn(storage.item, rows * storage.size)] };
    case 'struct':
      return { ...base, children: storage.fields.map((field) => nullColumn(field.type, rows)) };
    default:
      return { ...base, data: new Uint8Array(rows * valueBytes(storage)!) };
  }
}

/** A text column of the given values, which must be well-formed; null for a null row. */
export function textColumn(values: readonly (string | null)[]): Column {
  const rows = values.length;
  const offsets = new Int32Array(rows + 1);
  const validity = new Uint8Array(bitmapBytes(rows));
  let total = 0;
  let nulls = 0;
  for (const [row, value] of values.entries()) {
    if (value === null) nulls++;
    else {
      validity[row >> 3]! |= 1 << (row & 7);
      total += Buffer.byteLength(value);
    }
    offsets[row + 1] = total;
  }
  if (total > 0x7fffffff)
    throw new CounterfoilError('batch.too_large', 'The values of a text column outgrow one batch.');
  const data = Buffer.alloc(total);
  for (const [row, value] of values.entries()) if (value !== null) data.write(value, offsets[row]!, 'utf8');
  const column: Column = {
    type: { name: 'utf8' },
    rows,
    nulls,
    offsets,
    data: new Uint8Array(data.buffer, data.byteOffset, total),
  };
  return nulls === 0 ? column : { ...column, validity };
}
