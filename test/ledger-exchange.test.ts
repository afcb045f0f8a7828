import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CounterfoilError,
  type EntryDraft,
  hex,
  LIMITS,
  leafHash,
  MerkleRange,
  sha256,
  utf8,
} from '../daemon/foundation/index.js';
import { decodeEntry, encodeEntry } from '../daemon/ledger/entry.js';
import { provesFork } from '../daemon/ledger/evidence.js';
import type { HeadUpdate } from '../daemon/ledger/index.js';
import { openCheckpoint, signCheckpoint } from '../daemon/ledger/note.js';
import { verifyInclusion } from '../daemon/ledger/proof.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, type LedgerParty, ledgerPair, newSigner, shakeHands } from './support/ledgers.js';

const confirmed: EntryDraft = { type: 'peer.confirmed', actor: 'admin', fields: { by: 'us', peer: 'vendor.example' } };
const big: EntryDraft = {
  type: 'agreement.blocked',
  actor: 'gateway',
  fields: { dataset: 'd', columns: Array.from({ length: 1000 }, (_, i) => `column number ${i} of them`) },
};

async function pair(t: import('node:test').TestContext): Promise<[LedgerParty, LedgerParty]> {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => {
    a.ledger.close();
    b.ledger.close();
  });
  return [a, b];
}

const accept = (to: LedgerParty, from: LedgerParty, update: HeadUpdate) =>
  to.ledger.acceptHead(from.id, from.key.publicKey, update);

test('heads are exchanged, cosigned, and named by the entries that follow', async (t) => {
  const [a, b] = await pair(t);
  await a.ledger.record({ peer: b.id }, confirmed);
  await exchangeHeads(a, b);
  assert.equal(b.ledger.held(a.id).size, 2);
  assert.equal(b.ledger.held(a.id).mirrored, 2);
  assert.equal(b.ledger.held(a.id).masterSize, 3, 'the master log names the head of the channel');
  assert.equal(a.ledger.peerIsBehind(b.id), false);
  const [ownMaster, ownChannel] = a.ledger.heads();
  assert.deepEqual(ownMaster!.cosigned, { by: b.id, size: 3, at: a.clock.now() });
  assert.deepEqual([ownChannel!.cosigned!.size, ownChannel!.size], [2, 2]);
  const shown = a.ledger.show({ peer: b.id }, 1);
  assert.equal(shown.entry.type, 'peer.confirmed');
  assert.ok(verifyInclusion(leafHash(shown.body), 1, shown.head.size, shown.proof, shown.head.root));
  assert.throws(() => a.ledger.show('master', 99), coded('not_found'));
  const head = openCheckpoint(b.ledger.held(a.id).checkpoint, a.key.publicKey);
  assert.equal(hex(head.root), hex(a.ledger.head({ peer: b.id }).root));
  const { body } = await b.ledger.record({ peer: a.id }, { ...confirmed, fields: { by: 'us', peer: a.id } });
  assert.deepEqual(decodeEntry(body).peerHead, { origin: head.origin, size: 2, root: hex(head.root) });
  const next = await b.ledger.record({ peer: a.id }, { ...confirmed, fields: { by: 'us', peer: a.id } });
  assert.equal(decodeEntry(next.body).peerHead, undefined, 'named once');
});

test('a long log goes over in messages of bounded size', async (t) => {
  const [a, b] = await pair(t);
  await Promise.all(Array.from({ length: 60 }, () => a.ledger.record({ peer: b.id }, big)));
  const first = a.ledger.headUpdateFor(b.id);
  const bytes = first.entries.reduce((sum, entry) => sum + entry.length, 0);
  assert.ok(bytes <= 512 * 1024 && first.entries.length > 5, String(bytes));
  await exchangeHeads(a, b);
  assert.equal(b.ledger.held(a.id).mirrored, 61);
});

