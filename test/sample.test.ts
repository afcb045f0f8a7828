import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseContract, personalDetector } from '../daemon/catalog/index.js';
import { type DataType, exactText, type Schema } from '../daemon/columnar/index.js';
import { LIMITS } from '../daemon/foundation/index.js';
import { format } from '../daemon/pipeline/checks/catalogue/format.js';
import { compileChecks, type DetectorFactory, parseRule } from '../daemon/pipeline/checks/index.js';
import { openSource } from '../daemon/pipeline/engine/index.js';
import { sampleJobs } from '../daemon/pipeline/sample/index.js';
import { inventing } from '../daemon/pipeline/sample/invented.js';
import { sampleAdmin } from '../daemon/root/admin/samples.js';
import { catalog } from './support/catalog.js';
import { resultOf, TEXT } from './support/checks.js';
import { duckdb } from './support/duckdb.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';
import { fileIn, readSource } from './support/sources.js';

/** The operation of the admin API, its job in this thread. */
function sampling(t: TestContext, folder: string) {
  const parts = catalog(t, folder);
  const jobs = {
    run: (_name: string, params: never, { signal }: { signal: AbortSignal }) =>
      sampleJobs.sample(params, { signal } as never),
  };
  const admin = sampleAdmin({ ...parts, jobs: jobs as never });
  let files = 0;
  const make = async (name: string, asked: { level?: 'contract' | 'marginals'; rows?: number; seed?: number } = {}) => {
    const out = join(folder, `sample-${files++}.parquet`);
    const { level = 'contract', rows = 500, seed = 1 } = asked;
    const reply = await admin.sample({ name, out, level, rows, seed }, {
      signal: new AbortController().signal,
    } as never);
    return { reply, ...(await readSource(t, { uri: out })), stamp: await stampOf(out) };
  };
  return { ...parts, make };
}

/** The metadata of a Parquet file as another tool reads it. */
async function stampOf(file: string): Promise<Record<string, string>> {
  const pairs = await duckdb(`SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${file}')`);
  return Object.fromEntries(pairs.map(({ key, value }) => [String(key), String(value)]));
}

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: d
version: 1.0.0
status: active
schema:
  - name: d
    properties:
      - {name: id, logicalType: integer, physicalType: int64, primaryKey: true, logicalTypeOptions: {minimum: 100}}
      - {name: mail, logicalType: string, required: true, unique: true, logicalTypeOptions: {format: email}}
      - {name: code, logicalType: string, required: true, logicalTypeOptions: {pattern: '^[A-Z]{3}-(\\d{4}|x+)$'}}
      - {name: word, logicalType: string, logicalTypeOptions: {minLength: 3, maxLength: 5}}
      - name: state
        logicalType: string
        quality: [{metric: invalidValues, arguments: {validValues: [open, closed, "sp, \\"quoted\\""]}, mustBe: 0}]
      - {name: amount, logicalType: number, physicalType: 'decimal(9,2)', logicalTypeOptions: {minimum: -5, maximum: 7.5}}
      - {name: share, logicalType: number, logicalTypeOptions: {exclusiveMinimum: 0, maximum: 1}}
      - {name: day, logicalType: date, logicalTypeOptions: {minimum: '2024-02-01', maximum: '2024-02-29'}}
      - {name: at, logicalType: timestamp, physicalType: 'timestamp[us,UTC]'}
      - {name: flag, logicalType: boolean, required: true}
