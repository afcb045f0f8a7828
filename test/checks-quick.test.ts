import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import type { Batch, Column, DataType, Schema } from '../daemon/columnar/index.js';
import { bindRule, parseRule } from '../daemon/pipeline/checks/index.js';
import { byteMatcher } from '../daemon/pipeline/checks/values/byte-pattern.js';
import { distinctOf } from '../daemon/pipeline/checks/values/distinct.js';
import { BOOL, DATE, day, FLOAT, INT32, INT64, MOMENT, MONEY, OPTIONS, TEXT } from './support/checks.js';
import { columnOf } from './support/columns.js';

/** A column that checks take at a glance, and values of it: few different ones, many, and those at the bounds of rules. */
const COLUMNS: Record<string, { type: DataType; values: fc.Arbitrary<unknown> }> = {
  text: {
    type: TEXT,
    values: fc.oneof(fc.constantFrom('a', 'b', 'ab', '', 'é', 'ORD-01'), fc.string({ maxLength: 6 })),
  },
  int: { type: INT32, values: fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer()) },
  long: {
    type: INT64,
    values: fc.oneof(fc.bigInt({ min: -4n, max: 4n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  },
  money: {
    type: MONEY,
    values: fc.oneof(fc.bigInt({ min: -400n, max: 400n }), fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n })),
  },
  float: {
    type: FLOAT,
    values: fc.oneof(fc.constantFrom(-3, -0, 0, 3, 3.5, Number.NaN, Number.POSITIVE_INFINITY), fc.double()),
  },
  date: { type: DATE, values: fc.integer({ min: day('2026-03-01'), max: day('2026-03-09') }) },
  moment: { type: MOMENT, values: fc.bigInt({ min: 1_772_000_000_000_000n, max: 1_772_900_000_000_000n }) },
  bool: { type: BOOL, values: fc.boolean() },
};

const RULES: Record<string, unknown>[] = [
  { check: 'null', columns: Object.keys(COLUMNS) },
  { check: 'range', columns: ['int', 'long', 'money', 'float'], min: -3, max: 3 },
  {
    check: 'range',
    columns: ['int', 'long', 'money', 'float'],
    min: -3,
    max: 3,
    exclusiveMin: true,
    exclusiveMax: true,
  },
  { check: 'range', columns: ['int', 'long', 'money', 'float'], max: 0 },
  { check: 'range', columns: ['long'], min: '-9223372036854775808', max: '9223372036854775807' },
  { check: 'in_set', columns: ['text'], values: ['a', 'b', 'ab', ''] },
  { check: 'in_set', columns: ['int'], values: [-4, -3, -2, -1, 0, 1, 2, 3, 4] },
  { check: 'not_in_set', columns: ['text'], values: ['ab'] },
  { check: 'regex', columns: ['text'], pattern: '^[a-bA-Z]*' },
  { check: 'regex', columns: ['text'], pattern: 'b', match: 'full' },
  { check: 'regex', columns: ['text'], pattern: '^(?i)ord' },
  { check: 'format', columns: ['text'], format: 'hex' },
  { check: 'set_coverage', columns: ['text'], values: ['a', 'b'], minCount: 2 },
  { check: 'set_coverage', columns: ['bool'], values: [true, false] },
  { check: 'category_share', columns: ['text'], shares: [{ value: 'a', min: 0.1 }], otherMax: 0.5 },
  { check: 'time_coverage', columns: ['date'], unit: 'weekday' },
  { check: 'time_coverage', columns: ['moment'], unit: 'day', timeZone: 'America/St_Johns' },
];

const schema: Schema = { fields: Object.entries(COLUMNS).map(([name, { type }]) => ({ name, type, nullable: true })) };

const batchOf = (rows: readonly (readonly unknown[])[]): Batch => ({
  rows: rows.length,
  columns: schema.fields.map(({ type }, at) =>
    columnOf(
      type,
      rows.map((row) => row[at]),
    ),
  ),
});

const without = fc.tuple(...Object.values(COLUMNS).map(({ values }) => values));
const withNulls = fc.tuple(...Object.values(COLUMNS).map(({ values }) => fc.option(values, { freq: 5 })));
const tables = fc.oneof(fc.array(without, { maxLength: 30 }), fc.array(withNulls, { maxLength: 30 }));

