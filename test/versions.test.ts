import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  Datasets,
  identifyFile,
  VersionReader,
  Versions,
  type WriteJob,
  writeVersion,
} from '../daemon/catalog/index.js';
import { type Cut, columnDigest, PUBLISH_CUT, versionId } from '../daemon/columnar/index.js';
import { CounterfoilError, equalBytes } from '../daemon/foundation/index.js';
import { openSource, ParquetWriter } from '../daemon/pipeline/engine/index.js';
import { KeyBox, newKey, openDatabase } from '../daemon/store/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { MemoryJournal } from './support/journal.js';
import { fileIn, valuesOf } from './support/sources.js';

const write: WriteJob = (params, hooks) => writeVersion(params, openSource, hooks);

interface Options {
  write?: WriteJob;
  cut?: Cut;
}

/** A catalog in a folder; opened again on the same folder it is the catalog after a restart. */
function catalog(t: TestContext, folder: string, journal = new MemoryJournal(), options: Options = {}) {
  const db = openDatabase(join(folder, 'gateway.db'));
  t.after(() => db.close());
  const clock = new ManualClock();
  const datasets = new Datasets(db, journal, clock);
  const store = join(folder, 'store');
  const keyFile = join(folder, 'store.key');
  if (!existsSync(keyFile)) writeFileSync(keyFile, newKey());
  const versions = new Versions({
    db,
    journal,
    clock,
    datasets,
    store,
    keys: new KeyBox(readFileSync(keyFile)),
    scratch: join(folder, 'scratch'),
    access: () => undefined,
    write: options.write ?? write,
    cut: options.cut ?? { rows: 2 },
  });
  return { db, journal, clock, datasets, versions, store };
}

async function withDataset(t: TestContext, text: string, name = 'orders') {
  const folder = temporaryFolder(t);
  const uri = fileIn(folder, 'a.csv', text);
  const made = catalog(t, folder);
  await made.datasets.add({ name, source: { uri } }, 'admin');
  return { folder, uri, ...made };
}

function rowsOf(versions: Versions, id: string) {
  const reader = new VersionReader(versions.access(id));
  try {
    return Array.from({ length: reader.batches }, (_, index) => {
      reader.verify(index);
      const { batch, digests } = reader.batch(index);
      batch.columns.forEach((column, at) => {
        assert.ok(equalBytes(columnDigest(column), digests[at]!));
      });
      return batch.columns.map((_, column) => valuesOf(batch, column));
    });
  } finally {
    reader.close();
  }
}

test('publishing makes a version that reads back, and a ledger entry', async (t) => {
  const { versions, journal, store } = await withDataset(t, 'id,secret\n1,hunter2\n2,\n3,canary\n');
  const { version, unchanged } = await versions.publish('orders', 'admin');
  assert.equal(unchanged, false);
  assert.deepEqual(version.manifest.batches, [2, 1]);
  assert.equal(version.id, versionId(version.manifest));
  assert.deepEqual(rowsOf(versions, version.id), [
    [
      [1n, 2n],
      ['hunter2', null],
    ],
    [[3n], ['canary']],
  ]);
  assert.deepEqual(journal.types(), ['dataset.added', 'version.published']);
  const { fields } = journal.entries[1]!.draft;
  assert.deepEqual(fields, {
    version: version.id,
    dataset: 'orders',
    rows: 3,
    batches: 2,
    rowsRoot: version.manifest.rowsRoot,
    parent: undefined,
  });
  const [folder] = readdirSync(store);
  assert.doesNotMatch(readFileSync(join(store, folder!, 'rows'), 'latin1'), /hunter2|canary/);
});

