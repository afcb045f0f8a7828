import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { type Batch, ipcStream, type Schema } from '../daemon/columnar/index.js';
import { columnOf } from './support/columns.js';
import { agree, pair } from './support/pair.js';
import { vectorsFolder } from './support/repo.js';
import { fileIn, type ReadSource, readSource } from './support/sources.js';

const NAME = 'Acme "& Söhne", ../x; 株 🌍';
const { acme, vendor, folder } = await pair({ after }, { acme: { config: { org: NAME } } });

/** Publishes a file, agrees on it as it is, and brings it over. What landed, as our own reader reads it. */
async function carried(name: string, path: string): Promise<ReadSource> {
  const { schema } = await readSource({ after }, { uri: path });
  const published = await acme.dataset(name, path);
  const agreement = await agree(acme, vendor, name, {
    policy: { columns: Object.fromEntries(schema.fields.map((field) => [field.name, { op: 'keep' }])) },
  });
  const id = await vendor.transfer(agreement);
  const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
  for (const shown of [there, here]) {
    assert.equal(shown.state, 'receipted', `${name}: ${JSON.stringify(shown.reasons)}`);
    assert.equal(shown.rows, published.rows, name);
  }
  const landing = join(vendor.home, 'landing');
  assert.match(relative(landing, there.landed!), /^acme\.example\/[^/]+\/v-[a-z2-7]{52}$/, 'landed where it belongs');
  return readSource({ after }, { uri: join(there.landed!, '*.parquet') });
}

/** What landed is what was published: names, types, nullability and every value. */
async function isCarriedExactly(name: string, path: string): Promise<ReadSource> {
  const before = await readSource({ after }, { uri: path });
  const landed = await carried(name, path);
  assert.deepEqual(landed.types, before.types, name);
  assert.deepEqual(landed.columns, before.columns, name);
  return landed;
}

function arrowFile(name: string, schema: Schema, batches: readonly Batch[]): string {
  return fileIn(folder, `${name}.arrows`, Buffer.concat(ipcStream(schema, batches)));
}

test('no rows, one row, and columns of nothing but nulls', async () => {
  const none = await isCarriedExactly('none', fileIn(folder, 'none.csv', 'a,b\n'));
  assert.deepEqual([none.schema.fields.map(({ name }) => name), none.columns.a], [['a', 'b'], []]);
  await isCarriedExactly('one', fileIn(folder, 'one.csv', 'a,b\n1,x\n'));
  const types = [
    { name: 'utf8' },
    { name: 'int', bits: 64, signed: true },
    { name: 'bool' },
    { name: 'null' },
    { name: 'list', item: { name: 'utf8' } },
  ] as const;
  const fields = types.map((type, at) => ({ name: `${type.name}_${at}`, type, nullable: true }));
  const columns = types.map((type) => columnOf(type, [null, null, null]));
  const nulls = await isCarriedExactly('nulls', arrowFile('nulls', { fields }, [{ rows: 3, columns }]));
  assert.deepEqual(Object.values(nulls.columns), Array(5).fill([null, null, null]));
});

test('2 000 columns', async () => {
  const names = Array.from({ length: 2000 }, (_, at) => `c${at}`);
  const rows = [0, 1, 2].map((row) => names.map((_, at) => at * 3 + row).join(','));
  const landed = await isCarriedExactly('wide', fileIn(folder, 'wide.csv', `${names.join(',')}\n${rows.join('\n')}\n`));
  assert.equal(landed.schema.fields.length, 2000);
  assert.deepEqual(landed.columns.c1999, [5997n, 5998n, 5999n]);
});

test('a cell that no batch can hold is refused when it is published, by the name of its column', async () => {
  const big = fileIn(folder, 'big.csv', `id,note\n1,small\n2,${'x'.repeat(20 * 1024 * 1024)}\n`);
  await assert.rejects(acme.dataset('big', big), (error: { code?: string; message: string }) => {
    assert.equal(error.code, 'batch.too_large');
    assert.match(error.message, /"note"/);
    return true;
  });
  assert.deepEqual((await acme.admin.get<{ versions: unknown[] }>('/v1/datasets/big/versions')).versions, []);
  const large = fileIn(folder, 'large.csv', `id,note\n1,small\n2,${'x'.repeat(10 * 1024 * 1024)}\n`);
  const { columns } = await isCarriedExactly('large', large);
  assert.equal((columns.note![1] as string).length, 10 * 1024 * 1024);
});

