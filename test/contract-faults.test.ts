import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterfoilError, LIMITS } from '../daemon/foundation/index.js';
import { contractOf, head, read } from './support/contracts.js';
import { coded } from './support/errors.js';

/** What is said about a text that is not a contract. */
function fault(text: string): string {
  try {
    read(text);
  } catch (error) {
    const { code, message } = CounterfoilError.from(error);
    assert.equal(code, 'contract.invalid', message);
    return message;
  }
  throw new Error(`read without a fault: ${text.slice(0, 300)}`);
}

const saying = (text: string, ...parts: RegExp[]): void => {
  const message = fault(text);
  for (const part of parts) assert.match(message, part);
};

/** A fault of a quality entry of column x, which stands in line 11. */
const quality = (rule: string, ...parts: RegExp[]): void =>
  saying(
    contractOf(`- name: x\n  quality:\n    - ${rule}`),
    /line 11, schema\[0\]\.properties\[0\]\.quality\[0\]/,
    ...parts,
  );
const column = (entries: string, ...parts: RegExp[]): void =>
  saying(contractOf(`- {name: x, ${entries}}`), /line 9, schema\[0\]\.properties\[0\]/, ...parts);

test('every fault is told at once, each with its line and path', () => {
  const message = fault(`apiVersion: v3.1.0
kind: Contract
id: 7
statuss: active
schema:
  - name: orders
    properties:
      - nam: x
        requird: true
`);
  assert.equal(
    message,
    `The contract has 8 faults:
  line 1, version is missing.
  line 1, status is missing.
  line 2, kind is "Contract"; allowed is DataContract.
  line 3, id is 7; text is expected; write it in quotes.
  line 4, statuss is not an entry of the standard; did you mean status?
  line 8, schema[0].properties[0].name is missing.
  line 8, schema[0].properties[0].nam is not an entry of the standard; did you mean name?
  line 9, schema[0].properties[0].requird is not an entry of the standard; did you mean required?`,
  );
});

test('a long list of faults is cut, and says so', () => {
  const message = fault(`${head()}${Array.from({ length: 30 }, (_, at) => `zzz${at}: 1\n`).join('')}`);
  assert.equal(message.split('\n').length, LIMITS.faultsPerContract + 2);
  assert.match(message, /The contract has 30 faults.*and 10 more\.$/s);
});

test('what is not a contract', () => {
  saying('', /the document is not a map/);
  saying('- a\n- b', /the document is not a map/);
  saying('a: [1', /line 1, not YAML/);
  saying('{"a": 1', /not YAML/);
  saying('a: 1\n---\nb: 1', /not YAML: source contains multiple documents/);
  saying(`${head('v2.2.2')}`, /apiVersion is "v2\.2\.2"; ODCS v3\.1\.0 and v3\.2\.0 are read/);
  saying(head().replace('1.0.0', '1.0'), /line 4, version is 1; text is expected; write it in quotes/);
  read(head('v3.2.0').replace('status: active\n', ''));
});

test('strict where the standard is', () => {
  saying(`${head()}schma: []`, /did you mean schema\?/);
  saying(`${head()}team: {members: [{usrname: a}]}`, /team\.members\[0\]\.usrname .*did you mean username/s);
  saying(`${head()}team: [{role: a}]`, /team\[0\]\.username is missing/);
  saying(`${head()}roles: [{rol: a}]`, /did you mean role\?/);
  saying(`${head()}price: {amount: 1}`, /known here: id, priceAmount, priceCurrency, priceUnit/);
  saying(`${head()}support: [{url: a}]`, /support\[0\]\.channel is missing/);
  saying(`${head()}slaProperties: [{property: latency, value: 4, units: d}]`, /did you mean unit\?/);
  saying(`${head()}slaProperties: [{property: latency}]`, /value is missing/);
  saying(`${head()}customProperties: [{property: a}]`, /value is missing/);
  saying(`${head()}customProperties: [{propery: a, value: 1}]`, /did you mean property\?/);
  saying(
    `${head()}servers: [{server: a, type: postgres, host: h, database: d, schema: s, prt: 1}]`,
    /port is missing/,
    /did you mean port\?/,
  );
  saying(
    `${head()}servers: [{server: a, type: postgre}]`,
    /type is "postgre"; allowed is api, .*; did you mean postgres\?/,
  );
  saying(`${head()}authoritativeDefinitions: [{url: a}]`, /type is missing/);
  saying(`${head()}tags: a`, /tags is "a"; a list is expected/);
  column('clasification: a', /did you mean classification\?/);
  column('logicalType: text', /logicalType is "text"; allowed is string, date/);
  column('logicalType: integer, logicalTypeOptions: {minLength: 1}', /minLength is not an entry.*known here: minimum/);
  column('logicalTypeOptions: {minLength: 1}', /needs a logicalType/);
  column('required: yes', /required is "yes"; true or false is expected/);
  column('description:', /description is empty; text is expected/);
  column('relationships: [{from: a.b, to: c.d}]', /from is not an entry/);
});

