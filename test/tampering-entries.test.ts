import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { test } from 'node:test';
import { verifyBundles, verifyForkProof } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import type { EntryDraft } from '../daemon/foundation/index.js';
import { decodeEntry, type EntryObject } from '../daemon/ledger/entry.js';
import { provesFork } from '../daemon/ledger/evidence.js';
import { pretendConfirmed, rewrite } from './support/cheat.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, LedgerParty, ledgerPair } from './support/ledgers.js';
import { agree, bundleOf, finishedRelation, transfer, write } from './support/relation.js';
import {
  asMallory,
  at,
  changed,
  changeEntries,
  expectFault,
  expectIn,
  LOG,
  mallory,
  TILE,
} from './support/tampering.js';

test('class 1: an entry edited by someone without the key is named', async (t) => {
  const report = await changed(
    t,
    changeEntries((bodies) => at(bodies, 2, (body) => Buffer.from(asMallory(body)))),
  );
  expectIn(report, { class: /^1 /, log: LOG, seq: 2, culprit: null });
  // The tiles of hashes made to fit as well: the link of the next entry tells.
  const both = await changed(t, (files) => {
    changeEntries((bodies) => at(bodies, 2, (body) => Buffer.from(asMallory(body))))(files);
    files.delete(TILE);
  });
  expectIn(both, { class: /^1 /, log: LOG, seq: 2, culprit: null });
});

test('class 2: a history that its owner edited and signed anew is held against the copy of the peer', async (t) => {
  const [a, b] = await finishedRelation(t);
  rewrite(a, b.id, (entries) => at(entries, 2, mallory));
  const report = await expectFault(t, [a, b], { class: /^2 /, log: LOG, seq: 2, culprit: a.id });
  assert.equal(report.faults.filter((fault) => /^[3-8] /.test(fault.class) && fault.log === LOG).length, 0);
  const [fork] = report.forks;
  assert.equal(fork!.culprit, a.id);
  assert.ok(verifyForkProof(fork!.document).ok && provesFork(fork!.document));
});

test('class 3: a deleted entry is named, with the key and without it', async (t) => {
  const without = await changed(
    t,
    changeEntries((bodies) => bodies.filter((_, i) => i !== 3)),
  );
  expectIn(without, { class: /^3 /, log: LOG, seq: 3, culprit: null });
  const [a, b] = await finishedRelation(t);
  rewrite(a, b.id, (entries) => entries.filter((_, i) => i !== 3));
  await expectFault(t, [a, b], { class: /^3 /, log: LOG, seq: 3, culprit: a.id });
});

test('class 4: an inserted entry, and one that is dated back, are named', async (t) => {
  const without = await changed(
    t,
    changeEntries((bodies) => bodies.toSpliced(3, 0, Buffer.from(asMallory(bodies[2]!)))),
  );
  expectIn(without, { class: /^4 /, log: LOG, seq: 3, culprit: null });
  const [a, b] = await finishedRelation(t);
  rewrite(a, b.id, (entries) => entries.toSpliced(3, 0, mallory(entries[2]!)));
  await expectFault(t, [a, b], { class: /^4 /, log: LOG, seq: 3, culprit: a.id });
  const [c, d] = await finishedRelation(t);
  const early = {
    actor: 'admin',
    type: 'agreement.expired',
    agreement: 'agr-1',
    revision: 1,
    ts: '2026-11-24T07:00:00.000Z',
  } as const;
  rewrite(c, d.id, (entries) => [
    ...entries,
    {
      ...entries.at(-1)!,
      ...{ transfer: undefined, verdict: undefined, refs: undefined, peerHead: undefined },
      ...early,
    } as EntryObject,
  ]);
  await expectFault(t, [c, d], { class: /^4 /, log: LOG, seq: 7, culprit: c.id });
});

