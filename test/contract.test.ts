import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../daemon/pipeline/checks/index.js';
import { contractOf, read, ruleOf, rulesOf } from './support/contracts.js';

test('what a contract says of its columns becomes rules', () => {
  const { rules, columns } = read(
    contractOf(
      `
- name: line
  primaryKey: true
  primaryKeyPosition: 2
  logicalType: integer
  physicalType: int32
- name: order
  physicalName: ORDER_ID
  primaryKey: true
  primaryKeyPosition: 1
  logicalType: string
  logicalTypeOptions: {minLength: 3, maxLength: 8, pattern: '^[A-Z]', format: uuid}
- name: amount
  logicalType: number
  required: true
  unique: true
  physicalType: DECIMAL(10,2)
  logicalTypeOptions: {minimum: 0, exclusiveMaximum: 100}
- name: day
  logicalType: date
  classification: public
  logicalTypeOptions: {exclusiveMinimum: '2020-01-01', maximum: '2021-01-01'}
- name: at
  logicalType: timestamp
  logicalTypeOptions: {minimum: '2020-01-01 00:00:00', exclusiveMinimum: '2019-01-01T00:00:00'}
- name: state
  enum: [{value: open, label: Open}, {value: closed}, {value: null}]
- name: parts
  logicalType: array
  logicalTypeOptions: {minItems: 1}
- {name: vote, logicalType: integer, logicalTypeOptions: {format: i8}}
- {name: big, logicalType: integer, logicalTypeOptions: {format: u64}}`,
      '',
      'v3.2.0',
    ),
  );
  assert.deepEqual(rules, [
    {
      id: 'schema',
      check: 'schema.match',
      mode: 'superset',
      fields: [
        { name: 'line', type: 'int32' },
        { name: 'ORDER_ID', type: 'string' },
        { name: 'amount', type: 'number' },
        { name: 'day', type: 'date' },
        { name: 'at', type: 'timestamp' },
        { name: 'state' },
        { name: 'parts', type: 'array' },
        { name: 'vote', type: 'integer' },
        { name: 'big', type: 'integer' },
      ],
    },
    { id: 'line.required', check: 'null', columns: ['line'] },
    { id: 'ORDER_ID.required', check: 'null', columns: ['ORDER_ID'] },
    { id: 'ORDER_ID.length', check: 'length', columns: ['ORDER_ID'], min: 3, max: 8 },
    { id: 'ORDER_ID.pattern', check: 'regex', columns: ['ORDER_ID'], pattern: '^[A-Z]' },
    { id: 'ORDER_ID.format', check: 'format', columns: ['ORDER_ID'], format: 'uuid' },
    { id: 'amount.required', check: 'null', columns: ['amount'] },
    { id: 'amount.unique', check: 'unique', columns: ['amount'] },
    { id: 'amount.range', check: 'range', columns: ['amount'], min: 0, max: 100, exclusiveMax: true },
    { id: 'day.range', check: 'range', columns: ['day'], min: '2020-01-01', exclusiveMin: true, max: '2021-01-01' },
    { id: 'at.range', check: 'range', columns: ['at'], min: '2020-01-01T00:00:00' },
    { id: 'at.exclusiveRange', check: 'range', columns: ['at'], min: '2019-01-01T00:00:00', exclusiveMin: true },
    { id: 'state.enum', check: 'in_set', columns: ['state'], values: ['open', 'closed'] },
    { id: 'parts.items', check: 'length', columns: ['parts'], min: 1 },
    { id: 'vote.format', check: 'range', columns: ['vote'], min: -128, max: 127 },
    { id: 'big.format', check: 'range', columns: ['big'], min: '0', max: '18446744073709551615' },
    { id: 'orders.primaryKey', check: 'unique', columns: ['ORDER_ID', 'line'] },
  ]);
  const { property, name, required, primaryKey, type } = columns[1]!;
  assert.deepEqual([property, name, required, primaryKey, type], ['order', 'ORDER_ID', true, true, 'string']);
  assert.equal(columns[3]!.classification, 'public');
});

test('a key of one column that is called unique too is compared once', () => {
  const text = contractOf('- {name: id, primaryKey: true, unique: true, required: true}');
  assert.deepEqual(
    rulesOf(text).map(({ id }) => id),
    ['id.required', 'id.unique'],
  );
});

