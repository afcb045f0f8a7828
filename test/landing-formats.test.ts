import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Batch, columnReader, decodeBatch, encodeBatch, type Schema } from '../daemon/columnar/index.js';
import { landParts } from '../daemon/pipeline/receive/land-parts.js';
import { type LandingSettings, mustCarry, openLanded, writeManifest } from '../daemon/pipeline/sinks/index.js';
import { BatchFile } from '../daemon/store/index.js';
import { columnOf } from './support/columns.js';
import { isLongRun } from './support/effort.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';

const python = spawnSync('python3', ['-c', 'import pyarrow, pandas'], { encoding: 'utf8' });
const skip = python.status === 0 ? false : 'pyarrow and pandas are not here, so nothing was compared with them';

const PARQUET: LandingSettings = { format: 'parquet', compression: 'snappy', rowGroupRows: null, partitionBy: [] };

const types: Schema['fields'] = [
  { name: 'text', type: { name: 'utf8' }, nullable: true },
  { name: 'whole', type: { name: 'int', bits: 64, signed: true }, nullable: true },
  { name: 'small', type: { name: 'int', bits: 8, signed: false }, nullable: true },
  { name: 'single', type: { name: 'float', bits: 32 }, nullable: true },
  { name: 'double', type: { name: 'float', bits: 64 }, nullable: true },
  { name: 'yes, no', type: { name: 'bool' }, nullable: true },
  { name: 'price', type: { name: 'decimal', precision: 12, scale: 2 }, nullable: true },
  { name: 'day', type: { name: 'date', unit: 'd' }, nullable: true },
  { name: 'at', type: { name: 'timestamp', unit: 'us', tz: 'UTC' }, nullable: true },
  { name: 'local', type: { name: 'timestamp', unit: 'ns' }, nullable: true },
  { name: 'clock', type: { name: 'time', unit: 'us' }, nullable: true },
];

const cells: unknown[][] = [
  ['', null, 'a,b', 'he said "so"', 'two\nlines', 'ünï', ' blank ', 'NA', '\r', "'=1+1"],
  [0n, -(2n ** 63n), 2n ** 63n - 1n, null, 1n, 2n, 3n, 4n, 5n, 6n],
  [0, 255, null, 1, 2, 3, 4, 5, 6, 7],
  [0.1, -0, null, Number.POSITIVE_INFINITY, 3.4e38, 1e-40, 5, 6, 7, 8],
  [0.1, -0, 1e300, 5e-324, null, Number.NEGATIVE_INFINITY, 123456789.123, 1e21, 2, 3],
  [true, false, null, true, true, false, false, true, null, true],
  [0n, -1n, 99n, 100n, -12345678901n, null, 1n, 2n, 3n, 4n],
  [0, -1, 20_000, null, 2_932_896, -719_162, 1, 2, 3, 4],
  [0n, -1n, 1_700_000_000_123_456n, null, 1n, 2n, 3n, -62_135_596_800_000_000n, 5n, 6n],
  [0n, -1n, 1_700_000_000_123_456_789n, null, 1n, 2n, 3n, 4n, 5n, 6n],
  [0n, 86_399_999_999n, null, 1n, 2n, 3n, 4n, 5n, 6n, 3_600_000_000n],
];

const SCHEMA: Schema = { fields: types };
const BATCH = sound(SCHEMA, cells);

function sound(schema: Schema, values: readonly (readonly unknown[])[]): Batch {
  const columns = schema.fields.map(({ type }, at) => columnOf(type, values[at]!));
  return decodeBatch(schema, encodeBatch(schema, { rows: values[0]!.length, columns }));
}

/** Lands batches as a transfer would; the folder. */
async function landed(
  t: TestContext,
  schema: Schema,
  batches: readonly Batch[],
  settings: LandingSettings,
): Promise<string> {
  mustCarry(schema, settings);
  const folder = temporaryFolder(t);
  const key = new Uint8Array(32);
  const path = join(temporaryFolder(t), 'quarantine');
  const file = BatchFile.create(path, key, 'sto-1');
  for (const batch of batches) file.append({ ...encodeBatch(schema, batch), meta: new Uint8Array(0) });
  file.sync();
  file.close();
  const all = batches.map(({ rows }, at) => ({ number: at, from: at, to: at + 1, rows }));
  const parts = all.length === 0 ? [{ number: 0, from: 0, to: 0, rows: 0 }] : all;
  const context = { signal: new AbortController().signal, input: (async function* () {})(), emit: async () => {} };
  const files = await landParts({ file: { path, id: 'sto-1', key }, schema, settings, folder, parts }, context);
  writeManifest(folder, {
    ...{ v: 1, transfer: 'trn-1', provider: 'acme.example', dataset: 'd', agreement: 'agr-1', version: 'v-1' },
    ...settings,
    rows: batches.reduce((sum, { rows }) => sum + rows, 0),
    columns: schema.fields.map(({ name, type, nullable }) => ({ name, type, nullable, operator: 'keep' })),
    files,
  });
  return folder;
}

