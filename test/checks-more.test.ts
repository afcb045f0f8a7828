import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch, Schema } from '../daemon/columnar/index.js';
import { compileChecks, externalRules, KeySet, type Outcome, referringRules } from '../daemon/pipeline/checks/index.js';
import { DATE, day, FLOAT, INT32, INT64, OPTIONS, resultOf, type TableOf, TEXT, tableOf } from './support/checks.js';
import { columnOf } from './support/columns.js';
import { coded } from './support/errors.js';

const one = (type: TableOf[string]['type'], ...values: unknown[]): TableOf => ({ x: { type, values } });

test('schema.compat: what breaks readers of the version before, and what breaks its writers', () => {
  const before: Schema = {
    fields: [
      { name: 'a', type: INT64, nullable: false },
      { name: 'b', type: TEXT, nullable: true },
    ],
  };
  const compare = (now: TableOf, mode: string) =>
    resultOf(now, { check: 'schema.compat', mode }, { previous: { schema: before } }).message;
  const now: TableOf = { a: { type: INT64, values: [] }, c: { type: TEXT, values: [] } };
  assert.equal(compare(now, 'backward'), 'Column "a" became nullable; column "b" is gone.');
  assert.equal(compare(now, 'forward'), 'Column "c" is new.');
  assert.equal(compare(now, 'full'), 'Column "a" became nullable; column "b" is gone; column "c" is new.');
  assert.match(
    compare({ a: { type: INT32, values: [] }, b: { type: TEXT, values: [] } }, 'forward'),
    /"a" was int64 and is int32/,
  );
  assert.equal(resultOf(now, { check: 'schema.compat' }).status, 'pass', 'a first version has nothing before it');
});

test('sequence: in order over batches and within groups', () => {
  const rule = { check: 'sequence', columns: ['x'] };
  assert.deepEqual(resultOf(one(INT32, 1, 2, 2, 5, null, 4), rule).failed, 2);
  assert.equal(resultOf(one(INT32, 1, 2, 2), { ...rule, order: 'not_decreasing' }).status, 'pass');
  assert.equal(resultOf(one(INT64, 1n, 2n, 4n), { ...rule, order: 'gap_free' }).failed, 1);
  assert.equal(
    resultOf(one(DATE, day('2026-01-01'), day('2026-01-08')), { ...rule, order: 'gap_free', step: 7 }).status,
    'pass',
  );
  const grouped: TableOf = {
    x: { type: INT32, values: [1, 9, 2, 10] },
    g: { type: TEXT, values: ['a', 'b', 'a', 'b'] },
  };
  assert.equal(resultOf(grouped, { ...rule, groupBy: ['g'], order: 'gap_free' }).status, 'pass');
  assert.equal(resultOf(one(FLOAT, 1), { ...rule, order: 'gap_free' }).status, 'error');
  assert.throws(() => resultOf(one(INT32, 1), { ...rule, step: 2 }), coded('contract.invalid'));
});

test('foreign_key: keys of another version, in bounded memory', async () => {
  const rows = 5000;
  const schema: Schema = { fields: [{ name: 'id', type: INT64, nullable: true }] };
  const batch: Batch = {
    rows,
    columns: [columnOf(INT64, [null, ...Array.from({ length: rows - 1 }, (_, at) => BigInt(at * 3))])],
  };
  const keys = await KeySet.read(schema, [batch, batch], ['id']);
  assert.equal(keys.size, rows - 1);
  const rule = { check: 'foreign_key', columns: ['x'], dataset: 'customers', references: ['id'] };
  const result = resultOf(one(INT64, 3n, 4n, null, 14_994n, 14_997n), rule, { references: new Map([['r', keys]]) });
  assert.deepEqual([result.tested, result.failed], [4, 2]);
  assert.equal(result.message, '2 of 4 keys in "x" do not occur in "customers".');
  assert.equal(resultOf(one(INT32, 3), rule, { references: new Map([['r', keys]]) }).status, 'error', 'another type');
  assert.match(resultOf(one(INT64, 3n), rule).message, /not at hand/);
  assert.deepEqual(referringRules([{ id: 'r', ...rule }], 'provider'), [
    { id: 'r', source: 'provider', dataset: 'customers', columns: ['id'] },
  ]);
});

