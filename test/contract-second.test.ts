import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../daemon/foundation/index.js';
import { INT64, reportOn, type TableOf, TEXT } from './support/checks.js';
import { read } from './support/contracts.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';

const SEED = 20_260_615;
const python = spawnSync('python3', ['-c', 'import pyarrow, datacontract.data_contract'], { encoding: 'utf8' });
const skip =
  python.status === 0
    ? false
    : 'the Python packages datacontract-cli[duckdb] and pyarrow are not here, so no verdict was compared with theirs';

type Members = { [key: string]: Json };

interface Case {
  contract: Members;
  columns: { id: number[]; unit: (string | null)[]; size: (number | null)[] };
}

const bound = fc.constantFrom(0, 1, 2, 3, 5, 10, 20, 50, 100);
const comparison: fc.Arbitrary<Members> = fc.oneof(
  fc
    .constantFrom('mustBe', 'mustNotBe', 'mustBeGreaterThan', 'mustBeGreaterOrEqualTo', 'mustBeLessOrEqualTo')
    .chain((name) => bound.map((value) => ({ [name]: value }))),
  bound.map((value) => ({ mustBeLessThan: value + 1 })),
  fc
    .tuple(fc.constantFrom('mustBeBetween', 'mustNotBeBetween'), bound, bound)
    .filter(([, low, high]) => low < high)
    .map(([name, low, high]) => ({ [name]: [low, high] })),
);

/** Metrics with every comparison; of duplicates none only, because the tools count them differently. */
const quality: fc.Arbitrary<{ at: 'table' | 'unit'; rule: Members }> = fc.oneof(
  comparison.map((compared) => ({ at: 'table' as const, rule: { metric: 'rowCount', ...compared } })),
  fc.constant({
    at: 'table' as const,
    rule: { metric: 'duplicateValues', mustBe: 0, arguments: { properties: ['id', 'size'] } },
  }),
  fc
    .record({
      compared: comparison.filter(
        (one) =>
          !Object.values(one)
            .flat()
            .some((value) => Number(value) > 100),
      ),
      what: fc.constantFrom<Members[]>(
        { metric: 'nullValues' },
        { metric: 'missingValues', arguments: { missingValues: [null, '', 'N/A'] } },
        { metric: 'missingValues', arguments: { missingValues: ['N/A'] } },
        { metric: 'invalidValues', arguments: { validValues: ['kg', 'lb'] } },
        { metric: 'invalidValues', arguments: { pattern: '^[a-z]+$' } },
      ),
      percent: fc.boolean(),
    })
    // A share of invalid values is of all rows there, and of those that are not null here.
    .map(({ compared, what, percent }) => ({
      at: 'unit' as const,
      rule: { ...what, ...compared, ...(percent && what.metric !== 'invalidValues' ? { unit: 'percent' } : {}) },
    })),
);

const options = fc.record(
  { minimum: fc.integer({ min: -5, max: 3 }), maximum: fc.integer({ min: 3, max: 60 }) },
  { requiredKeys: [] },
);

const cases: fc.Arbitrary<Case> = fc
  .record({
    rows: fc.array(
      fc.record({
        unit: fc.constantFrom('kg', 'lb', 'kg', 'N/A', '', null),
        size: fc.constantFrom(1, 2, 3, 50, -4, null),
      }),
      { minLength: 1, maxLength: 20 },
    ),
    quality,
    options,
    lengths: fc.record({ minLength: fc.nat(3), maxLength: fc.integer({ min: 3, max: 5 }) }, { requiredKeys: [] }),
    required: fc.boolean(),
    key: fc.boolean(),
  })
  .map(({ rows, quality: { at, rule }, options: sizes, lengths, required, key }) => ({
    contract: {
      ...{ apiVersion: 'v3.1.0', kind: 'DataContract', id: 'c', version: '1.0.0', status: 'active' },
      schema: [
        {
          name: 't',
          ...(at === 'table' ? { quality: [rule] } : {}),
          properties: [
            { name: 'id', logicalType: 'integer', ...(key ? { primaryKey: true } : {}) },
            {
              name: 'unit',
              logicalType: 'string',
              logicalTypeOptions: lengths,
              required,
              ...(at === 'unit' ? { quality: [rule] } : {}),
            },
            { name: 'size', logicalType: 'integer', logicalTypeOptions: sizes },
          ],
        },
      ],
    },
    columns: {
      id: rows.map((_, index) => index),
      unit: rows.map(({ unit }) => unit),
      size: rows.map(({ size }) => size),
    },
  }));

function ours({ contract, columns }: Case): boolean {
  const whole = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : BigInt(value)));
  const table: TableOf = {
    id: { type: INT64, values: whole(columns.id) },
    unit: { type: TEXT, values: columns.unit },
    size: { type: INT64, values: whole(columns.size) },
  };
  // Where a column holds nothing but nulls, a rule about its values has tested nothing and fails here.
  const rules = read(JSON.stringify(contract)).rules.map((rule) => ({
    ...(rule as Members),
    allowEmpty: true,
  }));
  return reportOn(table, rules).results.every(({ status }) => status === 'pass');
}

test('another ODCS tool comes to the same verdicts', { skip, timeout: 170_000 }, (t) => {
  const file = join(temporaryFolder(t), 'cases.json');
  const made = fc.sample(cases, { seed: SEED, numRuns: 50 });
  writeFileSync(file, JSON.stringify(made));
  const run = spawnSync('python3', [join(repoRoot, 'test', 'support', 'test_odcs.py'), file], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const theirs = JSON.parse(run.stdout.trim().split('\n').at(-1)!) as (boolean | null)[];
  assert.equal(theirs.length, made.length);
  assert.ok(theirs.filter((verdict) => verdict !== null).length > made.length / 2);
  for (const [at, verdict] of theirs.entries())
    if (verdict !== null) assert.equal(ours(made[at]!), verdict, JSON.stringify(made[at]));
});
