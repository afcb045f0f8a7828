import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type EntryDraft, leafHash, utf8 } from '../daemon/foundation/index.js';
import { decodeEntry, encodeEntry } from '../daemon/ledger/entry.js';
import { verifyLedger } from '../daemon/ledger/index.js';
import { type Database, openDatabase } from '../daemon/store/index.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, type LedgerParty, ledgerPair } from './support/ledgers.js';

const confirmed: EntryDraft = { type: 'peer.confirmed', actor: 'admin', fields: { by: 'us', peer: 'vendor.example' } };
const ref = { log: 'vendor.example/counterfoil/peer/acme.example', seq: 1, leaf: 'd'.repeat(64) };
const sent: EntryDraft = {
  type: 'transfer.sent',
  actor: 'gateway',
  fields: {
    transfer: 'trn-1',
    agreement: 'agr-1',
    version: 'v-1',
    view: 'a'.repeat(64),
    policy: 'b'.repeat(64),
    rows: 1,
    batches: 1,
    rowsRoot: 'c'.repeat(64),
  },
};

/** A ledger with both logs, a copy of the peer's, cosignatures, a payload and a signed entry. Closed, ready to be tampered with. */
async function finished(t: TestContext): Promise<LedgerParty> {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  await exchangeHeads(a, b);
  for (let i = 0; i < 3; i++) await a.ledger.record({ peer: b.id }, confirmed);
  await a.ledger.record({ peer: b.id }, sent);
  await a.ledger.record({ peer: b.id }, { ...confirmed, refs: [ref], payload: utf8('bulky') });
  await exchangeHeads(a, b);
  await a.ledger.record({ peer: b.id }, confirmed);
  a.ledger.close();
  b.ledger.close();
  return a;
}

const report = (party: LedgerParty) =>
  verifyLedger({ path: party.options.path, sideFile: party.options.sideFile, publicKey: party.key.publicKey });

/** Removes the triggers, changes something, and puts the triggers back as they were. */
function tamper(party: LedgerParty, change: (db: Database) => void): void {
  const db = openDatabase(party.options.path);
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  change(db);
  for (const { sql } of triggers) db.exec(sql);
  db.close();
}

const CHANNEL = 2; // row ids of the logs in `finished`
function edit(db: Database, seq: number, change: (body: Uint8Array) => Uint8Array, fixLeaf: boolean): void {
  const { body } = db.prepare('SELECT body FROM entry WHERE log = ? AND seq = ?').get(CHANNEL, seq) as {
    body: Uint8Array;
  };
  const next = change(body);
  db.prepare('UPDATE entry SET body = ? WHERE log = ? AND seq = ?').run(next, CHANNEL, seq);
  if (fixLeaf) db.prepare('UPDATE entry SET leaf = ? WHERE log = ? AND seq = ?').run(leafHash(next), CHANNEL, seq);
}
const byMallory = (body: Uint8Array) => encodeEntry({ ...decodeEntry(body), actor: 'admin:mallory' });

test('a sound ledger verifies, with the logs it has', async (t) => {
  const party = await finished(t);
  const result = report(party);
  assert.deepEqual(result.faults, []);
  assert.ok(result.ok);
  assert.deepEqual(
    result.logs.map(({ origin, size }) => [origin, size]),
    [
      ['acme.example/counterfoil/master', 4],
      ['acme.example/counterfoil/peer/vendor.example', 7],
    ],
  );
  assert.equal(result.entries, 11);
  party.open().close();
});

