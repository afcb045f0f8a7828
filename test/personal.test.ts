import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PersonalFinding, personalDetector } from '../daemon/catalog/index.js';
import { type Batch, type Schema, sliceBatch } from '../daemon/columnar/index.js';
import type { DetectorFactory } from '../daemon/pipeline/checks/detector.js';
import { batchOf } from './support/columns.js';
import { repoRoot } from './support/repo.js';
import { parseCsv, type Table, tableOf } from './support/tables.js';

const factory: DetectorFactory = personalDetector;

function look({ schema, batch }: Table): PersonalFinding[] {
  const detector = personalDetector(schema);
  detector.update(batch);
  return detector.findings();
}

const columns = (values: Record<string, readonly unknown[]>): Table =>
  tableOf(Object.keys(values), Object.values(values));

/** One value of a column, over and over with its digits or letters changed by the row. */
const repeat = (rows: number, value: (row: number) => unknown): unknown[] =>
  Array.from({ length: rows }, (_, row) => value(row));

function is(table: Table): Record<string, string> {
  const found: Record<string, string> = {};
  for (const each of look(table)) if (each.verdict === 'is') found[each.column] = each.entity;
  return found;
}

test('a header and values that bear it out make a column personal, with evidence in words', () => {
  const [finding] = look(
    columns({ 'e-mail': repeat(1000, (row) => (row % 500 === 7 ? 'see above' : `ann.lee${row}@acme.example`)) }),
  );
  assert.equal(finding?.entity, 'email');
  assert.equal(finding.verdict, 'is');
  assert.equal(finding.tested, 1000);
  assert.equal(finding.matched, 998);
  assert.match(finding.evidence, /^header "e-mail"; 99\.\d % of .* are valid e-mail addresses$/);
  assert.ok(finding.confidence > 0.9 && finding.confidence < 1);
});

test('headers alone are judged where there are no rows', () => {
  const schema: Schema = {
    fields: ['customer_email', 'ph_no', 'DateOfBirth', 'Vorname', 'nº de teléfono', 'order_total'].map((name) => ({
      name,
      type: { name: 'utf8' },
      nullable: true,
    })),
  };
  const found = personalDetector(schema).findings();
  assert.deepEqual(
    found.map((each) => each.entity),
    ['email', 'phone', 'birth_date', 'first_name', 'phone'],
  );
  assert.ok(found.every((each) => each.tested === 0 && each.matched === 0));
});

test('in a table of a few rows a header that says so is enough, where the values bear it out', () => {
  const name = (...values: string[]) => is(columns({ id: values.map((_, row) => `r${row}`), name: values })).name;
  assert.equal(name('Anna Kowalska', 'John Smith', 'Maria Garcia'), 'full_name');
  assert.equal(name('John Smith'), 'full_name');
  assert.equal(name('Anna', 'John', 'Maria'), 'first_name');
  for (const other of [
    ['Bolt'],
    ['Bolt', 'Screw', 'Nail'],
    ['Paris', 'London', 'Berlin'],
    ['North Region'],
    ['a', 'b'],
  ])
    assert.equal(name(...other), undefined, other.join());
  assert.deepEqual(is(columns({ label: ['John Smith', 'Maria Garcia'] })), {});
  assert.deepEqual(
    is(columns({ customer: ['Ann Lee'], mail: ['a@b.org'], phone: ['+49 30 1234567'], dob: ['1980-01-02'] })),
    { mail: 'email', phone: 'phone', dob: 'birth_date' },
  );
});

test('words of a header that turn it to something else are heeded', () => {
  const rows = 50;
  const found = is(
    columns({
      product_name: repeat(rows, (row) => ['Desk lamp', 'Garden chair', 'Tea kettle'][row % 3]),
      file_name: repeat(rows, (row) => `scan${row}.pdf`),
      hostname: repeat(rows, (row) => `web${row}`),
      city_code: repeat(rows, (row) => ['BER', 'PAR', 'ROM'][row % 3]),
      order_number: repeat(rows, (row) => 4_000_000_000 + row),
      email_sent: repeat(rows, (row) => ['yes', 'no'][row % 2]),
      phone_model: repeat(rows, (row) => ['Pixel 8', 'Galaxy S24'][row % 2]),
      address_count: repeat(rows, (row) => row % 4),
      first_name_length: repeat(rows, (row) => 3 + (row % 9)),
      origin: repeat(rows, (row) => ['ABE', 'LAX', 'JFK'][row % 3]),
      destination: repeat(rows, (row) => ['SFO', 'BNA', 'ATL'][row % 3]),
      created_at: repeat(rows, (row) => 1_700_000_000 + row),
    }),
  );
  assert.deepEqual(found, {});
});

test('one card number among a hundred thousand notes is found', () => {
  const notes = repeat(
    100_000,
    (row) => `Called about parcel ${row % 977}, will call back on Monday at ${row % 12}:30`,
  );
  notes[70_123] = 'paid by 4111 1111 1111 1111 on the phone';
  const found = look(columns({ notes }));
  assert.deepEqual(
    found.map(({ entity, verdict, matched, tested }) => ({ entity, verdict, matched, tested })),
    [{ entity: 'card', verdict: 'contains', matched: 1, tested: 100_000 }],
  );
});