test('unchanged rows make no version; changed ones name their parent', async (t) => {
  const { versions, uri, store, journal } = await withDataset(t, 'id\n1\n');
  const first = await versions.publish('orders', 'admin');
  const again = await versions.publish('orders', 'admin');
  assert.deepEqual([again.unchanged, again.version.id], [true, first.version.id]);
  appendFileSync(uri, '2\n');
  const second = await versions.publish('orders', 'admin');
  assert.equal(second.version.manifest.parent, first.version.id);
  assert.deepEqual(
    versions.list('orders').map(({ id }) => id),
    [second.version.id, first.version.id],
  );
  assert.equal(versions.latest('orders')?.id, second.version.id);
  assert.equal(readdirSync(store).length, 2);
  assert.deepEqual(journal.types(), ['dataset.added', 'version.published', 'version.published']);
});

test('the same rows from CSV and Parquet are the same version content', async (t) => {
  const folder = temporaryFolder(t);
  const made = catalog(t, folder);
  const uri = fileIn(folder, 'data/a.csv', 'id,text\n1,x\n2,\n');
  await made.datasets.add({ name: 'd', source: { uri } }, 'admin');
  const { version } = await made.versions.publish('d', 'admin');
  const reader = new VersionReader(made.versions.access(version.id));
  const path = join(folder, 'a.parquet');
  (await ParquetWriter.for(version.manifest.schema)).write(path, [reader.batch(0).batch]);
  reader.close();
  made.db.prepare('UPDATE dataset SET source = ?').run(JSON.stringify({ uri: path }));
  assert.equal((await made.versions.publish('d', 'admin')).unchanged, true);
});

test('two calls at a time are one', async (t) => {
  const { versions } = await withDataset(t, 'id\n1\n');
  const [one, two] = await Promise.all([versions.publish('orders', 'admin'), versions.publish('orders', 'admin')]);
  assert.equal(one, two);
});

test('no rows, one row, all null, 2 000 columns', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, versions } = catalog(t, folder);
  const cases = {
    none: 'a,b\n',
    one: 'a\n1\n',
    nulls: 'a,b\n,\n,\n,\n',
    wide: `${Array.from({ length: 2000 }, (_, i) => `c${i}`).join()}\n${'7,'.repeat(1999)}7\n`,
  };
  for (const [name, text] of Object.entries(cases)) {
    await datasets.add({ name, source: { uri: fileIn(folder, `${name}.csv`, text) } }, 'admin');
    const { version } = await versions.publish(name, 'admin');
    assert.equal(
      version.manifest.rows,
      rowsOf(versions, version.id).reduce((sum, batch) => sum + batch[0]!.length, 0),
    );
  }
  assert.deepEqual(versions.latest('none')?.manifest.batches, []);
  assert.deepEqual(rowsOf(versions, versions.latest('nulls')!.id)[0], [
    [null, null],
    [null, null],
  ]);
});

test('hostile names stay names', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, versions, store } = catalog(t, folder);
  const uri = fileIn(folder, 'a.csv', `"../x","a""b'c","日本 🎌"\n1,2,3\n`);
  for (const name of [
    '../x',
    '/etc/passwd',
    `a"b'c`,
    'Größe – 日本 🎌',
    '..',
    'con',
    '%2e%2e',
    "'; DROP TABLE version; --",
  ]) {
    await datasets.add({ name, source: { uri } }, 'admin');
    const { version } = await versions.publish(name, 'admin');
    assert.equal(version.dataset, name.normalize('NFC'));
  }
  assert.ok(readdirSync(store).every((name) => /^sto-[a-z2-7]{26}$/.test(name)));
  for (const name of ['', ' x', 'a\nb', 'a\u0000', '\u202eevil', 'x'.repeat(129), '\ud800']) {
    await assert.rejects(datasets.add({ name, source: { uri } }, 'admin'), coded('input.invalid', /name of a dataset/));
  }
  await datasets.add({ name: 'e\u0301', source: { uri } }, 'admin');
  await assert.rejects(datasets.add({ name: '\u00e9', source: { uri } }, 'admin'), coded('dataset.exists'));
  assert.equal(datasets.show('e\u0301').name, '\u00e9');
});

