import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { fileIn, readSource } from './support/sources.js';

async function json(t: Parameters<typeof readSource>[0], text: string, options = {}, name = 'a.ndjson') {
  return readSource(t, { uri: fileIn(temporaryFolder(t), name, text), options });
}

test('flat records: types fit every value, absent keys are null', async (t) => {
  const { types, columns } = await json(
    t,
    '{"i":1,"f":0.5,"b":true,"s":"x","day":"2024-01-02","at":"2024-01-02T03:04:05Z"}\n{"s":"é\\n","i":null}\n\n{"new":[],"f":2}',
  );
  assert.deepEqual(types, {
    i: 'int 64 true',
    f: 'float 64',
    b: 'bool',
    s: 'utf8',
    day: 'date d',
    at: 'timestamp us UTC',
    new: 'list {"name":"utf8"}',
  });
  assert.deepEqual(columns, {
    i: [1n, null, null],
    f: [0.5, null, 2],
    b: [true, null, null],
    s: ['x', 'é\n', null],
    day: [19724, null, null],
    at: [1704164645000000n, null, null],
    new: [null, null, []],
  });
});

test('numbers never lose digits, and mixed kinds become text as written', async (t) => {
  const { columns, types, notes } = await json(
    t,
    '{"big":9223372036854775808,"exact":12345678901234567.25,"mix":1,"deep":{"a":1}}\n{"big":1,"exact":0.5,"mix":"01","deep":[1, 2]}\n',
  );
  assert.deepEqual(columns, {
    big: ['9223372036854775808', '1'],
    exact: [1234567890123456725n, 50n],
    mix: ['1', '01'],
    deep: ['{"a":1}', '[1, 2]'],
  });
  assert.equal(types.exact, 'decimal 38 2');
  assert.deepEqual(notes, [
    'Column "big" is text because no number type keeps all of its numbers exactly.',
    'Column "mix" is text because its values are of several kinds.',
    'Column "deep" is text because its values are of several kinds.',
  ]);
});

test('nested records', async (t) => {
  const { columns } = await json(
    t,
    '{"o":{"x":1,"tags":["a",null]}}\n{"o":null}\n{"o":{"tags":[],"y":[{"z":1},null,{"w":true}]}}\n',
  );
  assert.deepEqual(columns.o, [
    { x: 1n, tags: ['a', null], y: null },
    null,
    { x: null, tags: [], y: [{ z: 1n, w: null }, null, { z: null, w: true }] },
  ]);
});

test('one array of objects, and records over several lines', async (t) => {
  assert.deepEqual((await json(t, '[\n {"a": 1},\n {"a": 2}\n]\n', {}, 'a.json')).columns, { a: [1n, 2n] });
  assert.deepEqual((await json(t, '{\n "a": 1\n}\n{\n "a": 2\n}')).columns, { a: [1n, 2n] });
  assert.deepEqual((await json(t, '[]')).columns, {});
  assert.deepEqual((await json(t, '')).columns, {});
});

test('explicit types', async (t) => {
  const { columns } = await json(t, '{"zip":1234,"n":"5"}\n', { types: { zip: 'text', n: 'int64' } });
  assert.deepEqual(columns, { zip: ['1234'], n: [5n] });
  await assert.rejects(json(t, '{"n":"x"}\n', { types: { n: 'int64' } }), coded('source.invalid', /not of the type/));
});

test('what is not JSON names line and byte', async (t) => {
  const cases: [text: string, message: RegExp][] = [
    ['{"a":1}\n{"a":01}\n', /"a\.ndjson", line 2, byte 6: a value is expected there/],
    ['{"a":1}\nhello\n', /line 2, byte 1: an object is expected there/],
    ['{"a":1}\n{"b":[1 2]}\n', /line 2, byte 9: a comma or the end of the array/],
    ['{"a":1,"a":2}\n', /the key that starts there is in the object twice/],
    ['{"a":1}\n{"a":\n', /line 2, byte 1: a record starts there and never ends/],
    ['{"a":"\\ud800"}\n', /half of a surrogate pair/],
    ['{"a":"\\x"}\n', /an escape that JSON does not have/],
    ['{"a":NaN}\n', /a value is expected there/],
    ['[1,2]', /line 1, byte 2: an object is expected there/],
  ];
  for (const [text, message] of cases) await assert.rejects(json(t, text), coded('source.invalid', message), text);
});

test('hostile nesting is kept as text, never a stack overflow', async (t) => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  await json(t, `{"a":${deep}}\n`);
  await json(t, `{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}\n`);
});

test('law: any JSON of one shape comes back', async (t) => {
  const folder = temporaryFolder(t);
  const text = fc
    .string({ unit: 'grapheme', maxLength: 5 })
    .filter((value) => value.isWellFormed() && !/^\d{4}-/.test(value));
  const record = fc.record(
    {
      s: text,
      n: fc.double({ noNaN: true, noDefaultInfinity: true }),
      l: fc.array(fc.record({ k: text })),
      b: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 10 }), fc.nat(2), async (records, indent) => {
      const uri = fileIn(folder, 'law.json', records.map((each) => JSON.stringify(each, undefined, indent)).join('\n'));
      const { columns } = await readSource(t, { uri });
      for (const [row, each] of records.entries()) {
        for (const key of ['s', 'l', 'b'] as const)
          assert.equal(JSON.stringify(columns[key]?.[row] ?? null), JSON.stringify(each[key] ?? null));
        if (each.n !== undefined) assert.ok(Number(columns.n![row]) === each.n);
      }
    }),
    { numRuns: 80 },
  );
});
