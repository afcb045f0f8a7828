import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { fileIn, readSource } from './support/sources.js';

async function csv(t: Parameters<typeof readSource>[0], text: string | Uint8Array, options = {}, name = 'a.csv') {
  return readSource(t, { uri: fileIn(temporaryFolder(t), name, text), options });
}

test('types are those that every cell fits and none loses anything in', async (t) => {
  const cases: [cells: string[], type: string][] = [
    [['1', '-20', '9223372036854775807'], 'int 64 true'],
    [['01234', '98101'], 'utf8'],
    [['9223372036854775808', '1'], 'utf8'],
    [['12345678901234567890123', '5'], 'utf8'],
    [['1', 'two'], 'utf8'],
    [['1.5', '2', '-0.25'], 'float 64'],
    [['1.10', '2.50'], 'float 64'],
    [['1.9', '1.10'], 'utf8'],
    [['1.0', '2.75'], 'float 64'],
    [['0.1', '0.30000000000000004'], 'float 64'],
    [['12345678901234567.25', '1.00'], 'decimal 38 2'],
    [['1234567890123456.78', '1.00'], 'decimal 18 2'],
    [['123456789012345.25', '1.00'], 'float 64'],
    [['9007199254740993.1', '1.5'], 'decimal 18 1'],
    [['1e-5', '2.5E+10'], 'float 64'],
    [['12e4', '17e2'], 'utf8'],
    [['+49301234', '+1'], 'utf8'],
    [['NaN', '1.5', '-inf'], 'float 64'],
    [['nan', 'inf'], 'utf8'],
    [['-0', '1'], 'float 64'],
    [['true', 'false'], 'bool'],
    [['yes', 'no'], 'utf8'],
    [['2024-02-29', '1970-01-01'], 'date d'],
    [['2023-02-29', '1970-01-01'], 'utf8'],
    [['2024-02-29', '2024-03-01T00:00:00'], 'utf8'],
    [['2024-03-01T10:11:12.123456', '2024-03-01 10:11'], 'timestamp us'],
    [['2024-03-01T10:11:12Z', '2024-03-01 10:11:12+00:00'], 'timestamp us UTC'],
    [['2024-03-01T10:11:12Z', '2024-03-01T10:11:12'], 'utf8'],
    [['2024-03-01T10:11:12+02:00'], 'utf8'],
    [['2024-03-01T10:11:12.123456789'], 'timestamp ns'],
    [['9999-03-01T10:11:12.123456789'], 'utf8'],
    [['10:11:12'], 'utf8'],
    [[' 5', '6'], 'utf8'],
    [['', ''], 'utf8'],
    [['1,000', '2'], 'utf8'],
  ];
  for (const [cells, type] of cases) {
    const { types, columns } = await csv(t, `id,x\n${cells.map((cell, row) => `${row},"${cell}"\n`).join('')}`);
    assert.equal(types.x, type, cells.join(' '));
    if (type === 'utf8') assert.deepEqual(columns.x, cells);
  }
});

test('values come out as they went in', async (t) => {
  const { columns } = await csv(
    t,
    'i,f,d,b,day,at,text\n-5,0.1,12345678901234567.25,TRUE,1969-12-31,1969-12-31T23:59:59.5,a\n,,,,,,\n7,-2e-3,-1.50,false,2024-02-29,2262-01-01 00:00:00,"x ""y"", z"\n',
  );
  assert.deepEqual(columns, {
    i: [-5n, null, 7n],
    f: [0.1, null, -0.002],
    d: [1234567890123456725n, null, -150n],
    b: [true, null, false],
    day: [-1, null, 19782],
    at: [-500000n, null, 9214646400000000n],
    text: ['a', null, 'x "y", z'],
  });
});

test('an empty cell is null, a quoted empty one an empty text', async (t) => {
  const { columns } = await csv(t, 'a,b,n\n,"",1\nx,y,""\n');
  assert.deepEqual(columns, { a: [null, 'x'], b: ['', 'y'], n: [1n, null] });
});

test('quotes, line ends, byte order mark, blank lines and a missing last line feed', async (t) => {
  const { columns } = await csv(t, '\ufeffa,b\r\n"two\r\nlines",5" pipe\r\n\r\n"q""q",é\r\n1,');
  assert.deepEqual(columns, { a: ['two\r\nlines', 'q"q', '1'], b: ['5" pipe', 'é', null] });
});

test('what is not a table of that width names the line', async (t) => {
  const cases: [text: string, message: RegExp][] = [
    ['a,b\n1,2\n3\n', /"a\.csv", line 3: it has 1 cells where the header has 2\./],
    ['a,b\n"x\ny",2\n3,4,5\n', /line 4: it has 3 cells/],
    ['a,b\n1,"2"x\n', /line 2: something follows a closing quote/],
    ['a,b\n1,2\n3,"4\n5,6\n', /line 3: a quote is opened there and never closed/],
    ['', /it is empty; not even a header is there/],
    ['\n\n', /it is empty/],
  ];
  for (const [text, message] of cases) await assert.rejects(csv(t, text), coded('source.invalid', message), text);
  const latin = Buffer.from('a,b\n1,2\nM\xfcller,3\n', 'latin1');
  await assert.rejects(csv(t, latin), coded('source.invalid', /line 3: it is not valid UTF-8/));
  await assert.rejects(csv(t, 'a,b,a\n'), coded('type.unsupported', /Column "a": the name is there more than once/));
});

test('a header alone is a table without rows', async (t) => {
  const { columns, types, batches } = await csv(t, 'a,,c\n');
  assert.deepEqual(types, { a: 'utf8', column_2: 'utf8', c: 'utf8' });
  assert.deepEqual(columns, { a: [], column_2: [], c: [] });
  assert.equal(batches.length, 0);
});