test('datasets: taken names, unknown names, contracts', async (t) => {
  const { datasets, uri, versions } = await withDataset(t, 'id\n1\n');
  await assert.rejects(datasets.add({ name: 'orders', source: { uri } }, 'admin'), coded('dataset.exists'));
  await assert.rejects(
    datasets.add({ name: 'x', source: { uri }, contract: 'kind: x' }, 'admin'),
    coded('contract.invalid'),
  );
  assert.throws(() => datasets.show('x'), coded('dataset.not_found'));
  assert.throws(() => versions.publish('x', 'admin'), coded('dataset.not_found'));
  assert.throws(() => versions.show('v-x'), coded('version.not_found'));
  const contract = 'apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: "1"\nstatus: active\n# kept as it is\n';
  assert.equal(datasets.setContract('orders', contract).contract, contract);
  assert.deepEqual(
    datasets.list().map(({ name }) => name),
    ['orders'],
  );
});

test('a failure leaves nothing: source, disk, ledger', async (t) => {
  const { versions, uri, store, journal, folder } = await withDataset(t, 'id,x\n1,2\n3\n');
  await assert.rejects(versions.publish('orders', 'admin'), coded('source.invalid', /line 3/));
  writeFileSync(uri, 'id,x\n1,2\n');
  journal.broken = true;
  await assert.rejects(versions.publish('orders', 'admin'), coded('ledger.unavailable'));
  journal.broken = false;
  const full = catalog(t, folder, journal, {
    write: async (params, hooks) => {
      await write(params, hooks);
      throw new CounterfoilError('store.full', 'The disk of this gateway is full.');
    },
  });
  await assert.rejects(full.versions.publish('orders', 'admin'), coded('store.full'));
  const stop = AbortSignal.abort(new CounterfoilError('cancelled', 'It was cancelled.'));
  await assert.rejects(versions.publish('orders', 'admin', { signal: stop }), coded('cancelled'));
  assert.deepEqual([readdirSync(store), versions.list('orders'), journal.types()], [[], [], ['dataset.added']]);
  assert.deepEqual(readdirSync(join(folder, 'scratch')), []);
});

test('a crash before the entry leaves nothing, one after it the whole version', async (t) => {
  const folder = temporaryFolder(t);
  const uri = fileIn(folder, 'a.csv', 'id\n1\n');
  for (const recorded of [false, true]) {
    const journal = new MemoryJournal();
    const dying = catalog(t, folder, journal);
    if (!recorded) await dying.datasets.add({ name: 'd', source: { uri } }, 'admin');
    const died = new Promise<void>((resolve) => {
      // The process "ends" while the entry is being written: nothing after it runs.
      journal.record = async (log, draft) => {
        if (recorded) await MemoryJournal.prototype.record.call(journal, log, draft);
        resolve();
        return new Promise(() => {});
      };
    });
    void dying.versions.publish('d', 'admin');
    await died;
    const { versions, store } = catalog(t, folder, journal);
    await versions.recover();
    assert.equal(versions.list('d').length, recorded ? 1 : 0);
    assert.equal(readdirSync(store).length, recorded ? 1 : 0);
    if (recorded) assert.deepEqual(rowsOf(versions, versions.latest('d')!.id), [[[1n]]]);
  }
});

test('shredding destroys keys and rows; the version stays known, its rows can be published anew', async (t) => {
  const { versions, folder, journal, store, db } = await withDataset(t, 'id\n1\n');
  const { version } = await versions.publish('orders', 'admin');
  const wrapped = db.prepare('SELECT data_key FROM version').pluck().get() as string;
  await versions.shred(version.id, 'admin');
  await versions.shred(version.id, 'admin');
  assert.equal(versions.show(version.id).shredded, true);
  assert.throws(() => versions.access(version.id), coded('version.not_found', /key of version .* was destroyed/));
  assert.deepEqual([versions.latest('orders'), readdirSync(store)], [undefined, []]);
  assert.deepEqual(journal.types().slice(2), ['version.shredded']);
  for (const file of ['gateway.db', 'gateway.db-wal'])
    assert.ok(!readFileSync(join(folder, file)).includes(wrapped), file);
  const again = await versions.publish('orders', 'admin');
  assert.deepEqual([again.unchanged, again.version.manifest.parent], [false, version.id]);
});

