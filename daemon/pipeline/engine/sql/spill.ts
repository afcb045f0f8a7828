import { join } from 'node:path';
import { type Batch, batchBytes, type Field } from '../../../columnar/index.js';
import { diskError } from '../../../foundation/index.js';
import { changedTypes, framed, frameOf, knownToPolars, nameFitsPolars } from '../polars.js';
import type { Rows } from '../rows.js';
import { refuseChanged } from './guard.js';

/** Bytes of one file. */
const PART_BYTES = 64 * 1024 * 1024;

/** Writes rows to Parquet files that polars can scan. Types that it would change are refused by name. */
export async function spilled(rows: Rows, folder: string): Promise<string[]> {
  const changed: string[] = [];
  for (const field of rows.schema.fields) if (!(await isKept(field))) changed.push(field.name);
  refuseChanged(changed);
  const paths: string[] = [];
  let held: Batch[] = [];
  let bytes = 0;
  const flush = (): void => {
    const path = join(folder, `part-${paths.length}.parquet`);
    try {
      frameOf(rows.schema, held).writeParquet(path, { compression: 'lz4' });
    } catch (error) {
      throw diskError(error);
    }
    paths.push(path);
    held = [];
    bytes = 0;
  };
  for await (const batch of rows.batches()) {
    held.push(batch);
    bytes += batchBytes(batch);
    if (bytes > PART_BYTES) flush();
  }
  if (held.length > 0 || paths.length === 0) flush();
  return paths;
}

async function isKept(field: Field): Promise<boolean> {
  if (!knownToPolars(field.type) || !nameFitsPolars(field.name)) return false;
  const schema = { fields: [field] };
  return changedTypes(schema, (await framed(frameOf(schema, []))).schema).length === 0;
}
