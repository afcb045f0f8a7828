import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Schema } from '../daemon/columnar/index.js';
import { compileChecks, KeySet } from '../daemon/pipeline/checks/index.js';
import { ParquetWriter } from '../daemon/pipeline/engine/index.js';
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
  type TableOf,
  TEXT,
  tableOf,
} from './support/checks.js';
import { duckdbOf } from './support/duckdb.js';
import { temporaryFolder } from './support/folder.js';

/** Random numbers that are the same each time. */
function numbers(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const WORDS = ['rot', 'grün', 'gru\u0308n', '青', '', '  ', 'N/A', 'ROT', '👩‍👧', "o'x"];

/** Rows with nulls, NaN, both zeros, text of many scripts, and hours around two changes of the clock in Paris. */
function rowsOf(rows: number, seed: number): TableOf {
  const next = numbers(seed);
  const of = (make: (row: number) => unknown, nulls = 12) =>
    Array.from({ length: rows }, (_, row) => (next(nulls) === 0 ? null : make(row)));
  const spring = micros('2026-03-27T00:00:00Z');
  const hour = (row: number) => BigInt((row * 7) % 96) * 3_600_000_000n;
  return {
    id: { type: INT64, values: of(() => 9_007_199_254_740_990n + BigInt(next(400)), 40) },
    word: { type: TEXT, values: of(() => WORDS[next(WORDS.length)]) },
    ratio: {
      type: FLOAT,
      values: of(() => [Number.NaN, Number.POSITIVE_INFINITY, -0, 0, next(1000) / 8, -next(100) / 3][next(6)]),
    },
    price: { type: MONEY, values: of(() => BigInt(next(200_000)) - 50_000n) },
    size: { type: INT32, values: of(() => next(50) - 5) },
    moment: {
      type: MOMENT,
      values: of(
        (row) => spring + hour(row) + (row % 3 === 0 ? 182n * 86_400_000_000n + 3n * 86_400_000_000n * 9n : 0n),
      ),
    },
    naive: { type: NAIVE, values: of(() => BigInt(Date.parse('2026-02-27T00:00:00Z') + next(72) * 3_600_000)) },
    day: { type: DATE, values: of(() => day('2026-01-30') + next(40) * 2) },
    flag: { type: BOOL, values: of(() => next(2) === 1) },
    code: { type: TEXT, values: of(() => `${'ABC'[next(3)]}-${next(3) === 0 ? 'x' : ''}${next(5000)}`) },
    mail: { type: TEXT, values: of(() => ['a@b.example', 'no', 'a@@b', 'x.y+z@mail.example'][next(4)]) },
    key: { type: INT32, values: Array.from({ length: rows }, (_, row) => row - (row % 41 === 0 ? 1 : 0)) },
  };
}

type Case = [name: string, rule: Record<string, unknown>, sql: string];

/** Of each rule what it counts, in the words of the second tool: `tested` and `failed`. */
const counted = (tested: string, failed: string, from = 't') =>
  `SELECT (SELECT count(*) FROM ${from} WHERE ${tested}) AS tested, (SELECT count(*) FROM ${from} WHERE (${tested}) AND (${failed})) AS failed`;
const one = (tested: string, failed: string) =>
  `SELECT ${tested} AS tested, CASE WHEN ${failed} THEN 1 ELSE 0 END AS failed FROM t`;
const x = (column: string) => ({ columns: [column] });

const CASES: Case[] = [
  ['null', { check: 'null', ...x('word') }, counted('true', 'word IS NULL')],
  [
    'missing',
    { check: 'missing', ...x('word') },
    counted('true', "word IS NULL OR trim(word) = '' OR word IN ('NA','N/A','n/a','null','NULL','None','-')"),
  ],
  ['missing: NaN', { check: 'missing', ...x('ratio') }, counted('true', 'ratio IS NULL OR isnan(ratio)')],
  [
    'missing: numbers',
    { check: 'missing', ...x('size'), missingValues: [0, -1] },
    counted('true', 'size IS NULL OR size IN (0, -1)'),
  ],
  [
    'in_set',
    { check: 'in_set', ...x('word'), values: ['rot', 'grün', '青'] },
    counted('word IS NOT NULL', "word NOT IN ('rot','grün','青')"),
  ],
  [
    'in_set: big numbers',
    { check: 'in_set', ...x('id'), values: ['9007199254740993', '9007199254741000'] },
    counted('id IS NOT NULL', 'id NOT IN (9007199254740993, 9007199254741000)'),
  ],
  [
    'not_in_set',
    { check: 'not_in_set', ...x('size'), values: [1, 2, 3] },
    counted('size IS NOT NULL', 'size IN (1,2,3)'),
  ],
  [
    'range: beyond 2^53',
    { check: 'range', ...x('id'), min: '9007199254740993', max: '9007199254741200' },
    counted('id IS NOT NULL', 'id NOT BETWEEN 9007199254740993 AND 9007199254741200'),
  ],
  [
    'range: floats',
    { check: 'range', ...x('ratio'), min: 0, max: 60.5 },
    counted('ratio IS NOT NULL', 'isnan(ratio) OR NOT (ratio >= 0 AND ratio <= 60.5)'),
  ],
  [
    'range: decimals',
    { check: 'range', ...x('price'), min: '-100.25', exclusiveMin: true, max: '900.10' },
    counted('price IS NOT NULL', 'NOT (price > -100.25 AND price <= 900.10)'),
  ],
  [
    'range: dates',
    { check: 'range', ...x('day'), min: '2026-02-01', max: '2026-03-01' },
    counted('day IS NOT NULL', "day NOT BETWEEN DATE '2026-02-01' AND DATE '2026-03-01'"),
  ],
  [
    'range: moments with an offset',
    { check: 'range', ...x('moment'), max: '2026-03-29T03:00:00+02:00' },
    counted('moment IS NOT NULL', "moment > TIMESTAMPTZ '2026-03-29 01:00:00Z'"),
  ],
  [
    'length',
    { check: 'length', ...x('word'), min: 1, max: 3 },
    counted('word IS NOT NULL', 'length(word) NOT BETWEEN 1 AND 3'),
  ],
  [
    'regex',
    { check: 'regex', ...x('code'), pattern: '^[AB]-[0-9]{1,3}$' },
    counted('code IS NOT NULL', "NOT regexp_matches(code, '^[AB]-[0-9]{1,3}$')"),
  ],
  [
    'regex: whole text',
    { check: 'regex', ...x('code'), pattern: '.-x?\\d+', match: 'full' },
    counted('code IS NOT NULL', "NOT regexp_full_match(code, '.-x?\\d+')"),
  ],
  [
    'format: email',
    { check: 'format', ...x('mail'), format: 'email' },
    counted('mail IS NOT NULL', "mail IN ('no', 'a@@b')"),
  ],
  [
    'cross_field',
    { check: 'cross_field', condition: 'size >= key' },
    counted('size IS NOT NULL AND key IS NOT NULL', 'NOT (size >= key)'),
  ],
  [
    'where',
    { check: 'null', ...x('price'), where: "word IN ('rot', 'ROT') AND size > 3" },
    counted("word IN ('rot','ROT') AND size > 3", 'price IS NULL'),
  ],
  [
    'where: nulls',
    { check: 'null', ...x('price'), where: 'NOT (size = 3) OR word IS NULL' },
    counted('(NOT (size = 3)) OR word IS NULL', 'price IS NULL'),
  ],
  [
    'where: like',
    { check: 'null', ...x('price'), where: "code LIKE 'A-_%' AND day BETWEEN '2026-02-01' AND '2026-02-20'" },
    counted("code LIKE 'A-_%' AND day BETWEEN DATE '2026-02-01' AND DATE '2026-02-20'", 'price IS NULL'),
  ],
  [
    'sequence',
    { check: 'sequence', ...x('key'), order: 'increasing' },
    counted('key IS NOT NULL', 'NOT (key > before)', '(SELECT key, lag(key) OVER (ORDER BY n) AS before FROM t)'),
  ],
  [
    'sequence: gaps',
    { check: 'sequence', ...x('key'), order: 'gap_free' },
    counted('key IS NOT NULL', 'key <> before + 1', '(SELECT key, lag(key) OVER (ORDER BY n) AS before FROM t)'),
  ],
  [
    'sequence: in groups',
    { check: 'sequence', ...x('size'), order: 'not_decreasing', groupBy: ['flag'] },
    counted(
      'true',
      'size < before',
      '(SELECT size, lag(size) OVER (PARTITION BY flag ORDER BY n) AS before FROM t WHERE size IS NOT NULL)',
    ),
  ],
  [
    'foreign_key',
    { check: 'foreign_key', ...x('size'), dataset: 'sizes' },
    counted('size IS NOT NULL', 'size NOT IN (SELECT unnest(range(0, 30)))'),
  ],
  ['row_count', { check: 'row_count', min: 100, max: 400 }, one('count(*)', 'NOT count(*) BETWEEN 100 AND 400')],
  [
    'row_count_change',
    { check: 'row_count_change', minPercent: -10, maxPercent: 10 },
    one('greatest(count(*), 1)', 'abs(count(*) / 500.0 - 1) > 0.1'),
  ],
  [
    'unique',
    { check: 'unique', ...x('id') },
    'SELECT count(id) AS tested, count(id) - count(DISTINCT id) AS failed FROM t',
  ],
  [
    'unique: text',
    { check: 'unique', ...x('code'), nulls: 'equal' },
    "SELECT count(*) AS tested, count(*) - count(DISTINCT coalesce(code, '?')) AS failed FROM t",
  ],
  [
    'unique: zeros and NaN',
    { check: 'unique', ...x('ratio') },
    "SELECT count(ratio) AS tested, count(ratio) - count(DISTINCT CASE WHEN isnan(ratio) THEN 'nan' WHEN ratio = 0 THEN '0' ELSE ratio::VARCHAR END) AS failed FROM t",
  ],
  [
    'unique: together',
    { check: 'unique', columns: ['word', 'size'] },
    'SELECT count(*) AS tested, count(*) - count(DISTINCT (word, size)) AS failed FROM t WHERE word IS NOT NULL AND size IS NOT NULL',
  ],
  [
    'time_coverage: weekdays in Paris',
    { check: 'time_coverage', ...x('moment'), unit: 'weekday', timeZone: 'Europe/Paris', min: 60 },
    "SELECT 7 AS tested, 7 - count(*) AS failed FROM (SELECT 1 FROM t WHERE moment IS NOT NULL GROUP BY isodow(moment AT TIME ZONE 'Europe/Paris') HAVING count(*) >= 60)",
  ],
  [
    'time_coverage: hours over the changes of the clock',
    {
      check: 'time_coverage',
      ...x('moment'),
      unit: 'hour',
      timeZone: 'Europe/Paris',
      from: '2026-03-28',
      to: '2026-03-29',
      min: 2,
    },
    "SELECT 47 AS tested, 47 - count(*) AS failed FROM (SELECT 1 FROM t WHERE (moment AT TIME ZONE 'Europe/Paris')::DATE BETWEEN DATE '2026-03-28' AND DATE '2026-03-29' GROUP BY epoch(moment) // 3600 HAVING count(*) >= 2)",
  ],
  [
    'time_coverage: days',
    { check: 'time_coverage', ...x('day'), unit: 'day', from: '2026-02-01', to: '2026-02-28', calendar: 'business' },
    "SELECT 20 AS tested, 20 - count(DISTINCT day) AS failed FROM t WHERE day BETWEEN DATE '2026-02-01' AND DATE '2026-02-28' AND isodow(day) < 6",
  ],
  [
    'time_coverage: months',
    { check: 'time_coverage', ...x('naive'), unit: 'month', from: '2026-01-01', to: '2026-04-30' },
    "SELECT 4 AS tested, 4 - count(DISTINCT month(naive)) AS failed FROM t WHERE naive BETWEEN TIMESTAMP '2026-01-01' AND TIMESTAMP '2026-05-01'",
  ],
  [
    'set_coverage',
    { check: 'set_coverage', ...x('word'), values: ['rot', 'grün', 'blau'], minCount: 20 },
    "SELECT 3 AS tested, 3 - count(*) AS failed FROM (SELECT 1 FROM t WHERE word IN ('rot','grün','blau') GROUP BY word HAVING count(*) >= 20)",
  ],
  [
    'set_coverage: share of a group',
    { check: 'set_coverage', ...x('word'), values: ['rot', '青'], minShare: 0.09, groupBy: ['flag'] },
    "SELECT 2 * count(*) AS tested, count(*) FILTER (r < 0.09 * n) + count(*) FILTER (b < 0.09 * n) AS failed FROM (SELECT count(*) AS n, count(*) FILTER (word = 'rot') AS r, count(*) FILTER (word = '青') AS b FROM t GROUP BY flag)",
  ],
  [
    'freshness',
    { check: 'freshness', ...x('day'), maxAge: '60d' },
    one('count(day)', "max(day) + INTERVAL 60 DAY < TIMESTAMP '2026-06-15 12:00:00'"),
  ],
  [
    'control_total: sum',
    { check: 'control_total', ...x('price'), statistic: 'sum', min: '100000.01' },
    one('count(price)', 'sum(price) < 100000.01'),
  ],
  [
    'control_total: mean',
    { check: 'control_total', ...x('size'), statistic: 'mean', max: 19 },
    one('count(size)', 'avg(size) > 19'),
  ],
  [
    'control_total: least',
    { check: 'control_total', ...x('price'), statistic: 'min', min: '-499.50' },
    one('count(price)', 'min(price) < -499.50'),
  ],
  [
    'control_total: quantile',
    { check: 'control_total', ...x('size'), statistic: 'quantile', q: 0.5, min: 10, max: 30 },
    one('count(size)', 'quantile_disc(size, 0.5) NOT BETWEEN 10 AND 30'),
  ],
  [
    'manifest_complete',
    { check: 'manifest_complete', rows: 500, totals: [{ column: 'size', sum: 1 }] },
    'SELECT 2 AS tested, (count(*) <> 500)::INT + (coalesce(sum(size), 0) <> 1)::INT AS failed FROM t',
  ],
  [
    'category_share',
    {
      check: 'category_share',
      ...x('word'),
      shares: [
        { value: 'rot', min: 0.05, max: 0.2 },
        { value: '青', max: 0.01 },
      ],
    },
    "SELECT CASE WHEN count(*) = 0 THEN 0 ELSE 2 END AS tested, (count(*) FILTER (word = 'rot') NOT BETWEEN 0.05 * count(*) AND 0.2 * count(*))::INT + (count(*) FILTER (word = '青') > 0.01 * count(*))::INT AS failed FROM t",
  ],
  [
    'k_anonymity',
    { check: 'k_anonymity', columns: ['word', 'flag'], k: 17 },
    'SELECT count(*) AS tested, count(*) FILTER (n < 17) AS failed FROM (SELECT count(*) OVER (PARTITION BY word, flag) AS n FROM t)',
  ],
  [
    'l_diversity',
    { check: 'l_diversity', columns: ['word', 'flag'], sensitive: 'size', l: 15 },
    'SELECT count(*) AS tested, count(*) FILTER (n < 15) AS failed FROM (SELECT count(DISTINCT coalesce(size, -99)) AS n FROM t GROUP BY word, flag)',
  ],
  [
    'small_cell',
    { check: 'small_cell', columns: ['word', 'flag'], min: 17 },
    'SELECT count(*) AS tested, count(*) FILTER (n < 17) AS failed FROM (SELECT count(*) AS n FROM t GROUP BY word, flag)',
  ],
];

test('each check comes to the same counts as a second tool on the same rows', async (t) => {
  const sizes = tableOf({ size: { type: INT32, values: Array.from({ length: 30 }, (_, size) => size) } });
  const keys = await KeySet.read(sizes.schema, [sizes.batch], ['size']);
  const different: string[] = [];
  for (const [rows, seed] of [
    [500, 1],
    [480, 2],
    [0, 3],
  ] as const) {
    const { schema, batch } = tableOf(rowsOf(rows, seed));
    const path = join(temporaryFolder(t), 't.parquet');
    (await ParquetWriter.for(schema as Schema)).write(path, [batch]);
    const ask = await duckdbOf(
      t,
      `CREATE TABLE t AS SELECT *, file_row_number AS n FROM read_parquet('${path}', file_row_number = true)`,
    );
    for (const [name, rule, sql] of CASES) {
      const options = { ...OPTIONS, previous: { rows: 500 }, references: new Map([[name, keys]]) };
      const run = compileChecks([{ id: name, ...rule }], schema, options);
      run.update(batch, 0);
      const { tested, failed, status, message } = run.finish().results[0]!;
      const [theirs] = await ask(sql);
      const want = { tested: Number(theirs!.tested), failed: Number(theirs!.failed) };
      const mine = { tested, failed, status };
      const verdict = want.tested > 0 && want.failed === 0 ? 'pass' : 'fail';
      if (!isDeepStrictEqual(mine, { ...want, status: verdict }))
        different.push(`${name}, ${rows} rows: ${JSON.stringify(mine)}, there ${JSON.stringify(want)}: ${message}`);
    }
  }
  assert.deepEqual(different, []);
});
