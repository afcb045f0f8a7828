import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContract } from '../daemon/catalog/index.js';
import { parseRule } from '../daemon/pipeline/checks/index.js';
import { coded } from './support/errors.js';

const HEAD = `apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
`;

const table = (properties: string, quality = ''): string => `${HEAD}schema:
  - name: orders
    properties:
${properties}
${quality}`;

const read = (text: string) => parseContract(text, { checkRule: parseRule });

test('attributes of columns become rules', () => {
  const { rules, columns } = read(
    table(`      - name: line
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
        logicalTypeOptions: {exclusiveMinimum: '2020-01-01', maximum: '2021-01-01'}
      - name: at
        logicalType: timestamp
        logicalTypeOptions: {minimum: '2020-01-01 00:00:00'}
      - name: state
        enum: [open, {value: closed}]`),
  );
  assert.deepEqual(rules, [
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
    { id: 'state.enum', check: 'in_set', columns: ['state'], values: ['open', 'closed'] },
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
      ],
    },
    { id: 'primaryKey', check: 'unique', columns: ['ORDER_ID', 'line'] },
  ]);
  assert.equal(columns.length, 6);
});

test('library metrics, every operator and unit', () => {
  const metrics = (quality: string) =>
    read(table(`      - name: x\n        quality:\n          - ${quality}`)).rules.filter(
      (rule) => (rule as { id: string }).id !== 'schema',
    );
  const one = (quality: string) => {
    const [{ id: _id, columns: _columns, ...rest }] = metrics(quality) as [Record<string, unknown>];
    return rest;
  };
  assert.deepEqual(one('{metric: nullValues, mustBe: 0}'), { check: 'null' });
  assert.deepEqual(one('{metric: nullValues, mustBeLessThan: 10}'), { check: 'null', tolerance: { count: 9 } });
  assert.deepEqual(one('{metric: nullValues, mustBeLessOrEqualTo: 2.5, unit: percent}'), {
    check: 'null',
    tolerance: { percent: 2.5 },
  });
  assert.deepEqual(one('{metric: nullValues, mustBeLessThan: 1, unit: percent}'), {
    check: 'null',
    tolerance: { percent: 1 - 2 ** -53 },
  });
  assert.deepEqual(one('{metric: nullValues, mustBeBetween: [0, 5]}'), { check: 'null', tolerance: { count: 5 } });
  assert.deepEqual(one("{metric: missingValues, mustBe: 0, arguments: {missingValues: [null, '', 'N/A']}}"), {
    check: 'missing',
    missingValues: ['', 'N/A'],
  });
  assert.deepEqual(one('{metric: missingValues, mustBe: 0}'), { check: 'missing' });
  assert.deepEqual(
    one(
      '{metric: invalidValues, mustBe: 0, severity: warning, description: units, arguments: {validValues: [kg, lb]}}',
    ),
    { check: 'in_set', values: ['kg', 'lb'], severity: 'warn', description: 'units' },
  );
  assert.deepEqual(metrics("{id: form, metric: invalidValues, mustBe: 0, arguments: {pattern: '^a'}}"), [
    { id: 'form', check: 'regex', columns: ['x'], pattern: '^a' },
  ]);
  assert.deepEqual(metrics('{metric: duplicateValues, mustBe: 0}'), [
    { id: 'x.duplicateValues', check: 'unique', columns: ['x'] },
  ]);

  const rows = (quality: string) => {
    const { rules, notEvaluated } = read(`${HEAD}schema: [{name: t, quality: [${quality}]}]`);
    return rules.length > 0 ? rules[0] : notEvaluated[0];
  };
  const counted = (operator: string) => {
    const { id: _id, check: _check, ...rest } = rows(`{metric: rowCount, ${operator}}`) as Record<string, unknown>;
    return rest;
  };
  assert.deepEqual(counted('mustBe: 5'), { min: 5, max: 5 });
  assert.deepEqual(counted('mustNotBe: 0'), { min: 1 });
  assert.deepEqual(counted('mustBeGreaterThan: 5'), { min: 6 });
  assert.deepEqual(counted('mustBeGreaterOrEqualTo: 5'), { min: 5 });
  assert.deepEqual(counted('mustBeLessThan: 5'), { max: 4 });
  assert.deepEqual(counted('mustBeLessOrEqualTo: 5'), { max: 5 });
  assert.deepEqual(counted('mustBeBetween: [5, 9]'), { min: 5, max: 9 });
  assert.deepEqual(rows('{metric: rowCount, mustNotBeBetween: [5, 9]}'), {
    path: 'schema[0].quality[0]',
    reason: 'a range that must not be is not checked',
  });
  assert.deepEqual(rows('{metric: duplicateValues, mustBe: 0, arguments: {properties: [a, b]}}'), {
    id: 't.duplicateValues',
    check: 'unique',
    columns: ['a', 'b'],
  });
});

test('our own checks, as an object and as text; other engines are kept and listed', () => {
  const { rules, notEvaluated } = read(
    table(
      `      - name: day
        quality:
          - {type: custom, engine: counterfoil, implementation: {check: time_coverage, unit: weekday}}
          - {type: sql, query: 'SELECT 1', mustBe: 1}`,
      `    quality:
      - id: airports
        type: custom
        engine: counterfoil
        severity: info
        implementation: |
          check: set_coverage
          columns: [origin]
          values: [JFK]
          side: consumer
      - {type: text, description: It is good.}
      - {type: custom, engine: soda, implementation: 'x: 1'}`,
    ),
  );
  assert.deepEqual(rules.slice(1), [
    { id: 'airports', check: 'set_coverage', severity: 'info', columns: ['origin'], values: ['JFK'], side: 'consumer' },
    { id: 'day.time_coverage', check: 'time_coverage', columns: ['day'], unit: 'weekday' },
  ]);
  assert.deepEqual(notEvaluated, [
    { path: 'schema[0].quality[1]', reason: 'it is for people to read' },
    { path: 'schema[0].quality[2]', reason: 'the engine "soda" is not run here' },
    { path: 'schema[0].properties[0].quality[1]', reason: 'SQL of a database is not run here' },
  ]);
});