test('fields of structs and items of lists are looked at, named by their path', () => {
  const schema: Schema = {
    fields: [
      {
        name: 'contact',
        nullable: true,
        type: { name: 'struct', fields: [{ name: 'email', type: { name: 'utf8' } }] },
      },
      { name: 'tags', nullable: true, type: { name: 'list', item: { name: 'utf8' } } },
    ],
  };
  const detector = personalDetector(schema);
  detector.update(
    batchOf(schema, 2, [
      [{ email: 'a@acme.example' }, { email: 'b@acme.example' }],
      [['new', 'ask bob@acme.example'], []],
    ]),
  );
  const found = detector.findings().map(({ column, entity, verdict }) => ({ column, entity, verdict }));
  assert.deepEqual(found, [
    { column: 'contact.email', entity: 'email', verdict: 'is' },
    { column: 'tags', entity: 'email', verdict: 'contains' },
  ]);
});

const cell = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    'N/A',
    '',
    ' ',
    'ann@acme.example',
    '4111 1111 1111 1111',
    'DE89370400440532013000',
    'Maria Schmidt',
    '212-555-0134',
  ),
  fc.string({ maxLength: 12 }).filter((text) => text.isWellFormed()),
  fc.integer({ min: 0, max: 3000 }).map((number) => `call ${number} at 10.0.0.${number % 256}`),
);

test('any split of the rows and any order of merging give the same state and findings', () => {
  const schema: Schema = {
    fields: [
      { name: 'note', type: { name: 'utf8' }, nullable: true },
      { name: 'n', type: { name: 'int', bits: 64, signed: true }, nullable: true },
    ],
  };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, fc.option(fc.bigInt({ min: -9n, max: 5000n }))), { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(60), { maxLength: 5 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      (cells, cuts, backwards, times) => {
        const rows = Array.from({ length: times }, (_, at) =>
          cells.map(
            ([text, number]) =>
              [
                text === null || at % 2 === 0 ? text : `${text} ${at}`,
                number === null ? null : number + BigInt(at),
              ] as const,
          ),
        ).flat();
        const batch = batchOf(schema, rows.length, [rows.map((row) => row[0]), rows.map((row) => row[1])]);
        const whole = factory(schema);
        whole.update(batch);
        const edges = [0, ...cuts.map((cut) => cut % rows.length).sort((a, b) => a - b), rows.length];
        const parts: Batch[] = edges.slice(1).map((end, at) => sliceBatch(batch, edges[at]!, end - edges[at]!));
        if (backwards) parts.reverse();
        const merged = factory(schema);
        for (const part of parts) {
          const each = factory(schema);
          each.update(part);
          merged.merge(factory(schema, each.serialise()));
        }
        const inOrder = factory(schema);
        for (const part of parts) inOrder.update(part);
        assert.deepEqual(Buffer.from(merged.serialise()), Buffer.from(whole.serialise()));
        assert.deepEqual(Buffer.from(inOrder.serialise()), Buffer.from(whole.serialise()));
        assert.deepEqual(merged.findings(), whole.findings());
      },
    ),
    { numRuns: 60 },
  );
});

test('a saved state of other columns is refused', () => {
  const one = personalDetector({ fields: [{ name: 'a', type: { name: 'utf8' }, nullable: true }] });
  assert.throws(() => personalDetector({ fields: [] }, one.serialise()), { code: 'batch.invalid' });
  assert.throws(
    () =>
      personalDetector(
        { fields: [{ name: 'a', type: { name: 'utf8' }, nullable: true }] },
        one.serialise().subarray(0, 40),
      ),
    {
      code: 'batch.invalid',
    },
  );
});

/** Tables of the collection whose rows are people, and the columns in them that are personal. */
const PEOPLE: Record<string, string[]> = {
  'la-riots.csv': [
    'first_name',
    'last_name',
    'age',
    'gender',
    'race',
    'death_date',
    'address',
    'longitude',
    'latitude',
  ],
  'lookup_people.csv': ['name', 'age'],
  'lookup_groups.csv': ['person'],
  'political-contributions.json': ['Candidate_Name', 'Party_Affiliation', 'Candidate_State'],
};

test('tables without people come out clean, tables with people do not', () => {
  const folder = join(repoRoot, 'node_modules', 'vega-datasets', 'data');
  let seen = 0;
  const alarms: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    const table = readTable(join(folder, file));
    if (table === undefined || file === 'flights-200k.json') continue;
    const found = look(table);
    if (file in PEOPLE) {
      assert.deepEqual([...new Set(found.map((each) => each.column))], PEOPLE[file], file);
      continue;
    }
    seen += table.schema.fields.length;
    for (const each of found) alarms.push(`${file}: ${each.column} ${each.entity}`);
  }
  assert.ok(seen > 300, `${seen} columns`);
  assert.ok(alarms.length <= seen * 0.01, alarms.join('\n'));
});

function readTable(path: string): Table | undefined {
  if (/\.[ct]sv$/.test(path)) {
    const [head, ...rows] = parseCsv(readFileSync(path, 'utf8'), path.endsWith('.tsv') ? '\t' : ',');
    return tableOf(
      head!,
      head!.map((_, at) => rows.map((row) => row[at] ?? null)),
    );
  }
  if (!path.endsWith('.json')) return undefined;
  const rows: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(rows) || typeof rows[0] !== 'object') return undefined;
  const head = [...new Set(rows.flatMap((row: object) => Object.keys(row)))];
  return tableOf(
    head,
    head.map((name) => rows.map((row: Record<string, unknown>) => row[name] ?? null)),
  );
}
