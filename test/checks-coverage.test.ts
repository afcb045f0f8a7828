import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../daemon/foundation/index.js';
import { DATE, day, INT32, MOMENT, micros, NAIVE, reportOn, resultOf, type TableOf, TEXT } from './support/checks.js';
import { coded } from './support/errors.js';

const days = (...texts: string[]): TableOf => ({ date: { type: DATE, values: texts.map(day) } });
const covers = (params: Record<string, unknown>) => ({ check: 'time_coverage', columns: ['date'], ...params });
const allDays = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => new Date((day(from) + at) * 86_400_000).toISOString().slice(0, 10));

test('a missing weekday is named', () => {
  const result = resultOf(days(...allDays('2026-06-01', 6)), covers({ unit: 'weekday' }));
  assert.deepEqual([result.status, result.tested, result.failed], ['fail', 7, 1]);
  assert.equal(result.message, 'Weekday Sunday is missing from column "date".');
  assert.equal(resultOf(days(...allDays('2026-06-01', 7)), covers({ unit: 'weekday' })).status, 'pass');
});

test('only the weekdays asked for are needed', () => {
  const table = days('2026-06-01', '2026-06-05');
  assert.equal(resultOf(table, covers({ unit: 'weekday', buckets: ['monday', 'Friday'] })).status, 'pass');
  assert.equal(resultOf(table, covers({ unit: 'weekday', calendar: 'business' })).failed, 3);
  assert.throws(
    () => resultOf(table, covers({ unit: 'weekday', buckets: ['someday'] })),
    coded('contract.invalid', /"someday" is not a member/),
  );
});

test('days from one date to another, without those left out', () => {
  const table = days('2026-06-01', '2026-06-02', '2026-06-04', '2026-06-05', '2026-06-08');
  const result = resultOf(table, covers({ unit: 'day', from: '2026-06-01', to: '2026-06-09' }));
  assert.equal(result.failed, 4);
  assert.match(result.message, /^Day 2026-06-03 is missing from column "date"; day 2026-06-06 is missing/);
  assert.equal(resultOf(table, covers({ unit: 'day', calendar: 'business', exclude: ['2026-06-03'] })).status, 'pass');
  assert.equal(
    resultOf(table, covers({ unit: 'day', exclude: ['2026-06-03', '2026-06-06/2026-06-07'] })).status,
    'pass',
  );
  assert.equal(resultOf(table, covers({ unit: 'day', exclude: ['wednesday', 'saturday', 'sunday'] })).status, 'pass');
});

test('months run from the first to the last of the data', () => {
  const result = resultOf(days('2025-11-30', '2026-02-01'), covers({ unit: 'month' }));
  assert.equal(result.tested, 4);
  assert.match(result.message, /Month 2025-12 is missing.*month 2026-01 is missing/);
});

test('a bucket with too few rows is named with its count', () => {
  const result = resultOf(days('2026-06-01', '2026-06-01', '2026-06-02'), covers({ unit: 'day', min: 2 }));
  assert.equal(result.message, 'Day 2026-06-02 has 1 row, fewer than 2, in column "date".');
});

test('every group needs every bucket', () => {
  const table: TableOf = {
    date: { type: DATE, values: ['2026-06-01', '2026-06-02', '2026-06-01'].map(day) },
    shop: { type: TEXT, values: ['a', 'a', 'b'] },
  };
  const result = resultOf(table, covers({ unit: 'day', groupBy: ['shop'] }));
  assert.deepEqual([result.tested, result.failed], [4, 1]);
  assert.match(result.message, /day 2026-06-02 is missing from column "date" in 1 of 2 groups/i);
});

const hourly = (from: string, hours: number): TableOf => ({
  date: { type: MOMENT, values: Array.from({ length: hours }, (_, at) => micros(from) + BigInt(at) * 3_600_000_000n) },
});

test('daylight saving: 23 and 25 hours a day, in the zone of the rule', () => {
  const rule = covers({ unit: 'hour', timeZone: 'Europe/Berlin' });
  const spring = resultOf(hourly('2026-03-28T23:00:00Z', 23), { ...rule, from: '2026-03-29', to: '2026-03-29' });
  assert.deepEqual([spring.status, spring.tested], ['pass', 23]);
  const autumn = resultOf(hourly('2026-10-24T22:00:00Z', 25), { ...rule, from: '2026-10-25', to: '2026-10-25' });
  assert.deepEqual([autumn.status, autumn.tested], ['pass', 25]);
  const short = resultOf(hourly('2026-10-24T22:00:00Z', 24), { ...rule, from: '2026-10-25', to: '2026-10-25' });
  assert.deepEqual([short.failed, short.message], [1, 'Hour 2026-10-25 23:00 is missing from column "date".']);
});

