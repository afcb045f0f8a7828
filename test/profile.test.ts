import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseContract, personalDetector, profileTable } from '../daemon/catalog/index.js';
import { compileChecks, type DetectorFactory, parseRule } from '../daemon/pipeline/checks/index.js';
import { openSource } from '../daemon/pipeline/engine/index.js';
import { catalog } from './support/catalog.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';
import { fileIn } from './support/sources.js';

const ROWS = `id,email,age,amount,ratio,day,at,flag,note
1,anna@example.com,31,12345678901234567.25,0.5,2024-01-02,2024-01-02T03:04:05.678Z,true,canary
2,ben@example.com,45,-0.50,,2023-12-31,1969-12-31T23:59:59.5Z,false,canary
3,cleo@example.com,62,7.00,-1.5,2024-02-29,2024-01-01T00:00:00Z,true,
`;

test('types, nulls, distinct values, ranges; none where they could tell of a person', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, profiles } = catalog(t, folder);
  await datasets.add({ name: 'people', source: { uri: fileIn(folder, 'a.csv', ROWS) } }, 'admin');
  const { rows, columns, version, contract } = await profiles.profile('people');
  assert.deepEqual([rows, version], [3, null]);
  const seen = columns.map(({ name, type, nulls, distinct, min, max }) => [name, type, nulls, distinct, min, max]);
  assert.deepEqual(seen, [
    ['id', 'int64', 0, 3, 1, 3],
    ['email', 'utf8', 0, 3, null, null],
    ['age', 'int64', 0, 3, null, null],
    ['amount', 'decimal(38,2)', 0, 3, '-0.50', '12345678901234567.25'],
    ['ratio', 'float64', 1, 2, -1.5, 0.5],
    ['day', 'date32', 0, 3, '2023-12-31', '2024-02-29'],
    ['at', 'timestamp[us,UTC]', 0, 3, '1969-12-31T23:59:59.5Z', '2024-01-02T03:04:05.678Z'],
    ['flag', 'bool', 0, 2, null, null],
    ['note', 'utf8', 1, 1, null, null],
  ]);
  assert.deepEqual(
    columns.filter(({ personal }) => personal.length > 0).map(({ name }) => name),
    ['email', 'age'],
  );
  assert.doesNotMatch(JSON.stringify(columns) + contract, /canary|anna|cleo/);
});

test('the first contract is one that the data keeps', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, profiles } = catalog(t, folder);
  await datasets.add({ name: 'ünï "x"', source: { uri: fileIn(folder, 'a.csv', ROWS) } }, 'admin');
  const { contract } = await profiles.profile('ünï "x"');
  const { rules, notEvaluated, apiVersion } = parseContract(contract, { dataset: 'ünï "x"', checkRule: parseRule });
  assert.deepEqual([apiVersion, notEvaluated], ['v3.1.0', []]);
  const checks = new Set(rules.map((rule) => (rule as { check: string }).check));
  assert.deepEqual([...checks].sort(), ['null', 'pii.only_in', 'row_count', 'schema.match', 'unique']);
  assert.equal(datasets.setContract('ünï "x"', contract).contract, contract);
  const offered = await profiles.offered('ünï "x"', { checkRule: parseRule });
  assert.deepEqual(offered.contract.rules, rules);
  assert.deepEqual(
    offered.findings.map(({ column }) => column),
    ['email', 'age'],
  );
});

test('what a contract says of masks and terms comes with the offer', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, profiles } = catalog(t, folder);
  const contract = `apiVersion: v3.1.0
kind: DataContract
id: d
version: 1.0.0
status: active
schema:
  - name: d
    properties: [{name: email, customProperties: [{property: mask, value: token}]}]
customProperties:
  - {property: purpose, value: tests}
  - {property: legalBasis, value: 'gdpr:6.1.f'}
  - {property: retention, value: 30d}
`;
  await datasets.add({ name: 'd', source: { uri: fileIn(folder, 'a.csv', ROWS) }, contract }, 'admin');
  const { policy, terms } = await profiles.offered('d');
  assert.deepEqual(policy, { columns: { email: { op: 'token' } } });
  assert.deepEqual(terms, { purpose: 'tests', basis: 'gdpr:6.1.f', retain: '30d' });
});

test('a contract whose rules no check knows is refused when it is given', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets } = catalog(t, folder);
  const source = { uri: fileIn(folder, 'a.csv', ROWS) };
  const contract = `apiVersion: v3.1.0
kind: DataContract
id: d
version: 1.0.0
status: active
schema: [{name: d, quality: [{type: custom, engine: counterfoil, implementation: {check: magic}}]}]
`;
  await assert.rejects(
    datasets.add({ name: 'd', source, contract }, 'admin'),
    coded('contract.invalid', /line 6, .*"magic"/),
  );
  await datasets.add({ name: 'd', source }, 'admin');
  assert.throws(() => datasets.setContract('d', contract), coded('contract.invalid', /line 6, .*"magic"/));
});

test('a version is looked at once, a source each time', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, versions, profiles, runs } = catalog(t, folder);
  const uri = fileIn(folder, 'a.csv', 'id\n1\n2\n');
  await datasets.add({ name: 'd', source: { uri } }, 'admin');
  await profiles.profile('d');
  await profiles.profile('d');
  const { version } = await versions.publish('d', 'admin');
  writeFileSync(uri, 'id\n1\n2\n3\n');
  const first = await profiles.profile('d');
  assert.deepEqual(await profiles.profile('d'), first);
  assert.deepEqual([first.version, first.rows, runs], [version.id, 2, ['source', 'source', 'version']]);
  await versions.publish('d', 'admin');
  assert.equal((await profiles.profile('d')).rows, 3);
  await assert.rejects(profiles.profile('x'), coded('dataset.not_found'));
});

