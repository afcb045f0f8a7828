import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { verifyForkProof } from '@counterfoil/verifier';
import type { Answer } from '../daemon/cli/client.js';
import { CounterfoilError, LIMITS, leafHash, MerkleRange, type OrgId, utf8 } from '../daemon/foundation/index.js';
import { decodeEntry, encodeEntry } from '../daemon/ledger/entry.js';
import type { HeadUpdate } from '../daemon/ledger/index.js';
import { signCheckpoint } from '../daemon/ledger/note.js';
import { Hostile } from './support/hostile.js';
import { agree, csvFile, pair, proven } from './support/pair.js';
import { until } from './support/until.js';

/** Acme has its real keys and its real ledger, and says with them what an honest gateway would not. */
const hostile = new Hostile();
const { acme, vendor, folder } = await pair({ after }, { acme: { overrides: { between: hostile } } });
await vendor.dataset('items', csvFile(folder, 'items', 50));
const agreement = await agree(vendor, acme, 'items');
const landed = await acme.transfer(agreement);
await Promise.all([vendor.ends(landed), acme.ends(landed)]);
const VENDOR = vendor.id as OrgId;

const ask = (update: HeadUpdate) => hostile.call(vendor, 'Evidence/Exchange', update);
const update = (): HeadUpdate => hostile.own.ledger.headUpdateFor(VENDOR, 'channel');
const kept = async () => (await vendor.admin.get<Answer<'peers', 'show'>>(`/v1/peers/${acme.id}`)).evidence ?? [];
const kinds = async () => (await kept()).map(({ kind }) => kind).sort();
const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'answered';
  } catch (error) {
    return CounterfoilError.from(error).code;
  }
};

const relation = async () => (await vendor.admin.get<Answer<'peers', 'show'>>(`/v1/peers/${acme.id}`)).state;

/** What an operator does who has heard the other side: everything goes on. */
async function resume(): Promise<void> {
  await vendor.admin.post(`/v1/peers/${acme.id}/resume`, {});
  await until('the relation', async () => (await relation()) === 'active');
  await until('the other side', async () => {
    const { state } = await acme.admin.get<Answer<'peers', 'show'>>(`/v1/peers/${vendor.id}`);
    return state === 'active';
  });
}

test('an older head is answered with what is held, and not countersigned', async () => {
  const now = update();
  const { ledger } = hostile.own;
  const entries = [...ledger.entries({ peer: VENDOR }, { to: 2 })].map(({ leaf: _, ...entry }) => encodeEntry(entry));
  const range = new MerkleRange();
  for (const body of entries) range.push(leafHash(body));
  const note = signCheckpoint({ origin: now.origin, size: 2, root: range.root() }, hostile.own.identity);
  const { reply } = await ask({ ...now, oldSize: 0, proof: [], entries, checkpoint: utf8(note) });
  assert.ok(reply!.size > 2);
  assert.equal(reply!.cosignature.length, 0);
  assert.deepEqual(await kinds(), []);
});

test('answers without a countersignature, or with garbage for one, anchor nothing', async () => {
  const { ledger } = hostile.own;
  const before = ledger.held(VENDOR).size;
  for (const cosignature of [new Uint8Array(), utf8('— acme.example/counterfoil AAAA\n')]) {
    hostile.incoming['Evidence/Exchange'] = async ({ origin }) => ({
      reply: { origin, size: before, cosignature },
      head: null,
    });
    const out = join(folder, `refused-${cosignature.length}.tar`);
    const outcome = await code(vendor.admin.post('/v1/audit/export', { peer: acme.id, out }));
    assert.ok(['answered', 'evidence.invalid', 'peer.error'].includes(outcome), outcome);
    hostile.behave();
  }
  assert.deepEqual(await kinds(), []);
});

test('a flood of heads is bounded: calls beyond the limit are refused, and the gateway goes on', async () => {
  const same = update();
  const answers = await Promise.all(Array.from({ length: LIMITS.callsPerPeer * 4 }, () => code(ask(same))));
  assert.deepEqual([...new Set(answers)].sort(), ['answered', 'limit.exceeded']);
  const id = await acme.transfer(agreement);
  assert.equal((await vendor.ends(id)).state, 'receipted');
  await acme.ends(id);
  await proven(acme, vendor, folder);
});

test('a receipt of another transfer, given again, is kept as evidence, and the relation is suspended', async () => {
  const old = hostile.own.ledger.find({ peer: VENDOR }, 'transfer.landed', landed)!;
  const at = { log: old.log, seq: old.seq, leaf: Buffer.from(old.leaf, 'hex') };
  const body = { transfer: landed, body: old.body, at, report: utf8('') };
  assert.equal(
    await code(hostile.call(vendor, 'Transfers/Receipt', body)),
    'answered',
    'the same again changes nothing',
  );
  assert.deepEqual(await kinds(), []);
  const id = await acme.transfer(agreement);
  await vendor.ends(id);
  assert.equal(await code(hostile.call(vendor, 'Transfers/Receipt', { ...body, transfer: id })), 'peer.evidence');
  assert.deepEqual(await kinds(), ['contradiction']);
  assert.equal(await relation(), 'suspended');
  await resume();
});

test('a head that is not proven to extend the last, with a proof for another tree, is kept', async () => {
  await hostile.own.ledger.record({ peer: VENDOR }, { type: 'data.deleted', actor: 'gateway', fields: { agreement } });
  const now = update();
  assert.ok(now.proof.length > 0);
  const other = { ...now, proof: now.proof.map((_, i) => Buffer.alloc(32, i)) };
  assert.equal(await code(ask(other)), 'peer.evidence');
  assert.deepEqual(await kinds(), ['contradiction', 'unproven-head']);
  await resume();
});

test('two heads that contradict each other are a proof against who signed them', async () => {
  const now = update();
  const { ledger, identity } = hostile.own;
  const bodies = [...ledger.entries({ peer: VENDOR })].map(({ leaf: _, ...entry }) => encodeEntry(entry));
  bodies[1] = encodeEntry({ ...decodeEntry(bodies[1]!), actor: 'admin:mallory' });
  const range = new MerkleRange();
  for (const body of bodies.slice(0, 3)) range.push(leafHash(body));
  const note = signCheckpoint({ origin: now.origin, size: 3, root: range.root() }, identity);
  const other = { ...now, oldSize: 0, proof: [], entries: bodies.slice(0, 3), checkpoint: utf8(note) };
  assert.equal(await code(ask(other)), 'peer.evidence');
  assert.deepEqual(await kinds(), ['contradiction', 'fork', 'unproven-head']);
  const proof = (await kept()).find(({ kind }) => kind === 'fork')!;
  assert.ok(verifyForkProof(readFileSync(proof.file, 'utf8')).ok);
});