test('names that would be paths, statements or several lines, and any script', async () => {
  const names = [
    '../../x',
    '..',
    '/etc/passwd',
    'a/b\\c',
    'Ünïcode 数据 🌍',
    'x"; DROP TABLE transfer; --',
    "it's $HOME `id`",
  ];
  const fields = [
    ...names,
    'line\nfeed',
    '\u202eleft',
    ' ',
    'e\u0301',
    '__proto__',
    'constructor',
    'a'.repeat(1000),
  ].map((name) => ({ name, type: { name: 'utf8' } as const, nullable: true }));
  const columns = fields.map(({ name }) => columnOf({ name: 'utf8' }, [name, null]));
  const path = arrowFile('names', { fields }, [{ rows: 2, columns }]);
  for (const name of names) {
    const landed = await isCarriedExactly(name, path);
    assert.deepEqual(
      landed.schema.fields.map((field) => field.name),
      fields.map((field) => field.name),
    );
  }
  await assert.rejects(acme.dataset('two\nlines', path), { code: 'input.invalid' });
});

test('columns with names that mean something to JavaScript get masks as any other does', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  const fields = names.map((name) => ({ name, type: { name: 'utf8' } as const, nullable: true }));
  const columns = names.map((name) => columnOf({ name: 'utf8' }, [`${name}@mail.example`, null]));
  await acme.dataset('words', arrowFile('words', { fields }, [{ rows: 2, columns }]));
  const offer = (more: object) => acme.admin.post('/v1/agreements', { peer: vendor.id, dataset: 'words', ...more });
  await assert.rejects(offer({}), (error: { code?: string; message: string }) => {
    assert.equal(error.code, 'agreement.blocked');
    for (const name of names) assert.ok(error.message.includes(name), error.message);
    return true;
  });
  // As JSON has it: in an object literal the first would be the prototype.
  const policy = JSON.parse(
    '{"columns": {"__proto__": {"op": "constant", "value": "x"}, "constructor": {"op": "null"}}}',
  );
  const agreement = await agree(acme, vendor, 'words', {
    policy,
    mask: ['toString=keep', 'hasOwnProperty=keep'],
    drop: ['valueOf'],
  });
  for (const side of [acme, vendor]) {
    const shown = await side.admin.get<{ policy: { columns: Record<string, { op: string }> } }>(
      `/v1/agreements/${agreement}`,
    );
    assert.deepEqual(
      Object.entries(shown.policy.columns)
        .map(([name, { op }]) => `${name} ${op}`)
        .sort(),
      ['__proto__ constant', 'constructor null', 'hasOwnProperty keep', 'toString keep', 'valueOf drop'],
    );
  }
  const id = await vendor.transfer(agreement);
  const [there] = await Promise.all([vendor.ends(id), acme.ends(id)]);
  assert.equal(there.state, 'receipted', JSON.stringify(there.reasons));
  const landed = await readSource({ after }, { uri: join(there.landed!, '*.parquet') });
  assert.deepEqual(Object.entries(landed.columns), [
    ['__proto__', ['x', 'x']],
    ['constructor', [null, null]],
    ['toString', ['toString@mail.example', null]],
    ['hasOwnProperty', ['hasOwnProperty@mail.example', null]],
  ]);
});

test('an organisation with any name', async () => {
  const peer = await vendor.admin.get<{ name: string }>('/v1/peers/acme.example');
  assert.equal(peer.name, NAME);
});

const vectors = vectorsFolder();
test('every Arrow type of the vectors is carried exactly, or refused by name', {
  skip: vectors === undefined && 'no vectors here',
}, async () => {
  const all = JSON.parse(readFileSync(join(vectors!, 'digest.json'), 'utf8')) as { file: string; refused?: string }[];
  const refused: string[] = [];
  const queue = [...all];
  const work = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const path = join(vectors!, 'arrow-ipc', next.file);
      if (next.refused === undefined) await isCarriedExactly(next.file, path);
      else {
        await assert.rejects(
          acme.dataset(next.file, path),
          { code: 'type.unsupported', message: /^.*[Cc]olumn "/ },
          next.file,
        );
        refused.push(next.file);
      }
    }
  };
  await Promise.all([work(), work()]);
  assert.equal(refused.length, all.filter((each) => each.refused !== undefined).length);
});
