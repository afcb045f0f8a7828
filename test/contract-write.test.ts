import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KnownColumn, type KnownDataset, writeContract } from '../daemon/catalog/index.js';
import type { Batch, DataType, Schema } from '../daemon/columnar/index.js';
import { compileChecks } from '../daemon/pipeline/checks/index.js';
import { DATE, day, FLOAT, INT32, INT64, MONEY, OPTIONS, type TableOf, TEXT, tableOf } from './support/checks.js';
import { samples } from './support/columns.js';
import { read } from './support/contracts.js';

/** What is known of a column of plain values; the tests' own, slow and obvious. */
function knownColumn(name: string, type: DataType, cells: readonly unknown[]): KnownColumn {
  const values = cells.filter((cell) => cell !== null);
  const nulls = type.name === 'null' ? cells.length : cells.length - values.length;
  const distinct = [...new Set(values)];
  const known: KnownColumn = { name, type, nulls };
  if (!['int', 'utf8', 'float', 'date', 'decimal'].includes(type.name) || values.length === 0) return known;
  known.distinct = distinct.length;
  if (type.name === 'utf8') {
    const lengths = values.map((value) => [...(value as string)].length);
    Object.assign(known, { minLength: Math.min(...lengths), maxLength: Math.max(...lengths) });
  }
  const numbers = values.map(Number);
  const isHalf = type.name === 'float' && type.bits === 16; // given as raw bits
  if (type.name !== 'utf8' && !isHalf && !numbers.some(Number.isNaN)) {
    const literal = (value: number): string | number =>
      type.name === 'date'
        ? new Date(value * 86_400_000).toISOString().slice(0, 10)
        : type.name === 'decimal'
          ? String(value / 10 ** type.scale)
          : value;
    const isDated = type.name !== 'date' || type.unit === 'd';
    if (isDated && numbers.every((value) => Math.abs(value) < 1e6))
      Object.assign(known, { min: literal(Math.min(...numbers)), max: literal(Math.max(...numbers)) });
  }
  if (type.name === 'utf8' || type.name === 'int')
    known.values = distinct.map((value) => (typeof value === 'bigint' ? String(value) : (value as string | number)));
  return known;
}

/** Every rule of the contract that is written for a table, on that table; those that did not pass. */
function broken(schema: Schema, batch: Batch, known: KnownDataset): string[] {
  const { rules, notEvaluated } = read(writeContract(known));
  assert.deepEqual(notEvaluated, []);
  const run = compileChecks(rules, schema, {
    ...OPTIONS,
    detector: () => ({ update() {}, merge() {}, serialise: () => new Uint8Array(0), findings: () => [] }),
  });
  run.update(batch, 0);
  return run
    .finish()
    .results.filter(({ status }) => status !== 'pass')
    .map(({ id, message }) => `${id}: ${message}`);
}

function knownOf(columns: TableOf): { schema: Schema; batch: Batch; known: KnownDataset } {
  const entries = Object.entries(columns);
  const known = {
    dataset: 'orders',
    rows: entries[0]![1].values.length,
    columns: entries.map(([name, { type, values }]) => knownColumn(name, type, values)),
  };
  return { ...tableOf(columns), known };
}

const times = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at));

const ORDERS: TableOf = {
  order_id: { type: INT64, values: times(40, (at) => BigInt(at + 1)) },
  'Customer Ref': { type: TEXT, values: times(40, (at) => (at < 30 ? `C-${1000 + at}` : null)) },
  state: { type: TEXT, values: times(40, (at) => ['open', 'no', '1:30', 'null'][at % 4]) },
  rating: { type: INT32, values: times(40, (at) => 1 + (at % 5)) },
  amount: { type: MONEY, values: times(40, (at) => BigInt(at * 100)) },
  balance: { type: FLOAT, values: times(40, (at) => at - 20) },
  day: { type: DATE, values: times(40, (at) => day('2026-01-01') + at) },
  nothing: { type: TEXT, values: times(40, () => null) },
};

