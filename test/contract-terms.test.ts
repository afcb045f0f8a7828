import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContract } from '../daemon/catalog/index.js';
import { contractOf, head, read } from './support/contracts.js';
import { coded } from './support/errors.js';

test('several tables: the one that is called like the dataset', () => {
  const text = `${head()}schema: [{name: a, properties: [{name: x}]}, {name: b, physicalName: tbl_b, properties: [{name: y}]}]`;
  assert.equal(read(text, { dataset: 'tbl_b' }).columns[0]?.name, 'y');
  assert.throws(
    () => read(text, { dataset: 'c' }),
    coded('contract.invalid', /has 2 tables and none is named c: a, b/),
  );
  assert.throws(() => read(text), coded('contract.invalid', /the dataset is not named/));
  assert.equal(read(contractOf('- name: x'), { dataset: 'called otherwise' }).table, 'orders');
  assert.deepEqual(read(head()).rules, []);
});

test('the digest is of the content, not of the way it is written', () => {
  const yaml = `${head()}name: x # a comment\ntags: &t [a]\nschema: [{name: s, tags: *t}]\n`;
  const json = JSON.stringify(parseContract(yaml).json);
  const spaced = JSON.stringify(parseContract(yaml).json, null, '\t').replaceAll('\n', '\r\n');
  for (const text of [json, spaced, `\uFEFF${yaml}`])
    assert.equal(parseContract(text).digest, parseContract(yaml).digest);
  assert.notEqual(parseContract(yaml.replace('[a]', '[b]')).digest, parseContract(yaml).digest);
});

test('purpose, legal basis, retention, presets and masks are read from custom properties', () => {
  const { terms, policy } = read(`${contractOf(
    `
- name: mail
  customProperties: [{property: mask, value: token}]
- {name: born, customProperties: [{property: mask, value: {op: generalise_date, to: year}}]}`,
    'customProperties: [{property: policy, value: {columns: {card: {op: partial, keep: 4}}, where: "region = \'EU\'"}}]',
  )}customProperties:
  - {property: purpose, value: research}
  - {property: legal_basis, value: 'gdpr:6.1.b'}
  - {property: art9Condition, value: 'gdpr:9.2.j'}
  - {property: transferMechanism, value: scc}
  - {property: retention, value: 4 weeks}
  - {property: presets, value: [gdpr]}
  - {property: somebodyElses, value: {any: thing}}
`);
  assert.deepEqual(terms, {
    purpose: 'research',
    legalBasis: 'gdpr:6.1.b',
    art9Condition: 'gdpr:9.2.j',
    transferMechanism: 'scc',
    retention: '28d',
    presets: ['gdpr'],
  });
  assert.deepEqual(policy, {
    columns: { mail: { op: 'token' }, born: { op: 'generalise_date', to: 'year' }, card: { op: 'partial', keep: 4 } },
    where: "region = 'EU'",
  });
  const level = (unit: string) =>
    read(`${head()}slaProperties: [{property: retention, value: 3, unit: ${unit}}]`).terms;
  assert.deepEqual(level('y'), { retention: '1095d' });
  assert.deepEqual(level('fortnights'), {});
});

test('empty tables and exact columns, where the contract says so', () => {
  const text = contractOf(
    '- {name: x, required: true}',
    'customProperties: [{property: allowEmpty, value: true}, {property: schemaMatch, value: exact}]',
  );
  assert.deepEqual(read(text).rules, [
    { id: 'schema', check: 'schema.match', mode: 'exact', fields: [{ name: 'x' }], allowEmpty: true },
    { id: 'x.required', check: 'null', columns: ['x'], allowEmpty: true },
  ]);
});

test('types: what the physical type says exactly, else the logical one, else what SQL means', () => {
  const type = (property: string) => read(contractOf(`- {name: x, ${property}}`, '', 'v3.2.0')).columns[0]!.type;
  for (const exact of [
    'int64',
    'uint8',
    'float32',
    'utf8',
    'date32',
    'timestamp[us,UTC]',
    'decimal(15,2)',
    'list<int8>',
  ])
    assert.equal(type(`logicalType: object, physicalType: '${exact}'`), exact);
  assert.equal(
    type("physicalType: 'struct<a:int64,b:list<struct<c:utf8>>>'"),
    'struct<a:int64,b:list<struct<c:utf8>>>',
  );
  assert.equal(type("physicalType: 'decimal(15, 2)'"), 'decimal(15,2)');
  assert.equal(type("logicalType: object, physicalType: 'struct<code:string>'"), 'object');
  assert.equal(type('logicalType: integer, physicalType: int8'), 'integer');
  assert.equal(type('logicalType: number, physicalType: varchar(18)'), 'number');
  for (const [sql, kind] of [
    ['VARCHAR(18)', 'string'],
    ['int4', 'integer'],
    ['BIGINT', 'integer'],
    ['double precision', 'number'],
    ['NUMERIC(10,2)', 'number'],
    ['timestamp with time zone', 'timestamp'],
    ['bytea', 'binary'],
    ['geometry', undefined],
  ])
    assert.equal(type(`physicalType: '${sql}'`), kind, sql);
  assert.equal(type("logicalType: string, physicalType: 'extension<a b>'"), undefined);
  assert.equal(type('logicalType: map, map: {key: {logicalType: string}, value: {logicalType: string}}'), 'array');
});

test('what no check looks at is listed with its place', () => {
  const { notEvaluated } = read(
    contractOf(`
- {name: n, logicalType: number, logicalTypeOptions: {multipleOf: 5, format: f64}}
- {name: s, logicalType: string, logicalTypeOptions: {format: e-mail}}
- {name: d, logicalType: timestamp, logicalTypeOptions: {format: yyyy, timezone: true}}
- {name: l, logicalType: array, logicalTypeOptions: {uniqueItems: true}, items: {logicalType: integer, logicalTypeOptions: {minimum: 1}}}
- {name: o, logicalType: object, properties: [{name: inner, required: true}]}
- {name: v, quality: [{metric: invalidValues, mustBe: 0}]}`),
  );
  assert.deepEqual(
    notEvaluated.map(({ path }) => path.replace('schema[0].properties', '')),
    [
      '[0].logicalTypeOptions.multipleOf',
      '[0].logicalTypeOptions.format',
      '[1].logicalTypeOptions.format',
      '[2].logicalTypeOptions.format',
      '[2].logicalTypeOptions.timezone',
      '[3].logicalTypeOptions.uniqueItems',
      '[3].items.logicalTypeOptions',
      '[4].properties[0].required',
      '[5].quality[0]',
    ],
  );
  assert.match(notEvaluated[2]!.reason, /did you mean email\?/);
  assert.equal(notEvaluated[2]!.line, 10);
});
