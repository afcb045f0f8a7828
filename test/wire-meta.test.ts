import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { CounterfoilError } from '../daemon/foundation/index.js';
import { decodeMeta, encodeMeta } from '../daemon/pipeline/wire/index.js';

test('the record beside an Arrow message comes back as it was', () => {
  const commitments = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const metas = [
    { kind: 'schema', start: 7 },
    { kind: 'batch', index: 3, rows: 131_072, commitments },
    { kind: 'batch', index: 2 ** 40, rows: 0, commitments: [] },
    { kind: 'batch', index: 4, rows: 7, commitments, patch: randomBytes(9) },
    { kind: 'batch', index: 5, rows: 1, commitments, isSqueezed: true },
    { kind: 'end', batches: 12, rows: 3_000_000 },
  ] as const;
  for (const meta of metas) {
    assert.equal(JSON.stringify(decodeMeta(encodeMeta(meta))), JSON.stringify(meta));
  }
});

test('the golden bytes of a batch record', () => {
  const bytes = encodeMeta({ kind: 'batch', index: 258, rows: 3, commitments: [new Uint8Array(32).fill(0xab)] });
  assert.equal(
    Buffer.from(bytes).toString('hex'),
    `0101000001000000${'0201000000000000'}${'0300000000000000'}${'ab'.repeat(32)}`,
  );
});

test('any other bytes are refused with a code', () => {
  const good = encodeMeta({ kind: 'batch', index: 1, rows: 2, commitments: [randomBytes(32)] });
  for (let length = 0; length < good.length; length++) {
    assert.throws(() => decodeMeta(good.subarray(0, length)), CounterfoilError);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        assert.deepEqual(Buffer.from(encodeMeta(decodeMeta(bytes))), Buffer.from(bytes)); // one encoding each
      } catch (error) {
        assert.ok(error instanceof CounterfoilError && error.code === 'batch.invalid');
      }
    }),
  );
});