`;

test('level contract: before there is any data, and it keeps the contract', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, make } = sampling(t, folder);
  const source = { uri: join(folder, 'there-is-none.csv') };
  await datasets.add({ name: 'd', source, contract: CONTRACT }, 'admin');
  const { reply, schema, batches, columns, stamp } = await make('d', { rows: 300 });
  assert.deepEqual([reply.rows, reply.version, reply.level, reply.columns.length], [300, null, 'contract', 10]);
  const run = compileChecks(parseContract(CONTRACT, { checkRule: parseRule }).rules, schema, {
    ...{ side: 'consumer', now: 0, tmp: folder },
  });
  for (const [index, batch] of batches.entries()) run.update(batch, index);
  assert.deepEqual(
    run
      .finish()
      .results.map(({ id, status, message }) => [id, status, message])
      .filter(([, status]) => status !== 'pass'),
    [],
  );
  assert.equal(new Set(columns.state).size, 4, 'all three values, and nulls');
  const nulls = (name: string) => columns[name]!.filter((value) => value === null).length;
  assert.deepEqual([nulls('id'), nulls('mail'), nulls('flag')], [0, 0, 0]);
  assert.ok(nulls('word') > 5 && nulls('word') < 80, `${nulls('word')} of 300 are null where that is allowed`);
  for (const [key, value] of Object.entries({
    'counterfoil.synthetic': 'true',
    'counterfoil.synthetic.level': 'contract',
    'counterfoil.synthetic.seed': '1',
    'counterfoil.dataset': 'd',
    'counterfoil.contract': datasets.contract('d')!.digest,
  }))
    assert.equal(stamp[key], value);
  assert.match(stamp['counterfoil.synthetic.note']!, /not an anonymity guarantee/);
});

test('the same seed gives the same values, another one others', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, versions, make } = sampling(t, folder);
  await datasets.add({ name: 'd', source: { uri: fileIn(folder, 'a.csv', people(400)) } }, 'admin');
  await versions.publish('d', 'admin');
  for (const level of ['contract', 'marginals'] as const) {
    const one = await make('d', { level });
    assert.deepEqual((await make('d', { level })).columns, one.columns);
    assert.notDeepEqual((await make('d', { level, seed: 2 })).columns, one.columns);
  }
});

/** Two values of each row are its own; one row in a hundred has a rare kind. Every odd value could be told from all others. */
function people(rows: number): string {
  const lines = ['id,email,note,kind,amount,since,big'];
  for (let row = 0; row < rows; row++) {
    const kind = row % 100 === 7 ? `rare${row}` : ['gold', 'silver', 'tin'][row % 3];
    const note = `canary note ${row * 7919}`;
    const day = new Date(Date.UTC(2020, 0, 1 + (row % 1000))).toISOString().slice(0, 10);
    const amount = row % 10 === 0 ? '' : (1000.13 + row * 3.37).toFixed(2);
    lines.push(
      `${500_000_000 + row * 13},anna${row}@canary.test,${note},${kind},${amount},${day},${row === 5 ? 987_654_321 : row % 40}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

test('level marginals: the shape of the data, and no value that a single row had', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, versions, make } = sampling(t, folder);
  await datasets.add({ name: 'd', source: { uri: fileIn(folder, 'a.csv', people(3000)) } }, 'admin');
  const { version } = await versions.publish('d', 'admin');
  const { reply, stamp, columns, types } = await make('d', { level: 'marginals', rows: 2000 });
  assert.equal(reply.version, version.id);
  assert.equal(stamp['counterfoil.synthetic.level'], 'marginals');
  const real = await readSource(t, { uri: join(folder, 'a.csv') });
  assert.deepEqual(types, real.types);
  for (const name of ['id', 'email', 'note']) {
    const had = new Set(real.columns[name]!.map(String));
    assert.deepEqual(
      columns[name]!.filter((value) => value !== null && had.has(String(value))),
      [],
      name,
    );
  }
  assert.doesNotMatch(
    JSON.stringify(columns, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    /canary|rare|987654321/,
  );
  const share = (name: string, value: unknown) => columns[name]!.filter((each) => each === value).length / 2000;
  for (const kind of ['gold', 'silver', 'tin']) assert.ok(Math.abs(share('kind', kind) - 0.32) < 0.06, kind);
  assert.ok(share('kind', 'OTHER') > 0);
  assert.ok(Math.abs(share('amount', null) - 0.1) < 0.03, `${share('amount', null)} of the amounts are null`);
  const days = columns.since!.filter((day) => day !== null).map(Number);
  assert.ok(Math.min(...days) >= 18_262 && Math.max(...days) <= 18_262 + 1000);
  assert.ok(Math.max(...days) - Math.min(...days) > 800);
});

test('a contract that was written from a table is kept by the sample that is made from it', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, profiles, make } = sampling(t, folder);
  for (const name of ['penguins.json', 'stocks.csv', 'weather.csv', 'birdstrikes.csv', 'lookup_people.csv']) {
    await datasets.add({ name, source: { uri: join(repoRoot, 'node_modules/vega-datasets/data', name) } }, 'admin');
    const { contract, columns } = await profiles.profile(name);
    datasets.setContract(name, contract);
    const { batches, schema } = await make(name, { rows: 200 });
    assert.deepEqual(
      schema.fields.map((field) => [field.name, exactText(field.type)]),
      columns.map((column) => [column.name, column.type]),
    );
    const detector: DetectorFactory = (part, saved) => personalDetector(part, saved);
    const run = compileChecks(datasets.contract(name)!.rules, schema, {
      side: 'provider',
      now: 0,
      tmp: folder,
      detector,
    });
    for (const [index, batch] of batches.entries()) run.update(batch, index);
    const broken = run.finish().results.filter(({ status }) => status !== 'pass');
    assert.deepEqual(
      broken.map(({ id, message }) => `${id}: ${message}`),
      [],
      name,
    );
  }
});

