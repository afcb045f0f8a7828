import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DataType } from '../daemon/columnar/index.js';
import { hex } from '../daemon/foundation/index.js';
import { compileChecks } from '../daemon/pipeline/checks/index.js';
import { Tally } from '../daemon/pipeline/checks/tally.js';
import { hashRows } from '../daemon/pipeline/checks/values/hash.js';
import { FLOAT, INT32, INT64, OPTIONS, resultOf, TEXT } from './support/checks.js';
import { columnOf, flatType, valueFor } from './support/columns.js';
import { isLongRun } from './support/effort.js';
import { temporaryFolder } from './support/folder.js';

test('repeated rows are counted and placed', () => {
  const table = {
    a: { type: INT64, values: [1n, 1n, 2n, 1n, null, null] },
    b: { type: TEXT, values: ['x', 'y', 'x', 'x', 'x', 'x'] },
  };
  const pair = resultOf(table, { check: 'unique', columns: ['a', 'b'] });
  assert.deepEqual([pair.tested, pair.failed, pair.first], [4, 1, { batch: 0, row: 3 }]);
  assert.equal(pair.message, '1 of 4 rows repeat an earlier value of columns "a" and "b" together.');
  assert.equal(resultOf(table, { check: 'unique', columns: ['a', 'b'], nulls: 'equal' }).failed, 2);
  assert.equal(resultOf(table, { check: 'unique', columns: ['a'] }).failed, 2);
  const zeros = { f: { type: FLOAT, values: [0, -0, Number.NaN, Number.NaN] } };
  assert.equal(resultOf(zeros, { check: 'unique', columns: ['f'] }).failed, 2);
});

test('keys that rise are seen to be unique, and those that only seem to are not', () => {
  const failed = (type: DataType, values: readonly unknown[], rows: number): number => {
    const schema = { fields: [{ name: 'n', type, nullable: true }] };
    const run = compileChecks([{ id: 'r', check: 'unique', columns: ['n'] }], schema, OPTIONS);
    for (let from = 0, index = 0; from < values.length; from += rows, index++) {
      const part = values.slice(from, from + rows);
      run.update({ rows: part.length, columns: [columnOf(type, part)] }, index);
    }
    return run.finish().results[0]!.failed;
  };
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 40 }),
      fc.nat(40),
      fc.integer({ min: 1, max: 9 }),
      (some, at, rows) => {
        const rising = [...new Set(some)].sort((a, b) => (a < b ? -1 : 1));
        assert.equal(failed(INT64, rising, rows), 0);
        const twice = [...rising];
        twice.splice(at % (rising.length + 1), 0, rising[at % rising.length]!);
        assert.equal(failed(INT64, twice, rows), 1);
        assert.equal(failed(INT64, [...rising, null, null], rows), 0);
      },
    ),
    { numRuns: 50 },
  );
  assert.equal(failed(INT32, [-5, -1, 0, 7, 7], 2), 1);
  assert.equal(failed(INT32, [-5, -1, 0, 7, 8], 2), 0);
  assert.equal(failed(INT64, [2n ** 32n, 1n, 2n ** 32n], 2), 1);
});

test('rows hash alike exactly when their values are alike', () => {
  fc.assert(
    fc.property(
      flatType.chain((type) => fc.tuple(fc.constant(type), fc.array(valueFor(type), { minLength: 2, maxLength: 30 }))),
      ([type, values]) => {
        const column = columnOf(type, values);
        const hashes = hashRows([column], values.length);
        const key = (at: number): string => hashes.subarray(at * 4, at * 4 + 4).join();
        const text = (at: number): string => {
          const one = columnOf(type, [values[at]]);
          if (type.name === 'float' && type.bits === 16) return String(hashes); // its own encoding: only that it runs
          const value = values[at];
          return value === 0
            ? '0'
            : typeof value === 'number'
              ? String(Math.fround(value) === value ? value : value)
              : hex(one.data ?? new Uint8Array()) + one.nulls;
        };
        if (type.name === 'float') return;
        for (let a = 0; a < values.length; a++)
          for (let b = a + 1; b < values.length; b++) assert.equal(key(a) === key(b), text(a) === text(b));
      },
    ),
  );
});

test('what does not fit in memory is sorted on disk, and gives the same', (t) => {
  const folder = temporaryFolder(t);
  const rows = 20_000;
  const values = Array.from({ length: rows }, (_, row) => BigInt((row * 7919) % 15_000));
  const hashes = hashRows([columnOf(INT64, values)], rows);
  const build = (most: number): Tally => {
    const tally = new Tally(folder, most);
    for (let row = 0; row < rows; row++) tally.add(hashes, row, row);
    return tally;
  };
  const [small, large] = [build(1024), build(1_000_000)];
  const groups = (tally: Tally): { digest: Uint8Array; all: number[][] } => {
    const all: number[][] = [];
    tally.scan((...group) => all.push(group.slice(0, 3) as number[]));
    return { digest: tally.digest(), all };
  };
  assert.equal(
    groups(small).all.reduce((sum, [count]) => sum + count! - 1, 0),
    5000,
  );
  assert.deepEqual(groups(small), groups(large));
  assert.deepEqual(readdirSync(folder), [], 'the runs have no names, so that a crash leaves nothing');
  const half = new Tally(folder, 1024);
  for (let row = 0; row < 5000; row++) half.add(hashes, row, row);
  const rest = new Tally(folder, 700);
  for (let row = 5000; row < rows; row++) rest.add(hashes, row, row);
  rest.merge(half);
  assert.deepEqual(groups(rest), groups(large));
  for (const tally of [small, large, half, rest]) tally.dispose();
});

test('a hundred million rows are compared exactly, in memory that does not grow with them', {
  skip: !isLongRun,
}, (t) => {
  const [rows, each] = [100_000_000, 500_000];
  const schema = { fields: [{ name: 'x', type: INT64, nullable: false }] };
  const run = compileChecks([{ id: 'r', check: 'unique', columns: ['x'] }], schema, {
    ...OPTIONS,
    tmp: temporaryFolder(t),
  });
  const [began, before] = [Date.now(), process.memoryUsage.rss()];
  let most = before;
  for (let index = 0; index * each < rows; index++) {
    // Every number once, in an order that looks like none; the last ten thousand rows repeat earlier ones.
    const values = BigInt64Array.from({ length: each }, (_, at) => {
      const row = index * each + at;
      return BigInt(((row < rows - 10_000 ? row : row - 50_000_000) * 7_919) % 99_999_989);
    });
    run.update(
      { rows: each, columns: [{ type: INT64, rows: each, nulls: 0, data: new Uint8Array(values.buffer) }] },
      index,
    );
    most = Math.max(most, process.memoryUsage.rss());
  }
  const { tested, failed } = run.finish().results[0]!;
  most = Math.max(most, process.memoryUsage.rss());
  t.diagnostic(
    `${Math.round((Date.now() - began) / 1000)} s, ${Math.round((most - before) / 2 ** 20)} MiB more than before`,
  );
  assert.deepEqual([tested, failed], [rows, 10_000]);
  assert.ok(most - before < 1.5 * 2 ** 30, `${Math.round((most - before) / 2 ** 20)} MiB`);
});
