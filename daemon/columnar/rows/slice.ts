import { bitmapBytes, bitSlice, countOnes } from '../bits.js';
import { storageOf, valueBytes } from '../data-type.js';
import type { Batch, Column } from '../types.js';

/** `count` rows from row `from`. Views where the layout allows (fixed width, text), else copies; canonical. */
export function sliceBatch(batch: Batch, from: number, count: number): Batch {
  if (from === 0 && count === batch.rows) return batch;
  return { rows: count, columns: batch.columns.map((column) => sliceColumn(column, from, count)) };
}

export function sliceColumn(column: Column, from: number, count: number): Column {
  const { type } = column;
  if (from === 0 && count === column.rows) return column;
  const storage = storageOf(type);
  if (storage.name === 'null') return { type, rows: count, nulls: count };
  const validity = column.nulls > 0 ? sliceBits(column.validity!, from, count) : undefined;
  const nulls = validity === undefined ? 0 : count - countOnes(validity, count);
  const base: Column = { type, rows: count, nulls };
  if (nulls > 0) base.validity = validity!;
  switch (storage.name) {
    case 'bool':
      return { ...base, data: sliceBits(column.data!, from, count) };
    case 'utf8':
    case 'binary': {
      const { offsets, start, end } = sliceOffsets(column.offsets!, from, count);
      return { ...base, offsets, data: column.data!.subarray(start, end) };
    }
    case 'list': {
      const { offsets, start, end } = sliceOffsets(column.offsets!, from, count);
      return { ...base, offsets, children: [sliceColumn(column.children![0]!, start, end - start)] };
    }
    case 'fixed_size_list':
      return { ...base, children: [sliceColumn(column.children![0]!, from * storage.size, count * storage.size)] };
    case 'struct':
      return { ...base, children: column.children!.map((child) => sliceColumn(child, from, count)) };
    default: {
      const width = valueBytes(storage)!;
      return { ...base, data: column.data!.subarray(from * width, (from + count) * width) };
    }
  }
}

function sliceBits(bits: Uint8Array, from: number, count: number): Uint8Array {
  const whole = (from & 7) === 0 && (count & 7) === 0;
  return whole ? bits.subarray(from >> 3, (from >> 3) + bitmapBytes(count)) : bitSlice(bits, from, count);
}

/** Offsets moved to start at 0, and the range of values that they leave. */
function sliceOffsets(
  all: Int32Array,
  from: number,
  count: number,
): { offsets: Int32Array; start: number; end: number } {
  const start = all[from]!;
  const end = all[from + count]!;
  if (start === 0) return { offsets: all.subarray(from, from + count + 1), start, end };
  const offsets = new Int32Array(count + 1);
  for (let row = 0; row <= count; row++) offsets[row] = all[from + row]! - start;
  return { offsets, start, end };
}