test('an answer that was lost does no harm: heads may come twice, or from an older start', async (t) => {
  const [a, b] = await pair(t);
  const first = a.ledger.headUpdateFor(b.id);
  await accept(b, a, first);
  await a.ledger.record({ peer: b.id }, confirmed);
  const second = a.ledger.headUpdateFor(b.id); // starts at 0 again: the answer to the first never came
  assert.equal(second.oldSize, 0);
  const { reply } = await accept(b, a, second);
  assert.equal(reply.size, 2);
  assert.ok(a.ledger.recordCosignature(b.id, b.key.publicKey, reply));
  assert.ok((await accept(b, a, second)).reply.cosignature.length > 0, 'the same head is cosigned again');
  const stale = (await accept(b, a, first)).reply;
  assert.deepEqual([stale.size, stale.cosignature.length], [2, 0]);
  assert.equal(a.ledger.recordCosignature(b.id, b.key.publicKey, stale), false);
  await a.ledger.record({ peer: b.id }, confirmed);
  const third = a.ledger.headUpdateFor(b.id);
  const ahead = (await accept(b, a, { ...third, oldSize: 3, entries: [] })).reply;
  assert.deepEqual([ahead.size, ahead.cosignature.length], [2, 0], 'a start beyond what is held is not taken');
});

test('updates that do not verify are refused and change nothing', async (t) => {
  const [a, b] = await pair(t);
  await exchangeHeads(a, b);
  for (let i = 0; i < 3; i++) await a.ledger.record({ peer: b.id }, confirmed);
  const good = a.ledger.headUpdateFor(b.id);
  const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const text = Buffer.from(good.checkpoint).toString();
  /** Signed by the peer, and not proven: kept. */
  const unproven: Partial<HeadUpdate>[] = [
    { entries: good.entries.slice(1) },
    { entries: good.entries.toReversed() },
    { entries: [flip(good.entries[0]!, 40), ...good.entries.slice(1)] },
    { proof: [] },
    { proof: good.proof.map((hash) => flip(hash, 3)) },
    { proof: [...good.proof, new Uint8Array(32)] },
  ];
  for (const [i, change] of unproven.entries())
    await assert.rejects(accept(b, a, { ...good, ...change }), coded('peer.evidence'), `unproven ${i}`);
  const kept = b.ledger.evidence(a.id);
  assert.deepEqual([...new Set(kept.map(({ kind }) => kind))], ['unproven-head']);
  assert.equal(kept.length, 4, 'the same document is kept once');
  for (const { file, digest } of kept) {
    const document = JSON.parse(readFileSync(file, 'utf8')) as { held: string; shown: string; key: string };
    assert.equal(openCheckpoint(document.held, a.key.publicKey).size, 1);
    assert.equal(openCheckpoint(document.shown, a.key.publicKey).size, 4);
    assert.equal(hex(sha256(readFileSync(file))), digest);
  }
  assert.deepEqual(b.ledger.evidence(b.id), []);
  const bad: Partial<HeadUpdate>[] = [
    { checkpoint: flip(good.checkpoint, 5) },
    { checkpoint: utf8(text.replace('\n4\n', '\n5\n')) },
    { checkpoint: utf8('') },
    { checkpoint: Uint8Array.of(255, 254) },
    { origin: 'acme.example/counterfoil/peer/other.example' },
    { origin: 'acme.example/counterfoil/master' },
    { origin: 'acme.example/counterfoil/master', entries: [] },
    { checkpoint: utf8(signCheckpoint(openCheckpoint(good.checkpoint, a.key.publicKey), newSigner('acme.example'))) },
  ];
  for (const [i, change] of bad.entries()) {
    await assert.rejects(accept(b, a, { ...good, ...change }), coded('evidence.invalid'), `case ${i}`);
  }
  assert.equal(b.ledger.held(a.id).size, 1);
  const { reply } = await accept(b, a, good);
  const other = await accept(b, a, good);
  for (const wrong of [
    { ...reply, cosignature: flip(reply.cosignature, 60) },
    { ...reply, cosignature: utf8('garbage') },
    { ...reply, size: 2 },
    { ...reply, origin: 'vendor.example/counterfoil/master' },
    { ...other.reply, size: -1 },
  ]) {
    assert.throws(() => a.ledger.recordCosignature(b.id, b.key.publicKey, wrong), coded('evidence.invalid'));
  }
  assert.throws(
    () => a.ledger.recordCosignature(b.id, b.key.publicKey, { ...reply, size: 99 }),
    coded('ledger.behind'),
  );
});

