import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Batch, ipcStream } from '../daemon/columnar/index.js';
import { openSource, ParquetWriter, probeSource } from '../daemon/pipeline/engine/index.js';
import { batchOf } from './support/columns.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot, vectorsFolder } from './support/repo.js';
import { fileIn, readSource } from './support/sources.js';

const FLIGHTS = join(repoRoot, 'node_modules/vega-datasets/data/flights-3m.parquet');

test('paths: file address, glob, folder; rows in the order of the names', async (t) => {
  const folder = temporaryFolder(t);
  fileIn(folder, 'b.csv', 'x\n2\n');
  fileIn(folder, 'a.csv', 'x\n1\n');
  fileIn(folder, 'sub/c.csv', 'x\n3\n');
  fileIn(folder, '_temporary/d.csv', 'x\n4\n');
  fileIn(folder, 'notes.txt', 'not data');
  const x = async (uri: string) => (await readSource(t, { uri })).columns.x;
  assert.deepEqual(await x(pathToFileURL(join(folder, 'b.csv')).href), [2n]);
  assert.deepEqual(await x(join(folder, '*.csv')), [1n, 2n]);
  assert.deepEqual(await x(join(folder, '**/*.csv')), [1n, 2n, 3n]);
  assert.deepEqual(await x(join(folder, '{b,sub/c}.csv')), [2n, 3n]);
  assert.deepEqual(await x(join(folder, '[!b].csv')), [1n]);
  assert.deepEqual(await x(folder), [1n, 2n, 3n]);
});

test('a name that looks like a pattern is taken as it is when there is such a file', async (t) => {
  const folder = temporaryFolder(t);
  assert.deepEqual((await readSource(t, { uri: fileIn(folder, 'a[1]*.csv', 'x\n1\n') })).columns.x, [1n]);
  const writer = await ParquetWriter.for({ fields: [{ name: 'x', type: { name: 'utf8' }, nullable: true }] });
  const path = join(folder, "it's $[*]?.parquet");
  writer.write(path, [batchOf({ fields: [{ name: 'x', type: { name: 'utf8' }, nullable: true }] }, 1, [['v']])]);
  assert.deepEqual((await readSource(t, { uri: path })).columns.x, ['v']);
});

test('sources that cannot be read say why', async (t) => {
  const folder = temporaryFolder(t);
  const open = (uri: string, format?: 'csv') => readSource(t, { uri, ...(format && { format }) });
  await assert.rejects(open(join(folder, 'none.csv')), coded('source.missing', /none\.csv/));
  await assert.rejects(open(join(folder, '*.csv')), coded('source.missing', /No file of a known format/));
  await assert.rejects(open('relative.csv'), coded('input.invalid', /not absolute/));
  await assert.rejects(open('ftp://host/a.csv'), coded('input.invalid', /"ftp"/));
  await assert.rejects(open(fileIn(folder, 'a.xyz', 'x')), coded('input.invalid', /does not say what is in the file/));
  await assert.rejects(
    open(fileIn(folder, 'p.csv', 'PAR1....')),
    coded('source.invalid', /not csv; it is a Parquet file/),
  );
  await assert.rejects(open(fileIn(folder, 'c.parquet', 'a,b\n')), coded('source.invalid', /not a whole Parquet file/));
  await assert.rejects(open(fileIn(folder, 'c.arrow', 'a,b\n1,2\n')), coded('source.invalid', /not a sound Arrow/));
  fileIn(folder, 'parts/year=2020/a.csv', 'x\n1\n');
  await assert.rejects(open(join(folder, 'parts')), coded('source.invalid', /partitioned by "year"/));
  fileIn(folder, 'two/a.csv', 'x,y\n1,2\n');
  fileIn(folder, 'two/b.csv', 'x,z\n1,2\n');
  await assert.rejects(open(join(folder, 'two')), coded('source.invalid', /"b\.csv": its header has another column 2/));
});

test('a file without rights is told as such', {
  skip: process.getuid?.() === 0 && 'root may read everything',
}, async (t) => {
  const path = fileIn(temporaryFolder(t), 'a.csv', 'x\n1\n');
  chmodSync(path, 0);
  await assert.rejects(readSource(t, { uri: path }), coded('source.permission'));
});

test('a file that is written to, replaced or removed while it is read', async (t) => {
  const folder = temporaryFolder(t);
  const changes: ((path: string) => void)[] = [
    (path) => appendFileSync(path, '9\n'),
    (path) => writeFileSync(path, 'x\n'),
    (path) => {
      writeFileSync(`${path}.new`, readFileSync(path));
      renameSync(`${path}.new`, path);
    },
    (path) => rmSync(path, { force: true }),
  ];
  for (const [index, change] of changes.entries()) {
    const path = fileIn(folder, `${index}.csv`, `x\n${'123456\n'.repeat(500_000)}`);
    const source = await openSource({ name: 'd', uri: path }, { scratch: join(folder, 'scratch') });
    await assert.rejects(async () => {
      for await (const _ of source.batches()) change(path);
    }, coded('source.changed'));
    await source.close();
  }
});

