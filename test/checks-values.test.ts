import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import validator from 'validator';
import type { DataType } from '../daemon/columnar/index.js';
import { bindRule, parseRule } from '../daemon/pipeline/checks/index.js';
import {
  BOOL,
  DATE,
  day,
  FLOAT,
  INT32,
  INT64,
  MOMENT,
  MONEY,
  micros,
  NAIVE,
  OPTIONS,
  reportOn,
  resultOf,
  type TableOf,
  TEXT,
  tableOf,
} from './support/checks.js';
import { coded } from './support/errors.js';

const one = (type: DataType, ...values: unknown[]): TableOf => ({ x: { type, values } });
const on = (check: string, params: Record<string, unknown> = {}) => ({ check, columns: ['x'], ...params });

/** Rules, data, and how many of how many cells fail. */
const CASES: [string, TableOf, Record<string, unknown>, number, number][] = [
  ['null counts nulls of all rows', one(INT64, 1n, null, 3n), on('null'), 1, 3],
  ['missing finds blanks and stand-ins', one(TEXT, 'a', '  ', 'N/A', null, 'b'), on('missing'), 3, 5],
  ['missing takes its own list', one(TEXT, 'N/A', '?', ''), on('missing', { missingValues: ['?'] }), 2, 3],
  ['missing finds numbers that stand for nothing', one(INT32, 5, -999), on('missing', { missingValues: [-999] }), 1, 2],
  ['missing takes NaN for missing', one(FLOAT, 1, Number.NaN), on('missing'), 1, 2],
  ['range of small integers', one(INT32, 0, 1, 10, 11, null), on('range', { min: 1, max: 10 }), 2, 4],
  [
    'range with open ends',
    one(INT32, 1, 2, 10),
    on('range', { min: 1, exclusiveMin: true, max: 10, exclusiveMax: true }),
    2,
    3,
  ],
  ['range with a bound between integers', one(INT32, 0, 1), on('range', { min: 0.5 }), 1, 2],
  [
    'range is exact beyond 2^53',
    one(INT64, 9007199254740992n, 9007199254740993n, 9007199254740994n),
    on('range', { max: '9007199254740993' }),
    1,
    3,
  ],
  ['range of negative 64-bit numbers', one(INT64, -5n, -4n, 7n), on('range', { min: -4 }), 1, 3],
  ['range of decimals is exact', one(MONEY, 1000n, 1001n, -1n), on('range', { min: 0, max: '10.00' }), 2, 3],
  ['range: NaN is outside', one(FLOAT, 1, Number.NaN, Number.POSITIVE_INFINITY), on('range', { min: 0 }), 1, 3],
  ['range of dates', one(DATE, day('2026-01-01'), day('2026-02-01')), on('range', { max: '2026-01-31' }), 1, 2],
  [
    'range of points in time with an offset',
    one(MOMENT, micros('2026-01-01T00:00:00Z'), micros('2026-01-01T02:00:00Z')),
    on('range', { max: '2026-01-01T02:00:00+01:00' }),
    1,
    2,
  ],
  ['length counts characters', one(TEXT, 'añ𝒳', 'abcd', ''), on('length', { min: 1, max: 3 }), 2, 3],
  [
    'length of lists counts items',
    one({ name: 'list', item: INT32 }, [1], [1, 2, 3], null),
    on('length', { max: 2 }),
    1,
    2,
  ],
  ['in_set of text', one(TEXT, 'a', 'b', 'B', null), on('in_set', { values: ['a', 'b'] }), 1, 3],
  ['in_set of numbers written either way', one(INT64, 1n, 2n, 3n), on('in_set', { values: [1, '2'] }), 1, 3],
  ['in_set of decimals by value', one(MONEY, 150n, 151n), on('in_set', { values: ['1.5'] }), 1, 2],
  ['in_set of truth values', one(BOOL, true, false), on('in_set', { values: [true] }), 1, 2],
  ['in_set of dates', one(DATE, day('2026-01-01'), day('2026-01-02')), on('in_set', { values: ['2026-01-01'] }), 1, 2],
  ['not_in_set', one(TEXT, 'TEST', 'x'), on('not_in_set', { values: ['TEST'] }), 1, 2],
  ['regex searches', one(TEXT, 'xx12', 'ab'), on('regex', { pattern: '[0-9]+' }), 1, 2],
  ['regex of the whole text', one(TEXT, 'xx12', '12'), on('regex', { pattern: '[0-9]+', match: 'full' }), 1, 2],
  ['format email', one(TEXT, 'a@example.org', 'a@', 'x'), on('format', { format: 'email' }), 2, 3],
  [
    'format iban verifies the check digits',
    one(TEXT, 'GB82 WEST 1234 5698 7654 32', 'GB83WEST12345698765432'),
    on('format', { format: 'iban' }),
    1,
    2,
  ],
  ['format card on numbers', one(INT64, 4111111111111111n, 4111111111111112n), on('format', { format: 'card' }), 1, 2],
  ['format lei', one(TEXT, '5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R13'), on('format', { format: 'lei' }), 1, 2],
  ['format date', one(TEXT, '2024-02-29', '2023-02-29'), on('format', { format: 'date' }), 1, 2],
  ['format vat of an unknown country', one(TEXT, 'ZZ123'), on('format', { format: 'vat' }), 1, 1],
  [
    'cross_field leaves out rows with a null',
    { a: { type: INT32, values: [1, 5, null] }, b: { type: INT64, values: [2n, 4n, 9n] } },
    { check: 'cross_field', condition: 'b >= a' },
    1,
    2,
  ],
  [
    'cross_field compares dates with timestamps',
    {
      a: { type: DATE, values: [day('2026-01-01'), day('2026-01-02')] },
      b: { type: NAIVE, values: [Date.UTC(2026, 0, 1, 9), Date.UTC(2026, 0, 1, 9)] },
    },
    { check: 'cross_field', condition: 'b > a' },
    1,
    2,
  ],
  [
    'where narrows the rows',
    { x: { type: INT32, values: [-1, -2, 3] }, kind: { type: TEXT, values: ['in', 'out', 'in'] } },
    on('range', { min: 0, where: "kind = 'in'" }),
    1,
    2,
  ],
];

