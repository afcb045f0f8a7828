import { CounterfoilError } from '../../foundation/index.js';
import { allOnes, bitmapBytes } from '../bits.js';
import { storageOf } from '../data-type.js';
import type { Batch, Column } from '../types.js';

/** The rows of all batches in one; they have the same schema, and there is at least one. Canonical. */
export function concatBatches(batches: readonly Batch[]): Batch {
  const first = batches[0];
  if (first === undefined) throw new CounterfoilError('internal', 'There is no batch to join.');
  if (batches.length === 1) return first;
  return {
    rows: batches.reduce((sum, batch) => sum + batch.rows, 0),
    columns: first.columns.map((_, index) => concatColumns(batches.map((batch) => batch.columns[index]!))),
  };
}

export function concatColumns(parts: readonly Column[]): Column {
  const { type } = parts[0]!;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const nulls = parts.reduce((sum, part) => sum + part.nulls, 0);
  const storage = storageOf(type);
  if (storage.name === 'null') return { type, rows, nulls };
  const base: Column = { type, rows, nulls };
  if (nulls > 0) base.validity = joinBits(parts, (part) => part.validity ?? allOnes(part.rows), rows);
  if (storage.name === 'bool') return { ...base, data: joinBits(parts, (part) => part.data!, rows) };
  if (parts[0]!.offsets !== undefined) base.offsets = joinOffsets(parts, rows);
  if (parts[0]!.data !== undefined) base.data = joinBytes(parts.map((part) => part.data!));
  const children = parts[0]!.children;
  if (children !== undefined) {
    base.children = children.map((_, index) => concatColumns(parts.map((part) => part.children![index]!)));
  }
  return base;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function joinOffsets(parts: readonly Column[], rows: number): Int32Array {
  const out = new Int32Array(rows + 1);
  let row = 0;
  let base = 0;
  for (const { offsets, rows: count } of parts) {
    for (let index = 1; index <= count; index++) out[row + index] = base + offsets![index]!;
    row += count;
    base += offsets![count]!;
    if (base > 0x7fffffff) throw new CounterfoilError('batch.too_large', 'Joined batches outgrow 32-bit offsets.');
  }
  return out;
}

/** Bitmaps end to end; unused bits of each are zero, so shifted bytes can be or-ed in. */
function joinBits(parts: readonly Column[], bitsOf: (part: Column) => Uint8Array, rows: number): Uint8Array {
  const out = new Uint8Array(bitmapBytes(rows));
  let row = 0;
  for (const part of parts) {
    const bits = bitsOf(part);
    const shift = row & 7;
    const start = row >> 3;
    if (shift === 0) out.set(bits.subarray(0, bitmapBytes(part.rows)), start);
    else {
      for (let index = 0; index < bitmapBytes(part.rows); index++) {
        const byte = bits[index]!;
        out[start + index]! |= byte << shift;
        if (start + index + 1 < out.length) out[start + index + 1]! |= byte >> (8 - shift);
      }
    }
    row += part.rows;
  }
  return out;
}
