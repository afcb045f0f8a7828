import { columnReader, valueText } from '../../columnar/index.js';
import { openLanded } from '../../pipeline/index.js';
import type { Stage } from './stage.js';

/** Rows of what landed in a folder, counted by reading all of it. */
export async function countRows(stage: Stage, folder: string): Promise<number> {
  let rows = 0;
  for await (const batch of openLanded(folder, { scratch: stage.dir }).batches()) rows += batch.rows;
  return rows;
}

/** The first row of what landed, as a reader of its files sees it. */
export async function firstRow(stage: Stage, folder: string): Promise<Record<string, string>> {
  const { schema, batches } = openLanded(folder, { scratch: stage.dir });
  for await (const { columns } of batches()) {
    const cells = schema.fields.map(({ name, type }, at): [string, string] => {
      const value = columnReader(columns[at]!).value(0);
      return [name, value === null ? 'null' : valueText(type, value)];
    });
    return Object.fromEntries(cells);
  }
  return {};
}
