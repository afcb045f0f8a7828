import { join } from 'node:path';
import { columnReader, valueText } from '../../columnar/index.js';
import { openSource } from '../../pipeline/index.js';
import type { Stage } from './stage.js';

const openLanded = (stage: Stage, folder: string) =>
  openSource({ name: 'landed', uri: join(folder, '*.parquet') }, { scratch: stage.dir });

/** Rows of what landed in a folder, counted by reading all of it. */
export async function countRows(stage: Stage, folder: string): Promise<number> {
  const source = await openLanded(stage, folder);
  let rows = 0;
  for await (const batch of source.batches()) rows += batch.rows;
  await source.close();
  return rows;
}

/** The first row of what landed, as a reader of Parquet sees it. */
export async function firstRow(stage: Stage, folder: string): Promise<Record<string, string>> {
  const source = await openLanded(stage, folder);
  try {
    const first = await source.batches().next();
    if (first.done) return {};
    const { columns } = first.value;
    return Object.fromEntries(
      source.schema.fields.map(({ name, type }, at) => {
        const value = columnReader(columns[at]!).value(0);
        return [name, value === null ? 'null' : valueText(type, value)];
      }),
    );
  } finally {
    await source.close();
  }
}