test('what came with v3.2 has no place in an older document', () => {
  column('enum: [{value: a}]', /enum came with ODCS v3\.2\.0, and this document says v3\.1\.0/);
  column('deprecated: true', /deprecated came with/);
  column('logicalType: vector, logicalTypeOptions: {dimensions: 3}', /logicalType came with/);
  column('customProperties: [{property: a, value: 1, vendor: me}]', /vendor came with/);
  saying(`${head()}context: be careful`, /context came with/);
  read(contractOf('- {name: x, enum: [{value: a}], deprecated: true, synonyms: [{synonym: y}]}', '', 'v3.2.0'));
  saying(contractOf('- {name: x, enum: [{value: a}, {value: a}]}', '', 'v3.2.0'), /enum\[1\]\.value is there twice/);
  saying(contractOf('- {name: x, enum: [a]}', '', 'v3.2.0'), /enum\[0\] is "a"; a map is expected/);
});

test('quality rules that cannot be understood', () => {
  quality('{metric: nulls, mustBe: 0}', /metric is "nulls", which is not a metric; there are nullValues/);
  quality('{metric: nulValues, mustBe: 0}', /did you mean nullValues\?/);
  quality('{mustBe: 0}', /metric is missing/);
  quality('{metric: nullValues}', /compares with nothing; give one of mustBe/);
  quality('{metric: nullValues, mustBeUnder: 1}', /mustBeUnder is not an entry of the standard/);
  quality('{metric: nullValues, mustBe: none}', /mustBe is "none"; a library metric is compared with a number/);
  quality('{metric: nullValues, mustBeLessThan: five}', /a number is expected/);
  quality(
    '{metric: nullValues, mustBeLessThan: 1, unit: furlongs}',
    /unit is "furlongs"; a library metric is counted in rows or percent/,
  );
  quality('{metric: nullValues, mustBeBetween: [1]}', /takes two different numbers/);
  quality('{metric: nullValues, mustBeBetween: [1, 1]}', /takes two different numbers/);
  quality('{metric: nullValues, query: x, mustBe: 0}', /query has no meaning in a rule of type library/);
  quality('{type: sql, mustBe: 0}', /query is missing/);
  quality('{type: text, metric: nullValues}', /metric has no meaning in a rule of type text/);
  quality('{type: custom, engine: soda}', /implementation is missing/);
  quality('{metric: invalidValues, mustBe: 0, arguments: {validValues: []}}', /lists no value/);
  quality(
    '{metric: invalidValues, mustBe: 0, arguments: {validvalues: [a]}}',
    /is not an argument of invalidValues; it takes validValues, pattern/,
  );
  quality(
    '{metric: invalidValues, mustBeLessThan: 5, arguments: {validValues: [a], pattern: b}}',
    /make two rules of it/,
  );
  quality('{metric: rowCount, mustBe: 5}', /belongs to a table/);
  saying(contractOf('', 'quality: [{metric: nullValues, mustBe: 0}]'), /belongs to a column/);
  saying(contractOf('', 'quality: [{metric: duplicateValues, mustBe: 0}]'), /arguments\.properties is missing/);
  saying(contractOf('', 'quality: [{metric: rowCount, mustBe: 5, unit: percent}]'), /is percent/);
});

