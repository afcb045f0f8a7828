import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { editContract } from '../daemon/catalog/index.js';
import { canonicalJson } from '../daemon/foundation/index.js';
import { contractOf, head, read } from './support/contracts.js';
import { coded } from './support/errors.js';

const RICH = `# top
${head('v3.2.0')}name: 'orders' # single quotes
description:
  purpose: >
    folded
    text
  ours: {kept: true, "also": [1, 2]} # unknown here, kept
customProperties: # ours and others
  # the first
  - property: purpose # why
    value: research
  - {property: somebodyElses, value: {deep: [1, {a: b}]}}

# the tables
schema:
- name: orders
  properties:

  # a key
  - name: id # id
    logicalType: "integer"
    required: true
  - {name: mail, logicalType: string, examples: [a@b.c, "x"]} # flow
  quality:
  - type: custom
    engine: soda
    implementation: |
      # inside a block
      - a: 1
# the end
`;

test('an edit changes one place and nothing else', () => {
  const edited = editContract(RICH, [{ path: ['customProperties', 0, 'value'], value: 'evaluation: of "models"' }]);
  assert.equal(edited, RICH.replace('value: research', `value: 'evaluation: of "models"'`));
  assert.equal(
    editContract(RICH, [{ path: ['schema', 0, 'properties', 0, 'logicalType'], value: 'number' }]),
    RICH.replace('"integer"', 'number'),
  );
  assert.equal(
    editContract(RICH, [
      { path: ['version'], value: '1.0.0' },
      { path: ['nothing'], value: undefined },
    ]),
    RICH,
  );
  const masked = editContract(RICH, [
    { path: ['schema', 0, 'properties', 1, 'customProperties'], value: [{ property: 'mask', value: 'token' }] },
  ]);
  assert.deepEqual(read(masked).policy.columns, { mail: { op: 'token' } });
  for (const comment of RICH.match(/# .*$/gm) ?? []) assert.ok(masked.includes(comment), comment);
  const lines = new Set(masked.split('\n').map((line) => line.trim()));
  const lost = RICH.split('\n').filter((line) => !lines.has(line.trim()));
  assert.deepEqual(lost, [
    '    folded',
    '    text',
    'customProperties: # ours and others',
    '  - {name: mail, logicalType: string, examples: [a@b.c, "x"]} # flow',
  ]);
});

test('an entry is added, and taken out', () => {
  const text = contractOf('- name: x # the column\n- name: y # another');
  const added = editContract(text, [{ path: ['schema', 0, 'properties', 2], value: { name: 'z', required: true } }]);
  assert.deepEqual(
    read(added).columns.map(({ name }) => name),
    ['x', 'y', 'z'],
  );
  const removed = editContract(added, [{ path: ['schema', 0, 'properties', 1], value: undefined }]);
  assert.deepEqual(
    read(removed).columns.map(({ name }) => name),
    ['x', 'z'],
  );
  assert.match(removed, /# the column/);
  assert.throws(
    () => editContract(text, [{ path: ['schema', 3, 'name'], value: 'a' }]),
    coded('contract.invalid', /schema\[3\] is not there/),
  );
});

test('JSON stays JSON', () => {
  const json = JSON.stringify(read(contractOf('- name: x')).json, null, 2);
  const edited = editContract(json, [{ path: ['name'], value: 'orders' }]);
  assert.deepEqual(JSON.parse(edited), { ...JSON.parse(json), name: 'orders' });
});

test('places that others share by an alias are not changed behind their back', () => {
  const text = `${head()}tags: &t [a]\nschema: [{name: x, tags: *t}]\n`;
  assert.throws(
    () => editContract(text, [{ path: ['tags', 0], value: 'b' }]),
    coded('contract.invalid', /written together with others/),
  );
  assert.throws(() => editContract(text, [{ path: ['schema', 0, 'tags', 0], value: 'b' }]), coded('contract.invalid'));
});

test('any edit gives the values wanted, and keeps every comment', () => {
  const places = [
    ['version'],
    ['name'],
    ['tenant'],
    ['description', 'purpose'],
    ['customProperties', 1, 'value', 'deep', 1, 'a'],
    ['customProperties', 2],
    ['schema', 0, 'properties', 1, 'required'],
    ['schema', 0, 'quality', 0, 'name'],
    ['tags'],
  ];
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && key !== '<<'),
      fc.string(),
      { maxKeys: 3 },
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), value, (path, wanted) => {
      const edited = editContract(RICH, [{ path, value: wanted }]);
      const found = parseDocument(edited).getIn(path) as { toJSON?: () => unknown } | null;
      assert.equal(canonicalJson((found?.toJSON?.() ?? found) as string), canonicalJson(wanted as string));
      for (const comment of RICH.match(/# .*$/gm) ?? [])
        if (!(path[0] === 'customProperties' && comment === '# flow')) assert.ok(edited.includes(comment), comment);
    }),
    { numRuns: 200 },
  );
});