for (const [name, table, rule, failed, tested] of CASES) {
  test(name, () => {
    const result = resultOf(table, rule);
    assert.deepEqual([result.failed, result.tested, result.status], [failed, tested, failed > 0 ? 'fail' : 'pass']);
  });
}

test('a tolerance holds for each column by itself', () => {
  const table: TableOf = {
    a: { type: INT32, values: [null, null, 1, 1] },
    b: { type: INT32, values: [1, 1, 1, 1] },
  };
  const rule = { check: 'null', columns: ['a', 'b'] };
  assert.equal(resultOf(table, { ...rule, tolerance: { percent: 25 } }).status, 'fail');
  assert.equal(resultOf(table, { ...rule, tolerance: { percent: 50 } }).status, 'pass');
  assert.equal(resultOf(table, { ...rule, tolerance: { count: 1 } }).status, 'fail');
  assert.equal(resultOf(table, { ...rule, tolerance: { count: 2 } }).status, 'pass');
});

test('samples give the place and the outline, never the value', () => {
  const result = resultOf(one(TEXT, 'ok', 'Bad-123', 'Ünïcode 9'), on('in_set', { values: ['ok'] }));
  assert.deepEqual(result.first, { batch: 0, row: 1 });
  assert.deepEqual(result.samples, [
    { batch: 0, row: 1, column: 'x', masked: '***-***', shape: 'Aaa-999' },
    { batch: 0, row: 2, column: 'x', masked: '******* *', shape: 'Aaaaaaa 9' },
  ]);
  assert.doesNotMatch(JSON.stringify(result), /Bad-123/);
});

test('at most twenty samples are kept, the first ones', () => {
  const values = Array.from({ length: 500 }, (_, row) => row);
  const result = resultOf(one(INT32, ...values), on('range', { max: 9 }));
  assert.deepEqual(
    result.samples.map((sample) => sample.row),
    Array.from({ length: 20 }, (_, at) => at + 10),
  );
});