test('bounds that contradict each other, and thresholds that cannot be', () => {
  quality('{metric: nullValues, mustBeLessThan: 101, unit: percent}', /below 0 or over 100 percent/);
  quality('{metric: nullValues, mustBeLessThan: -1, unit: percent}', /below 0 or over 100 percent/);
  quality('{metric: nullValues, mustBeLessThan: 0}', /fewer than none/);
  quality('{metric: nullValues, mustBe: -1}', /fewer than none/);
  quality('{metric: nullValues, mustBeBetween: [5, 1]}', /the wrong way round: 5 is over 1/);
  quality(
    '{metric: nullValues, mustBeGreaterThan: 5, mustBeLessThan: 5}',
    /leaves no number: mustBeGreaterThan 5 and mustBeLessThan 5/,
  );
  quality('{metric: nullValues, mustBeGreaterThan: 5, mustBeLessThan: 6}', /leaves no number of rows/);
  quality('{metric: nullValues, mustBe: 1, mustNotBe: 1}', /cannot stand beside/);
  saying(contractOf('', 'quality: [{metric: rowCount, mustBe: 1.5}]'), /leaves no number of rows/);
  saying(contractOf('', 'quality: [{metric: rowCount, mustBeLessThan: 0}]'), /leaves no number of rows/);
  column(
    'logicalType: integer, logicalTypeOptions: {minimum: 5, maximum: 1}',
    /minimum is 5 and maximum is 1: no value is between them/,
  );
  column('logicalType: number, logicalTypeOptions: {exclusiveMinimum: 5, maximum: 5}', /no value is between/);
  column(
    "logicalType: date, logicalTypeOptions: {minimum: '2021-01-01', maximum: '2020-01-01'}",
    /no value is between/,
  );
  column("logicalType: time, logicalTypeOptions: {minimum: '09:00', maximum: '08:00'}", /no value is between/);
  column(
    'logicalType: string, logicalTypeOptions: {minLength: 5, maxLength: 1}',
    /minLength is 5, over the maxLength of 1/,
  );
});

test('our own rules are judged by their checks, at their place in the text', () => {
  const own = (implementation: string): string =>
    contractOf('- name: x', `quality: [{type: custom, engine: counterfoil, implementation: ${implementation}}]`);
  saying(
    own('{check: magic}'),
    /line 10, schema\[0\]\.quality\[0\]\.implementation .*"magic" is not a check; there are/,
  );
  saying(own('{check: unique, columns: [x], colums: [y]}'), /"colums" is not a parameter; allowed are/);
  saying(own('{columns: [x]}'), /names no check/);
  saying(own('[]'), /lists no rule/);
  saying(own('7'), /text, a map or a list is expected/);
  saying(own('[7]'), /is 7; a rule is a map/);
  saying(own("'a: [1'"), /cannot be read: line 10, not YAML/);
  saying(own('{check: unique, column: x, columns: [x]}'), /both column and columns/);
  saying(own('{check: unique, column: 3}'), /a column that is not a name/);
  saying(own('{check: unique, column: x, source: consumer}'), /follows from whose contract it is/);
  saying(
    own('[{check: unique, column: x}, {check: row_count, min: 5, max: 1}]'),
    /implementation\[1\] is not a rule.*no value can be at least 5 and at most 1/,
  );
  column("logicalType: string, logicalTypeOptions: {pattern: '(a'}", /pattern/);
  column("logicalType: string, logicalTypeOptions: {pattern: '(?=a)'}", /not an RE2 pattern/);
  const text = contractOf(
    '- name: x',
    'quality:\n  - type: custom\n    engine: counterfoil\n    implementation: |\n      check: unique\n      column: x\n      column: y',
  );
  saying(text, /line 16, column is there twice/);
});

test('what we are told in custom properties is judged too', () => {
  const custom = (property: string, value: string): string =>
    `${head()}customProperties: [{property: ${property}, value: ${value}}]`;
  saying(custom('purpose', '7'), /line 6, customProperties\[0\]\.value is 7; a text/);
  saying(custom('retention', 'a while'), /number of hours, days, weeks or years is expected, such as 30d/);
  saying(custom('presets', '[1]'), /list of names of presets/);
  saying(custom('counterfoil.purpos', 'x'), /did you mean purpose\?/);
  saying(`${head()}customProperties: [{property: purpose, value: a}, {property: purpose, value: b}]`, /is there twice/);
  column('customProperties: [{property: mask, value: 3}]', /a mask is the name of an operator/);
  const policy = (value: string): string =>
    contractOf(
      '- {name: x, customProperties: [{property: mask, value: token}]}',
      `customProperties: [{property: policy, value: ${value}}]`,
    );
  saying(policy('strict'), /is not a policy/);
  saying(policy('{columns: {x: drop}}'), /a second mask/);
  saying(
    contractOf('- name: x', 'customProperties: [{property: schemaMatch, value: loose}]'),
    /allowed is superset, exact, subset/,
  );
  saying(contractOf('- name: x\n- name: x'), /line 10, .*describes the column "x" a second time/);
  saying(contractOf('- name: x\n- {name: y, physicalName: x}'), /describes the column "x" a second time/);
});