test('class 5: reordered, duplicated and replayed entries are named', async (t) => {
  const swapped = await changed(
    t,
    changeEntries((bodies) => bodies.map((_, i) => bodies[i === 2 ? 3 : i === 3 ? 2 : i]!)),
  );
  expectIn(swapped, { class: /^5 /, log: LOG, seq: 2, culprit: null });
  const doubled = await changed(
    t,
    changeEntries((bodies) => bodies.toSpliced(3, 0, bodies[2]!)),
  );
  expectIn(doubled, { class: /^5 /, log: LOG, seq: 3, culprit: null });
  const [a, b] = await finishedRelation(t);
  rewrite(a, b.id, (entries) => entries.map((_, i) => entries[i === 2 ? 3 : i === 3 ? 2 : i]!));
  await expectFault(t, [a, b], { class: /^5 /, log: LOG, seq: 2, culprit: a.id });
  const [c, d] = await finishedRelation(t);
  const sent = c.ledger.find({ peer: d.id }, 'transfer.sent', 'trn-1')!;
  const { fields } = { fields: decodeEntry(sent.body) };
  const {
    transfer: id,
    agreement: agr,
    version,
    view,
    rows,
    batches,
    rowsRoot,
    policy,
  } = fields as never as Record<string, string>;
  const again: EntryDraft = {
    type: 'transfer.sent',
    actor: 'gateway',
    fields: { transfer: id, agreement: agr, version, view, rows, batches, rowsRoot, policy },
  };
  await write(c, d, again);
  await expectFault(t, [c, d], { class: /^5 /, log: LOG, seq: 7, culprit: c.id });
});

test('class 6: a tail that was cut off is named, with the key and without it', async (t) => {
  const without = await changed(
    t,
    changeEntries((bodies) => bodies.slice(0, 5)),
  );
  expectIn(without, { class: /^6 /, log: LOG, seq: 5 });
  const [a, b] = await finishedRelation(t);
  // The master log stays as long as it was; only the channel is cut.
  rewrite(a, b.id, (entries) => entries.slice(0, 5));
  await a.ledger.record('master', { type: 'gateway.started', actor: 'gateway' });
  await a.ledger.record('master', { type: 'gateway.started', actor: 'gateway' });
  await expectFault(t, [a, b], { class: /^6 /, log: LOG, seq: 5, culprit: a.id });
});

test('class 7: a log that goes on in two ways is named, with a proof that stands alone', async (t) => {
  const [a, b] = await finishedRelation(t);
  const other = temporaryFolder(t);
  a.ledger.close();
  cpSync(a.folder, other, { recursive: true });
  const forked = new LedgerParty(other, a.key, a.clock);
  t.after(() => forked.ledger.close());
  pretendConfirmed(forked, b.id);
  a.ledger = a.open();
  pretendConfirmed(a, b.id);
  await write(forked, b, { type: 'agreement.terminated', actor: 'admin', fields: { agreement: 'agr-1', revision: 1 } });
  a.clock.advance(2000);
  await write(a, b, { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } });
  await write(a, b, { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } });
  await exchangeHeads(a, b); // the peer is shown one history, the auditor the other
  const report = await expectFault(t, [forked, b], { class: /^7 /, log: LOG, seq: 7, culprit: a.id });
  assert.ok(verifyForkProof(report.forks[0]!.document).ok);
  assert.ok(!verifyForkProof(report.forks[0]!.document.replace(/"smaller":".*?"/, '"smaller":"x"')).ok);
});

test('class 8: an older copy that was restored and went on is named', async (t) => {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => [a, b].forEach((party) => void (party.ledger.healthy && party.ledger.close())));
  await agree(a, b);
  await exchangeHeads(a, b);
  a.ledger.close();
  const backup = temporaryFolder(t);
  cpSync(a.folder, backup, { recursive: true });
  a.ledger = a.open();
  pretendConfirmed(a, b.id);
  await transfer(a, b);
  await exchangeHeads(a, b);
  a.ledger.close();
  cpSync(backup, a.folder, { recursive: true, force: true });
  a.ledger = a.open();
  pretendConfirmed(a, b.id); // an honest gateway would have asked
  await expectFault(t, [a, b], { class: /^8 /, log: LOG, seq: 3, culprit: a.id });
  a.clock.advance(60_000);
  await write(a, b, { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } });
  await expectFault(t, [a, b], { class: /^8 /, log: LOG, seq: 3, culprit: a.id });
});

test('what came after a bundle was exported is not missing in it', async (t) => {
  const [a, b] = await finishedRelation(t);
  const first = await bundleOf(t, a, b);
  for (const { clock } of [a, b]) clock.advance(60_000);
  await write(a, b, { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } });
  await exchangeHeads(a, b);
  const second = await bundleOf(t, b, a);
  const report = await verifyBundles([fileSource(first), fileSource(second)], { now: a.clock.now() });
  assert.deepEqual(report.faults, []);
});