test('a crash while shredding is finished at the next start', async (t) => {
  const { versions, folder, journal, store } = await withDataset(t, 'id\n1\n');
  const { version } = await versions.publish('orders', 'admin');
  journal.broken = true;
  await assert.rejects(versions.shred(version.id, 'admin'), coded('ledger.unavailable'));
  journal.broken = false;
  const next = catalog(t, folder, journal);
  await next.versions.recover();
  assert.equal(next.versions.show(version.id).shredded, true);
  assert.deepEqual(readdirSync(store), []);
});

test('a damaged or cut file is told, never read as something else', async (t) => {
  const { versions, store } = await withDataset(t, 'id\n1\n2\n3\n');
  const { version } = await versions.publish('orders', 'admin');
  const path = join(store, readdirSync(store)[0]!, 'rows');
  const whole = readFileSync(path);
  const flipped = Buffer.from(whole);
  flipped[60]! ^= 1;
  writeFileSync(path, flipped);
  assert.throws(() => rowsOf(versions, version.id), coded('store.corrupt'));
  writeFileSync(path, whole);
  truncateSync(path, whole.length - 5);
  assert.throws(() => rowsOf(versions, version.id), coded('store.corrupt', /1 of its 2 batches/));
});

test('a 20 MB cell is refused by its column, and nothing is left', async (t) => {
  const folder = temporaryFolder(t);
  const { datasets, versions, store } = catalog(t, folder, new MemoryJournal(), { cut: PUBLISH_CUT });
  const uri = fileIn(folder, 'a.csv', `id,note\n1,${'x'.repeat(20 << 20)}\n`);
  await datasets.add({ name: 'orders', source: { uri } }, 'admin');
  await assert.rejects(versions.publish('orders', 'admin'), coded('batch.too_large', /"note"/));
  assert.deepEqual(readdirSync(store), []);
});

test('a file found anywhere is named by its rows: Parquet, CSV, some columns only', async (t) => {
  const text = 'id,zip,day,price\n1,01234,2024-01-02,1.5\n2,98101,,2.25\n3,00001,2024-02-29,\n';
  const { versions, uri, folder, store } = await withDataset(t, text);
  const first = (await versions.publish('orders', 'admin')).version;
  appendFileSync(uri, '4,00002,2024-03-01,7\n');
  const second = (await versions.publish('orders', 'admin')).version;
  const reader = new VersionReader(versions.access(first.id));
  const whole = Array.from({ length: reader.batches }, (_, index) => reader.batch(index).batch);
  reader.close();
  const some = { fields: first.manifest.schema.fields.slice(1, 3) };
  const parquet = join(folder, 'found.parquet');
  (await ParquetWriter.for(some)).write(
    parquet,
    whole.map(({ rows, columns }) => ({ rows, columns: columns.slice(1, 3) })),
  );
  const identify = async (path: string) => {
    const params = {
      spec: { name: 'found', uri: path },
      scratch: join(folder, 'scratch'),
      candidates: versions.candidates(),
    };
    return (await identifyFile(params, openSource, {})).matches;
  };
  assert.deepEqual(await identify(parquet), [{ id: first.id, columns: ['zip', 'day'] }]);
  assert.deepEqual(await identify(uri), [{ id: second.id, columns: ['id', 'zip', 'day', 'price'] }]);
  assert.deepEqual(await identify(fileIn(folder, 'c.csv', text.replace('2.25', '2.26'))), [
    { id: first.id, columns: ['id', 'zip', 'day'] },
  ]);
  assert.deepEqual(await identify(fileIn(folder, 'd.csv', 'id\n1\n')), []);
  assert.equal(readdirSync(store).length, 2);
});
