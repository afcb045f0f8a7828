import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntryDraft } from '../daemon/foundation/index.js';
import { openCheckpoint, signCheckpoint } from '../daemon/ledger/note.js';
import { repack } from './support/cheat.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, LedgerParty, ledgerPair, newSigner } from './support/ledgers.js';
import { agree, bundleOf, digest, finishedRelation, transfer, write } from './support/relation.js';
import { expectFault, expectIn, LOG, verify } from './support/tampering.js';

test('class 9: a key that was put in place of another is named', async (t) => {
  const [a, b] = await finishedRelation(t);
  const impostor = new LedgerParty(temporaryFolder(t), newSigner('acme.example'), a.clock);
  t.after(() => impostor.ledger.close());
  await impostor.ledger.openChannel(b.id, b.key.publicKey);
  await expectFault(t, [impostor, b], { class: /^9 /, log: LOG, seq: 0, culprit: a.id });
});

test('class 10: a key is not accepted before or after its time', async (t) => {
  const [a, b] = await finishedRelation(t);
  const old = a.key;
  const next = newSigner('acme.example');
  await a.ledger.keys.rotate(next);
  const { reply } = await b.ledger.acceptHead(a.id, old.publicKey, a.ledger.headUpdateFor(b.id));
  a.ledger.recordCosignature(b.id, b.key.publicKey, reply);
  const file = await bundleOf(t, a, b);
  repack(
    file,
    (files) => {
      const head = openCheckpoint(files.get('channel/checkpoint')!, next.publicKey);
      files.set('channel/checkpoint', Buffer.from(signCheckpoint(head, old)));
    },
    next,
  );
  expectIn(await verify([file], a.clock.now()), { class: /^10 /, log: LOG, seq: 8, culprit: a.id });
  // And before its time: an older head signed by the new key.
  const early = await bundleOf(t, a, b);
  repack(
    early,
    (files) => {
      const lines = files.get('channel/heads/0.jsonl')!.toString().trim().split('\n');
      const first = JSON.parse(lines[0]!) as { note: string; proof: string[] };
      const note = signCheckpoint(openCheckpoint(first.note, old.publicKey), next);
      lines[0] = JSON.stringify({ note, proof: [] });
      files.set('channel/heads/0.jsonl', Buffer.from(`${lines.join('\n')}\n`));
    },
    next,
  );
  expectIn(await verify([early], a.clock.now()), { class: /^10 /, log: LOG, seq: 3, culprit: a.id });
  const honest = await verify([await bundleOf(t, a, b), await bundleOf(t, b, a)], a.clock.now());
  assert.deepEqual(honest.faults, [], 'a rotation that both keys sign is no fault');
});

test('class 11: entries written under a clock that was moved are named', async (t) => {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => [a, b].forEach((party) => void party.ledger.close()));
  await agree(a, b);
  await exchangeHeads(a, b);
  a.clock.advance(1000);
  await transfer(a, b);
  const noon = a.clock.now();
  a.clock.advance(3 * 3600_000); // A's clock runs three hours ahead while it writes; B's does not when it cosigns
  await write(a, b, { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } });
  a.clock.advance(noon - a.clock.now());
  await exchangeHeads(a, b);
  await expectFault(t, [a, b], { class: /^11 /, log: LOG, seq: 7 });
});

test('class 12: what the two ledgers say differently is named', async (t) => {
  const cases: [string, (draft: EntryDraft) => EntryDraft | undefined, RegExp, 'provider' | 'consumer' | null][] = [
    ['rowsRoot', differ('transfer.landed', 'rowsRoot', digest('9')), /differ in rowsRoot/, null],
    ['rows', differ('transfer.landed', 'rows', 999), /differ in rows/, null],
    ['version', differ('transfer.landed', 'version', 'v-2'), /differ in version/, null],
    ['policy of the receipt', differ('transfer.landed', 'policy', digest('9')), /differ in policy/, null],
    ['mask', differ('transfer.sent', 'policy', digest('9')), /another policy than was agreed/, 'provider'],
    ['view sent', differ('transfer.sent', 'view', digest('9')), /differ in view/, 'provider'],
    ['agreement', differ('transfer.sent', 'agreement', 'agr-2'), /does not show as signed/, 'provider'],
    ['no checks', without('checks.passed'), /without checks that passed/, 'provider'],
    ['verdict', differ('receipt.recorded', 'verdict', 'rejected'), /but the receipt says landed/, 'provider'],
    ['no offer', without('transfer.offered'), /without having offered/, 'provider'],
  ];
  for (const [name, change, message, culprit] of cases) {
    const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
    await agree(a, b);
    await transfer(a, b, 'trn-1', change);
    await exchangeHeads(a, b);
    const report = await expectFault(t, [a, b], { class: /^12 / });
    const by = culprit === null ? null : culprit === 'provider' ? a.id : b.id;
    const named = report.faults.some((fault) => message.test(fault.message) && fault.culprit === by);
    assert.ok(named, `${name}: ${JSON.stringify(report.faults)}`);
    for (const party of [a, b]) party.ledger.close();
  }
});

const differ =
  (type: string, field: string, value: string | number) =>
  (draft: EntryDraft): EntryDraft =>
    draft.type === type ? { ...draft, fields: { ...draft.fields, [field]: value } } : draft;
const without =
  (type: string) =>
  (draft: EntryDraft): EntryDraft | undefined =>
    draft.type === type ? undefined : draft;

test('class 12: a counterpart that is missing is named, and the last message of an exchange is not a fault', async (t) => {
  const [a, b] = await finishedRelation(t);
  const far = { log: LOG, seq: 3, leaf: digest('7') };
  await write(b, a, {
    type: 'agreement.rejected',
    actor: 'admin',
    fields: { agreement: 'agr-9', revision: 1 },
    refs: [far],
  });
  await expectFault(t, [a, b], { class: /^12 /, log: 'vendor.example/counterfoil/peer/acme.example', seq: 5 });
  const [c, d] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => [c, d].forEach((party) => void party.ledger.close()));
  await agree(c, d);
  await transfer(c, d, 'trn-2', (draft) =>
    draft.type === 'transfer.landed' || draft.type === 'receipt.recorded' ? undefined : draft,
  );
  await exchangeHeads(c, d);
  const report = await verify([await bundleOf(t, c, d), await bundleOf(t, d, c)], c.clock.now());
  assert.deepEqual(report.faults, []);
  assert.deepEqual(report.pending, ['trn-2 was sent; the other party has not answered yet.']);
});
