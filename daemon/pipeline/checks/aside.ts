import { type Batch, takeRows } from '../../columnar/index.js';

/** The rows that are marked, ascending. */
export function ones(marks: Uint8Array): Int32Array {
  const rows = new Int32Array(marks.length);
  let count = 0;
  for (let row = 0; row < marks.length; row++) if (marks[row] === 1) rows[count++] = row;
  return rows.slice(0, count);
}

/** A batch without some rows of it, given in ascending order. */
export function without(batch: Batch, rows: Int32Array): Batch {
  if (rows.length === 0) return batch;
  const kept = new Int32Array(batch.rows - rows.length);
  let next = 0;
  let count = 0;
  for (let row = 0; row < batch.rows; row++) {
    if (row === rows[next]) next++;
    else kept[count++] = row;
  }
  return takeRows(batch, kept);
}
