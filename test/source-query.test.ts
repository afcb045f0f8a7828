import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot, vectorsFolder } from './support/repo.js';
import { fileIn, readSource } from './support/sources.js';

const FLIGHTS = join(repoRoot, 'node_modules/vega-datasets/data/flights-3m.parquet');

test('SQL over a Parquet file; the source has four names', async (t) => {
  for (const name of ['source', 'self', 'data', '"my flights"']) {
    const query = `select origin, count(*) as n from ${name} where delay > 600 group by origin order by n desc, origin limit 2`;
    const { columns } = await readSource(t, { uri: FLIGHTS, query, name: 'my flights' });
    assert.deepEqual(Object.keys(columns), ['origin', 'n']);
    assert.equal(columns.origin?.length, 2);
  }
});

test('SQL over text files: rows in their order, an empty result too', async (t) => {
  const folder = temporaryFolder(t);
  const uri = fileIn(folder, 'a.csv', 'id,zip,price\n1,01234,1.5\n2,98101,\n3,00001,2\n');
  const read = async (query: string) => (await readSource(t, { uri, query })).columns;
  assert.deepEqual(await read('select zip, price * 2 as twice from source where id <> 2;'), {
    zip: ['01234', '00001'],
    twice: [3, 4],
  });
  assert.deepEqual(await read('with big as (select * from source where id > 5) select id from big'), { id: [] });
  const json = fileIn(folder, 'a.ndjson', '{"a":1}\n{"a":3}\n');
  assert.deepEqual((await readSource(t, { uri: json, query: 'select sum(a) as s from self' })).columns, { s: [4n] });
});

test('queries that do not run are told, without a value of the data', async (t) => {
  const read = (query: string) => readSource(t, { uri: FLIGHTS, query });
  const cases: [query: string, message: RegExp][] = [
    ['selec', /does not start with SELECT/],
    ['drop table source', /does not start with SELECT/],
    ['select 1; drop table source', /more than one statement/],
    ['select nope from source', /unable to find column "nope"/],
    ['select * from elsewhere', /relation 'elsewhere' was not found/],
    ["select * from read_csv('/etc/passwd')", /"read_csv" reads another file/],
    ["select 'open from source", /a quote or comment is opened and never closed/],
    ["select delay from source where delay > 'abc'", /cannot compare string with numeric type/],
    ['select cast(origin as int) as o from source', /a value of column "origin" cannot be converted from str to i32/],
    ['select delay from source where cast(origin as int) > 3', /a value of column "origin" cannot be converted/],
  ];
  for (const [query, message] of cases) await assert.rejects(read(query), coded('input.invalid', message), query);
});

test('a query over types that the engine would change is refused by name', {
  skip: vectorsFolder() === undefined && 'no vectors here',
}, async (t) => {
  const uri = join(vectorsFolder()!, 'arrow-ipc', 'counterfoil--mixed.stream');
  await assert.rejects(
    readSource(t, { uri, format: 'arrow', query: 'select * from source' }),
    coded('type.unsupported', /would change the type of column "/),
  );
});
