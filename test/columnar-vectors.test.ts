import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type Batch,
  columnDigest,
  columnKey,
  type DataType,
  decodeBatch,
  decodeSchema,
  encodeBatch,
  encodeSchema,
  RowsDigest,
  readStream,
} from '../daemon/columnar/index.js';
import { CounterfoilError, fromHex, hex } from '../daemon/foundation/index.js';
import { vectorsFolder } from './support/repo.js';

interface Vector {
  file: string;
  refused?: string;
  salt: string;
  columns: { name: string; type: DataType; root: string }[];
  batches: { rows: number; digests: string[] }[];
  rowsRoot: string;
}

const folder = vectorsFolder();
const skip = folder === undefined ? 'the shared test vectors are not here' : false;
const vectors: Vector[] = skip ? [] : JSON.parse(readFileSync(join(folder!, 'digest.json'), 'utf8'));

async function collect(
  file: string,
): Promise<{ schema: Awaited<ReturnType<typeof readStream>>['schema']; batches: Batch[] }> {
  const { schema, batches } = await readStream(join(folder!, 'arrow-ipc', file));
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return { schema, batches: all };
}

test('the vectors of the reference implementation are present', { skip }, () => {
  assert.equal(vectors.length, 28);
});

for (const vector of vectors) {
  test(`digests of ${vector.file}`, async () => {
    if (vector.refused !== undefined) {
      await assert.rejects(collect(vector.file), { code: 'type.unsupported', message: /^Column "/ });
      return;
    }
    const { schema, batches } = await collect(vector.file);
    assert.deepEqual(
      schema.fields.map(({ name, type }) => ({ name, type })),
      vector.columns.map(({ name, type }) => ({ name, type })),
    );
    for (const [index, batch] of batches.entries()) {
      assert.equal(batch.rows, vector.batches[index]!.rows);
      for (const [at, column] of batch.columns.entries()) {
        assert.equal(
          hex(columnDigest(column)),
          vector.batches[index]!.digests[at],
          `batch ${index}, ${schema.fields[at]!.name}`,
        );
      }
    }
    const saltKey = fromHex(vector.salt);
    const digest = new RowsDigest(
      schema,
      schema.fields.map(({ name }) => columnKey(saltKey, name)),
    );
    for (const batch of batches) digest.add(batch);
    const summary = digest.summary();
    assert.deepEqual(
      summary.columns.map(({ root }) => root),
      vector.columns.map(({ root }) => root),
    );
    assert.equal(summary.rowsRoot, vector.rowsRoot);
    // What was read can be sent: the strict reader admits what was made canonical, and gives the same.
    const sent = decodeSchema(encodeSchema(schema));
    assert.deepEqual(sent, schema);
    for (const batch of batches) assert.deepEqual(decodeBatch(sent, encodeBatch(sent, batch)), batch);
  });
}

test('every flipped byte of a compressed source gives rows or a refusal', { skip, timeout: 60_000 }, async () => {
  for (const name of ['2.0.0-compression--generated_lz4.stream', '2.0.0-compression--generated_zstd.stream']) {
    const bytes = readFileSync(join(folder!, 'arrow-ipc', name));
    for (let at = 0; at < bytes.length; at++) {
      const copy = Uint8Array.from(bytes);
      copy[at]! ^= 1 << (at % 8);
      try {
        const { batches } = await readStream(copy);
        for await (const batch of batches) for (const column of batch.columns) columnDigest(column);
      } catch (error) {
        assert.ok(
          error instanceof CounterfoilError && /^(batch|type)\./.test(error.code),
          `byte ${at} of ${name}: ${error}`,
        );
      }
    }
  }
});