test('library metrics with every operator and unit', () => {
  const nulls = (rest: string) => ruleOf(`{metric: nullValues, ${rest}}`);
  assert.deepEqual(nulls('mustBe: 0'), { check: 'null' });
  const tolerance = (rest: string) => nulls(rest).tolerance;
  assert.deepEqual(tolerance('mustBeLessThan: 10'), { count: 9 });
  assert.deepEqual(tolerance('mustBeLessThan: 9.5'), { count: 9 });
  assert.deepEqual(tolerance('mustBeLessOrEqualTo: 9'), { count: 9 });
  assert.deepEqual(tolerance('mustBeBetween: [0, 5]'), { count: 5 });
  assert.deepEqual(tolerance('mustBe: 5'), { unit: 'rows', min: 5, max: 5 });
  assert.deepEqual(tolerance('mustNotBe: 5'), { unit: 'rows', min: 5, max: 5, outside: true });
  assert.deepEqual(tolerance('mustBeGreaterThan: 5'), { unit: 'rows', min: 6 });
  assert.deepEqual(tolerance('mustBeGreaterOrEqualTo: 5'), { unit: 'rows', min: 5 });
  assert.deepEqual(tolerance('mustBeGreaterThan: 1, mustBeLessThan: 5'), { unit: 'rows', min: 2, max: 4 });
  assert.deepEqual(tolerance('mustNotBeBetween: [2, 5]'), { unit: 'rows', min: 2, max: 5, outside: true });
  assert.deepEqual(tolerance('mustBeLessOrEqualTo: 2.5, unit: percent'), { percent: 2.5 });
  assert.deepEqual(tolerance("mustBeLessOrEqualTo: 2.5, unit: '%'"), { percent: 2.5 });
  assert.equal(tolerance('mustBe: 0, unit: percent'), undefined);
  assert.deepEqual(tolerance('mustBeLessThan: 1, unit: percent'), { unit: 'percent', max: 1, exclusiveMax: true });
  assert.deepEqual(tolerance('mustBeGreaterThan: 1, unit: percent'), { unit: 'percent', min: 1, exclusiveMin: true });

  assert.deepEqual(ruleOf('{metric: missingValues, mustBe: 0}'), { check: 'missing' });
  const missing = (values: string) =>
    ruleOf(`{metric: missingValues, mustBe: 0, arguments: {missingValues: ${values}}}`);
  assert.deepEqual(missing("[null, '', 'N/A']"), { check: 'missing', missingValues: ['', 'N/A'], blank: false });
  assert.deepEqual(missing('[null]'), { check: 'null' });
  const invalid = (rest: string) => ruleOf(`{metric: invalidValues, mustBe: 0, ${rest}}`);
  assert.deepEqual(invalid('arguments: {validValues: [kg, lb, null]}'), { check: 'in_set', values: ['kg', 'lb'] });
  assert.deepEqual(invalid("arguments: {pattern: '^a'}"), { check: 'regex', pattern: '^a' });
  assert.deepEqual(ruleOf('{metric: duplicateValues, mustBeLessThan: 2}'), {
    check: 'unique',
    tolerance: { count: 1 },
  });
  const both =
    "- {name: x, quality: [{id: q, metric: invalidValues, mustBe: 0, arguments: {validValues: [a], pattern: '^a'}}]}";
  assert.deepEqual(
    rulesOf(contractOf(both)).map(({ id, check }) => [id, check]),
    [
      ['x.in_set', 'in_set'],
      ['x.regex', 'regex'],
    ],
  );
});

test('numbers of rows, and duplicates of several columns', () => {
  const table = (quality: string) => {
    const [{ id: _id, ...rule }] = rulesOf(contractOf('- {name: a, physicalName: A}', `quality: [${quality}]`)) as [
      Record<string, unknown>,
    ];
    return rule;
  };
  const counted = (comparison: string) => {
    const { check: _check, ...rest } = table(`{metric: rowCount, ${comparison}}`);
    return rest;
  };
  assert.deepEqual(counted('mustBe: 5'), { min: 5, max: 5 });
  assert.deepEqual(counted('mustBe: 0'), { min: 0, max: 0, allowEmpty: true });
  assert.deepEqual(counted('mustNotBe: 0'), { min: 1 });
  assert.deepEqual(counted('mustNotBe: 3'), { min: 3, max: 3, outside: true });
  assert.deepEqual(counted('mustBeGreaterThan: 5'), { min: 6 });
  assert.deepEqual(counted('mustBeGreaterThan: 5.5'), { min: 6 });
  assert.deepEqual(counted('mustBeGreaterOrEqualTo: 0'), { min: 0, allowEmpty: true });
  assert.deepEqual(counted('mustBeLessThan: 5'), { max: 4 });
  assert.deepEqual(counted('mustBeLessOrEqualTo: 5'), { max: 5 });
  assert.deepEqual(counted('mustBeBetween: [5, 9]'), { min: 5, max: 9 });
  assert.deepEqual(counted('mustNotBeBetween: [5, 9]'), { min: 5, max: 9, outside: true });
  assert.deepEqual(table('{metric: duplicateValues, mustBe: 0, arguments: {properties: [a, b]}}'), {
    check: 'unique',
    columns: ['A', 'b'],
  });
});