const CASES: [string, (db: Database, party: LedgerParty) => void, string, number | null][] = [
  ['an edited entry', (db) => edit(db, 2, byMallory, false), '1 entry edited', 2],
  ['an edited entry with its hash', (db) => edit(db, 2, byMallory, true), '1 entry edited', 2],
  [
    'damaged bytes',
    (db) => edit(db, 2, (body) => body.map((byte, i) => (i === 90 ? byte ^ 128 : byte)), false),
    '19 bit rot',
    2,
  ],
  [
    'another encoding',
    (db) => edit(db, 2, (body) => utf8(`${Buffer.from(body).toString()} `), true),
    '15 other encoding of an entry',
    2,
  ],
  ['a deleted entry', (db) => db.exec('DELETE FROM entry WHERE log = 2 AND seq = 3'), '3 entry deleted', 3],
  [
    'swapped entries',
    (db) => {
      db.exec(
        'UPDATE entry SET seq = 1000 WHERE log = 2 AND seq = 1; UPDATE entry SET seq = 1 WHERE log = 2 AND seq = 2; UPDATE entry SET seq = 2 WHERE log = 2 AND seq = 1000',
      );
    },
    '5 entry reordered, duplicated or replayed',
    1,
  ],
  ['a cut tail', (db) => db.exec('DELETE FROM entry WHERE log = 2 AND seq >= 5'), '6 tail truncated', 5],
  ['a swapped payload', (db) => db.exec("UPDATE payload SET body = x'00'"), '16 payload erased or swapped', 5],
  [
    'an undeclared erasure',
    (db) => db.exec('UPDATE payload SET body = NULL, salt = NULL'),
    '16 payload erased or swapped',
    5,
  ],
  ['a damaged tile of nothing', (db) => db.exec('DROP INDEX entry_subject'), '18 schema tampered', null],
  ['an entry of another actor under the same signature', (db) => edit(db, 4, byMallory, true), '1 entry edited', 4],
  [
    'a head signed for another log',
    (db) =>
      db.exec(
        'UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE log = 1 LIMIT 1) WHERE log = 2 AND size = 6',
      ),
    '13 signature moved',
    6,
  ],
  [
    'a cosignature of another size',
    (db) =>
      db.exec(
        'UPDATE cosignature SET line = (SELECT line FROM cosignature WHERE log = 2 AND size = 1) WHERE log = 2 AND size = 6',
      ),
    '13 signature moved',
    6,
  ],
  [
    'a held head with another root',
    (db) =>
      db.exec("UPDATE held SET root = zeroblob(32) WHERE log = (SELECT id FROM log WHERE origin LIKE 'vendor%peer%')"),
    '1 entry edited',
    0,
  ],
];

test('what is done to the database is named, with its place', async (t) => {
  for (const [name, change, expected, seq] of CASES) {
    const party = await finished(t);
    tamper(party, (db) => change(db, party));
    const { faults, ok } = report(party);
    assert.equal(ok, false, name);
    assert.ok(
      faults.some((fault) => fault.class === expected && fault.seq === seq),
      `${name}: ${JSON.stringify(faults, undefined, 1)}`,
    );
  }
});

test('an older copy of the database is named by the side file', async (t) => {
  const party = await finished(t);
  const older = temporaryFolder(t);
  cpSync(party.options.path, join(older, 'ledger.db'));
  const ledger = party.open();
  await ledger.record('master', { type: 'gateway.started', actor: 'gateway' });
  ledger.completeHandshake(ledger.peers[0]!, {
    checkpoint: new Uint8Array(),
    size: 0,
    mirrored: 0,
    masterCheckpoint: new Uint8Array(),
    masterSize: 0,
  });
  await ledger.record('master', { type: 'gateway.stopped', actor: 'gateway' });
  ledger.close();
  cpSync(join(older, 'ledger.db'), party.options.path);
  const { faults } = report(party);
  assert.deepEqual(
    faults.map((fault) => [fault.class, fault.log, fault.seq]),
    [['8 older copy restored', 'acme.example/counterfoil/master', 4]],
  );
});

test('a database with damaged pages is named, wherever the damage is', async (t) => {
  const party = await finished(t);
  const sound = readFileSync(party.options.path);
  for (let page = 1; page * 4096 < sound.length; page++) {
    const bytes = Buffer.from(sound);
    bytes.fill(0xa5, page * 4096, page * 4096 + 64);
    writeFileSync(party.options.path, bytes);
    const { ok, faults } = report(party);
    assert.ok(!ok && faults.length > 0, `page ${page}`);
  }
});