test('manifest_complete: rows and sums as the source reports them', () => {
  const rule = { check: 'manifest_complete', rows: 2, totals: [{ column: 'x', sum: '0.3', within: '1e-15' }] };
  assert.equal(resultOf(one(FLOAT, 0.1, 0.2), rule).status, 'pass');
  assert.equal(
    resultOf(one(FLOAT, 0.1, 0.2, 1), rule).message,
    'There are 3 rows and should be 2; the sum of column "x" is not what it should be.',
  );
});

test('category_share: shares of listed and of other values', () => {
  const rule = {
    check: 'category_share',
    columns: ['x'],
    shares: [
      { value: 'a', min: 0.5 },
      { value: 'other', max: 0.1 },
    ],
    otherMax: 0.2,
  };
  const result = resultOf(one(TEXT, 'a', 'b', 'other', null), rule);
  assert.equal(
    result.message,
    'Value "a" makes up 25 % of column "x", fewer than 50 %; value "other" makes up 25 % of column "x", more than 10 %; values that are not listed make up 25 % of column "x", more than 20 %.',
  );
  assert.equal(resultOf(one(TEXT, 'a', 'a'), rule).status, 'pass');
  assert.throws(
    () =>
      resultOf(one(TEXT), {
        ...rule,
        shares: [
          { value: 'a', min: 0.6 },
          { value: 'b', min: 0.6 },
        ],
      }),
    coded('contract.invalid', /more than 1/),
  );
});

test('drift: against the state of the version before', () => {
  const spread = (shift: number): TableOf => one(FLOAT, ...Array.from({ length: 1000 }, (_, at) => (at % 100) + shift));
  const stateOf = (table: TableOf, rule: object) => {
    const { schema, batch } = tableOf(table);
    const run = compileChecks([{ id: 'r', ...rule }], schema, OPTIONS);
    run.update(batch, 0);
    return run.states();
  };
  for (const method of ['psi', 'ks']) {
    const rule = { check: 'drift', columns: ['x'], method };
    const previous = { states: stateOf(spread(0), rule) };
    assert.equal(resultOf(spread(0), rule, { previous }).status, 'pass');
    assert.equal(resultOf(spread(0), rule, { previous }).observed, 0);
    const shifted = resultOf(spread(60), rule, { previous });
    assert.equal(shifted.status, 'fail');
    assert.match(shifted.message, new RegExp(`otherwise than in the version before \\(${method} `));
    assert.match(resultOf(spread(0), rule).message, /no earlier version/);
  }
  const rule = { check: 'drift', columns: ['x'], max: 0.1 };
  const previous = { states: stateOf(one(TEXT, ...'aaaabbbb'), rule) };
  assert.equal(resultOf(one(TEXT, ...'aaabbb'), rule, { previous }).status, 'pass');
  assert.equal(resultOf(one(TEXT, ...'abbbbbbb'), rule, { previous }).status, 'fail');
  assert.doesNotMatch(
    Buffer.from(Object.values(previous.states)[0]!).toString(),
    /aaaa|"a"/,
    'the state keeps no value',
  );
});

