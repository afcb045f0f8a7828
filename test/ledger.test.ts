import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type EntryDraft, type EntryType, hex, leafHash, utf8 } from '../daemon/foundation/index.js';
import { decodeEntry } from '../daemon/ledger/entry.js';
import { openCheckpoint } from '../daemon/ledger/note.js';
import { verifyInclusion } from '../daemon/ledger/proof.js';
import { openDatabase } from '../daemon/store/index.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { LedgerParty, ledgerPair, newSigner } from './support/ledgers.js';

const started: EntryDraft = { type: 'gateway.started', actor: 'gateway' };
const agreed: EntryDraft = {
  type: 'agreement.signed',
  actor: 'admin:kim',
  fields: { agreement: 'agr-1', revision: 1, digest: 'a'.repeat(64), policy: 'b'.repeat(64), contract: 'c'.repeat(64) },
};

test('an entry is durable, in the tree, and under a signed head when its caller hears of it', async (t) => {
  const party = new LedgerParty(temporaryFolder(t), newSigner('acme.example'));
  const entries = await Promise.all(Array.from({ length: 600 }, () => party.ledger.record('master', started)));
  assert.deepEqual(
    entries.map((entry) => entry.seq),
    Array.from({ length: 600 }, (_, i) => i + 1),
  );
  const head = party.ledger.head('master');
  assert.equal(head.size, 601);
  const last = entries[417]!;
  assert.ok(
    verifyInclusion(leafHash(last.body), last.seq, 601, party.ledger.inclusionProof('master', last.seq), head.root),
  );
  assert.match(readFileSync(party.options.sideFile, 'utf8'), /^acme\.example\/counterfoil\/master 601 /m);
  const again = [...party.ledger.entries('master')];
  assert.equal(again.length, 601);
  assert.equal(again[0]!.type, 'genesis');
  assert.equal(again[5]!.prev, again[4]!.leaf);
  party.reopen();
  assert.equal(hex(party.ledger.head('master').root), hex(head.root));
  party.ledger.close();
});

test('what is outside the vocabulary is refused before anything is written', async (t) => {
  const [a] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  const log = { peer: a.ledger.peers[0]! };
  const bad: [EntryDraft, RegExp][] = [
    [{ type: 'nonsense' as EntryType, actor: 'gateway' }, /no known type/],
    [{ ...started, fields: { colour: 'red' } }, /channel log/],
    [{ ...agreed, fields: { ...agreed.fields, digest: 'A'.repeat(64) } }, /digest that is not of the kind digest/],
    [{ ...agreed, fields: { ...agreed.fields, contract: undefined } }, /lacks the field contract/],
    [{ ...agreed, fields: { ...agreed.fields, revision: 1.5 } }, /revision that is not/],
    [{ ...agreed, fields: { ...agreed.fields, colour: 'red' } }, /unknown field "colour"/],
    [{ ...agreed, actor: 'someone' }, /actor/],
    [{ ...agreed, sign: true }, /carries no signature/],
    [{ type: 'receipt.recorded', actor: 'gateway', fields: { transfer: 't', verdict: 'landed' } }, /refs/],
  ];
  for (const [draft, message] of bad) await assert.rejects(a.ledger.record(log, draft), coded('internal', message));
  await assert.rejects(a.ledger.record('master', agreed), coded('internal', /master log/));
  await assert.rejects(a.ledger.record({ peer: newSigner('other.example').id }, agreed), coded('peer.not_found'));
  assert.equal(a.ledger.head(log).size, 1);
});

test('the tables refuse every change, INSERT OR REPLACE included', async (t) => {
  const [a] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  a.ledger.close();
  const db = openDatabase(a.options.path);
  for (const sql of [
    "UPDATE entry SET body = x'00'",
    'DELETE FROM entry',
    "INSERT OR REPLACE INTO entry (log, seq, type, leaf, body) SELECT log, seq, type, leaf, x'00' FROM entry WHERE seq = 0",
    "INSERT INTO entry (log, seq, type, leaf, body) SELECT log, 77, type, leaf, x'00' FROM entry WHERE seq = 0",
    'DELETE FROM log',
  ]) {
    assert.throws(() => db.exec(sql), /insert-only|at the end only/, sql);
  }
  db.close();
});

test('a failed write is final: it and every later entry is refused', async (t) => {
  const party = new LedgerParty(temporaryFolder(t), newSigner('acme.example'));
  const other = openDatabase(party.options.path); // another process has written: the sequence does not fit any more
  other.exec(
    'INSERT INTO entry (log, seq, type, leaf, body) SELECT log, seq + 1, type, leaf, body FROM entry WHERE log = 1',
  );
  other.close();
  const results = await Promise.allSettled([
    party.ledger.record('master', started),
    party.ledger.record('master', started),
  ]);
  assert.ok(results.every((result) => result.status === 'rejected' && coded('ledger.unavailable')(result.reason)));
  assert.equal(party.ledger.healthy, false);
  await assert.rejects(party.ledger.record('master', started), coded('ledger.unavailable'));
  party.ledger.close();
});