test('daylight saving: a wall clock shows the repeated hour once', () => {
  const shown = Array.from({ length: 24 }, (_, hour) => Date.UTC(2026, 9, 25, hour));
  const table: TableOf = { date: { type: NAIVE, values: shown } };
  const rule = covers({ unit: 'hour', timeZone: 'Europe/Berlin', from: '2026-10-25', to: '2026-10-25' });
  assert.deepEqual([resultOf(table, rule).status, resultOf(table, rule).tested], ['pass', 24]);
});

test('a zone half an hour off, and the date line', () => {
  const table = hourly('2026-05-31T18:30:00Z', 24);
  const rule = covers({ unit: 'hour', timeZone: 'Asia/Kolkata', from: '2026-06-01', to: '2026-06-01' });
  assert.deepEqual([resultOf(table, rule).status, resultOf(table, rule).tested], ['pass', 24]);
  const kiritimati = covers({ unit: 'day', timeZone: 'Pacific/Kiritimati', from: '2026-06-02', to: '2026-06-02' });
  assert.equal(
    resultOf({ date: { type: MOMENT, values: [micros('2026-06-01T11:00:00Z')] } }, kiritimati).status,
    'pass',
  );
});

test('nothing is covered by no rows', () => {
  assert.equal(resultOf(days(), covers({ unit: 'weekday' })).failed, 7);
  assert.equal(resultOf(days(), covers({ unit: 'day', from: '2026-06-01', to: '2026-06-03' })).failed, 3);
  assert.match(resultOf(days(), covers({ unit: 'day' })).message, /Nothing was there/);
});

test('hours need times, coverage needs dates', () => {
  assert.equal(resultOf(days('2026-06-01'), covers({ unit: 'hour' })).status, 'error');
  assert.equal(resultOf({ date: { type: INT32, values: [1] } }, covers({ unit: 'day' })).status, 'error');
});

const classes = (...values: (string | null)[]): TableOf => ({ class: { type: TEXT, values } });

test('required values that are missing or too few are named', () => {
  const rule = { check: 'set_coverage', columns: ['class'], values: ['card', 'account', 'none'] };
  const result = resultOf(classes('card', 'none', 'other', null), rule);
  assert.deepEqual([result.status, result.tested, result.failed], ['fail', 3, 1]);
  assert.equal(result.message, 'Value "account" is missing from column "class".');
  const few = resultOf(classes('card', 'account', 'none', 'none'), { ...rule, minCount: 2 });
  assert.match(few.message, /Value "card" has only 1 row in column "class"; value "account" has only 1 row/);
  assert.equal(resultOf(classes('card', 'account', 'none'), { ...rule, minShare: 0.33 }).status, 'pass');
  assert.equal(resultOf(classes('card', 'account', 'none', null), { ...rule, minShare: 0.33 }).failed, 3);
  assert.equal(resultOf(classes(), rule).failed, 3);
});

test('required values in every group', () => {
  const table: TableOf = {
    class: { type: TEXT, values: ['x', 'y', 'x'] },
    day: { type: DATE, values: [1, 1, 2] },
  };
  const result = resultOf(table, { check: 'set_coverage', columns: ['class'], values: ['x', 'y'], groupBy: ['day'] });
  assert.deepEqual([result.tested, result.failed], [4, 1]);
  assert.match(result.message, /"y" is missing from column "class" in 1 of 2 groups/);
});

test('what would take too much to count or compare is an error, not a hang', () => {
  const started = performance.now();
  const ages = resultOf(days('0001-01-01', '9999-12-31'), covers({ unit: 'day' }));
  assert.deepEqual([ages.status, /more than \d+ buckets/.test(ages.message)], ['error', true]);
  const spans = allDays('2000-01-01', 9999).map((date) => `${date}/${date}`);
  const excluded = resultOf(days('1900-01-01', '2027-05-17'), covers({ unit: 'day', exclude: spans }));
  assert.equal(excluded.tested, day('2027-05-17') - day('1900-01-01') + 1 - 9999);
  const groups: TableOf = {
    class: { type: TEXT, values: Array.from({ length: 300 }, (_, at) => `c${at}`) },
    day: { type: INT32, values: Array.from({ length: 300 }, (_, at) => at) },
  };
  const values = Array.from({ length: 100_000 }, (_, at) => `v${at}`);
  const pairs = resultOf(groups, { check: 'set_coverage', columns: ['class'], values, groupBy: ['day'] });
  assert.match(pairs.message, /300 groups with 100000 expectations/);
  assert.ok(performance.now() - started < 5000);
});

test('a run sorts the keys of a bounded number of rules', () => {
  const rules = Array.from({ length: LIMITS.talliesPerRun + 1 }, (_, at) => ({
    id: `u${at}`,
    check: 'unique',
    columns: ['date'],
  }));
  assert.equal(reportOn(days('2026-01-01'), rules.slice(1)).verdict, 'pass');
  assert.throws(() => reportOn(days('2026-01-01'), rules), coded('limit.exceeded', /65 rules/));
});
