import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { personalDetector } from '../daemon/catalog/index.js';
import type { Batch, Schema } from '../daemon/columnar/index.js';
import { hex } from '../daemon/foundation/index.js';
import { bindRule, type CheckState, KeySet, parseRule, stateDigest } from '../daemon/pipeline/checks/index.js';
import { DATE, day, FLOAT, INT64, MOMENT, MONEY, OPTIONS, TEXT } from './support/checks.js';
import { columnOf } from './support/columns.js';

const TYPES = { id: INT64, amount: MONEY, score: FLOAT, name: TEXT, date: DATE, at: MOMENT };
const schema: Schema = {
  fields: Object.entries(TYPES).map(([name, type]) => ({ name, type, nullable: true })),
};

const RULES: Record<string, unknown>[] = [
  { check: 'schema.match', fields: [{ name: 'id', nullable: false }], mode: 'superset' },
  { check: 'null', columns: ['id', 'name'] },
  { check: 'missing', columns: ['name', 'score'] },
  { check: 'in_set', columns: ['name'], values: ['a', 'b'], tolerance: { percent: 50 } },
  { check: 'range', columns: ['id', 'amount', 'score'], min: -3, max: 3, tolerance: { count: 2 } },
  { check: 'length', columns: ['name'], max: 2 },
  { check: 'regex', columns: ['name'], pattern: '^[a-c]' },
  { check: 'format', columns: ['name'], format: 'hex' },
  { check: 'cross_field', condition: 'amount > id' },
  { check: 'row_count', min: 3, max: 9, where: "name <> 'a'" },
  { check: 'unique', columns: ['id', 'name'], nulls: 'equal' },
  { check: 'unique', columns: ['score'] },
  { check: 'time_coverage', columns: ['date'], unit: 'weekday' },
  { check: 'time_coverage', columns: ['at'], unit: 'hour', timeZone: 'America/St_Johns', groupBy: ['name'] },
  { check: 'set_coverage', columns: ['name'], values: ['a', 'b'], minCount: 2, groupBy: ['date'] },
  { check: 'freshness', columns: ['at'], maxAge: '1d' },
  { check: 'control_total', columns: ['score'], statistic: 'sum', min: -1e300 },
  { check: 'control_total', columns: ['score'], statistic: 'quantile', q: 0.5, max: 1 },
  { check: 'control_total', columns: ['amount'], statistic: 'mean', max: 1 },
  { check: 'control_total', columns: ['id'], statistic: 'max', max: 2 },
  { check: 'schema.compat' },
  { check: 'pii.absent' },
  { check: 'pii.only_in', allow: { name: ['first_name'] } },
  { check: 'sequence', columns: ['id'], order: 'not_decreasing' },
  { check: 'sequence', columns: ['score'], groupBy: ['name'] },
  { check: 'sequence', columns: ['at'], order: 'gap_free', tolerance: { percent: 50 } },
  { check: 'foreign_key', columns: ['name'], dataset: 'names' },
  {
    check: 'manifest_complete',
    rows: 5,
    totals: [
      { column: 'score', sum: 1 },
      { column: 'amount', sum: '1.00' },
    ],
  },
  { check: 'category_share', columns: ['name'], shares: [{ value: 'a', min: 0.1 }], otherMax: 0.5 },
  { check: 'drift', columns: ['score'], method: 'ks' },
  { check: 'drift', columns: ['name'] },
  { check: 'pii.masked', columns: ['name'], mask: { op: 'null' } },
  { check: 'secret.absent' },
  { check: 'k_anonymity', columns: ['name', 'date'], k: 2 },
  { check: 'l_diversity', columns: ['name'], sensitive: 'date', l: 3 },
  { check: 'small_cell', columns: ['name'], min: 3 },
];

const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 6 });
const row = fc.tuple(
  orNull(fc.bigInt({ min: -5n, max: 5n })),
  orNull(fc.bigInt({ min: -500n, max: 500n })),
  orNull(fc.oneof(fc.double(), fc.constantFrom(0, -0, 0.1, 1e16, -1e16, Number.NaN))),
  orNull(fc.constantFrom('a', 'b', 'c', '', 'é', 'ab12')),
  orNull(fc.integer({ min: day('2026-03-01'), max: day('2026-03-12') })),
  orNull(fc.bigInt({ min: 1_772_000_000_000_000n, max: 1_772_100_000_000_000n })),
);

const batchOfRows = (rows: readonly unknown[][]): Batch => ({
  rows: rows.length,
  columns: schema.fields.map((field, at) =>
    columnOf(
      field.type,
      rows.map((each) => each[at]),
    ),
  ),
});

const cuts = fc.array(fc.nat(40), { maxLength: 6 });

const references = new Map([
  [
    'r',
    await KeySet.read({ fields: [schema.fields[3]!] }, [{ rows: 2, columns: [columnOf(TEXT, ['a', 'é'])] }], ['name']),
  ],
]);

for (const json of RULES) {
  const rule = parseRule({ id: 'r', allowEmpty: true, ...json }, 'rules.0');
  const bound = bindRule(rule, { ...OPTIONS, schema, tmp: tmpdir(), references, detector: personalDetector });
  const select =
    rule.where === undefined
      ? undefined
      : (rows: readonly unknown[][]) => Uint8Array.from(rows, (each) => Number(each[3] !== null && each[3] !== 'a'));
  const fed = (rows: readonly unknown[][], firstRow: number): CheckState => {
    const state = bound.init();
    const selected = select?.(rows);
    state.update({ batch: batchOfRows(rows), firstRow, ...(selected === undefined ? {} : { selected }) });
    return state;
  };
  test(`any split and order of merging is one: ${JSON.stringify(json).slice(0, 90)}`, () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), cuts, fc.infiniteStream(fc.nat(1000)), (rows, places, order) => {
        const whole = fed(rows, 0);
        const ends = [...new Set(places.map((place) => Math.min(place, rows.length))), rows.length].sort(
          (a, b) => a - b,
        );
        const parts = ends.map((end, at) => fed(rows.slice(ends[at - 1] ?? 0, end), ends[at - 1] ?? 0));
        while (parts.length > 1) {
          const [from] = parts.splice(order.next().value % parts.length, 1);
          const into = order.next().value % parts.length;
          const saved = order.next().value % 2 === 0 ? bound.deserialise(from!.serialise()) : from!;
          parts[into]!.merge(saved);
        }
        assert.equal(hex(stateDigest(parts[0]!)), hex(stateDigest(whole)));
        assert.deepEqual(bound.verdict(parts[0]!), bound.verdict(whole));
        assert.deepEqual(bound.verdict(bound.deserialise(whole.serialise())), bound.verdict(whole));
      }),
      { numRuns: 60 },
    );
  });
}
