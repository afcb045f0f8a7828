import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Dictionary, Int8, LargeUtf8, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import {
  batchLeaf,
  batchSalt,
  columnDigest,
  columnKey,
  type DataType,
  decodeBatch,
  decodeSchema,
  encodeBatch,
  encodeSchema,
  RowsDigest,
  type RowsSummary,
  readStream,
  rowsRoot,
  type Schema,
  type VersionManifest,
  type ViewManifest,
  versionId,
  viewDigest,
} from '../daemon/columnar/index.js';
import { fromHex, hex } from '../daemon/foundation/index.js';
import { anyType, batchOf, columnOf, valueFor } from './support/columns.js';
import { naiveDigest } from './support/naive-digest.js';
import { repoRoot } from './support/repo.js';

interface Golden {
  columns: { name: string; type: DataType; values: unknown[]; digest: string }[];
  rows: {
    saltKey: string;
    schema: Schema;
    columnKeys: string[];
    batches: { values: unknown[][]; salts: string[]; commitments: string[]; leaf: string }[];
    summary: RowsSummary;
    withoutBatches: RowsSummary;
  };
  version: { manifest: VersionManifest; id: string };
  view: { manifest: ViewManifest; digest: string };
}

const vector = (name: string) => JSON.parse(readFileSync(join(repoRoot, 'test', 'vectors', name), 'utf8'));
const golden: Golden = vector('digests.json');

/** A value as the golden files write it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  if ('int' in value) return BigInt(value.int as string);
  if ('hex' in value) return fromHex(value.hex as string);
  if ('float' in value) return Number(value.float);
  const { struct } = value as { struct: Record<string, unknown> };
  return Object.fromEntries(Object.entries(struct).map(([name, inner]) => [name, plain(inner)]));
}

test('golden column digests, every type', () => {
  for (const { name, type, values, digest } of golden.columns) {
    assert.equal(hex(columnDigest(columnOf(type, values.map(plain)))), digest, name);
    assert.equal(hex(naiveDigest(type, values.map(plain))), digest, name);
  }
});

test('golden keys, salts, commitments, roots', () => {
  const { saltKey, schema, columnKeys, batches, summary, withoutBatches } = golden.rows;
  const keys = schema.fields.map(({ name }) => columnKey(fromHex(saltKey), name));
  assert.deepEqual(keys.map(hex), columnKeys);
  const digest = new RowsDigest(schema, keys);
  assert.deepEqual(digest.summary(), withoutBatches);
  const resumed = new RowsDigest(schema, keys);
  for (const [index, { values, salts, commitments, leaf }] of batches.entries()) {
    const batch = batchOf(
      schema,
      values[0]!.length,
      values.map((column) => column.map(plain)),
    );
    assert.deepEqual(
      keys.map((key) => hex(batchSalt(key, index))),
      salts,
    );
    assert.deepEqual(digest.add(batch).map(hex), commitments);
    assert.equal(hex(batchLeaf(index, batch.rows, commitments.map(fromHex))), leaf);
    resumed.addCommitments(batch.rows, commitments.map(fromHex));
  }
  assert.deepEqual(digest.summary(), summary);
  assert.deepEqual(resumed.summary(), summary);
  assert.equal(rowsRoot(summary.batches, summary.columns), summary.rowsRoot);
});

test('golden version id and view digest, whatever else the object holds', () => {
  assert.equal(versionId(golden.version.manifest), golden.version.id);
  assert.equal(viewDigest(golden.view.manifest), golden.view.digest);
  const more = { local: 1, ...golden.version.manifest };
  assert.equal(versionId(more), golden.version.id);
  assert.notEqual(versionId({ ...golden.version.manifest, rows: 5 }), golden.version.id);
});

test('golden frames: what peers send, and what is refused', () => {
  const { frames } = vector('frames.json') as {
    frames: {
      name: string;
      schemaHeader: string;
      header: string;
      body: string;
      values?: unknown[][];
      error?: string;
    }[];
  };
  for (const { name, schemaHeader, header, body, values, error } of frames) {
    const schema = decodeSchema(fromHex(schemaHeader));
    const frame = { header: fromHex(header), body: fromHex(body) };
    if (error !== undefined) {
      assert.throws(() => decodeBatch(schema, frame), { code: error }, name);
      continue;
    }
    const rows = values!.map((column) => column.map(plain));
    const batch = batchOf(schema, rows[0]!.length, rows);
    assert.deepEqual(decodeBatch(schema, frame), batch, name);
    assert.equal(hex(encodeBatch(schema, batch).body), body, name);
    assert.equal(hex(encodeBatch(schema, batch).header), header, name);
    assert.equal(hex(encodeSchema(schema)), schemaHeader, name);
  }
});

test('the digest is what the specification says, value by value', () => {
  const law = anyType.chain((type) => fc.tuple(fc.constant(type), fc.array(valueFor(type), { maxLength: 20 })));
  fc.assert(
    fc.property(law, ([type, values]) => {
      assert.equal(hex(columnDigest(columnOf(type, values))), hex(naiveDigest(type, values)));
    }),
    { numRuns: 500 },
  );
});

test('the digest of many rows is that of the specification, with and without nulls', () => {
  const rows = 40_000;
  const texts = Array.from({ length: rows }, (_, row) => (row % 7 === 0 ? null : `row ${row}`));
  const numbers = Array.from({ length: rows }, (_, row) => row);
  for (const [type, values] of [
    [{ name: 'utf8' }, texts],
    [{ name: 'int', bits: 32, signed: true }, numbers],
    [{ name: 'null' }, Array(rows * 20).fill(null)],
  ] as [DataType, unknown[]][]) {
    assert.equal(hex(columnDigest(columnOf(type, values))), hex(naiveDigest(type, values)));
  }
});

test('the digest does not depend on the layout that a source has', async () => {
  const values = ['b', null, 'a', 'b', 'é', '', 'a'];
  const want = hex(naiveDigest({ name: 'utf8' }, values));
  const forms = [new Utf8(), new LargeUtf8(), new Dictionary(new Utf8(), new Int8())];
  for (const form of forms) {
    const table = new Table({ word: vectorFromArray(values, form) });
    for (const bytes of [tableToIPC(table, 'stream'), tableToIPC(table, 'file')]) {
      const { batches } = await readStream(bytes);
      const digests: string[] = [];
      for await (const batch of batches) digests.push(hex(columnDigest(batch.columns[0]!)));
      assert.deepEqual(digests, [want]);
    }
  }
});

test('same rows, other schema or order of rows: other digests', () => {
  const digest = (type: DataType, values: unknown[]) => hex(columnDigest(columnOf(type, values)));
  const seen = new Set([
    digest({ name: 'utf8' }, ['a', 'b']),
    digest({ name: 'utf8' }, ['b', 'a']),
    digest({ name: 'utf8' }, ['ab', '']),
    digest({ name: 'utf8' }, ['ab', null]),
    digest({ name: 'utf8' }, ['ab']),
    digest({ name: 'binary' }, [Buffer.from('a'), Buffer.from('b')]),
    digest({ name: 'int', bits: 32, signed: true }, [0, 0]),
    digest({ name: 'int', bits: 32, signed: true }, [0, null]),
    digest({ name: 'int', bits: 32, signed: false }, [0, 0]),
    digest({ name: 'date', unit: 'd' }, [0, 0]),
  ]);
  assert.equal(seen.size, 10);
});
