import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Dictionary, Int8, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import {
  type Batch,
  type ByteSource,
  decodeBatch,
  encodeBatch,
  ipcStream,
  readStream,
  type Schema,
} from '../daemon/columnar/index.js';
import { CounterfoilError } from '../daemon/foundation/index.js';
import { batchOf, samples } from './support/columns.js';
import { temporaryFolder } from './support/folder.js';

const SEED = 20_240_611;
const CODES = new Set(['batch.invalid', 'batch.too_large', 'type.unsupported']);

async function read(source: ByteSource): Promise<{ schema: Schema; batches: Batch[] }> {
  const { schema, batches } = await readStream(source);
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return { schema, batches: all };
}

const stream = (schema: Schema, ...batches: Batch[]) => new Uint8Array(Buffer.concat(ipcStream(schema, batches)));

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const schema: Schema = {
  fields: [
    { name: 'n', type: { name: 'int', bits: 64, signed: true }, nullable: true },
    { name: 'w', type: { name: 'utf8' }, nullable: true },
  ],
  metadata: { origin: 'test' },
};
const batch = batchOf(schema, 3, [
  [1n, null, 3n],
  ['a', 'é', null],
]);

const words = ['b', null, 'a', 'b'];
const dictionaryTable = new Table({ word: vectorFromArray(words, new Dictionary(new Utf8(), new Int8())) });

test('a stream is read from memory, a file, and pieces of any size', async (t) => {
  const bytes = stream(schema, batch, batch);
  const path = join(temporaryFolder(t), 'rows.arrows');
  writeFileSync(path, bytes);
  for (const source of [bytes, path, chunks(bytes, 1), chunks(bytes, 7), chunks(bytes, 100_000)]) {
    assert.deepEqual(await read(source), { schema, batches: [batch, batch] });
  }
});

test('a file is read by its footer; piece by piece only where its schema is in front', async () => {
  const bytes = tableToIPC(dictionaryTable, 'file');
  const want = batchOf({ fields: [{ name: 'word', type: { name: 'utf8' }, nullable: true }] }, 4, [words]);
  assert.deepEqual((await read(bytes)).batches, [want]);
  await assert.rejects(read(chunks(bytes, 10)), { code: 'batch.invalid', message: /give it as a local path/ });
});

test('an end without a marker is an end between messages only', async () => {
  const bytes = stream(schema, batch);
  assert.deepEqual((await read(bytes.subarray(0, bytes.length - 8))).batches, [batch]);
  for (const cut of [9, 20, 60]) {
    await assert.rejects(read(bytes.subarray(0, bytes.length - cut)), { code: 'batch.invalid', message: /cut short/ });
  }
});

test('bytes after the end, a second schema, and what is no Arrow are refused', async () => {
  const bytes = stream(schema, batch);
  const twice = new Uint8Array(Buffer.concat([bytes, bytes]));
  await assert.rejects(read(twice), { code: 'batch.invalid', message: /bytes follow the end/ });
  const open = bytes.subarray(0, bytes.length - 8);
  await assert.rejects(read(new Uint8Array(Buffer.concat([open, bytes]))), { message: /second schema/ });
  for (const text of ['', 'id,name\n1,Ann\n', 'PAR1 and more bytes of it', 'ARROW1\0\0']) {
    await assert.rejects(read(new Uint8Array(Buffer.from(text))), { code: 'batch.invalid', hint: /Write it again/ });
  }
});

test('a path that is not there says so', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(read(join(folder, 'none.arrow')), { code: 'source.missing' });
  await assert.rejects(read(folder), { code: 'source.invalid' });
});

const isRoot = process.getuid?.() === 0 ? 'root may read every file' : false;
test('a file that may not be read says so', { skip: isRoot }, async (t) => {
  const path = join(temporaryFolder(t), 'closed.arrow');
  writeFileSync(path, '');
  chmodSync(path, 0);
  await assert.rejects(read(path), { code: 'source.permission' });
});

test('leaving early closes the source', async () => {
  let closed = 0;
  async function* source() {
    try {
      yield* chunks(stream(schema, batch, batch), 50);
    } finally {
      closed++;
    }
  }
  const first = await readStream(source());
  for await (const one of first.batches) {
    assert.deepEqual(one, batch);
    break;
  }
  assert.equal(closed, 1);
  await (await readStream(source())).close();
  assert.equal(closed, 2);
});

test('a false length takes no memory', async () => {
  const huge = new Uint8Array(Buffer.concat(ipcStream(schema, [])));
  const frame = encodeBatch(schema, batch);
  const header = Uint8Array.from(frame.header);
  const view = new DataView(header.buffer);
  for (let at = 0; at + 8 <= header.length; at++) {
    if (view.getBigInt64(at, true) === BigInt(frame.body.length)) view.setBigInt64(at, 2n ** 30n, true);
  }
  const prefix = Buffer.alloc(8, 0xff);
  prefix.writeInt32LE(header.length, 4);
  const bytes = Buffer.concat([huge.subarray(0, huge.length - 8), prefix, header, frame.body]);
  const before = process.memoryUsage().arrayBuffers;
  await assert.rejects(read(chunks(bytes, 64)), { code: 'batch.invalid', message: /cut short/ });
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
});

test('every flipped byte and every cut of a source gives sound rows or a refusal', { timeout: 120_000 }, async () => {
  const sources = [
    stream(schema, batch),
    tableToIPC(dictionaryTable, 'stream'),
    tableToIPC(dictionaryTable, 'file'),
    ...fc
      .sample(samples(), { seed: SEED, numRuns: 6 })
      .map((each) => stream(each.schema, batchOf(each.schema, each.rows, each.values))),
  ];
  let sound = 0;
  const attempt = async (bytes: Uint8Array) => {
    try {
      const found = await read(bytes);
      // What was read is canonical: the strict reader of the peer wire admits it.
      for (const each of found.batches)
        assert.deepEqual(decodeBatch(found.schema, encodeBatch(found.schema, each)), each);
      sound++;
    } catch (error) {
      assert.ok(error instanceof CounterfoilError && CODES.has(error.code), String(error));
    }
  };
  for (const bytes of sources) {
    for (let at = 0; at < bytes.length; at++) {
      const copy = Uint8Array.from(bytes);
      copy[at]! ^= 1 << (at % 8);
      await attempt(copy);
      if (at % 5 === 0) await attempt(bytes.slice(0, at));
    }
  }
  assert.ok(sound > 0);
});
