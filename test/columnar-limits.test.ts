import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type DataType,
  decodeSchema,
  encodeBatch,
  encodeSchema,
  ipcStream,
  readStream,
  type Schema,
  takeRows,
  textColumn,
} from '../daemon/columnar/index.js';
import { LIMITS } from '../daemon/foundation/index.js';
import { columnOf } from './support/columns.js';
import { vectorsFolder } from './support/repo.js';

const byte: DataType = { name: 'int', bits: 8, signed: true };
const schema: Schema = { fields: [{ name: 'note', type: { name: 'utf8' }, nullable: true }] };

async function readAll(bytes: Uint8Array): Promise<void> {
  for await (const batch of (await readStream(bytes)).batches) assert.ok(batch.rows >= 0);
}

function prefix(headerBytes: number): Buffer {
  const out = Buffer.alloc(8, 0xff);
  out.writeInt32LE(headerBytes, 4);
  return out;
}

test('typeNodes: fields of a schema, nested ones included', () => {
  const fields = Array.from({ length: LIMITS.typeNodes }, (_, index) => ({ name: `f${index}`, type: byte }));
  const wide: Schema = { fields: [{ name: 's', type: { name: 'struct', fields }, nullable: true }] };
  assert.throws(() => decodeSchema(encodeSchema(wide)), { code: 'batch.invalid', message: /more than 8192 fields/ });
});

test('schemaMessageBytes: what cannot be sent is refused when it is read', async () => {
  const metadata = { note: 'x'.repeat(LIMITS.schemaMessageBytes) };
  const bytes = Buffer.concat(ipcStream({ ...schema, metadata }, []));
  await assert.rejects(readAll(bytes), { code: 'type.unsupported', hint: /Drop metadata/ });
  assert.throws(() => decodeSchema(encodeSchema({ ...schema, metadata })), { code: 'batch.invalid' });
});

test('sourceHeaderBytes and sourceMessageBytes: false lengths are refused before they are believed', async () => {
  await assert.rejects(readAll(prefix(LIMITS.sourceHeaderBytes + 1)), { code: 'batch.invalid' });
  const frame = encodeBatch(schema, { rows: 1, columns: [textColumn(['abc'])] });
  const header = Buffer.from(frame.header);
  for (let at = 0; at + 8 <= header.length; at++) {
    if (header.readBigInt64LE(at) === BigInt(frame.body.length))
      header.writeBigInt64LE(BigInt(LIMITS.sourceMessageBytes) + 1n, at);
  }
  const [start, schemaHeader] = ipcStream(schema, []);
  const bytes = Buffer.concat([start!, schemaHeader!, prefix(header.length), header, frame.body]);
  await assert.rejects(readAll(bytes), { code: 'batch.too_large', hint: /fewer rows/ });
});

test('columnBytes and columnItems: repeated rows cannot outgrow a batch', () => {
  const text = { rows: 1, columns: [textColumn(['x'.repeat(1024 * 1024)])] };
  const many = new Int32Array(LIMITS.columnBytes / 1024 / 1024 + 1);
  assert.throws(() => takeRows(text, many, schema), { code: 'batch.too_large', message: /"note"/ });
  const lists = { rows: 1, columns: [columnOf({ name: 'list', item: byte }, [Array(100_000).fill(1)])] };
  assert.throws(() => takeRows(lists, new Int32Array(LIMITS.columnItems / 100_000 + 1)), { code: 'batch.too_large' });
  const fixed = {
    rows: 1,
    columns: [columnOf({ name: 'fixed_size_list', size: 100_000, item: byte }, [Array(100_000).fill(1)])],
  };
  assert.throws(() => takeRows(fixed, new Int32Array(LIMITS.columnItems / 100_000 + 1)), { code: 'batch.too_large' });
});

const folder = vectorsFolder();
const skip = folder === undefined ? 'the shared test vectors are not here' : false;

test('sourceCompressedBytes: a compressed buffer cannot claim more', { skip }, async () => {
  const bytes = readFileSync(join(folder!, 'arrow-ipc', '2.0.0-compression--generated_zstd.stream'));
  const frame = bytes.indexOf(Buffer.of(0x28, 0xb5, 0x2f, 0xfd));
  bytes.writeBigInt64LE(BigInt(LIMITS.sourceCompressedBytes) + 1n, frame - 8);
  await assert.rejects(readAll(bytes), { code: 'batch.invalid', message: /larger than 536870912 bytes/ });
});
