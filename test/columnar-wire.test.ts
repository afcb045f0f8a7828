import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { decodeBatch, decodeSchema, encodeBatch, encodeSchema, ipcStream } from '../daemon/columnar/index.js';
import { batchOf, flatType, samples } from './support/columns.js';

test('a schema and a batch come back as they were sent, every type, nested and null', () => {
  fc.assert(
    fc.property(samples(), ({ schema, rows, values }) => {
      const batch = batchOf(schema, rows, values);
      const received = decodeSchema(encodeSchema(schema));
      assert.deepEqual(received, schema);
      assert.deepEqual(decodeBatch(received, encodeBatch(schema, batch)), batch);
    }),
    { numRuns: 500 },
  );
});

test('arrow-js reads what is written', () => {
  fc.assert(
    fc.property(samples(flatType), ({ schema, rows, values }) => {
      const table = tableFromIPC(Buffer.concat(ipcStream(schema, [batchOf(schema, rows, values)])));
      assert.equal(table.numCols, schema.fields.length);
      for (const [index, field] of schema.fields.entries()) {
        if (field.type.name !== 'utf8') continue;
        assert.deepEqual([...(table.getChildAt(index) ?? [])], values[index]);
      }
    }),
    { numRuns: 200 },
  );
});