test('hostile documents are refused soon, whatever they unfold to', () => {
  const levels = (item: string): string =>
    Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    )
      .join('\n')
      .replace(/^/, `l0: &l0 ${item}\n`);
  const many = (count: number, of: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => of(at)).join('');
  const cases: [text: string, message: RegExp][] = [
    [`${head()}${levels('[x]')}`, /over 200000 values|over 64 levels/],
    [`${head()}a: &a "${'x'.repeat(200_000)}"\nb: [${'*a, '.repeat(20_000)}]\n`, /over 2097152 characters/],
    [`${head()}a: &a {b: *a}\n`, /contains itself/],
    [`${head()}a: &a [*a]\n`, /contains itself/],
    [`${head()}a: *b\n`, /not YAML|not above/],
    [`${head()}a: ${'['.repeat(5000)}\n`, /nested|YAML/],
    [`${head()}a: ${'['.repeat(250_000)}\n`, /nested|YAML/],
    [`${head()}a: ${'{a: '.repeat(20_000)}\n`, /nested|YAML/],
    [`${head()}a: ${'['.repeat(200)}${']'.repeat(200)}\n`, /nested over 64 levels/],
    [`${head()}a:\n${many(200, (at) => `${' '.repeat(at + 1)}- \n`)}`, /YAML|nested/],
    [`${head()}a: !!js/function x\n`, /has the tag/],
    [`${head()}a: !!binary aGk=\n`, /has the tag/],
    [`${head()}a: !mine x\n`, /has the tag/],
    [`${head()}? [x, y]\n: 1\n`, /a key that is not text/],
    [`${head()}__proto__: {status: x}\n`, /a key that is not text/],
    [`${head()}id: again\n`, /line 6, id is there twice/],
    [`${head()}tags: [9007199254740993]\n`, /which JSON cannot carry; write it in quotes/],
    [`${head()}tags: [.nan, 1e999]\n`, /which JSON cannot carry/],
    [`${head()}tags: ["\\uD800"]\n`, /YAML|Unicode/],
    [`%YAML 1.1\n---\n${head()}tags: [yes, 0777, 1:30]\n`, /./],
    [`${head()}<<: 7\n`, /merges something that is not a map/],
    [`${head()}${many(40_000, (at) => `k${at}: 1\n`)}`, /40000 faults/],
    [`${head()}${many(40_000, () => 'k: 1\n')}`, /is there twice/],
    [`${head()}a: [${many(20_000, (at) => `&a${at} x, *a${at}, `)}]\n`, /a is not an entry/],
    [`${head()}${'#'.repeat(300_000)}\n${'- '.repeat(100_000)}`, /YAML|nested/],
    [
      contractOf('', `quality: [${many(10_001, () => '{metric: rowCount, mustBe: 1}, ')}]`),
      /10001 rules; a contract has at most 10000/,
    ],
  ];
  for (const [text, message] of cases) {
    const began = process.hrtime.bigint();
    assert.match(fault(text), message, text.slice(0, 200));
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    assert.ok(seconds < 30, `${seconds} s for ${text.slice(100, 200)}`);
  }
  assert.throws(() => read(`${head()}name: "${'x'.repeat(LIMITS.contractBytes)}"`), coded('limit.exceeded'));
});

test('merge keys and aliases mean what they do elsewhere', () => {
  const { json } = read(`${head()}description: &d {purpose: a, usage: b}
schema:
  - name: t
    properties:
      - &key {name: x, logicalType: string, required: true}
      - {<<: *key, name: y}
      - {name: z, <<: [{required: false}, *key]}
`);
  assert.deepEqual((json as unknown as { schema: { properties: unknown[] }[] }).schema[0]!.properties, [
    { name: 'x', logicalType: 'string', required: true },
    { name: 'y', logicalType: 'string', required: true },
    { name: 'z', logicalType: 'string', required: false },
  ]);
  saying(`${head()}tags: &t [a]\nroles: [&r {rol: x}, *r]`, /roles\[1\]\.rol/);
});

test('messages print no control characters of a document', () => {
  const message = fault(`${head()}"a\\eb\\nc": 1`);
  assert.ok(
    [...message].every((char) => char >= ' '),
    message,
  );
});