test('a peer that floods with heads that are not proven does not fill the disk', async (t) => {
  const [a, b] = await pair(t);
  await exchangeHeads(a, b);
  await a.ledger.record({ peer: b.id }, confirmed);
  const good = a.ledger.headUpdateFor(b.id);
  for (let i = 0; i < LIMITS.evidencePerPeer + 3; i++) {
    const proof = [new Uint8Array(32).fill(i)];
    await assert.rejects(accept(b, a, { ...good, proof }), coded('peer.evidence'));
  }
  assert.equal(b.ledger.evidence(a.id).length, LIMITS.evidencePerPeer);
  assert.ok((await accept(b, a, good)).reply.cosignature.length > 0, 'an honest head is taken all the same');
});

/** What a peer signs that rewrote its log: another last entry, everything else sound. */
function forked(from: LedgerParty, to: LedgerParty, size: number): HeadUpdate {
  const entries = [...from.ledger.entries({ peer: to.id }, { to: size })].map(({ leaf: _, ...entry }) =>
    encodeEntry(entry),
  );
  const last = decodeEntry(entries[size - 1]!);
  entries[size - 1] = encodeEntry({ ...last, actor: 'admin:mallory' });
  const range = new MerkleRange();
  for (const body of entries) range.push(leafHash(body));
  const head = { origin: from.ledger.head({ peer: to.id }).origin, size, root: range.root() };
  return { origin: head.origin, oldSize: 0, proof: [], checkpoint: utf8(signCheckpoint(head, from.key)), entries };
}

test('two signed heads that cannot both be true become a proof that stands alone', async (t) => {
  const [a, b] = await pair(t);
  await a.ledger.record({ peer: b.id }, confirmed);
  await a.ledger.record({ peer: b.id }, confirmed);
  await exchangeHeads(a, b);
  for (const size of [3, 2]) {
    await assert.rejects(accept(b, a, forked(a, b, size)), (error: unknown) => {
      assert.ok(error instanceof CounterfoilError && error.code === 'peer.evidence');
      const file = /in (\S+);/.exec(error.hint)![1]!;
      const document = readFileSync(file, 'utf8');
      assert.ok(provesFork(document));
      assert.ok(
        !provesFork(
          document
            .replace('"size', '"sizf')
            .replace('mallory', 'm')
            .replace(/"proof":\[.*?\]/, '"proof":["x"]'),
        ),
      );
      return true;
    });
  }
  assert.equal(readdirSync(b.options.evidenceFolder).length, 2);
  assert.equal([...b.ledger.entries('master', { types: ['peer.evidence'] })].length, 2);
  assert.equal(b.ledger.held(a.id).size, 3, 'what was held stays');
});

test('after a restart nothing is signed until the peer has said what it holds', async (t) => {
  const [a, b] = await pair(t);
  await exchangeHeads(a, b);
  a.reopen();
  assert.ok(a.ledger.needsHandshake(b.id));
  assert.throws(() => a.ledger.headUpdateFor(b.id), coded('ledger.unconfirmed'));
  const signed = a.ledger.record(
    { peer: b.id },
    {
      type: 'transfer.rejected',
      actor: 'gateway',
      fields: { transfer: 'trn-1', agreement: 'agr-1', version: 'v-1', reasons: ['range'] },
    },
  );
  await assert.rejects(signed, coded('ledger.unconfirmed'));
  await a.ledger.record({ peer: b.id }, confirmed);
  assert.deepEqual(await shakeHands(a, b), ['confirmed', 'confirmed']);
  await exchangeHeads(a, b);
  assert.equal(b.ledger.held(a.id).size, 2);
});

