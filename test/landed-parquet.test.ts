import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type Batch,
  type Column,
  decodeBatch,
  encodeBatch,
  nullColumn,
  type Schema,
  textColumn,
} from '../daemon/columnar/index.js';
import { openSource, ParquetWriter } from '../daemon/pipeline/engine/index.js';
import { temporaryFolder } from './support/folder.js';

const python = spawnSync('python3', ['-c', 'import pyarrow'], { encoding: 'utf8' });
const skip = python.status === 0 ? false : 'pyarrow is not here, so nothing was compared with it';

const schema: Schema = {
  fields: [
    { name: 'text', type: { name: 'utf8' }, nullable: true, metadata: { 'counterfoil.mask': '{"op":"token"}' } },
    { name: 'no nulls', type: { name: 'int', bits: 32, signed: true }, nullable: false },
    { name: 'when "so"', type: { name: 'timestamp', unit: 'us', tz: 'UTC' }, nullable: true },
    { name: 'naïve', type: { name: 'timestamp', unit: 'ns' }, nullable: true },
    { name: 'names', type: { name: 'list', item: { name: 'utf8' } }, nullable: true },
    { name: 'price', type: { name: 'decimal', precision: 15, scale: 2 }, nullable: true },
    { name: 'bytes', type: { name: 'binary' }, nullable: true },
  ],
};

const WORDS = [
  'string',
  'int32',
  'timestamp[us, tz=UTC]',
  'timestamp[ns]',
  'list<item: string>',
  'decimal128(15, 2)',
  'binary',
];

function batchOf(rows: number): Batch {
  const columns = schema.fields.map(({ name, type }): Column => {
    if (name === 'text') return textColumn(Array.from({ length: rows }, (_, row) => `row ${row}`));
    if (name === 'no nulls')
      return { type, rows, nulls: 0, data: new Uint8Array(Int32Array.from({ length: rows }, (_, row) => row).buffer) };
    return nullColumn(type, rows);
  });
  return decodeBatch(schema, encodeBatch(schema, { rows, columns })); // sound, as a peer would have to send it
}

test('landed Parquet says the exact Arrow types and the masks of its columns', { skip }, async (t) => {
  const path = join(temporaryFolder(t), 'part.parquet');
  (await ParquetWriter.for(schema)).write(path, [batchOf(1000), batchOf(500)]);
  const script = `
import json, sys, pyarrow.parquet as pq
t = pq.read_table(sys.argv[1])
t.validate(full=True)
f = lambda x: {k.decode(): v.decode() for k, v in (x.metadata or {}).items() if not k.startswith(b'PARQUET')}
print(json.dumps({'rows': t.num_rows, 'types': [str(x.type).replace('element: ', 'item: ') for x in t.schema], 'metadata': f(t.schema.field(0)), 'last': t.column(0)[1499].as_py()}))`;
  const read = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' });
  assert.equal(read.status, 0, read.stderr);
  assert.deepEqual(JSON.parse(read.stdout), {
    rows: 1500,
    types: WORDS,
    metadata: { 'counterfoil.mask': '{"op":"token"}' },
    last: 'row 499',
  });
});

test('what was landed reads back as the same rows and types', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'part.parquet');
  (await ParquetWriter.for(schema)).write(path, [batchOf(10)]);
  const source = await openSource({ name: 'landed', uri: path }, { scratch: folder });
  try {
    assert.deepEqual(
      source.schema.fields.map(({ name, type }) => ({ name, type })),
      schema.fields.map(({ name, type }) => ({ name, type })),
    );
    const batches: Batch[] = [];
    for await (const batch of source.batches()) batches.push(batch);
    assert.equal(batches[0]?.rows, 10);
  } finally {
    await source.close();
  }
});

test('columns that are called like something of the engine are written and read like others', async (t) => {
  const folder = temporaryFolder(t);
  for (const name of [
    'height',
    'columns',
    'shape',
    'length',
    'constructor',
    'then',
    'writeIPCStream',
    'writeParquet',
  ]) {
    const named: Schema = { fields: [{ name, type: { name: 'utf8' }, nullable: true }] };
    const path = join(folder, `${name}.parquet`);
    (await ParquetWriter.for(named)).write(path, [{ rows: 2, columns: [textColumn(['a', null])] }]);
    const source = await openSource({ name: 't', uri: path }, { scratch: folder });
    let rows = 0;
    for await (const batch of source.batches()) rows += batch.rows;
    await source.close();
    assert.deepEqual([source.schema.fields[0]!.name, rows], [name, 2]);
  }
});
