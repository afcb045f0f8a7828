import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { bitmapBytes, getBit, lastMask } from '../bits.js';
import { storageOf, valueBytes } from '../data-type.js';
import { columnLabel } from '../faults.js';
import type { Batch, Column, Schema } from '../types.js';

/**
 * The given rows of a batch, in the given order; an index may come more than once. The result is canonical. `schema` only
 * names columns in errors (`batch.too_large`, when repeated rows outgrow a column).
 */
export function takeRows(batch: Batch, rows: Int32Array, schema?: Schema): Batch {
  const columns = batch.columns.map((column, index) => {
    return takeColumn(column, rows, columnLabel(schema?.fields[index]?.name ?? `${index}`));
  });
  return { rows: rows.length, columns };
}

/** The given rows of a column; -1 gives a null row. Indices must be below `column.rows`: not checked here. */
export function takeColumn(column: Column, rows: Int32Array, label: string): Column {
  const { type } = column;
  const count = rows.length;
  const storage = storageOf(type);
  if (storage.name === 'null') return { type, rows: count, nulls: count };
  const { nulls, validity } = takeValidity(column, rows);
  const base: Column = validity === undefined ? { type, rows: count, nulls } : { type, rows: count, nulls, validity };
  switch (storage.name) {
    case 'bool':
      return { ...base, data: takeBits(column.data!, rows) };
    case 'utf8':
    case 'binary':
      return { ...base, ...takeBytes(column, rows, label) };
    case 'list': {
      const { offsets, items } = takeRanges(column.offsets!, rows, label);
      return { ...base, offsets, children: [takeColumn(column.children![0]!, items, label)] };
    }
    case 'fixed_size_list':
      return { ...base, children: [takeColumn(column.children![0]!, spread(rows, storage.size, label), label)] };
    case 'struct':
      return { ...base, children: column.children!.map((child) => takeColumn(child, rows, label)) };
    default:
      return { ...base, data: takeFixed(column.data!, valueBytes(storage)!, rows) };
  }
}

function takeValidity(column: Column, rows: Int32Array): { nulls: number; validity?: Uint8Array } {
  const from = column.nulls > 0 ? column.validity : undefined;
  const validity = new Uint8Array(bitmapBytes(rows.length));
  let valid = 0;
  for (let to = 0; to < rows.length; to++) {
    const row = rows[to]!;
    if (row < 0 || (from !== undefined && !getBit(from, row))) continue;
    validity[to >> 3]! |= 1 << (to & 7);
    valid++;
  }
  const nulls = rows.length - valid;
  return nulls === 0 ? { nulls } : { nulls, validity };
}

function takeBits(bits: Uint8Array, rows: Int32Array): Uint8Array {
  const out = new Uint8Array(bitmapBytes(rows.length));
  for (let to = 0; to < rows.length; to++) {
    const row = rows[to]!;
    if (row >= 0 && getBit(bits, row)) out[to >> 3]! |= 1 << (to & 7);
  }
  if (out.length > 0) out[out.length - 1]! &= lastMask(rows.length);
  return out;
}

/** Fixed-width values; those of -1 stay zero. Copied as words where the width allows; as integers, so NaNs keep their bits. */
function takeFixed(data: Uint8Array, width: number, rows: Int32Array): Uint8Array {
  const out = new Uint8Array(width * rows.length);
  if (width === 0) return out;
  const unit = width % 4 === 0 ? 4 : width === 2 ? 2 : 1;
  const from = words(data, unit);
  const to = words(out, unit);
  const each = width / unit;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    if (row < 0) continue;
    for (let index = 0; index < each; index++) to[at * each + index] = from[row * each + index]!;
  }
  return out;
}

function words(bytes: Uint8Array, unit: 1 | 2 | 4): Int32Array | Int16Array | Uint8Array {
  if (unit === 1) return bytes;
  return unit === 4
    ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}

function takeBytes(column: Column, rows: Int32Array, label: string): { offsets: Int32Array; data: Uint8Array } {
  const source = column.offsets!;
  const offsets = new Int32Array(rows.length + 1);
  let total = 0;
  for (let to = 0; to < rows.length; to++) {
    const row = rows[to]!;
    if (row >= 0) total += source[row + 1]! - source[row]!;
    if (total > LIMITS.columnBytes) throw outgrown(label);
    offsets[to + 1] = total;
  }
  const data = new Uint8Array(total);
  // Neighbouring rows are copied together: taking a filter's rows is mostly runs.
  let start = 0;
  let end = 0;
  let at = 0;
  for (let to = 0; to < rows.length; to++) {
    const row = rows[to]!;
    if (row < 0) continue;
    const from = source[row]!;
    if (from !== end) {
      at = copyRun(column.data!, start, end, data, at);
      start = from;
    }
    end = source[row + 1]!;
  }
  copyRun(column.data!, start, end, data, at);
  return { offsets, data };
}

function copyRun(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (end - start < 32) for (let index = start; index < end; index++) to[at++] = from[index]!;
  else {
    to.set(from.subarray(start, end), at);
    at += end - start;
  }
  return at;
}

/** The items under the rows of a list. */
function takeRanges(source: Int32Array, rows: Int32Array, label: string): { offsets: Int32Array; items: Int32Array } {
  const offsets = new Int32Array(rows.length + 1);
  let total = 0;
  for (let to = 0; to < rows.length; to++) {
    const row = rows[to]!;
    if (row >= 0) total += source[row + 1]! - source[row]!;
    if (total > LIMITS.columnItems) throw outgrown(label);
    offsets[to + 1] = total;
  }
  const items = new Int32Array(total);
  let at = 0;
  for (const row of rows)
    if (row >= 0) for (let item = source[row]!; item < source[row + 1]!; item++) items[at++] = item;
  return { offsets, items };
}

/** Child rows under the rows of a fixed-size list. */
function spread(rows: Int32Array, size: number, label: string): Int32Array {
  if (rows.length * size > LIMITS.columnItems) throw outgrown(label);
  const items = new Int32Array(rows.length * size);
  let at = 0;
  for (const row of rows) for (let index = 0; index < size; index++) items[at++] = row < 0 ? -1 : row * size + index;
  return items;
}

function outgrown(label: string): CounterfoilError {
  return new CounterfoilError('batch.too_large', `Column ${label}: its values outgrow one batch.`, {
    hint: 'Write the source with fewer rows in each record batch.',
  });
}
