import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileChecks, parseRule, ruleBook } from '../daemon/pipeline/checks/index.js';
import { INT32, OPTIONS, resultOf, TEXT, tableOf } from './support/checks.js';
import { coded } from './support/errors.js';

/** Ten rows, three of them null. */
const TABLE = { x: { type: INT32, values: [1, 2, 3, 4, 5, 6, 7, null, null, null] } };
const nulls = (tolerance: Record<string, unknown>) => resultOf(TABLE, { check: 'null', columns: ['x'], tolerance });

test('the number of failures may have to lie between bounds, or not', () => {
  const status = (tolerance: Record<string, unknown>) => nulls({ unit: 'rows', ...tolerance }).status;
  assert.deepEqual([status({ min: 3 }), status({ min: 4 })], ['pass', 'fail']);
  assert.deepEqual([status({ min: 2, exclusiveMin: true }), status({ min: 3, exclusiveMin: true })], ['pass', 'fail']);
  assert.deepEqual([status({ max: 3 }), status({ max: 3, exclusiveMax: true })], ['pass', 'fail']);
  assert.deepEqual([status({ min: 3, max: 3 }), status({ min: 3, max: 3, outside: true })], ['pass', 'fail']);
  assert.deepEqual(
    [status({ min: 4, max: 9, outside: true }), status({ min: 1, max: 5, outside: true })],
    ['pass', 'fail'],
  );
});

test('so may their share', () => {
  const status = (tolerance: Record<string, unknown>) => nulls({ unit: 'percent', ...tolerance }).status;
  assert.deepEqual([status({ max: 30 }), status({ max: 30, exclusiveMax: true })], ['pass', 'fail']);
  assert.deepEqual([status({ max: 30.1, exclusiveMax: true }), status({ min: 31 })], ['pass', 'fail']);
});

test('too few failures are told with what is allowed', () => {
  const { message, threshold } = nulls({ unit: 'rows', min: 4 });
  assert.equal(message, '3 of 10 values of column "x" are null; allowed: at least 4.');
  assert.equal(threshold, 'at least 4');
  assert.equal(
    nulls({ unit: 'percent', min: 1, max: 2, exclusiveMax: true }).threshold,
    'at least 1 % and less than 2 %',
  );
  assert.equal(nulls({ unit: 'rows', min: 3, max: 3, outside: true }).threshold, 'not 3');
});

test('a run ends early only where more rows cannot help', () => {
  const { schema, batch } = tableOf(TABLE);
  const stops = (tolerance: Record<string, unknown>): boolean => {
    const run = compileChecks([{ id: 'r', check: 'null', columns: ['x'], tolerance }], schema, OPTIONS);
    const { stop } = run.update(batch, 0);
    run.dispose();
    return stop;
  };
  assert.deepEqual([stops({ unit: 'rows', max: 2 }), stops({ unit: 'rows', max: 3 })], [true, false]);
  assert.deepEqual([stops({ unit: 'rows', min: 5 }), stops({ unit: 'percent', max: 1 })], [false, false]);
  assert.equal(stops({ unit: 'rows', min: 1, max: 2, outside: true }), false);
});

test('bounds that no number of failures can meet are refused', () => {
  const rule = (tolerance: unknown) => parseRule({ id: 'r', check: 'null', columns: ['x'], tolerance }, 'rules.0');
  for (const tolerance of [
    { unit: 'rows' },
    { unit: 'rows', min: 2, max: 1 },
    { unit: 'percent', max: 101 },
    { unit: 'ounces', max: 1 },
    { unit: 'rows', max: 1, mx: 2 },
  ])
    assert.throws(() => rule(tolerance), coded('contract.invalid', /rules\.0\.tolerance/));
});

test('two rules become one only where their tolerances have a stricter one', () => {
  const book = ruleBook(() => []);
  const rule = (tolerance?: unknown) =>
    book.parse({ id: 'r', check: 'null', columns: ['x'], ...(tolerance === undefined ? {} : { tolerance }) }, 'r');
  const some = { unit: 'rows', min: 3 };
  assert.equal(book.meet(rule(some), rule()), undefined);
  assert.deepEqual(book.meet(rule(some), rule(some)), { rule: rule(some) });
  assert.deepEqual(book.meet(rule({ count: 3 }), rule()), { rule: rule() });
});

test('a number of rows that must not be', () => {
  const rows = (params: Record<string, unknown>) => resultOf(TABLE, { check: 'row_count', outside: true, ...params });
  assert.equal(rows({ min: 10, max: 10 }).status, 'fail');
  assert.equal(rows({ min: 10, max: 10 }).message, 'There are 10 rows; it must be not 10.');
  assert.equal(rows({ min: 11, max: 20 }).status, 'pass');
  assert.equal(rows({ min: 1, max: 20 }).message, 'There are 10 rows; it must be not 1 to 20.');
});

test('without blank only what is listed is missing', () => {
  const table = { x: { type: TEXT, values: ['a', ' ', '', 'n/a', null] } };
  const failed = (params: Record<string, unknown>) =>
    resultOf(table, { check: 'missing', columns: ['x'], ...params }).failed;
  assert.equal(failed({}), 4);
  assert.equal(failed({ missingValues: ['n/a'] }), 4);
  assert.equal(failed({ missingValues: ['n/a'], blank: false }), 2);
});