test('an abort ends the reading', async (t) => {
  const folder = temporaryFolder(t);
  const path = fileIn(folder, 'a.csv', `x\n${'123456\n'.repeat(500_000)}`);
  const stop = new AbortController();
  const source = await openSource({ name: 'd', uri: path }, { scratch: folder, signal: stop.signal });
  await assert.rejects(async () => {
    for await (const _ of source.batches()) stop.abort(new Error('enough'));
  }, /enough/);
});

test('every Arrow type of the vectors comes out of Arrow and of Parquet as it went in', {
  skip: vectorsFolder() === undefined && 'no vectors here',
}, async (t) => {
  const folder = temporaryFolder(t);
  const vectors = join(vectorsFolder()!, 'arrow-ipc');
  const names = [
    'datetime',
    'decimal',
    'decimal256',
    'dictionary',
    'map',
    'nested',
    'nested_large_offsets',
    'null',
    'primitive',
    'recursive_nested',
    'extension',
  ];
  for (const name of names) {
    const uri = join(vectors, `1.0.0-littleendian--generated_${name}.stream`);
    const arrow = await readSource(t, { uri, format: 'arrow' });
    const path = join(folder, `${name}.parquet`);
    (await ParquetWriter.for(arrow.schema)).write(path, arrow.batches);
    const parquet = await readSource(t, { uri: path });
    assert.deepEqual(parquet.types, arrow.types, name);
    assert.deepEqual(parquet.columns, arrow.columns, name);
  }
  await assert.rejects(
    readSource(t, { uri: join(vectors, '1.0.0-littleendian--generated_union.stream'), format: 'arrow' }),
    coded('type.unsupported', /"sparse"/),
  );
});

test('batches depend on the rows alone: Parquet, Arrow and CSV of the same rows are cut alike', async (t) => {
  const folder = temporaryFolder(t);
  const schema = {
    fields: [
      { name: 'id', type: { name: 'int', bits: 64, signed: true }, nullable: true },
      { name: 'text', type: { name: 'utf8' }, nullable: true },
    ],
  } as const;
  const rows = Array.from({ length: 5000 }, (_, row) => ({
    id: BigInt(row),
    text: row % 7 === 0 ? null : 'x'.repeat(row % 50),
  }));
  const part = (from: number, to: number): Batch =>
    batchOf(schema, to - from, [
      rows.slice(from, to).map((row) => row.id),
      rows.slice(from, to).map((row) => row.text),
    ]);
  const arrow = fileIn(
    folder,
    'a.arrows',
    Buffer.concat(ipcStream(schema, [part(0, 1), part(1, 3000), part(3000, 5000)])),
  );
  (await ParquetWriter.for(schema, 'snappy')).write(join(folder, 'a.parquet'), [part(0, 5000)]);
  const csv = fileIn(
    folder,
    'a.csv',
    `id,text\n${rows.map(({ id, text }) => `${id},${text === null ? '' : `"${text}"`}\n`).join('')}`,
  );
  const cut = { targetBytes: 16_384, maxRows: 1000 };
  const read = (uri: string) => readSource(t, { uri }, { cut });
  const first = await read(arrow);
  assert.ok(first.batches.length > 5);
  for (const uri of [join(folder, 'a.parquet'), csv]) {
    const other = await read(uri);
    assert.deepEqual(other.batches, first.batches);
  }
});

test('the flights: three million rows in bounded batches', async (t) => {
  const progress: number[] = [];
  const { batches, types } = await readSource(t, { uri: FLIGHTS }, { onProgress: (done) => progress.push(done) });
  assert.equal(
    batches.reduce((sum, batch) => sum + batch.rows, 0),
    3_000_000,
  );
  assert.deepEqual(types, {
    date: 'timestamp us',
    delay: 'int 64 true',
    distance: 'int 64 true',
    origin: 'utf8',
    destination: 'utf8',
  });
  assert.deepEqual(
    [...progress].sort((a, b) => a - b),
    progress,
  );
});

test('a probe tells the format, or what is wrong with the address, without reading rows', async (t) => {
  const folder = temporaryFolder(t);
  const probe = (uri: string, format?: 'csv') =>
    probeSource({ name: 'd', uri, ...(format && { format }) }, join(folder, 'scratch'));
  fileIn(folder, 'parts/a.csv', 'x\n');
  assert.equal(await probe(join(folder, 'parts')), 'csv');
  assert.equal(await probe(FLIGHTS), 'parquet');
  assert.equal(await probe('https://example.org/a.jsonl?key=1'), 'ndjson');
  assert.equal(await probe('s3://bucket/x', 'csv'), 'csv');
  await assert.rejects(probe(join(folder, 'none.csv')), coded('source.missing'));
  await assert.rejects(probe('s3://bucket/x'), coded('input.invalid', /does not say its format/));
  await assert.rejects(probe('none.csv'), coded('input.invalid', /not absolute/));
});
