import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OpenOptions, SourceSpec } from '../../daemon/catalog/index.js';
import {
  type Batch,
  columnReader,
  decodeBatch,
  encodeBatch,
  type Schema,
  type Value,
} from '../../daemon/columnar/index.js';
import { openSource } from '../../daemon/pipeline/engine/index.js';
import { temporaryFolder } from './folder.js';

export interface ReadSource {
  schema: Schema;
  notes: readonly string[];
  batches: Batch[];
  /** By column name. */
  columns: Record<string, Value[]>;
  types: Record<string, string>;
}

/** Opens a source and reads it whole. Every batch must be one that the wire admits. */
export async function readSource(
  t: Parameters<typeof temporaryFolder>[0],
  spec: Omit<SourceSpec, 'name'> & { name?: string },
  options: Partial<OpenOptions> = {},
): Promise<ReadSource> {
  const source = await openSource({ name: 'test', ...spec }, { scratch: temporaryFolder(t), ...options });
  try {
    const batches: Batch[] = [];
    for await (const batch of source.batches()) {
      decodeBatch(source.schema, encodeBatch(source.schema, batch));
      batches.push(batch);
    }
    const columns = source.schema.fields.map((field, index) => [
      field.name,
      batches.flatMap((batch) => valuesOf(batch, index)),
    ]);
    const types = source.schema.fields.map((field) => [field.name, shortType(field.type)]);
    return {
      schema: source.schema,
      notes: source.notes,
      batches,
      columns: Object.fromEntries(columns),
      types: Object.fromEntries(types),
    };
  } finally {
    await source.close();
  }
}

export function valuesOf(batch: Batch, index: number): Value[] {
  const reader = columnReader(batch.columns[index]!);
  return Array.from({ length: batch.rows }, (_, row) => reader.value(row));
}

function shortType(type: Schema['fields'][number]['type']): string {
  const { name, ...rest } = type;
  const parts = Object.values(rest).map((part) => (typeof part === 'object' ? JSON.stringify(part) : String(part)));
  return parts.length === 0 ? name : `${name} ${parts.join(' ')}`;
}

/** Writes a file below a folder of the test and gives its path. */
export function fileIn(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