test('several tables: the one that is called like the dataset', () => {
  const text = `${HEAD}schema: [{name: a, properties: [{name: x}]}, {name: b, physicalName: tbl_b, properties: [{name: y}]}]`;
  assert.equal(parseContract(text, { dataset: 'tbl_b' }).columns[0]?.name, 'y');
  assert.throws(() => parseContract(text, { dataset: 'c' }), coded('contract.invalid', /describes 2 tables/));
});

test('the digest is of the content, not of the way it is written', () => {
  const [yaml, json] = [
    `${HEAD}name: x # a comment\n`,
    JSON.stringify({
      name: 'x',
      status: 'active',
      version: '1.0.0',
      id: 'orders',
      kind: 'DataContract',
      apiVersion: 'v3.1.0',
    }),
  ];
  assert.equal(parseContract(yaml).digest, parseContract(json).digest);
});

test('custom properties, of the contract and of columns', () => {
  const { properties, columnProperties } = parseContract(
    `${HEAD}customProperties: [{property: purpose, value: research}]
schema: [{name: t, properties: [{name: mail, customProperties: [{property: mask, value: token}]}]}]`,
  );
  assert.deepEqual([properties, columnProperties], [{ purpose: 'research' }, { mail: { mask: 'token' } }]);
});

test('what is wrong is said with line and path', () => {
  const cases: [text: string, message: RegExp][] = [
    ['', /line 1: an object is expected here|kind: it is missing/],
    [`${HEAD}id: again\n`, /line 6: a key is there twice/],
    [HEAD.replace('v3.1.0', 'v2.2.2'), /line 1, apiVersion: "v2\.2\.2" is not read/],
    [HEAD.replace('id: orders\n', ''), /id: it is missing/],
    [
      table('      - name: x\n        required: maybe'),
      /line 10, schema\[0\]\.properties\[0\]\.required: true or false/,
    ],
    [table('      - name: x\n        logicalType: text'), /"text" is no logical type/],
    [table('      - name: x\n      - name: x'), /line 10, schema\[0\]\.properties\[1\]: there are two columns "x"/],
    [
      table('      - {name: x, quality: [{metric: nulls, mustBe: 0}]}'),
      /metric: "nulls" is no metric; there are nullValues/,
    ],
    [table('      - {name: x, quality: [{metric: nullValues}]}'), /exactly one of mustBe/],
    [
      table('      - {name: x, quality: [{metric: nullValues, mustBe: 0, mustBeLessThan: 1}]}'),
      /exactly one of mustBe/,
    ],
    [
      table('      - {name: x, quality: [{metric: nullValues, mustBeLessThan: 101, unit: percent}]}'),
      /at most 100 percent/,
    ],
    [
      table('      - {name: x, quality: [{metric: nullValues, mustBeLessThan: 0}]}'),
      /no number of rows is less than that/,
    ],
    [table('      - {name: x, quality: [{metric: nullValues, mustBeBetween: [5, 1]}]}'), /the smaller one first/],
    [
      table('      - {name: x, quality: [{type: custom, engine: counterfoil, implementation: {check: magic}}]}'),
      /line 9, .*"magic" is not a check/,
    ],
    [
      table("      - {name: x, quality: [{type: custom, engine: counterfoil, implementation: 'a: [1'}]}"),
      /its text is not an object/,
    ],
    [
      table(
        '      - {name: x, quality: [{id: a, metric: nullValues, mustBe: 0}, {id: a, metric: nullValues, mustBe: 0}]}',
      ),
      /another rule has the id "a" too/,
    ],
    [table("      - {name: x, logicalType: string, logicalTypeOptions: {pattern: '(a'}}"), /line 9, .*pattern/],
    [table('      - {name: x, logicalType: integer, logicalTypeOptions: {minimum: 5, maximum: 1}}'), /line 9/],
    [`${HEAD}a: &a [x]\nb: [${'*a, '.repeat(200)}]\n`, /more than 100 aliases/],
    [`${HEAD}a: ${'['.repeat(5000)}\n`, /nested|Flow/i],
    [`${HEAD}a: ${'['.repeat(200)}${']'.repeat(200)}\n`, /nested deeper than 64/],
    [`${HEAD}a: !!js/function x\n`, /the tag|unresolved tag/i],
    [`${HEAD}? [x, y]\n: 1\n`, /a key is not a text/],
    [`${HEAD}a: 9007199254740993\n`, /cannot carry exactly/],
  ];
  for (const [text, message] of cases)
    assert.throws(() => read(text), coded('contract.invalid', message), text.slice(0, 400));
  assert.throws(() => read(`${HEAD}a: "${'x'.repeat(600_000)}"`), coded('limit.exceeded'));
});

test('a bomb of aliases does not unfold', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
  );
  assert.throws(() => read(`${HEAD}l0: &l0 [x]\n${levels.join('\n')}\n`), coded('contract.invalid'));
});