async function readBack(t: TestContext, folder: string): Promise<unknown[][]> {
  const { schema, batches } = openLanded(folder, { scratch: temporaryFolder(t) });
  const columns: unknown[][] = schema.fields.map(() => []);
  for await (const batch of batches())
    batch.columns.forEach((column, at) => {
      const reader = columnReader(column);
      for (let row = 0; row < batch.rows; row++) columns[at]!.push(reader.value(row));
    });
  return columns;
}

const valuesOf = (batch: Batch) =>
  batch.columns.map((column) => {
    const reader = columnReader(column);
    return Array.from({ length: batch.rows }, (_, row) => reader.value(row));
  });

function run(script: string, ...args: string[]): unknown {
  const read = spawnSync('python3', ['-c', script, ...args], { encoding: 'utf8' });
  assert.equal(read.status, 0, read.stderr);
  return JSON.parse(read.stdout);
}

for (const format of ['parquet', 'arrow', 'csv'] as const)
  for (const partitionBy of [[], ['yes, no']])
    test(`${format}${partitionBy.length > 0 ? ' in folders' : ''}: every value comes back as it was`, async (t) => {
      const fields = types.map((field) => (field.name === 'yes, no' ? { ...field, name: 'flag' } : field));
      const schema = partitionBy.length > 0 ? { fields } : SCHEMA;
      const by = partitionBy.length > 0 ? ['flag'] : [];
      const folder = await landed(t, schema, [BATCH, BATCH], { ...PARQUET, format, partitionBy: by });
      const values = valuesOf(BATCH);
      const expected = values.map((column) => [...column, ...column]);
      const found = await readBack(t, folder);
      if (by.length === 0) return assert.deepEqual(found, expected);
      const sorted = (columns: readonly (readonly unknown[])[]) =>
        columns[0]!
          .map((_, row) => columns.map((column) => String(column[row] === null ? 'null' : column[row])).join('|'))
          .sort();
      assert.deepEqual(sorted(found), sorted(expected));
    });

test('the same rows make the same names and bytes again', async (t) => {
  const once = await landed(t, SCHEMA, [BATCH], { ...PARQUET, format: 'csv' });
  const again = await landed(t, SCHEMA, [BATCH], { ...PARQUET, format: 'csv' });
  assert.deepEqual(readdirSync(once).sort(), ['_manifest.json', 'part-00000.csv']);
  assert.equal(readFileSync(join(once, '_manifest.json'), 'utf8'), readFileSync(join(again, '_manifest.json'), 'utf8'));
});

const READ = `
import sys, json, pyarrow as pa, pyarrow.parquet as pq, pyarrow.csv as pc, pyarrow.feather as pf, pyarrow.ipc as ipc
parquet, arrow, csv, groups = sys.argv[1:]
tables = [pq.read_table(parquet), ipc.open_file(arrow).read_all()]
assert pf.read_table(arrow).equals(tables[1])
tables.append(pc.read_csv(csv, parse_options=pc.ParseOptions(newlines_in_values=True), convert_options=pc.ConvertOptions(
  column_types=dict(zip(tables[1].schema.names, tables[1].schema.types)), strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[''])))
for t in tables: t.validate(full=True)
fix = lambda v: None if v is None else repr(v) if isinstance(v, float) else str(v)
m = pq.ParquetFile(groups).metadata
print(json.dumps({'rows': [[[fix(v) for v in c.to_pylist()] for c in t.columns] for t in tables],
  'groups': [m.row_group(i).num_rows for i in range(m.num_row_groups)], 'codec': m.row_group(0).column(0).compression}))`;

test('pyarrow reads the three formats as the same table; row groups and codec are as asked', { skip }, async (t) => {
  // Python has no times of the year 9999 in nanoseconds, so some cells are left out here.
  const isWild = (at: number, row: number) => at >= 7 && (row === 4 || row === 5 || row === 7);
  const tame = cells.map((column, at) => column.map((value, row) => (isWild(at, row) ? null : value)));
  const batch = sound(SCHEMA, tame);
  const whole = { fields: [types[1]!] };
  const many = sound(whole, [Array.from({ length: 5000 }, (_, row) => BigInt(row))]);
  const paths: string[] = [];
  for (const format of ['parquet', 'arrow', 'csv'] as const)
    paths.push(join(await landed(t, SCHEMA, [batch], { ...PARQUET, format }), `part-00000.${format}`));
  const grouped = await landed(t, whole, [many], { ...PARQUET, compression: 'zstd', rowGroupRows: 1000 });
  const read = run(READ, ...paths, join(grouped, 'part-00000.parquet')) as { rows: unknown[]; groups: number[] };
  assert.deepEqual(read.rows[1], read.rows[0]);
  assert.deepEqual(read.rows[2], read.rows[0]);
  assert.deepEqual({ ...read, rows: 3 }, { rows: 3, groups: [1000, 1000, 1000, 1000, 1000], codec: 'ZSTD' });
});