test('nothing tested is not a pass, unless that is said', () => {
  const empty = resultOf(one(TEXT), on('in_set', { values: ['a'] }));
  assert.equal(empty.status, 'fail');
  assert.match(empty.message, /Nothing was there to test/);
  assert.equal(resultOf(one(TEXT, null), on('regex', { pattern: 'a' })).status, 'fail');
  assert.equal(resultOf(one(TEXT), on('in_set', { values: ['a'], allowEmpty: true })).status, 'pass');
  const narrowed = resultOf(one(INT32, 1), on('range', { min: 0, where: 'x > 5' }));
  assert.match(narrowed.message, /where the condition holds/);
});

const INVALID: [string, Record<string, unknown>, RegExp][] = [
  ['a misspelled parameter', on('range', { mni: 1 }), /rules\.0: "mni" is not a parameter; allowed are .*max, min/],
  ['an unknown check', on('rnage'), /rules\.0\.check: "rnage" is not a check; there are .*range/],
  ['no bound at all', on('range'), /give min, max or both/],
  ['contradictory bounds', on('range', { min: 5, max: 4 }), /no value can be/],
  ['bounds of different kinds', on('range', { min: 5, max: '2026-01-01' }), /not of one kind/],
  ['a tolerance over 100 %', on('null', { tolerance: { percent: 101 } }), /tolerance/],
  ['a wrong severity', on('null', { severity: 'fatal' }), /rules\.0\.severity: one of error, warn, info is expected/],
  ['a pattern that RE2 does not take', on('regex', { pattern: '(a)\\1' }), /not an RE2 pattern/],
  ['an unknown format', on('format', { format: 'emial' }), /rules\.0\.format: one of/],
  ['a column twice', { check: 'null', columns: ['x', 'x'] }, /twice/],
  ['no columns', { check: 'null' }, /at least one column/],
  ['rows set aside by a check without rows', { check: 'row_count', min: 1, onFail: 'quarantine-rows' }, /set aside/],
  ['a time zone that does not exist', on('time_coverage', { unit: 'day', timeZone: 'Mars/Olympus' }), /time zone/],
  ['a condition that cannot be read', { check: 'cross_field', condition: 'a >> b' }, /character/],
];

for (const [name, rule, message] of INVALID) {
  test(`${name} is contract.invalid`, () => {
    const { schema } = tableOf(one(DATE, 1));
    assert.throws(
      () => {
        const parsed = parseRule({ id: 'r', ...rule }, 'rules.0');
        bindRule(parsed, { ...OPTIONS, schema });
      },
      (error) => coded('contract.invalid', message)(error),
    );
  });
}

test('a sound rule that does not fit the data is an error, which blocks', () => {
  for (const rule of [on('range', { min: 1 }), { check: 'null', columns: ['y'] }, on('null', { where: 'z = 1' })]) {
    const report = reportOn(one(TEXT, 'a'), [{ id: 'r', ...rule, severity: 'warn' }]);
    assert.equal(report.results[0]!.status, 'error');
    assert.equal(report.verdict, 'error');
  }
});

test('a hostile pattern takes no more than moments', () => {
  const started = performance.now();
  const result = resultOf(one(TEXT, `${'a'.repeat(20_000)}!`), on('regex', { pattern: '^(a+)+$' }));
  assert.equal(result.failed, 1);
  assert.ok(performance.now() - started < 2000);
});

test('the quick way to know an address never takes one that the thorough way refuses', () => {
  const part = fc.string({ unit: fc.constantFrom(...'abZ09.-_+@ '), maxLength: 70 });
  const address = fc
    .tuple(part, part, fc.constantFrom('org', 'x', 'c1', 'museum'))
    .map(([a, b, c]) => `${a}@${b}.${c}`);
  fc.assert(
    fc.property(address, (text) => {
      const { failed } = resultOf(one(TEXT, text), on('format', { format: 'email' }));
      assert.equal(failed === 0, validator.isEmail(text), text);
    }),
    { numRuns: 2000 },
  );
});