test('a dataset without a contract has no rules; an empty one has a profile', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, profiles } = catalog(t, folder);
  await datasets.add({ name: 'd', source: { uri: fileIn(folder, 'a.csv', 'a,b\n') } }, 'admin');
  const { contract, findings, schema } = await profiles.offered('d');
  assert.deepEqual([contract.rules, findings, schema.fields.length], [[], [], 2]);
  const profile = await profiles.profile('d');
  assert.deepEqual(
    profile.columns.map(({ distinct, min }) => [distinct, min]),
    [
      [0, null],
      [0, null],
    ],
  );
  parseContract(profile.contract, { checkRule: parseRule });
});

/** Tables that nobody here made. */
const TABLES = [
  ...['airports.csv', 'barley.json', 'birdstrikes.csv', 'cars.json', 'disasters.csv', 'github.csv', 'la-riots.csv'],
  ...['lookup_people.csv', 'movies.json', 'penguins.json', 'stocks.csv', 'us-employment.csv', 'weather.csv'],
];

test('tables that nobody here made keep the contracts that are written from them', async (t) => {
  const scratch = temporaryFolder(t);
  const { datasets, profiles } = catalog(t, scratch);
  for (const name of TABLES) {
    const uri = join(repoRoot, 'node_modules/vega-datasets/data', name);
    await datasets.add({ name, source: { uri } }, 'admin');
    const { contract, schema, rows } = await profiles.profile(name);
    const { rules, notEvaluated, columns } = parseContract(contract, { dataset: name, checkRule: parseRule });
    assert.deepEqual([notEvaluated, columns.length], [[], schema.fields.length]);
    const detector: DetectorFactory = (part, saved) => personalDetector(part, saved);
    const run = compileChecks(rules, schema, { side: 'provider', now: 0, tmp: scratch, detector });
    const source = await openSource({ name, uri }, { scratch });
    let index = 0;
    for await (const batch of source.batches()) run.update(batch, index++);
    await source.close();
    const report = run.finish();
    const broken = report.results
      .filter(({ status }) => status !== 'pass')
      .map(({ id, message }) => `${id}: ${message}`);
    assert.deepEqual([report.rows, broken], [rows, []], name);
  }
});

test('categories are listed where each of their values is common, and none looks personal', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, profiles } = catalog(t, folder);
  const rows = Array.from(
    { length: 60 },
    (_, at) => `${at},${at % 3 ? 'open' : 'shut'},${at % 59 ? 'a' : 'rare'},x@y.org`,
  );
  const uri = fileIn(folder, 'a.csv', `id,status,kind,email\n${rows.join('\n')}\n`);
  await datasets.add({ name: 'd', source: { uri } }, 'admin');
  const { contract, columns } = await profiles.profile('d');
  const { rules } = parseContract(contract, { checkRule: parseRule });
  const listed = (rules as unknown as { check: string; columns: string[]; values: string[] }[]).filter(
    ({ check }) => check === 'in_set',
  );
  assert.deepEqual(
    listed.map((rule) => [rule.columns, rule.values]),
    [[['status'], ['open', 'shut']]],
  );
  assert.doesNotMatch(JSON.stringify(columns) + contract, /rare|x@y/);
});

test('the flights: counts are right, nothing looks personal', async (t) => {
  const uri = join(repoRoot, 'node_modules/vega-datasets/data/flights-3m.parquet');
  const profile = await profileTable({ spec: { name: 'flights', uri }, scratch: temporaryFolder(t) }, openSource, {});
  const by = Object.fromEntries(profile.columns.map((column) => [column.name, column]));
  assert.equal(profile.rows, 3_000_000);
  assert.deepEqual([by.origin?.distinct, by.destination?.distinct], [229, 228]);
  assert.match(String(by.date?.min), /^2001-01-01T/);
  assert.ok(profile.columns.every(({ personal }) => personal.length === 0));
});

test('what looks personal in a field of a struct is told of its column, and decides about it', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, profiles } = catalog(t, folder);
  const lines = Array.from({ length: 50 }, (_, row) =>
    JSON.stringify({ id: row, who: { mail: `anna${row}@mail.example`, size: row }, 'who.': 'x' }),
  );
  await datasets.add({ name: 'd', source: { uri: fileIn(folder, 'a.ndjson', lines.join('\n')) } }, 'admin');
  const { columns, contract } = await profiles.profile('d');
  assert.deepEqual(
    columns.map(({ name, personal }) => [name, personal.map(({ column, entity }) => `${column}: ${entity}`)]),
    [
      ['id', []],
      ['who', ['who.mail: email']],
      ['who.', []],
    ],
  );
  const only = parseContract(contract).rules.find((rule) => (rule as { check: string }).check === 'pii.only_in');
  assert.deepEqual((only as { allow: unknown }).allow, { 'who.mail': ['email'] });
  const before = (await profiles.offered('d')).findings;
  assert.deepEqual(
    before.map(({ column, root, override }) => [column, root, override]),
    [['who.mail', 'who', undefined]],
  );
  await profiles.override({ dataset: 'd', column: 'who.mail', entity: 'email' }, 'invented', 'admin:ada');
  const [after] = (await profiles.offered('d')).findings;
  assert.deepEqual([after!.override!.by, after!.override!.reason, after!.entity], ['admin:ada', 'invented', 'email']);
  await assert.rejects(
    profiles.override({ dataset: 'd', column: 'who.size' }, 'x', 'admin'),
    coded('input.invalid', /does not look personal/),
  );
});
