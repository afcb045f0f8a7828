import { type Batch, columnReader, type DataType, type Schema, type Value, valueText } from '../../columnar/index.js';

/** The first rows as texts, null where there is no value. Batches are asked for only as long as rows are wanted. */
export async function firstRows(
  schema: Schema,
  batches: AsyncIterable<Batch>,
  most: number,
): Promise<(string | null)[][]> {
  const types = schema.fields.map(({ type }) => type);
  const rows: (string | null)[][] = [];
  if (most === 0) return rows;
  for await (const batch of batches) {
    const columns = batch.columns.map(columnReader);
    for (let row = 0; row < batch.rows && rows.length < most; row++)
      rows.push(columns.map((column, at) => shown(types[at]!, column.value(row))));
    if (rows.length >= most) break;
  }
  return rows;
}

const shown = (type: DataType, value: Value): string | null => (value === null ? null : valueText(type, value));
