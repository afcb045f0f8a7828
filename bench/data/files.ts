import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Batch } from '../../daemon/columnar/index.js';
import { ParquetWriter } from '../../daemon/pipeline/engine/index.js';
import { TABLE_SCHEMA, tableBatch } from './table.js';

export const SEED = 20_260_701;
const BATCH_ROWS = 50_000;
const PART_ROWS = 500_000;

/** Three million flights: the Parquet file of the package vega-datasets, which exports only its index. */
export function flightsFile(): string {
  const folders = createRequire(import.meta.url).resolve.paths('vega-datasets') ?? [];
  const found = folders.map((folder) => join(folder, 'vega-datasets/data/flights-3m.parquet')).find(existsSync);
  if (found === undefined) throw new Error('The development dependency vega-datasets is not installed.');
  return found;
}

/**
 * The generated table as one Parquet file (zstd, row groups of 122 880 rows, as DuckDB writes them), made when it is not
 * there yet: generating takes longer than most benches.
 */
export async function tableFile(folder: string, rows: number): Promise<string> {
  const path = join(folder, `table-${SEED}-${rows}.parquet`);
  if (!existsSync(path)) await writeRows(path, batchesOf(rows));
  return path;
}

export function* batchesOf(rows: number): Generator<Batch> {
  for (let from = 0; from < rows; from += BATCH_ROWS) yield tableBatch(SEED, from, Math.min(BATCH_ROWS, rows - from));
}

/** Writes rows of the table's schema to one Parquet file. */
export async function writeRows(path: string, batches: Iterable<Batch>): Promise<void> {
  const parts = `${path}.parts`;
  rmSync(parts, { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  const writer = await ParquetWriter.for(TABLE_SCHEMA, 'snappy');
  let held: Batch[] = [];
  let rows = 0;
  let count = 0;
  const flush = () => {
    writer.write(join(parts, `${String(count++).padStart(6, '0')}.parquet`), held);
    held = [];
    rows = 0;
  };
  for (const batch of batches) {
    held.push(batch);
    rows += batch.rows;
    if (rows >= PART_ROWS) flush();
  }
  if (rows > 0 || count === 0) flush();
  await copyParquet(`${parts}/*.parquet`, `${path}.new`);
  renameSync(`${path}.new`, path);
  rmSync(parts, { recursive: true, force: true });
}

async function copyParquet(from: string, to: string): Promise<void> {
  await duckdb(`COPY (SELECT * FROM read_parquet('${from}')) TO '${to}' (FORMAT parquet, COMPRESSION zstd)`);
}

/** Runs a statement in a DuckDB of its own, with rows kept in their order; its answer. */
export async function duckdb(statement: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(statement)).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
