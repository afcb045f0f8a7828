import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOOL, DATE, day, FLOAT, INT64, MONEY, resultOf, type TableOf, TEXT } from './support/checks.js';

const table: TableOf = {
  n: { type: INT64, values: [1n, 2n, null, 9007199254740993n] },
  f: { type: FLOAT, values: [0.5, 2, 3, null] },
  m: { type: MONEY, values: [100n, 250n, -1n, 0n] },
  t: { type: TEXT, values: ['open', "it's", null, 'x%y'] },
  d: { type: DATE, values: [day('2026-01-01'), day('2026-06-01'), null, day('2030-01-01')] },
  b: { type: BOOL, values: [true, false, null, true] },
  'odd "name"': { type: INT64, values: [7n, 7n, 8n, 8n] },
};

/** Conditions and the rows on which they are true. */
const CASES: [string, number[]][] = [
  ['n = 1', [0]],
  ['n <> 1', [1, 3]],
  ['1 < n', [1, 3]],
  ['n = 9007199254740993', [3]],
  ['n = 9007199254740992', []],
  ['n > 1.5', [1, 3]],
  ['n = 1.5', []],
  ['n IS NULL', [2]],
  ['NOT n IS NULL', [0, 1, 3]],
  ['n IS NOT NULL AND f IS NOT NULL', [0, 1]],
  ['n = 1 OR f = 3', [0, 2]],
  ['NOT (n = 1)', [1, 3]],
  ['n IN (1, 2, 5)', [0, 1]],
  ['n NOT IN (1)', [1, 3]],
  ['f BETWEEN 0.5 AND 2', [0, 1]],
  ['m >= 1.00', [0, 1]],
  ['m < f', [2]],
  ['m = n', [0]],
  ["t = 'it''s'", [1]],
  ["t LIKE '%e_'", [0]],
  ["t LIKE 'x%'", [3]],
  ["t NOT LIKE 'x%'", [0, 1]],
  ["d >= DATE '2026-06-01'", [1, 3]],
  ["d < '2026-06-01'", [0]],
  ['b', [0, 3]],
  ['NOT b', [1]],
  ['b = false', [1]],
  ['"odd ""name""" = 8', [2, 3]],
  ["n = 1 AND (t = 'open' OR t = 'x') OR f > 2", [0, 2]],
];

for (const [where, rows] of CASES) {
  test(`${where} is true on rows ${rows.join(', ') || 'none'}`, () => {
    const result = resultOf(table, { check: 'row_count', where, min: 0, allowEmpty: true });
    assert.equal(result.status, 'pass', result.message);
    assert.equal(result.observed, rows.length);
    // The same rows: a `null` rule on a column without nulls tests exactly the selected ones.
    const sampled = resultOf(table, { check: 'in_set', columns: ['m'], values: ['99'], where, allowEmpty: true });
    assert.deepEqual(
      sampled.samples.map((sample) => sample.row),
      rows,
    );
  });
}

for (const where of [
  '',
  'n',
  'n =',
  '= 1',
  "t = 'x",
  'n = 1 AND',
  '(n = 1',
  'n = 1)',
  '1 = 1',
  'nope = 1',
  "n = 'x'",
  'n = NULL',
  'n LIKE 1',
  't BETWEEN 1',
  'n; DROP',
  `${'('.repeat(100)}n = 1${')'.repeat(100)}`,
]) {
  test(`the condition ${where.slice(0, 20)} is refused`, () => {
    let status: string;
    try {
      status = resultOf(table, { check: 'row_count', min: 0, where }).status;
    } catch {
      status = 'error';
    }
    assert.equal(status, 'error');
  });
}
