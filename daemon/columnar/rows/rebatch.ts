import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { bitmapBytes } from '../bits.js';
import { storageOf, valueBytes } from '../data-type.js';
import { columnLabel } from '../faults.js';
import { padded } from '../ipc/arrow-format.js';
import type { Batch, Column, Schema } from '../types.js';
import { concatBatches } from './concat.js';
import { sliceBatch } from './slice.js';

/** How to cut: by rows alone, or by size with a bound on rows. */
export type Cut = { rows: number } | { targetBytes: number; maxRows: number };

/** What publishing cuts to. */
export const PUBLISH_CUT: Cut = { targetBytes: LIMITS.batchTargetBytes, maxRows: LIMITS.batchTargetRows };

/**
 * Cuts rows into batches anew. The result depends on the rows and on `cut`, not on how they came in: each batch takes
 * rows while they fit, at least one. `batch.too_large` names the column of a row that no batch on the wire could hold.
 * No rows give no batch. One or two batches are held at a time.
 */
export async function* rebatch(
  schema: Schema,
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  cut: Cut,
): AsyncGenerator<Batch, void, undefined> {
  const [mostRows, mostBits] = 'rows' in cut ? [cut.rows, Infinity] : [cut.maxRows, cut.targetBytes * 8];
  let parts: Batch[] = [];
  let rows = 0;
  let bits = 0;
  const flush = (): Batch => {
    const whole = concatBatches(parts);
    if (Number.isFinite(mostBits)) refuseLarge(schema, whole);
    parts = [];
    rows = 0;
    bits = 0;
    return whole;
  };
  for await (const batch of batches) {
    const weights = batch.columns.map(weightOf);
    for (let from = 0; from < batch.rows; ) {
      const most = Math.min(mostRows - rows, batch.rows - from);
      const fits = rowsThatFit(weights, from, most, mostBits - bits);
      if (fits === 0 && rows > 0) {
        yield flush();
        continue;
      }
      const count = Math.max(1, fits);
      parts.push(sliceBatch(batch, from, count));
      rows += count;
      bits += span(weights, from, count);
      from += count;
      if (rows === mostRows) yield flush();
    }
  }
  if (rows > 0) yield flush();
}

/** Size of a batch as `encodeBatch` writes its body; null columns, which it does not write, count one bit a row. */
export function batchBytes(batch: Batch): number {
  return batch.columns.reduce((sum, column) => sum + columnBytes(column), 0);
}

function columnBytes(column: Column): number {
  if (storageOf(column.type).name === 'null') return bitmapBytes(column.rows);
  const own = [column.nulls > 0 ? column.validity : undefined, column.offsets, column.data];
  const inside = (column.children ?? []).reduce((sum, child) => sum + columnBytes(child), 0);
  return own.reduce((sum, buffer) => sum + padded(buffer?.byteLength ?? 0), inside);
}

/** Bits that the first `row` rows of a column weigh; a sum over rows, so that cuts do not depend on the batches that came in. */
type Weight = (row: number) => number;

function weightOf(column: Column): Weight {
  const type = storageOf(column.type);
  const { offsets } = column;
  const children = (column.children ?? []).map(weightOf);
  switch (type.name) {
    case 'null':
      return (row) => row;
    case 'bool':
      return (row) => row * 2;
    case 'utf8':
    case 'binary':
      return (row) => row * 33 + offsets![row]! * 8;
    case 'list':
      return (row) => row * 33 + children[0]!(offsets![row]!);
    case 'fixed_size_list':
      return (row) => row + children[0]!(row * type.size);
    case 'struct':
      return (row) => row + children.reduce((sum, child) => sum + child(row), 0);
    default: {
      const each = valueBytes(type)! * 8 + 1;
      return (row) => row * each;
    }
  }
}

const span = (weights: readonly Weight[], from: number, count: number): number =>
  weights.reduce((sum, weight) => sum + weight(from + count) - weight(from), 0);

/** The most rows from `from`, up to `most`, that weigh no more than `room`: found by halving, weights only grow. */
function rowsThatFit(weights: readonly Weight[], from: number, most: number, room: number): number {
  if (span(weights, from, most) <= room) return most;
  let fits = 0;
  for (let over = most; over - fits > 1; ) {
    const middle = (fits + over) >> 1;
    if (span(weights, from, middle) <= room) fits = middle;
    else over = middle;
  }
  return fits;
}

function refuseLarge(schema: Schema, batch: Batch): void {
  const bytes = batchBytes(batch);
  if (bytes <= LIMITS.batchBytes) return;
  const sizes = batch.columns.map(columnBytes);
  const index = sizes.indexOf(Math.max(...sizes));
  const label = columnLabel(schema.fields[index]!.name);
  throw new CounterfoilError(
    'batch.too_large',
    `Column ${label}: a row takes ${bytes} bytes, ${sizes[index]} of them in this column, and a batch at most ${LIMITS.batchBytes}.`,
  );
}
