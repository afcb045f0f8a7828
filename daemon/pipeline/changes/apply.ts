import { type Batch, concatBatches, takeRows } from '../../columnar/index.js';
import { LIMITS } from '../../foundation/index.js';
import { invalid, type Run } from './patch.js';
import type { RowsBefore } from './rows-before.js';

/** The batch of `rows` rows that the runs make of rows of the version before and of fresh ones. `batch.invalid`. */
export function applyPatch(before: RowsBefore, runs: readonly Run[], fresh: Batch, rows: number): Batch {
  const copied = runs.reduce((sum, run) => sum + run.copied, 0);
  const came = runs.reduce((sum, run) => sum + run.fresh, 0);
  if (copied + came !== rows || came !== fresh.rows) throw invalid('makes another number of rows');
  const parts: Batch[] = [fresh];
  /** Where each batch of the version before begins among the parts. */
  const places = new Map<number, number>();
  let end = fresh.rows;
  const placeOf = (index: number): number => {
    const known = places.get(index);
    if (known !== undefined) return known;
    if (places.size === LIMITS.patchBatches) throw invalid(`reaches into more than ${LIMITS.patchBatches} batches`);
    const batch = before.batch(index);
    parts.push(batch);
    places.set(index, end);
    end += batch.rows;
    return end - batch.rows;
  };
  const indices = new Int32Array(rows);
  let [at, next] = [0, 0];
  for (const { from, copied: count, fresh: young } of runs) {
    if (from + count > before.rows) throw invalid('names rows that the version before has not');
    for (let row = from; row < from + count; ) {
      const index = before.batchOf(row);
      const shift = placeOf(index) - before.start(index);
      for (const stop = Math.min(from + count, before.end(index)); row < stop; row++) indices[at++] = row + shift;
    }
    for (let left = young; left > 0; left--) indices[at++] = next++;
  }
  return takeRows(concatBatches(parts), indices);
}
