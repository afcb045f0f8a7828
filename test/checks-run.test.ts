import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personalDetector } from '../daemon/catalog/index.js';
import type { Batch, Schema } from '../daemon/columnar/index.js';
import { canonicalJson, type Json } from '../daemon/foundation/index.js';
import {
  type CheckOptions,
  compareReports,
  compileChecks,
  type DetectorFactory,
  type PersonalFinding,
  type Result,
  reasons,
  reportDigest,
} from '../daemon/pipeline/checks/index.js';
import { MASK_METADATA, type Policy, planMasks } from '../daemon/pipeline/masks/index.js';
import {
  FLOAT,
  INT32,
  INT64,
  MONEY,
  NAIVE,
  OPTIONS,
  reportOn,
  resultOf,
  type TableOf,
  TEXT,
  tableOf,
} from './support/checks.js';
import { coded } from './support/errors.js';

const numbers: TableOf = { x: { type: INT32, values: [1, 2, 3] } };
const good = { id: 'good', check: 'row_count', min: 1 };
const bad = { id: 'bad', check: 'range', columns: ['x'], max: 2 };

test('a report says what was checked, and its digest is over its canonical form', () => {
  const report = reportOn(numbers, [good, bad], { subject: { version: 'v-abc' } });
  assert.equal(report.verdict, 'fail');
  assert.deepEqual(
    [report.v, report.side, report.rows, report.batches, report.subject],
    [1, 'provider', 3, 1, { version: 'v-abc' }],
  );
  assert.deepEqual(
    report.results.map((result) => [result.id, result.status, result.fraction]),
    [
      ['good', 'pass', 0],
      ['bad', 'fail', 0.333333],
    ],
  );
  assert.equal(reportDigest(report), reportDigest(JSON.parse(canonicalJson(report as unknown as Json))));
  assert.deepEqual(reasons(report), [
    { code: 'check.range', message: 'bad: 1 of 3 values of column "x" are out of range; allowed: none.' },
  ]);
});

test('severity and onFail soften a failure, never an error', () => {
  const verdictOf = (more: Record<string, unknown>) => reportOn(numbers, [{ ...bad, ...more }]).verdict;
  assert.equal(verdictOf({ severity: 'warn' }), 'warn');
  assert.equal(verdictOf({ onFail: 'warn' }), 'warn');
  assert.equal(verdictOf({ severity: 'info' }), 'pass');
  assert.equal(verdictOf({ severity: 'info', columns: ['nope'] }), 'error');
});

test('each side runs its own rules and those of both', () => {
  const rules = [
    { ...good, id: 'p', side: 'provider' },
    { ...good, id: 'c', side: 'consumer' },
    { ...good, id: 'b' },
  ];
  const ids = (side: 'provider' | 'consumer') => reportOn(numbers, rules, { side }).results.map((result) => result.id);
  assert.deepEqual(ids('provider'), ['p', 'b']);
  assert.deepEqual(ids('consumer'), ['c', 'b']);
});

test('a run can end early once a rule has failed for good', () => {
  const { schema, batch } = tableOf(numbers);
  const run = (rule: Record<string, unknown>) => compileChecks([rule], schema, OPTIONS).update(batch, 0).stop;
  assert.equal(run(bad), true);
  assert.equal(run({ ...bad, tolerance: { count: 1 } }), false);
  assert.equal(run({ ...bad, tolerance: { percent: 1 } }), false);
  assert.equal(run({ ...bad, severity: 'warn' }), false);
});

test('failing rows can be set aside, and the other rules look at the rest', () => {
  const { schema, batch } = tableOf(numbers);
  const rule = { ...bad, onFail: 'quarantine-rows' };
  const count = { id: 'count', check: 'row_count', min: 1 };
  const run = compileChecks([rule, count], schema, { ...OPTIONS, setsAside: true });
  const { aside, left, stop } = run.update(batch, 0);
  assert.deepEqual([[...aside!], left.rows, stop], [[2], 2, false]);
  const report = run.finish();
  assert.deepEqual([report.verdict, report.rows, report.aside], ['warn', 3, 1]);
  assert.deepEqual(
    report.results.map(({ status, tested, failed }) => [status, tested, failed]),
    [
      ['warn', 3, 1],
      ['pass', 2, 0],
    ],
  );
  const unable = compileChecks([rule], schema, OPTIONS);
  assert.equal(unable.update(batch, 0).stop, true);
  assert.equal(unable.finish().verdict, 'fail', 'where no rows are set aside the delivery is refused');
});