test('rules as they were written before v3.1', () => {
  assert.deepEqual(ruleOf('{rule: duplicateCount, mustBeLessThan: 10, unit: rows}', 'v3.0.2'), {
    check: 'unique',
    tolerance: { count: 9 },
  });
  assert.deepEqual(ruleOf('{rule: validValues, validValues: [kg, lb]}', 'v3.0.2'), {
    check: 'in_set',
    values: ['kg', 'lb'],
  });
  assert.deepEqual(ruleOf('{type: library, rule: nullValues, mustBe: 0}'), { check: 'null' });
  const { rules, notEvaluated } = read(
    contractOf('- {name: x, isUnique: true, quality: [{rule: minCheck, mustBe: 0}, {rule: nullCheck}]}', '', 'v3.0.2'),
  );
  assert.deepEqual(
    [rules.length, ...notEvaluated.map(({ path, reason }) => `${path}: ${reason}`)],
    [
      1,
      'schema[0].properties[0].isUnique: it is not an entry of the standard',
      'schema[0].properties[0].quality[0]: the rule "minCheck" is none of the metrics of the standard',
      'schema[0].properties[0].quality[1]: the rule "nullCheck" is compared with nothing',
    ],
  );
});

test('words for severity: what is not plainly less is an error', () => {
  const severity = (word: string) => ruleOf(`{metric: nullValues, mustBe: 0, severity: ${word}}`).severity;
  assert.deepEqual(['warning', 'Medium', 'minor'].map(severity), ['warn', 'warn', 'warn']);
  assert.deepEqual(['info', 'low', 'trivial'].map(severity), ['info', 'info', 'info']);
  assert.deepEqual(['error', 'critical', 'P1', 'whatever'].map(severity), Array(4).fill(undefined));
});

test('our own checks, as a map, a list or text; what others run is kept and listed', () => {
  const { rules, notEvaluated } = read(
    contractOf(
      `
- name: day
  physicalName: d
  quality:
    - {type: custom, engine: counterfoil, implementation: {check: time_coverage, unit: weekday}}
    - {type: sql, query: 'SELECT 1', mustBe: 1}
- {name: kind, relationships: [{to: kinds.id}]}`,
      `
quality:
  - id: airports
    type: custom
    engine: Counterfoil
    severity: info
    description: Where the flights begin.
    implementation: |
      # every airport of the tariff
      check: set_coverage
      column: origin
      values: [JFK]
      groupBy: [day]
      side: consumer
  - type: custom
    engine: counterfoil
    name: both
    implementation:
      - {check: unique, columns: [day, kind]}
      - {id: named, check: row_count, min: 1}
  - {type: text, description: It is good.}
  - {type: custom, engine: soda, implementation: 'x: 1'}`,
    ),
  );
  assert.deepEqual(rules.slice(1), [
    { id: 'd.time_coverage', check: 'time_coverage', columns: ['d'], unit: 'weekday' },
    {
      id: 'airports',
      check: 'set_coverage',
      columns: ['origin'],
      values: ['JFK'],
      groupBy: ['d'],
      side: 'consumer',
      severity: 'info',
      description: 'Where the flights begin.',
    },
    { id: 'both.1', check: 'unique', columns: ['d', 'kind'] },
    { id: 'named', check: 'row_count', min: 1 },
  ]);
  assert.deepEqual(
    notEvaluated.map(({ path, reason }) => `${path}: ${reason}`),
    [
      'schema[0].properties[0].quality[1]: it is SQL for the database of its server',
      'schema[0].properties[1].relationships[0]: references to other tables are not followed',
      'schema[0].quality[2]: it is text for people',
      'schema[0].quality[3]: it is a rule for the engine "soda"',
    ],
  );
});

test('every format that the checks know is one here too', () => {
  const [, names] = /^One of (.*)\.$/.exec(CHECKS.find(({ name }) => name === 'format')!.describe.parameters.format!)!;
  assert.ok(names!.split(', ').length > 30);
  for (const format of names!.split(', ')) {
    const options = `logicalType: string, logicalTypeOptions: {format: ${format}}`;
    assert.deepEqual(read(contractOf(`- {name: x, ${options}}`)).notEvaluated, [], format);
  }
});

test('ids: the one given, told apart by column and number where two are the same', () => {
  const quality = '[{id: q, metric: nullValues, mustBe: 0}, {id: q, metric: duplicateValues, mustBe: 0}]';
  const text = contractOf(`- {name: x, quality: ${quality}}\n- {name: y, quality: ${quality}}`);
  const ids = rulesOf(text).map(({ id }) => id);
  assert.deepEqual(ids, ['q', 'x.q', 'y.q', 'q-2']);
  const usual = contractOf('- {name: x, quality: [{metric: nullValues, mustBe: 0}, {metric: nullValues, mustBe: 0}]}');
  assert.deepEqual(
    rulesOf(usual).map(({ id }) => id),
    ['x.nullValues', 'x.nullValues-2'],
  );
});