test('options: separator, header, nulls, types, quote, encoding', async (t) => {
  assert.deepEqual((await csv(t, 'a;b\n1;2,5\n')).columns, { a: [1n], b: ['2,5'] });
  assert.deepEqual((await csv(t, 'a\tb\n1\t2\n', {}, 'a.tsv')).columns, { a: [1n], b: [2n] });
  assert.deepEqual((await csv(t, '1|2\n', { separator: '|', header: false })).columns, {
    column_1: [1n],
    column_2: [2n],
  });
  assert.deepEqual((await csv(t, 'a,b\nNA,"NA"\n1,x\n', { nulls: ['NA'] })).columns, { a: [null, 1n], b: ['NA', 'x'] });
  assert.deepEqual((await csv(t, `a,b\n1,it's "so"\n`, { quote: '' })).columns, { a: [1n], b: [`it's "so"`] });
  const latin = Buffer.from('a\nM\xfcller\n', 'latin1');
  assert.deepEqual((await csv(t, latin, { encoding: 'windows-1252' })).columns, { a: ['Müller'] });
  assert.deepEqual((await csv(t, Buffer.from('\ufeffa\né\n', 'utf16le'))).columns, { a: ['é'] });
  const typed = await csv(t, 'a,b,c\n007,1.50,2024-01-01T00:00:00\n,2,\n', {
    types: { a: 'int32', b: 'decimal(12,2)', c: 'timestamp[ms, UTC]' },
  }).catch((e: Error) => e);
  assert.ok(coded('source.invalid', /line 2, column "c": the cell is not of the type/)(typed));
  const { columns, types } = await csv(t, 'a,b\n007,1.50\n,2\n', { types: { a: 'int32', b: 'decimal(12,2)' } });
  assert.deepEqual(
    [types, columns],
    [
      { a: 'int 32 true', b: 'decimal 12 2' },
      { a: [7, null], b: [150n, 200n] },
    ],
  );
  await assert.rejects(csv(t, 'a\n1\n', { types: { z: 'text' } }), coded('input.invalid', /"z", which is no column/));
  await assert.rejects(csv(t, 'a\n1\n', { types: { a: 'number' } }), coded('input.invalid', /"number"/));
});

test('a column that turns to text says where', async (t) => {
  const { notes } = await csv(t, 'a,b\n1,x\n2,y\nn/a,z\n');
  assert.deepEqual(notes, ['Column "a" is text because of "a.csv", line 4; the cells before it are numbers.']);
});

test('a packed file is unpacked, and one that is cut short is told', async (t) => {
  const packed = gzipSync('a,b\n1,2\n');
  assert.deepEqual((await csv(t, packed, {}, 'a.csv.gz')).columns, { a: [1n], b: [2n] });
  await assert.rejects(csv(t, packed.subarray(0, 20), {}, 'a.csv.gz'), coded('source.invalid', /does not unpack/));
});

test('a value that no batch could hold names its column', async (t) => {
  await assert.rejects(csv(t, `a,b\n1,${'x'.repeat(20 << 20)}\n`), coded('batch.too_large', /"b"/));
  await assert.rejects(
    csv(t, `a,b\n1,"${'x'.repeat(40 << 20)}\n`),
    coded('batch.too_large', /line 2: a value in column "b"/),
  );
});

test('2 000 columns, and one more than are carried', async (t) => {
  const names = Array.from({ length: 2000 }, (_, index) => `c${index}`);
  const { columns } = await csv(t, `${names.join()}\n${names.map((_, index) => index).join()}\n`);
  assert.deepEqual(columns.c1999, [1999n]);
  await assert.rejects(
    csv(t, `${Array.from({ length: 4097 }, (_, i) => `c${i}`).join()}\n`),
    coded('limit.exceeded', /4097 columns/),
  );
});

test('law: any table of texts comes back, wherever chunks end', async (t) => {
  const cell = fc
    .oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"', ',', '\n', '\r\n', '01', '1.5', 'é"', ''))
    .filter((text) => text.isWellFormed() && !text.includes('\r'));
  const folder = temporaryFolder(t);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      async (rows, crlf) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const line = crlf ? '\r\n' : '\n';
        const text = `a,b${line}${rows.map((row) => row.map(quoted).join()).join(line)}`;
        const uri = fileIn(folder, 'law.csv', text);
        const { columns } = await readSource(t, { uri, options: { types: { a: 'text', b: 'text' } } });
        assert.deepEqual(columns, { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) });
      },
    ),
    { numRuns: 60 },
  );
});

/** The whole number that a decimal of so many places holds for a text. */
function unscaled(text: string, places: number): bigint {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(places, '0')}`);
}

test('law: what is read as a number is written in the file with the same value', async (t) => {
  const folder = temporaryFolder(t);
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.integer({ min: -1000, max: 1000 }).map((n) => n / 100),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 20 }), async (numbers) => {
      const texts = numbers.map((value) => (Object.is(value, -0) ? '-0' : String(value)));
      const { columns, schema } = await readSource(t, {
        uri: fileIn(folder, 'n.csv', `id,a\n${texts.map((text) => `1,${text}\n`).join('')}`),
      });
      const { type } = schema.fields[1]!;
      const places = type.name === 'decimal' ? type.scale : 0;
      columns.a!.forEach((value, index) => {
        if (typeof value === 'number') assert.ok(Object.is(value, numbers[index]), `${value} ${texts[index]}`);
        else if (typeof value === 'bigint') assert.equal(value, unscaled(texts[index]!, places));
        else assert.equal(value, texts[index]);
      });
    }),
    { numRuns: 100, examples: [[[-9007199254740992, 0.01]]] },
  );
});
