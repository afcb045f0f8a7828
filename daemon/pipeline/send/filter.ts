import { type Batch, type Schema, takeRows } from '../../columnar/index.js';
import { bindCondition } from '../checks/index.js';

/** The rows of a batch for which a condition is true; those for which it is false or unknown are left out, as in SQL. */
export type RowFilter = (batch: Batch) => Batch;

/** A row filter over the columns of a version. Without a condition, every row. `contract.invalid` for one that is none. */
export function rowFilter(schema: Schema, where: string | undefined): RowFilter {
  if (where === undefined) return (batch) => batch;
  const evaluate = bindCondition(where, schema);
  return (batch) => {
    const truths = evaluate(batch);
    const rows = new Int32Array(batch.rows);
    let kept = 0;
    for (let row = 0; row < batch.rows; row++) if (truths[row] === 1) rows[kept++] = row;
    return kept === batch.rows ? batch : takeRows(batch, rows.subarray(0, kept), schema);
  };
}