test('k_anonymity, small_cell and l_diversity count who stands out', () => {
  const table: TableOf = {
    year: { type: INT32, values: [1980, 1980, 1990, 1990, 1990, null] },
    zip: { type: TEXT, values: ['a', 'a', 'b', 'b', 'b', 'c'] },
    ill: { type: TEXT, values: ['x', 'x', 'x', 'y', 'z', 'x'] },
  };
  const columns = ['year', 'zip'];
  const k = resultOf(table, { check: 'k_anonymity', columns, k: 3 });
  assert.deepEqual([k.tested, k.failed, k.first], [6, 3, { batch: 0, row: 0 }]);
  assert.equal(
    k.message,
    '3 of 6 rows share their values of "year" and "zip" with fewer than 3 rows, in 2 combinations.',
  );
  const cells = resultOf(table, { check: 'small_cell', columns, min: 3 });
  assert.deepEqual([cells.tested, cells.failed], [3, 2]);
  const l = resultOf(table, { check: 'l_diversity', columns, sensitive: 'ill', l: 2 });
  assert.deepEqual([l.tested, l.failed], [3, 2]);
  assert.equal(
    resultOf(table, { check: 'l_diversity', columns: ['year'], sensitive: 'ill', l: 2, where: 'year = 1990' }).status,
    'pass',
  );
});

test('secret.absent finds credentials by their marks', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const texts = [
    '-----BEGIN RSA PRIVATE KEY-----',
    'key AKIAIOSFODNN7EXAMPLE here',
    token,
    'postgres://app:hunter22@db.example/x',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N',
  ];
  const harmless = ['BEGIN', 'AKIA is a mark', 'https://example.org/a:b@c d', 'eyJ', 'ghp_short'];
  const result = resultOf(one(TEXT, ...texts, ...harmless), { check: 'secret.absent' });
  assert.deepEqual(
    result.samples.map(({ row }) => row),
    [0, 1, 2, 3, 4],
  );
  assert.equal(JSON.stringify(result).includes('AKIAIOS'), false);
  assert.equal(
    resultOf(one(INT32, 1), { check: 'secret.absent' }).status,
    'fail',
    'no text column: nothing was tested',
  );
});

test('pii.masked tells what a mask makes from what it does not', () => {
  const masked = (table: TableOf, mask: object) =>
    resultOf(table, { check: 'pii.masked', columns: ['x'], mask }).failed;
  assert.equal(masked(one(TEXT, `tk1_${'a'.repeat(26)}`, 'ann@example.org'), { op: 'token' }), 1);
  assert.equal(masked(one(TEXT, `tk1_${'a'.repeat(26)}`), { op: 'token', epoch: 2 }), 1);
  assert.equal(masked(one(TEXT, '****1234', '12341234'), { op: 'partial' }), 1);
  assert.equal(masked(one(TEXT, 'j***@example.org', '***', 'jane@example.org'), { op: 'partial_email' }), 1);
  assert.equal(masked(one(TEXT, null, 'a'), { op: 'null' }), 1);
  assert.equal(masked(one(INT32, 7, 8), { op: 'constant', value: 7 }), 1);
  assert.equal(masked(one(DATE, day('2026-01-01'), day('2026-01-02')), { op: 'generalise_date', to: 'year' }), 1);
  assert.equal(resultOf(one(INT32, 1), { check: 'pii.masked', columns: ['x'], mask: { op: 'token' } }).status, 'error');
  assert.throws(() => masked(one(TEXT), { op: 'keep' }), coded('contract.invalid', /cannot be told/));
  assert.throws(() => masked(one(TEXT), { op: 'tokn' }), coded('contract.invalid', /tokn/));
});

test('rules that are run elsewhere are an error until they were', () => {
  const rules = [
    { id: 'q', check: 'sql', query: 'SELECT 1 FROM data WHERE false' },
    { id: 'h', check: 'hook', hook: 'mine', side: 'consumer' },
  ];
  assert.deepEqual(
    externalRules(rules, 'provider').map(({ id }) => id),
    ['q'],
  );
  const outcome: Outcome = { passed: true, tested: 1, failed: 0, message: 'The query returned no row.' };
  assert.equal(
    resultOf(one(INT32, 1), { check: 'sql', query: 'SELECT 1' }, { outcomes: new Map([['r', outcome]]) }).status,
    'pass',
  );
  assert.match(resultOf(one(INT32, 1), { check: 'sql', query: 'SELECT 1' }).message, /was not run/);
  assert.throws(() => resultOf(one(INT32, 1), { check: 'hook', hook: '../evil' }), coded('contract.invalid'));
});
