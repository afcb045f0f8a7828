import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { utf8 } from '../daemon/foundation/index.js';
import { BatchFile, KeyBox, migrate, newKey, openDatabase, transaction } from '../daemon/store/index.js';
import { temporaryFolder } from './support/folder.js';

const record = (size: number) => ({ header: randomBytes(13), meta: randomBytes(size % 7), body: randomBytes(size) });
const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

test('a database commits durably and refuses tables from a newer release', (t) => {
  const path = join(temporaryFolder(t), 'x.db');
  const db = openDatabase(path);
  assert.equal(db.pragma('synchronous', { simple: true }), 2);
  migrate(db, 'room', ['CREATE TABLE a (x INTEGER NOT NULL) STRICT', 'ALTER TABLE a ADD COLUMN y TEXT']);
  migrate(db, 'room', ['CREATE TABLE a (x INTEGER NOT NULL) STRICT', 'ALTER TABLE a ADD COLUMN y TEXT']);
  assert.throws(() => migrate(db, 'room', ['CREATE TABLE a (x INTEGER NOT NULL) STRICT']), code('store.newer'));
  assert.throws(() => {
    transaction(db, () => {
      db.exec('INSERT INTO a (x) VALUES (1)');
      throw new Error('no');
    });
  }, /no/);
  assert.deepEqual(db.prepare('SELECT * FROM a').all(), []);
  db.close();
});

test('a file that is no database is named', (t) => {
  const path = join(temporaryFolder(t), 'x.db');
  writeFileSync(path, 'this is not a database, and long enough to be looked at by anyone who tries');
  assert.throws(() => openDatabase(path), code('store.corrupt'));
});

test('batches come back as they were, aligned, in any order', (t) => {
  const path = join(temporaryFolder(t), 'data');
  const key = newKey();
  const file = BatchFile.create(path, key, 'sto-1');
  const records = [0, 1, 8, 4097, 1_000_003].map(record);
  for (const each of records) file.append(each);
  file.sync();
  file.close();
  const again = BatchFile.open(path, key, 'sto-1');
  for (const index of [4, 0, 2, 1, 3]) {
    const got = again.read(index);
    assert.ok(Buffer.from(got.body).equals(records[index]!.body));
    assert.ok(Buffer.from(got.header).equals(records[index]!.header));
    assert.ok(Buffer.from(got.meta).equals(records[index]!.meta));
    assert.equal(got.body.byteOffset % 8, 0);
  }
  again.close();
});

test('nothing readable is on the disk, and a changed, moved or foreign record is refused', (t) => {
  const folder = temporaryFolder(t);
  const key = newKey();
  const file = BatchFile.create(join(folder, 'a'), key, 'sto-a');
  const canary = utf8('canary-4f1b in clear text');
  file.append({ header: canary, meta: canary, body: canary });
  file.append(record(100));
  file.close();
  const bytes = readFileSync(join(folder, 'a'));
  assert.equal(bytes.indexOf('canary'), -1);
  const refuses = (path: string, withKey: Uint8Array, id: string) => {
    const opened = BatchFile.open(path, withKey, id);
    assert.throws(() => opened.read(0), code('store.corrupt'));
    opened.close();
  };
  refuses(join(folder, 'a'), newKey(), 'sto-a');
  refuses(join(folder, 'a'), key, 'sto-b');
  for (const at of [5, 20, 40]) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 1;
    writeFileSync(join(folder, 'flipped'), flipped);
    refuses(join(folder, 'flipped'), key, 'sto-a');
  }
  const first = 4 + 12 + 16 + bytes.readUInt32LE(0);
  writeFileSync(join(folder, 'moved'), Buffer.concat([bytes.subarray(first), bytes.subarray(0, first)]));
  refuses(join(folder, 'moved'), key, 'sto-a');
});

test('a record torn by a crash is cut off, at every byte, and appending goes on', (t) => {
  const folder = temporaryFolder(t);
  const key = newKey();
  const path = join(folder, 'data');
  const file = BatchFile.create(path, key, 'sto-1');
  const records = [record(33), record(20), record(7)];
  for (const each of records) file.append(each);
  file.truncate(2);
  assert.equal(statSync(path).size, file.bytes);
  file.close();
  const whole = readFileSync(path);
  const firstEnd = 4 + 12 + 16 + whole.readUInt32LE(0);
  for (let size = firstEnd; size < whole.length; size++) {
    writeFileSync(path, whole);
    truncateSync(path, size);
    const opened = BatchFile.open(path, key, 'sto-1');
    assert.equal(opened.count, 1);
    assert.equal(opened.append(records[2]!), 1);
    assert.ok(Buffer.from(opened.read(1).body).equals(records[2]!.body));
    opened.close();
  }
  appendFileSync(path, randomBytes(3));
  const opened = BatchFile.open(path, key, 'sto-1');
  assert.equal(opened.count, 2);
  opened.close();
});

test('a wrapped key opens only for its purpose and under its store key', () => {
  const box = new KeyBox(newKey());
  const key = newKey();
  const wrapped = box.wrap(key, 'sto-1');
  assert.deepEqual(Buffer.from(box.unwrap(wrapped, 'sto-1')), Buffer.from(key));
  assert.throws(() => box.unwrap(wrapped, 'sto-2'), code('store.corrupt'));
  assert.throws(() => new KeyBox(newKey()).unwrap(wrapped, 'sto-1'), code('store.corrupt'));
  assert.throws(() => new KeyBox(randomBytes(16)), code('key.invalid'));
});