test('a tolerance says how many rows may be set aside; never all of them', () => {
  const { schema, batch } = tableOf(numbers);
  const verdict = (more: object) => {
    const run = compileChecks([{ ...bad, onFail: 'quarantine-rows', ...more }], schema, {
      ...OPTIONS,
      setsAside: true,
    });
    run.update(batch, 0);
    return run.finish().verdict;
  };
  assert.equal(verdict({ tolerance: { count: 1 } }), 'warn');
  assert.equal(verdict({ tolerance: { count: 0 } }), 'fail');
  assert.equal(verdict({ tolerance: { percent: 10 } }), 'fail');
  assert.equal(verdict({ max: -1 }), 'fail');
  assert.equal(verdict({ max: -1, severity: 'warn' }), 'warn');
});

test('after the provider has set rows aside, the two sides agree on what is left; what a consumer sets aside is not compared', () => {
  const { schema, batch } = tableOf(numbers);
  const rules = [
    { ...bad, onFail: 'quarantine-rows' },
    { id: 'count', check: 'row_count', min: 1 },
  ];
  const provider = compileChecks(rules, schema, { ...OPTIONS, setsAside: true });
  const sent = provider.update(batch, 0).left;
  const mine = provider.finish();
  const consumer = (options: Partial<CheckOptions>, rows: Batch) => {
    const run = compileChecks(rules, schema, { ...OPTIONS, side: 'consumer', setsAside: true, ...options });
    run.update(rows, 0);
    return run.finish();
  };
  assert.deepEqual(compareReports(mine, consumer({}, sent)), { compared: 2, differing: [] });
  assert.deepEqual(
    compareReports(mine, consumer({}, batch)),
    { compared: 1, differing: ['bad'] },
    'the provider has sent what it said it would not',
  );
});

test('places name the batch and the row in it', () => {
  const { schema, batch } = tableOf(numbers);
  const run = compileChecks([bad], schema, OPTIONS);
  for (const index of [0, 1, 2]) run.update(batch, index);
  assert.deepEqual(
    run.finish().results[0]!.samples.map(({ batch: at, row }) => [at, row]),
    [
      [0, 2],
      [1, 2],
      [2, 2],
    ],
  );
  assert.throws(() => compileChecks([bad], schema, OPTIONS).update(batch, 1), coded('internal'));
});

test('two sides that saw different rows disagree on the rule', () => {
  const mine = reportOn(numbers, [good, bad]);
  const theirs = reportOn({ x: { type: INT32, values: [1, 2, 4, 3] } }, [good, bad]);
  assert.deepEqual(compareReports(mine, theirs), { compared: 2, differing: ['good', 'bad'] });
  const same = reportOn(numbers, [good, bad], { side: 'consumer' });
  assert.deepEqual(compareReports(mine, same), { compared: 2, differing: [] });
});

test('two rules with one id are refused', () => {
  assert.throws(() => reportOn(numbers, [good, good]), coded('contract.invalid', /two rules have the id "good"/i));
});