test('a restored ledger takes back from its peer what it lacks, before it signs', async (t) => {
  const [a, b] = await pair(t);
  await exchangeHeads(a, b);
  a.ledger.close();
  const backup = temporaryFolder(t);
  cpSync(a.folder, backup, { recursive: true });
  a.ledger = a.open();
  await shakeHands(a, b);
  for (let i = 0; i < 700; i++) void a.ledger.record({ peer: b.id }, confirmed);
  await exchangeHeads(a, b);
  a.ledger.close();
  cpSync(backup, a.folder, { recursive: true, force: true });
  a.ledger = a.open();
  await a.ledger.record({ peer: b.id }, { ...confirmed, actor: 'admin:late' }); // recorded before the peer was heard
  assert.deepEqual(await shakeHands(a, b), ['refill', 'restored', 'confirmed']); // master logs are not mirrored
  assert.equal(a.ledger.head({ peer: b.id }).size, 702);
  await a.ledger.declareRestored('kim');
  const { reply } = await accept(b, a, a.ledger.headUpdateFor(b.id));
  a.ledger.recordCosignature(b.id, b.key.publicKey, reply);
  await b.ledger.acknowledgeRestore(a.id, 'lee');
  await exchangeHeads(a, b);
  assert.equal(b.ledger.held(a.id).size, 703);
  const entries = [...a.ledger.entries({ peer: b.id })];
  assert.equal(entries[701]!.actor, 'admin:late');
  assert.equal(entries[700]!.actor, 'admin');
  a.reopen(); // the triggers are back in place, or it would not open
  assert.deepEqual(await shakeHands(a, b), ['confirmed', 'confirmed']);
});

test('a restore that lost master entries is declared, and the peer acknowledges it', async (t) => {
  const [a, b] = await pair(t);
  await exchangeHeads(a, b);
  a.ledger.close();
  const backup = temporaryFolder(t);
  cpSync(a.folder, backup, { recursive: true });
  a.ledger = a.open();
  await shakeHands(a, b);
  await a.ledger.record('master', { type: 'gateway.started', actor: 'gateway' });
  await exchangeHeads(a, b);
  a.ledger.close();
  cpSync(backup, a.folder, { recursive: true, force: true });
  a.ledger = a.open();
  await a.ledger.record('master', { type: 'gateway.started', actor: 'gateway', fields: { software: 'other' } });
  assert.deepEqual(await shakeHands(a, b), ['restored', 'confirmed']);
  assert.throws(() => a.ledger.headUpdateFor(b.id), coded('ledger.behind'));
  assert.throws(() => a.ledger.headUpdateFor(b.id, 'master'), coded('ledger.behind'));
  await assert.rejects(b.ledger.acknowledgeRestore(a.id, 'kim'), coded('input.invalid'));
  await a.ledger.declareRestored('kim');
  a.reopen();
  assert.deepEqual(await shakeHands(a, b), ['confirmed', 'confirmed'], 'what was declared is not lost anew');
  const channel = await accept(b, a, a.ledger.headUpdateFor(b.id));
  a.ledger.recordCosignature(b.id, b.key.publicKey, channel.reply);
  const behind = await accept(b, a, a.ledger.headUpdateFor(b.id, 'master'));
  assert.equal(a.ledger.recordCosignature(b.id, b.key.publicKey, behind.reply), false);
  await assert.rejects(accept(b, a, a.ledger.headUpdateFor(b.id, 'master')), coded('peer.restored'));
  await b.ledger.acknowledgeRestore(a.id, 'lee');
  await exchangeHeads(a, b);
  assert.equal(b.ledger.held(a.id).masterSize, a.ledger.head('master').size);
  assert.equal(readdirSync(join(b.folder)).includes('evidence'), false, 'a declared restore is no evidence');
});