for (const json of RULES) {
  const bound = bindRule(parseRule({ id: 'r', allowEmpty: true, ...json }, 'rules.0'), { ...OPTIONS, schema });
  test(`at a glance as cell by cell: ${JSON.stringify(json).slice(0, 90)}`, () => {
    fc.assert(
      fc.property(fc.array(tables, { minLength: 1, maxLength: 3 }), (batches) => {
        const [quick, slow] = [bound.init(), bound.init()];
        let firstRow = 0;
        for (const rows of batches) {
          quick.update({ batch: batchOf(rows), firstRow });
          // Rows that were selected one by one are looked at one by one.
          slow.update({ batch: batchOf(rows), firstRow, selected: new Uint8Array(rows.length).fill(1) });
          firstRow += rows.length;
        }
        assert.deepEqual(bound.verdict(quick), bound.verdict(slow));
        assert.deepEqual(quick.serialise(), slow.serialise());
      }),
    );
  });
}

/** Patterns of what byte matchers know, and of what they have to leave to RE2. */
const atom = fc.oneof(
  fc.constantFrom('a', 'b', '-', '.', '\\d', '\\w', '\\S', '\\.', '[ab]', '[^a]', '[a-c0-9]', '[-a]', '[\\d_]', '\\n'),
  fc.constantFrom('é', '\\b', '\\x41', '[[:alpha:]]', '\\pL', '^', '$', '{', 'A'),
);
const pattern = fc.letrec<{ whole: string }>((tie) => {
  const piece = fc
    .tuple(
      fc.oneof(
        { maxDepth: 3 },
        atom,
        tie('whole').map((inner) => `(${inner})`),
        tie('whole').map((inner) => `(?:${inner})`),
      ),
      fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{0}', '{2,}', '*?'),
    )
    .map((parts) => parts.join(''));
  const sequence = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  return { whole: fc.array(sequence, { minLength: 1, maxLength: 3 }).map((each) => each.join('|')) };
}).whole;
const anchored = fc.tuple(fc.constantFrom('', '^'), pattern, fc.constantFrom('', '$')).map((parts) => parts.join(''));
const subject = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '0', '-', '.', '_', ' ', '\n', 'A', '{'), maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

test('a pattern is matched over bytes as RE2 matches it', () => {
  let decided = 0;
  fc.assert(
    fc.property(anchored, fc.array(subject, { minLength: 5, maxLength: 12 }), fc.boolean(), (text, subjects, full) => {
      const quick = byteMatcher(text, full);
      if (quick === undefined) return;
      const compiled = RE2JS.compile(text); // what byteMatcher takes, RE2 takes
      for (const each of subjects) {
        const bytes = Buffer.from(`xx${each}yy`);
        const found = quick(bytes, 2, bytes.length - 2);
        if (found === 2) continue;
        decided++;
        const expected = full ? compiled.matches(each) : compiled.test(each);
        assert.equal(found === 1, expected, `${JSON.stringify(text)} on ${JSON.stringify(each)}`);
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(decided > 500, `only ${decided} texts were decided`);
});

test('bytes beyond ASCII, and patterns that grow too many states, are left to RE2', () => {
  const bytes = Buffer.from('é');
  assert.equal(byteMatcher('^a', false)!(bytes, 0, bytes.length), 2);
  const greedy = byteMatcher('(a|b)*a(a|b){12}', true)!;
  const letters = Array.from({ length: 20_000 }, (_, at) => (Math.sin(at * at) > 0 ? 'a' : 'b'));
  const random = Buffer.from(letters.join(''));
  assert.equal(greedy(random, 0, random.length), 2);
});

test('the different values of a column, each with its rows', () => {
  const types: [DataType, fc.Arbitrary<unknown>][] = [
    [TEXT, fc.constantFrom('', 'a', 'aa', 'b', 'é')],
    [INT32, fc.integer({ min: -20, max: 20 })],
    [{ name: 'int', bits: 8, signed: false }, fc.integer({ min: 0, max: 255 })],
    [DATE, fc.integer({ min: -5, max: 5 })],
    [BOOL, fc.boolean()],
  ];
  for (const [type, values] of types)
    fc.assert(
      fc.property(fc.array(fc.option(values, { freq: 6 }), { maxLength: 300 }), (all) => {
        const found = distinctOf(columnOf(type, all));
        if (found === undefined) return;
        const counts = new Map<unknown, number>();
        for (const value of all) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
        assert.equal(found.first.length, counts.size);
        for (const [at, row] of found.first.entries()) assert.equal(found.counts[at], counts.get(all[row]));
      }),
    );
});

test('a column of ever new values is given up soon', () => {
  const column: Column = columnOf(
    TEXT,
    Array.from({ length: 5000 }, (_, row) => `value ${row}`),
  );
  assert.equal(distinctOf(column), undefined);
});