test('schema.match names every column that differs', () => {
  const table: TableOf = {
    a: { type: INT64, values: [1n] },
    b: { type: TEXT, values: [null] },
    c: { type: NAIVE, values: [0] },
  };
  const match = (fields: unknown[], more: Record<string, unknown> = {}) =>
    resultOf(table, { check: 'schema.match', fields, ...more });
  const all = [
    { name: 'a', type: 'int64' },
    { name: 'b', type: 'string' },
    { name: 'c', type: 'timestamp[ms]' },
  ];
  assert.equal(match(all).status, 'pass');
  assert.equal(
    match([{ name: 'a', type: { name: 'int', bits: 64, signed: true } }], { mode: 'superset' }).status,
    'pass',
  );
  assert.equal(match([...all, { name: 'd' }], { mode: 'subset' }).status, 'pass');
  assert.equal(
    match([{ name: 'a', type: 'integer' }]).message,
    'Column "b" is not in the contract; column "c" is not in the contract.',
  );
  assert.equal(match([...all, { name: 'd' }]).message, 'Column "d" is missing.');
  assert.equal(
    match([{ name: 'a', type: 'string' }], { mode: 'superset' }).message,
    'Column "a" is int64, not string.',
  );
  assert.match(
    match([{ name: 'b', nullable: false }], { mode: 'superset' }).message,
    /column "b" has 1 nulls and may have none/i,
  );
  assert.equal(match([...all].reverse(), { order: true }).status, 'fail');
  assert.throws(() => match([{ name: 'a', type: 'strnig' }]), coded('contract.invalid', /is not a type/));
});

test('freshness is measured from the clock that the run is given', () => {
  const at = (text: string): TableOf => ({ t: { type: NAIVE, values: [Date.parse(text), null] } });
  const rule = { check: 'freshness', columns: ['t'], maxAge: '36h' };
  assert.equal(resultOf(at('2026-06-14T02:00:00Z'), rule).status, 'pass');
  assert.match(resultOf(at('2026-06-13T20:00:00Z'), rule).message, /40 hours old; 36h is allowed/);
  assert.match(resultOf(at('2026-06-18T00:00:00Z'), rule).message, /in the future/);
  assert.equal(resultOf(at('2026-06-14T02:00:00Z'), { ...rule, timeZone: 'Asia/Tokyo' }).status, 'fail');
});

test('totals are exact', () => {
  const total = (table: TableOf, more: Record<string, unknown>) =>
    resultOf(table, { check: 'control_total', columns: ['x'], statistic: 'sum', ...more });
  const x = (type: TableOf[string]['type'], ...values: unknown[]): TableOf => ({ x: { type, values } });
  assert.equal(total(x(MONEY, 10n, 20n, -5n), { equals: '0.25' }).status, 'pass');
  assert.equal(total(x(MONEY, 10n, 20n, -5n), { equals: '0.251' }).status, 'fail');
  assert.equal(total(x(FLOAT, 1e16, 1, -1e16), { equals: 1 }).status, 'pass');
  assert.equal(total(x(FLOAT, ...Array(10).fill(0.1)), { equals: 1, within: '1e-15' }).status, 'pass');
  assert.equal(total(x(INT64, 9007199254740993n, 9007199254740993n), { equals: '18014398509481986' }).status, 'pass');
  assert.equal(total(x(FLOAT, 1, Number.NaN), { min: 0 }).status, 'fail');
  assert.equal(total(x(INT32, 1, 2, 4), { statistic: 'mean', min: '2.33', max: 2.34 }).status, 'pass');
  assert.equal(
    total(x(INT32, ...Array.from({ length: 1000 }, (_, at) => at)), {
      statistic: 'quantile',
      q: 0.95,
      min: 947,
      max: 951,
    }).status,
    'pass',
  );
});

/** Stands in for the catalog's detector: says of a column what its name says. */
const fakeDetector =
  (matched: number): DetectorFactory =>
  (schema) => ({
    update: () => {},
    merge: () => {},
    serialise: () => new Uint8Array(0),
    findings: (): PersonalFinding[] =>
      schema.fields
        .filter((field) => field.name === 'email')
        .map((field) => ({
          column: field.name,
          entity: 'email',
          verdict: 'contains',
          confidence: 0.9,
          evidence: 'valid addresses',
          matched,
          tested: 1000,
        })),
  });