test('a first contract: types, nulls, a key, lists of few values, numbers that are never negative', () => {
  const { schema, batch, known } = knownOf(ORDERS);
  assert.deepEqual(broken(schema, batch, known), []);
  assert.equal(
    writeContract({ ...known, organisation: 'Acme' }),
    `# First contract of "orders", written from 40 rows. All of it holds for them:
# change what is to hold for those to come. docs/CONTRACTS.md tells what can be said here.
# Values that are listed are told to each peer that is offered the data.

apiVersion: v3.1.0
kind: DataContract
id: orders
name: orders
version: 1.0.0
status: draft # draft until people have agreed on it, then active
team:
  name: Acme
schema:
  - name: orders
    physicalType: table
    properties:
      # Seen: 1 to 40; 40 distinct.
      - name: order_id
        logicalType: integer
        physicalType: int64
        primaryKey: true
        primaryKeyPosition: 1
        required: true

      # Seen: 30 distinct; 10 null.
      - name: Customer Ref
        logicalType: string
        physicalType: utf8
        unique: true

      # Seen: 4 distinct.
      - name: state
        logicalType: string
        physicalType: utf8
        required: true
        quality:
          - metric: invalidValues
            arguments:
              validValues: [open, "no", "1:30", "null"]
            mustBe: 0
            dimension: conformity

      # Seen: 1 to 5; 5 distinct.
      - name: rating
        logicalType: integer
        physicalType: int32
        required: true
        logicalTypeOptions:
          minimum: 0
        quality:
          - metric: invalidValues
            arguments:
              validValues: [1, 2, 3, 4, 5]
            mustBe: 0
            dimension: conformity

      # Seen: 0 to 39; 40 distinct.
      - name: amount
        logicalType: number
        physicalType: decimal(15,2)
        required: true
        logicalTypeOptions:
          minimum: 0

      # Seen: -20 to 19; 40 distinct.
      - name: balance
        logicalType: number
        physicalType: float64
        required: true

      # Seen: 2026-01-01 to 2026-02-09; 40 distinct.
      - name: day
        logicalType: date
        physicalType: date32
        required: true

      # Seen: 40 null.
      - name: nothing
        logicalType: string
        physicalType: utf8
    quality:
      - metric: rowCount
        dimension: completeness
        mustBeGreaterThan: 0

# What the data may be used for can be said too:

# customProperties:
#   - property: purpose
#     value: evaluation of a fraud model
#   - property: retention
#     value: 30d

# And every check of docs/CHECKS.md, under quality of the table:

#   - type: custom
#     engine: counterfoil
#     implementation: {check: time_coverage, column: "day", unit: day}
`,
  );
});

test('what is suggested in its comments can be said', () => {
  const { known } = knownOf(ORDERS);
  const text = writeContract(known).replace(/^# +(?=customProperties| {2})/gm, (start) => start.slice(2));
  const [contract, quality] = text.split('# And every check')[0]!.split('# What the data may');
  const { terms } = read(`${contract}${quality!.replace(/^.*\n/, '')}`);
  assert.deepEqual(terms, { purpose: 'evaluation of a fraud model', retention: '30d' });
});

test('thousands of columns have a contract too, with less said of each', () => {
  const wide = (columns: number, name: string): KnownDataset => ({
    dataset: 'wide',
    rows: 100,
    columns: times(columns, (at) => ({
      name: `${name}${at}`,
      type: at % 2 ? INT64 : TEXT,
      nulls: at % 3,
      distinct: 40,
      values: times(40, (value) => value),
      personal: [],
    })),
  });
  const { columns, rules } = read(writeContract(wide(4096, 'column_')));
  assert.equal(columns.length, 4096);
  assert.deepEqual(columns[3], {
    name: 'column_3',
    property: 'column_3',
    logicalType: 'integer',
    physicalType: 'int64',
    type: 'int64',
    required: true,
    unique: false,
    primaryKey: false,
  });
  assert.equal(rules.length, 1 + Math.ceil(4096 / 3) + 2);
  assert.equal(read(writeContract(wide(4096, 'x'.repeat(200)))).columns.length, 0);
});

test('personal columns are named with the evidence, their values are not', () => {
  const { known } = knownOf(ORDERS);
  const columns = known.columns.map((column) => ({
    ...column,
    personal:
      column.name === 'Customer Ref'
        ? [{ entity: 'customer_id', verdict: 'is' as const, evidence: 'header "Customer Ref"\nevil: 1' }]
        : [],
  }));
  const text = writeContract({ ...known, columns });
  assert.match(text, /# Looks like customer_id: header "Customer Ref"\\u000aevil: 1\.\n/);
  assert.match(text, /legalBasis/);
  const { rules, columns: read_ } = read(text);
  assert.deepEqual(rules.at(-1), {
    id: 'personal-data-where-declared',
    check: 'pii.only_in',
    allow: { 'Customer Ref': ['customer_id'] },
    severity: 'warn',
    description: 'Personal data is only in the columns where it is known to be.',
  });
  assert.equal(read_[1]!.classification, 'personal');
  assert.doesNotMatch(text, /minLength/);
});

test('in v3.2 lists of values are enumerations', () => {
  const { schema, batch, known } = knownOf(ORDERS);
  const text = writeContract({ ...known, apiVersion: 'v3.2.0' });
  assert.match(text, /enum:\n +- value: open\n +- value: "no"/);
  assert.deepEqual(broken(schema, batch, { ...known, apiVersion: 'v3.2.0' }), []);
});

test('the data that a contract is written from keeps it, whatever its types, rows and names', () => {
  fc.assert(
    fc.property(samples(), fc.string(), ({ schema, rows, values }, dataset) => {
      const fields = schema.fields.filter(
        ({ name }, at) => name !== '' && schema.fields.findIndex((field) => field.name === name) === at,
      );
      const picked = fields.map((field) => values[schema.fields.indexOf(field)]!);
      const table = tableOf(
        Object.fromEntries(fields.map((field, at) => [field.name, { type: field.type, values: picked[at]! }])),
      );
      const known: KnownDataset = {
        dataset: dataset === '' ? 'x' : dataset,
        rows: table.batch.rows,
        columns: table.schema.fields.map(({ name, type }) =>
          knownColumn(name, type, picked[fields.findIndex((field) => field.name === name)]!),
        ),
      };
      if (rows > 0 && fields.length > 0) assert.equal(known.rows, rows);
      assert.deepEqual(broken(table.schema, table.batch, known), []);
    }),
    { numRuns: 150 },
  );
});

/** A contract with comments in every place, odd entries, several styles. */