test('every format is invented in a form that its check accepts, and differently for different numbers', () => {
  const formats = /One of (.+)\.$/.exec(format.describe.parameters.format!)![1]!.split(', ');
  assert.ok(formats.length > 30);
  for (const name of formats) {
    const invent = inventing(name, 'x');
    const values = Array.from({ length: 500 }, (_, at) => invent(at * 37));
    const { failed, message } = resultOf(
      { x: { type: TEXT, values } },
      { check: 'format', columns: ['x'], format: name },
    );
    assert.equal(failed, 0, `${name}: ${message} such as ${values[1]}`);
    const different = new Set(values).size;
    assert.ok(different === 500 || /^iso/.test(name), `${name}: ${different} different ones`);
  }
});

test('every type that a table can have is in the sample as it is', async (t) => {
  const out = join(temporaryFolder(t), 's.parquet');
  const types: DataType[] = [
    ...([8, 16, 32, 64] as const).flatMap((bits): DataType[] => [
      { name: 'int', bits, signed: true },
      { name: 'int', bits, signed: false },
    ]),
    ...([16, 32, 64] as const).map((bits): DataType => ({ name: 'float', bits })),
    ...([
      { name: 'null' },
      { name: 'bool' },
      { name: 'utf8' },
      { name: 'binary' },
      { name: 'fixed_size_binary', bytes: 16 },
    ] as DataType[]),
    ...([
      { name: 'decimal', precision: 3, scale: 3 },
      { name: 'decimal', precision: 38, scale: 10 },
      { name: 'decimal', precision: 50, scale: 2 },
    ] as DataType[]),
    ...([
      { name: 'date', unit: 'd' },
      { name: 'date', unit: 'ms' },
    ] as DataType[]),
    ...(['s', 'ms', 'us', 'ns'] as const).flatMap((unit): DataType[] => [
      { name: 'time', unit },
      { name: 'timestamp', unit },
      { name: 'timestamp', unit, tz: 'Europe/Paris' },
      { name: 'duration', unit },
    ]),
    {
      name: 'list',
      item: {
        name: 'struct',
        fields: [
          { name: 'a', type: { name: 'utf8' } },
          { name: 'b', type: { name: 'list', item: { name: 'bool' } } },
        ],
      },
    },
    { name: 'fixed_size_list', size: 3, item: { name: 'float', bits: 32 } },
  ];
  const fields: Schema['fields'] = types.map((type, at) => ({ name: `c${at}`, type, nullable: true }));
  const shared = { level: 'contract', rows: 40, seed: 3, rules: [], about: {} } as const;
  await sampleJobs.sample({ ...shared, fields, out }, { signal: new AbortController().signal } as never);
  const source = await openSource({ name: 's', uri: out }, { scratch: temporaryFolder(t) });
  assert.deepEqual(
    source.schema.fields.map(({ type }) => exactText(type)),
    types.map(exactText),
  );
  let rows = 0;
  for await (const batch of source.batches()) rows += batch.rows;
  await source.close();
  assert.equal(rows, 40);
});

test('what cannot be sampled is refused', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, make } = sampling(t, folder);
  await datasets.add({ name: 'd', source: { uri: fileIn(folder, 'a.csv', 'a\n1\n') } }, 'admin');
  await assert.rejects(make('d'), coded('input.invalid', /which columns/));
  await assert.rejects(make('d', { level: 'marginals' }), coded('version.not_found', /Publish|published/));
  await assert.rejects(make('d', { rows: LIMITS.sampleCells + 1 }), coded('limit.exceeded', /cells/));
  await assert.rejects(make('x'), coded('dataset.not_found'));
  datasets.setContract('d', CONTRACT);
  await assert.rejects(
    sampleJobs.sample({ level: 'contract', rows: 1, seed: 1, rules: [], out: join(folder, 'a.csv'), about: {} }, {
      signal: new AbortController().signal,
    } as never),
    coded('input.invalid', /exists already/),
  );
});