test('pii.absent judges what the detector finds', () => {
  const table: TableOf = { email: { type: TEXT, values: ['x'] }, note: { type: TEXT, values: ['y'] } };
  const rule = { check: 'pii.absent' };
  const options = { detector: fakeDetector(1) };
  const found = resultOf(table, rule, options);
  assert.deepEqual([found.status, found.tested, found.failed], ['fail', 2, 1]);
  assert.equal(found.message, 'Column "email" contains email (valid addresses).');
  assert.equal(resultOf(table, { ...rule, columns: ['note'] }, options).status, 'pass');
  assert.equal(resultOf(table, { ...rule, entities: ['iban'] }, options).status, 'pass');
  assert.equal(resultOf(table, { ...rule, allow: ['email'] }, options).status, 'pass');
  assert.equal(resultOf(table, { ...rule, contamination: 0.001 }, options).status, 'pass');
  assert.equal(resultOf(table, { ...rule, confidence: 0.95 }, options).status, 'pass');
  assert.equal(resultOf(table, rule).status, 'error', 'without a detector nothing was looked at');
  assert.throws(
    () => resultOf(table, { ...rule, where: 'note = 1' }, options),
    coded('contract.invalid', /cannot narrow/),
  );
});

test('pii.only_in lets pass what is declared for a column', () => {
  const table: TableOf = { email: { type: TEXT, values: ['x'] } };
  const options = { detector: fakeDetector(1) };
  const only = (allow: Record<string, string[]>) => resultOf(table, { check: 'pii.only_in', allow }, options).status;
  assert.equal(only({ email: ['email'] }), 'pass');
  assert.equal(only({ email: ['phone'], constructor: ['email'] }), 'fail');
});

test('a run that ended early says of the open rules nothing', () => {
  const { schema, batch } = tableOf(numbers);
  const open = { id: 'open', check: 'set_coverage', columns: ['x'], values: [99] };
  const run = compileChecks([bad, open], schema, OPTIONS);
  assert.equal(run.update(batch, 0).stop, true);
  const report = run.finish({ partial: true });
  assert.deepEqual(
    report.results.map(({ id, status }) => [id, status]),
    [
      ['bad', 'fail'],
      ['open', 'skip'],
    ],
  );
  assert.equal(report.verdict, 'fail');
});

test('the name of a masked column is no evidence', () => {
  const { schema, batch } = tableOf({ email: { type: TEXT, values: ['x'] } });
  const masked: Schema = { fields: [{ ...schema.fields[0]!, metadata: { [MASK_METADATA]: '{"op":"token"}' } }] };
  for (const [fields, status] of [
    [schema, 'fail'],
    [masked, 'pass'],
  ] as const) {
    const run = compileChecks([{ id: 'r', check: 'pii.absent' }], fields, { ...OPTIONS, detector: fakeDetector(1) });
    run.update(batch, 0);
    assert.equal(run.finish().results[0]!.status, status);
  }
});

test('with the real detector: personal data refuses a delivery, its tokens do not', () => {
  const rows = 200;
  const names = ['ann', 'bob', 'carla', 'dmitri', 'eva'];
  const table: TableOf = {
    id: { type: INT64, values: Array.from({ length: rows }, (_, at) => BigInt(at)) },
    email: { type: TEXT, values: Array.from({ length: rows }, (_, at) => `${names[at % 5]}.${at}@corp-mail.com`) },
  };
  const { schema, batch } = tableOf(table);
  const rule = { id: 'no-people', check: 'pii.absent', entities: ['email', 'phone', 'full_name'] };
  const keys = { root: new Uint8Array(32), organisation: 'a', peer: 'b', agreement: 'c', version: 'v-1' };
  const verdictUnder = (policy: Policy): Result => {
    const plan = planMasks(schema, policy, keys);
    const run = compileChecks([rule], plan.schema, { ...OPTIONS, detector: personalDetector });
    run.update(plan.apply(batch, 0), 0);
    return run.finish().results[0]!;
  };
  const raw = verdictUnder({ columns: {} });
  assert.equal(raw.status, 'fail');
  assert.match(raw.message, /^Column "email" looks like email \(/);
  assert.doesNotMatch(JSON.stringify(raw), /corp-mail/);
  for (const op of ['token', 'null', 'drop', 'partial', 'hash_random'])
    assert.equal(verdictUnder({ columns: { email: { op } } }).status, 'pass', op);
  assert.throws(
    () => reportOn(table, [{ ...rule, entities: ['fullname'] }]),
    coded('contract.invalid', /one of .*full_name/),
  );
});
