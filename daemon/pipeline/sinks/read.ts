import { join } from 'node:path';
import type { OpenSource } from '../../catalog/index.js';
import {
  type Batch,
  type Column,
  type DataType,
  type Schema,
  takeRows,
  textColumn,
  textTypeName,
} from '../../columnar/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { openSource } from '../engine/index.js';
import { type LandedFile, type LandedManifest, readManifest } from './manifest.js';

interface Options {
  scratch: string;
  signal?: AbortSignal;
}

/** One file of a delivery, with the types that landed; without the columns that are folders. */
export function openLandedFile(
  folder: string,
  { format, columns }: LandedManifest,
  file: LandedFile,
  options: Options,
): Promise<OpenSource> {
  const types = Object.fromEntries(columns.map(({ name, type }) => [name, textTypeName(type) ?? 'text']));
  const here = columns.filter(({ name }) => file.partition?.[name] === undefined).map(({ name }) => name);
  const typed = Object.fromEntries(here.map((name) => [name, types[name]!]));
  const spec = { name: 'landed', uri: join(folder, file.name), format };
  return openSource(format === 'csv' ? { ...spec, options: { separator: ',', types: typed } } : spec, options);
}

/** All rows of a folder that landed, with all their columns, whatever its format and however it is partitioned. */
export function openLanded(
  folder: string,
  options: Options,
): { schema: Schema; batches(): AsyncGenerator<Batch, void, undefined> } {
  const manifest = readManifest(folder);
  const schema = { fields: manifest.columns.map(({ name, type, nullable }) => ({ name, type, nullable })) };
  return { schema, batches: () => rows(folder, manifest, options) };
}

async function* rows(folder: string, manifest: LandedManifest, options: Options): AsyncGenerator<Batch> {
  for (const file of manifest.files) {
    const source = await openLandedFile(folder, manifest, file, options);
    try {
      const places = manifest.columns.map(({ name }) => source.schema.fields.findIndex((field) => field.name === name));
      for await (const batch of source.batches()) {
        const columns = manifest.columns.map(({ name, type }, at) =>
          places[at]! < 0 ? constant(type, file.partition?.[name] ?? null, batch.rows) : batch.columns[places[at]!]!,
        );
        yield { rows: batch.rows, columns };
      }
    } finally {
      await source.close();
    }
  }
}

const DAY_MS = 86_400_000;

/** A column of one value, as the name of a folder says it. */
function constant(type: DataType, value: string | null, rows: number): Column {
  const one = value === null ? { ...cell(type, '0'), nulls: 1, validity: Uint8Array.of(0) } : cell(type, value);
  return takeRows({ rows: 1, columns: [one] }, new Int32Array(rows)).columns[0]!;
}

function cell(type: DataType, value: string): Column {
  if (type.name === 'utf8') return textColumn([value]);
  const data = new Uint8Array(8);
  const view = new DataView(data.buffer);
  const base = { type, rows: 1, nulls: 0 };
  if (type.name === 'bool') {
    data[0] = value === 'true' ? 1 : 0;
    return { ...base, data: data.subarray(0, 1) };
  }
  if (type.name === 'date') {
    view.setInt32(0, Math.floor(Date.parse(`${value}T00:00:00Z`) / DAY_MS) || 0, true);
    return { ...base, data: data.slice(0, 4) };
  }
  if (type.name !== 'int')
    throw new CounterfoilError('store.corrupt', 'A manifest names a partition of no known type.');
  view.setBigInt64(0, BigInt.asIntN(64, BigInt(value)), true);
  return { ...base, data: data.slice(0, type.bits / 8) };
}