const HOSTILE = [
  '../../etc/passwd',
  '',
  null,
  'ünï ☃',
  'a=b/c',
  '..',
  '.',
  '%2e%2E',
  '*?[x]{y}',
  'e\u0301',
  '\u00e9',
  ' ',
  'x\0y',
  '"\n',
];

test('hostile values of a partition stay inside the folder, and mean to others what they are', { skip }, async (t) => {
  const schema: Schema = { fields: [types[0]!, types[1]!] };
  const batch = sound(schema, [HOSTILE, HOSTILE.map((_, row) => BigInt(row))]);
  const folder = await landed(t, schema, [batch], { ...PARQUET, partitionBy: ['text'] });
  const below = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.equal(below.length, HOSTILE.length + 1);
  for (const entry of below) assert.ok(entry.parentPath.startsWith(folder), entry.parentPath);
  const [text, whole] = await readBack(t, folder);
  assert.deepEqual(
    [...whole!].sort((a, b) => Number(a) - Number(b)),
    HOSTILE.map((_, row) => BigInt(row)),
  );
  assert.deepEqual(
    new Map(whole!.map((row, at) => [Number(row), text![at]])),
    new Map(HOSTILE.map((value, row) => [row, value])),
  );
  const script = `
import sys, json, pyarrow.dataset as ds
d = ds.dataset(sys.argv[1], partitioning='hive').to_table()
print(json.dumps(sorted(zip(d['whole'].to_pylist(), d['text'].to_pylist()))))`;
  assert.deepEqual(
    run(script, folder),
    HOSTILE.map((value, row) => [row, value]),
  );
});

const FOLDERS = isLongRun ? 10_000 : 200;

test('many folders are written; twenty thousand and one are refused', async (t) => {
  const schema: Schema = { fields: [types[1]!, { ...types[2]!, nullable: false }] };
  const rows = (count: number) =>
    sound(schema, [Array.from({ length: count }, (_, row) => BigInt(row)), Array(count).fill(1)]);
  const settings: LandingSettings = { ...PARQUET, format: 'csv', partitionBy: ['whole'] };
  const folder = await landed(t, schema, [rows(FOLDERS)], settings);
  assert.equal(readdirSync(folder).length, FOLDERS + 1);
  await assert.rejects(landed(t, schema, [rows(20_001)], settings), coded('landing.unsupported', /20000 folders/));
});

test('what cannot be held exactly is refused by name, before anything is sent', () => {
  const of = (name: string, type: Schema['fields'][number]['type']): Schema => ({
    fields: [{ name, type, nullable: true }, types[1]!],
  });
  const csv: LandingSettings = { ...PARQUET, format: 'csv' };
  const refused = (schema: Schema, settings: LandingSettings, pattern: RegExp) =>
    assert.throws(() => mustCarry(schema, settings), coded('landing.unsupported', pattern));
  refused(of('tags', { name: 'list', item: { name: 'utf8' } }), csv, /"tags": CSV has no exact form for the type list/);
  refused(of('raw', { name: 'binary' }), csv, /"raw".*binary/);
  refused(of('half', { name: 'float', bits: 16 }), csv, /"half".*float/);
  refused(of('zoned', { name: 'timestamp', unit: 'us', tz: 'Europe/Paris' }), csv, /"zoned".*zone "Europe\/Paris"/);
  refused({ fields: [types[0]!] }, csv, /empty line/);
  refused(SCHEMA, { ...PARQUET, partitionBy: ['region'] }, /"region".*not delivered/);
  refused(SCHEMA, { ...PARQUET, partitionBy: ['double'] }, /"double".*must be text/);
  refused(SCHEMA, { ...PARQUET, partitionBy: ['yes, no'] }, /name that readers/);
  refused({ fields: [types[0]!] }, { ...PARQUET, partitionBy: ['text'] }, /nothing would be left/);
});

test('a value that readers of folders would take for null, or too long for a folder, ends the landing', async (t) => {
  const schema: Schema = { fields: [types[0]!, types[1]!] };
  for (const [value, pattern] of [
    ['__HIVE_DEFAULT_PARTITION__', /"text" has the word that stands for null/],
    ['x'.repeat(300), /"text" is too long/],
  ] as const)
    await assert.rejects(
      landed(t, schema, [sound(schema, [[value], [1n]])], { ...PARQUET, partitionBy: ['text'] }),
      coded('landing.unsupported', pattern),
    );
});

test('a time that text has no form for ends the landing, with its column', async (t) => {
  const schema: Schema = { fields: [types[1]!, types[7]!] };
  const batch = sound(schema, [[1n], [2_932_897]]);
  await assert.rejects(
    landed(t, schema, [batch], { ...PARQUET, format: 'csv' }),
    coded('landing.unsupported', /"day" has a time/),
  );
});

test('a delivery without rows is one file that has the columns', async (t) => {
  for (const format of ['parquet', 'arrow', 'csv'] as const)
    for (const partitionBy of [[], ['text']]) {
      const folder = await landed(t, SCHEMA, [], { ...PARQUET, format, partitionBy });
      assert.deepEqual(readdirSync(folder).sort(), ['_manifest.json', `part-00000.${format}`]);
    }
});