test('a database behind the side file, or contradicting it, does not start', async (t) => {
  const party = new LedgerParty(temporaryFolder(t), newSigner('acme.example'));
  party.ledger.close();
  const copy = temporaryFolder(t);
  cpSync(party.folder, copy, { recursive: true });
  party.ledger = party.open();
  await party.ledger.record('master', started);
  party.ledger.close();
  cpSync(join(copy, 'ledger.db'), party.options.path);
  assert.throws(() => party.open(), coded('ledger.behind', /has 1 entries, but 2 were signed/));
  const restored = party.open({ restore: true });
  assert.deepEqual(restored.lostHeads, ['acme.example/counterfoil/master']);
  const before = restored.incarnation;
  await restored.declareRestored('kim');
  assert.notEqual(restored.incarnation, before);
  assert.deepEqual(restored.lostHeads, []);
  restored.close();
  party.ledger = party.open();
  assert.equal(party.ledger.head('master').size, 2);
  party.ledger.close();
  const side = readFileSync(party.options.sideFile, 'utf8').replace(/ [^ ]*=\n/g, ` ${'A'.repeat(43)}=\n`);
  writeFileSync(party.options.sideFile, side);
  assert.throws(() => party.open(), coded('ledger.corrupt', /not those signed/));
});

test('a changed byte, a dropped trigger and a foreign key are named at the start', async (t) => {
  const tamper = async (sql: string[], code: 'ledger.corrupt' | 'key.invalid', message: RegExp) => {
    const party = new LedgerParty(temporaryFolder(t), newSigner('acme.example'));
    await party.ledger.record('master', started);
    party.ledger.close();
    const db = openDatabase(party.options.path);
    for (const statement of sql) db.exec(statement);
    db.close();
    const key = code === 'key.invalid' ? newSigner('acme.example') : party.key;
    assert.throws(() => party.open({ key }), coded(code, message));
  };
  const drop = 'DROP TRIGGER entry_keep_update';
  await tamper([drop], 'ledger.corrupt', /entry_keep_update is missing/);
  const restore =
    "CREATE TRIGGER entry_keep_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is insert-only'); END";
  const edit = "UPDATE entry SET body = CAST(replace(body, 'T08:', 'T09:') AS BLOB) WHERE seq = 1";
  await tamper([drop, edit, restore], 'ledger.corrupt', /Entry 1 of .* is not what was recorded/);
  await tamper(['CREATE VIEW v AS SELECT 1'], 'ledger.corrupt', /view v was added/);
  await tamper([], 'key.invalid', /not the one/);
});

test('bulky bytes stay beside the entry and can be erased, declared', async (t) => {
  const party = new LedgerParty(temporaryFolder(t), newSigner('acme.example'));
  const { body } = await party.ledger.record('master', { ...started, payload: utf8('Kim Example, +49 30 1234') });
  const { payload } = decodeEntry(body);
  assert.ok(!Buffer.from(body).includes('Kim'));
  assert.equal(Buffer.from(party.ledger.payload(payload!.commit)!).toString(), 'Kim Example, +49 30 1234');
  await party.ledger.erasePayloads('master', [payload!.commit], 'Art. 17 GDPR', 'Kim Example');
  assert.equal(party.ledger.payload(payload!.commit), undefined);
  assert.equal([...party.ledger.entries('master', { types: ['payload.erased'] })].length, 1);
  await assert.rejects(party.ledger.erasePayloads('master', ['0'.repeat(64)], 'x', 'y'), coded('not_found'));
  party.ledger.close();
});

test('a rotated key signs from its entry on, and only it opens the ledger again', async (t) => {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  const next = newSigner('acme.example');
  await a.ledger.keys.rotate(next);
  const update = a.ledger.headUpdateFor(b.id);
  assert.equal(openCheckpoint(update.checkpoint, next.publicKey).size, 2);
  const { reply, rotated } = await b.ledger.acceptHead(a.id, a.key.publicKey, update);
  assert.equal(hex(rotated!), hex(next.publicKey));
  assert.ok(a.ledger.recordCosignature(b.id, b.key.publicKey, reply));
  a.ledger.close();
  assert.throws(() => a.open(), coded('key.invalid'));
  a.open({ key: next }).close();
  b.ledger.close();
});

test('an interrupted step finds its entry', async (t) => {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  const log = { peer: b.id };
  const first = await a.ledger.record(log, agreed);
  await a.ledger.record(log, { ...agreed, fields: { ...agreed.fields, agreement: 'agr-2' } });
  assert.deepEqual(a.ledger.find(log, 'agreement.signed', 'agr-1')?.seq, first.seq);
  assert.equal(a.ledger.find(log, 'agreement.rejected', 'agr-1'), undefined);
  assert.equal(a.ledger.find({ peer: a.id }, 'agreement.signed', 'agr-1'), undefined);
  a.ledger.close();
  b.ledger.close();
});
