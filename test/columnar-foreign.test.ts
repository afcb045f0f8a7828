import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createReadStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import {
  type Batch,
  type ByteSource,
  columnDigest,
  concatBatches,
  ipcStream,
  readStream,
  type Schema,
  typeText,
} from '../daemon/columnar/index.js';
import { hex } from '../daemon/foundation/index.js';
import { anyType, batchOf, samples } from './support/columns.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';

const SEED = 20_240_611;
/** A pyarrow table without columns has no rows, and arrow-js cannot build a fixed-size list of size 0. */
const hasColumns = (schema: Schema) => schema.fields.length > 0;
const python = spawnSync('python3', ['-c', 'import pyarrow; print(pyarrow.__version__)'], { encoding: 'utf8' });
const skip = python.status === 0 ? false : 'pyarrow is not here, so nothing was compared with it';

async function read(source: ByteSource): Promise<{ schema: Schema; batch: Batch | undefined }> {
  const { schema, batches } = await readStream(source);
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return { schema, batch: all.length === 0 ? undefined : concatBatches(all) };
}

const types = (schema: Schema) => schema.fields.map(({ name, type }) => `${name} ${typeText(type)}`);
const digests = (batch: Batch) => batch.columns.map((column) => hex(columnDigest(column)));

test('pyarrow reads what is written, and its rows are read back the same in every layout it has', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const folder = temporaryFolder(t);
  const cases = fc
    .sample(
      samples().filter(({ schema }) => hasColumns(schema)),
      { seed: SEED, numRuns: 40 },
    )
    .map(({ schema, rows, values }) => ({ schema, batch: batchOf(schema, rows, values) }));
  for (const [index, { schema, batch }] of cases.entries()) {
    writeFileSync(join(folder, `${index}.arrows`), Buffer.concat(ipcStream(schema, [batch])));
  }
  const script = join(repoRoot, 'test', 'support', 'rewrite_arrow.py');
  const run = spawnSync('python3', [script, folder], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const files = readdirSync(folder).filter((name) => name.endsWith('.out'));
  assert.equal(files.length, cases.length * 10);
  for (const name of files) {
    const { schema, batch } = cases[Number(name.split('.')[0])]!;
    const path = join(folder, name);
    for (const source of [path, new Uint8Array(readFileSync(path)), createReadStream(path, { highWaterMark: 100 })]) {
      const found = await read(source);
      assert.deepEqual(types(found.schema), types(schema), name);
      if (found.batch === undefined) assert.equal(batch.rows, 0, name);
      else {
        assert.deepEqual(digests(found.batch), digests(batch), name);
        assert.deepEqual(found.batch, batch, name);
      }
    }
  }
});

test('arrow-js reads what is written, and what it writes is read back the same', async () => {
  const plain = anyType.filter((type) => !JSON.stringify(type).includes('"size":0'));
  for (const { schema, rows, values } of fc.sample(samples(plain), { seed: SEED, numRuns: 100 })) {
    if (!hasColumns(schema)) continue;
    const batch = batchOf(schema, rows, values);
    const table = tableFromIPC(Buffer.concat(ipcStream(schema, [batch])));
    assert.equal(table.numRows, rows);
    for (const format of ['stream', 'file'] as const) {
      const found = await read(tableToIPC(table, format));
      assert.deepEqual(types(found.schema), types(schema));
      if (found.batch !== undefined) assert.deepEqual(found.batch, batch);
    }
  }
});

test('dictionaries that grow, change or nest, maps and decimals of other widths are the rows that they stand for', {
  skip,
}, async (t) => {
  const folder = temporaryFolder(t);
  const script = join(repoRoot, 'test', 'support', 'dictionaries_arrow.py');
  const run = spawnSync('python3', [script, folder], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const names = readdirSync(folder).filter((name) => name.endsWith('.out'));
  assert.equal(names.length, 11);
  for (const name of names) {
    const path = join(folder, name);
    const plain = await read(path.replace(/out$/, 'plain'));
    for (const source of [path, createReadStream(path)]) {
      const found = await read(source);
      assert.deepEqual(types(found.schema), types(plain.schema), name);
      assert.deepEqual(found.batch, plain.batch, name);
    }
  }
  const file = readFileSync(join(folder, 'delta-file.out'));
  const footer = file.length - 10 - file.readInt32LE(file.length - 10);
  let block = file.length - 34; // the last block: the place of a message, as i64
  while (
    file.readBigInt64LE(block) < 8n ||
    file.readBigInt64LE(block) > footer ||
    file.readUInt32LE(Number(file.readBigInt64LE(block))) !== 0xffffffff
  )
    block--;
  file.writeBigInt64LE(8n, block);
  const pieces = join(folder, 'moved');
  writeFileSync(pieces, file);
  await assert.rejects(read(createReadStream(pieces)), {
    code: 'batch.invalid',
    message: /its footer lists other record batches/,
  });
  await assert.rejects(read(pieces), { code: 'batch.invalid' });
  const { schema } = await read(join(folder, 'map.out'));
  assert.deepEqual(schema.fields[0]?.map, { keysSorted: false });
  assert.deepEqual(schema.fields[1]?.innerMaps, { '0': { keysSorted: false } });
  await assert.rejects(read(join(folder, 'refused')), {
    code: 'type.unsupported',
    message: 'Column "r": the type "run-end encoded" is not carried.',
  });
});
