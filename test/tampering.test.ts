import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Report, verifyBundles, verifyForkProof } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { exportBundle } from '../daemon/audit/index.js';
import { type EntryDraft, type OrgId, utf8 } from '../daemon/foundation/index.js';
import { decodeEntry, type EntryObject, encodeEntry } from '../daemon/ledger/entry.js';
import { provesFork } from '../daemon/ledger/evidence.js';
import { verifyLedger } from '../daemon/ledger/index.js';
import { openCheckpoint, signCheckpoint } from '../daemon/ledger/note.js';
import { openDatabase } from '../daemon/store/index.js';
import { entriesOf, entryFile, pretendConfirmed, repack, rewrite, unpack, withoutTriggers } from './support/cheat.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, LedgerParty, ledgerPair, newSigner } from './support/ledgers.js';
import { agree, bundleOf, digest, finishedRelation, transfer, write } from './support/relation.js';

const LOG = 'acme.example/counterfoil/peer/vendor.example';
const ENTRIES = 'channel/tile/entries/000.p/7';
const TILE = 'channel/tile/0/000.p/7';

async function verify(files: string[], now: number, policy?: string): Promise<Report> {
  return verifyBundles(files.map(fileSource), policy === undefined ? { now } : { now, policy });
}

/** Verifies both bundles as they are now, and expects a fault of a class at a place, by a culprit. */
async function expectFault(
  t: TestContext,
  [a, b]: readonly [LedgerParty, LedgerParty],
  expected: { class: RegExp; log?: string | null; seq?: number | null; culprit?: OrgId | null },
): Promise<Report> {
  const report = await verify([await bundleOf(t, a, b), await bundleOf(t, b, a)], a.clock.now());
  expectIn(report, expected);
  return report;
}

function expectIn(
  report: Report,
  expected: { class: RegExp; log?: string | null; seq?: number | null; culprit?: OrgId | null },
): void {
  assert.equal(report.ok, false);
  assert.equal(report.verdict, 'tampered');
  const found = report.faults.some(
    (fault) =>
      expected.class.test(fault.class) &&
      (expected.log === undefined || fault.log === expected.log) &&
      (expected.seq === undefined || fault.seq === expected.seq) &&
      (expected.culprit === undefined || fault.culprit === expected.culprit),
  );
  assert.ok(found, `${expected.class} not in ${JSON.stringify(report.faults, undefined, 1)}`);
}

/** A bundle of the provider that someone without its key has changed. */
async function changed(t: TestContext, change: (files: Map<string, Buffer>) => void): Promise<Report> {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  repack(file, change);
  return verify([file], a.clock.now());
}

/** The same, with the key: the manifest is signed anew. */
async function resealed(t: TestContext, change: (files: Map<string, Buffer>, a: LedgerParty) => void): Promise<Report> {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  repack(file, (files) => change(files, a), a.key);
  return verify([file], a.clock.now());
}

const changeEntries = (change: (bodies: Buffer[]) => Uint8Array[]) => (files: Map<string, Buffer>) => {
  files.set(ENTRIES, entryFile(change(entriesOf(files.get(ENTRIES)!))));
};
const asMallory = (body: Uint8Array): Uint8Array => encodeEntry({ ...decodeEntry(body), actor: 'admin:mallory' });
const at = <T>(list: T[], place: number, change: (item: T) => T): T[] =>
  list.map((item, i) => (i === place ? change(item) : item));
const mallory = (entry: EntryObject): EntryObject => ({ ...entry, actor: 'admin:mallory' });

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

test('class 13: a signature moved to another log, head or role is named', async (t) => {
  const line = (note: Buffer) => note.toString().split('\n\n')[1]!;
  const moved = await resealed(t, (files) => {
    const [channel, master] = [files.get('channel/checkpoint')!, files.get('master/checkpoint')!];
    files.set('channel/checkpoint', Buffer.from(channel.toString().replace(line(channel), line(master))));
  });
  expectIn(moved, { class: /^13 /, log: LOG, seq: 7 });
  const other = await resealed(t, (files) => files.set('channel/checkpoint', files.get('master/checkpoint')!));
  expectIn(other, { class: /^13 /, log: LOG });
  const [a, b] = await finishedRelation(t);
  rewrite(a, b.id, (entries) => {
    const { sig } = entries[5]!;
    return [...entries, encodedWith(entries[5]!, { seq: 7, transfer: 'trn-2', sig: sig! })];
  });
  await expectFault(t, [a, b], { class: /^13 /, log: LOG, seq: 7, culprit: a.id });
});

/** An entry as it would be encoded with some fields changed and its signature left as it is. */
const encodedWith = (entry: EntryObject, change: Partial<EntryObject>): Uint8Array =>
  encodeEntry({ ...entry, ...change } as EntryObject);

test('class 14: proofs of the wrong size, cut short or over an unsigned root are named', async (t) => {
  const line = (files: Map<string, Buffer>, change: (row: { proof: string[]; seq: number; body: string }) => void) => {
    const rows = files
      .get('master/entries/0.jsonl')!
      .toString()
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    change(rows[1]);
    files.set('master/entries/0.jsonl', Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
  };
  const MASTER = 'acme.example/counterfoil/master';
  expectIn(await resealed(t, (files) => line(files, (row) => row.proof.pop())), { class: /^14 /, log: MASTER, seq: 1 });
  expectIn(await resealed(t, (files) => line(files, (row) => row.proof.push(row.proof[0]!))), {
    class: /^14 /,
    log: MASTER,
    seq: 1,
  });
  const unsigned = await resealed(t, (files, a) => {
    const head = openCheckpoint(files.get('channel/checkpoint')!, a.key.publicKey);
    const note = signCheckpoint(head, a.key).replace(`\n${head.size}\n`, `\n${head.size + 1}\n`);
    files.set('channel/checkpoint', Buffer.from(note));
  });
  expectIn(unsigned, { class: /^14 /, log: LOG });
  const tile = await resealed(t, (files) => files.get(TILE)!.fill(7, 32, 64));
  expectIn(tile, { class: /^14 /, log: LOG });
  const shorter = await resealed(t, (files, a) => {
    const head = openCheckpoint(files.get('channel/checkpoint')!, a.key.publicKey);
    files.set('channel/checkpoint', Buffer.from(signCheckpoint({ ...head, size: 6 }, a.key)));
  });
  assert.equal(shorter.ok, false);
});

test('class 15: another encoding of the same entry is named, though its owner signed it', async (t) => {
  const variants: ((text: string) => string)[] = [
    (text) => `${text} `,
    (text) => text.replace('"v":1}', '"v":1,"v":1}'),
    (text) => text.replace('{"actor"', '{ "actor"'),
    (text) => text.replace('"revision":1', '"revision":9007199254740993'),
    (text) => text.replace('"revision":1', '"revision":1.0'),
    (text) => text.replace('"v":1', '"colour":"red","v":1'),
    (text) => text.replace('agreement.proposed', 'agreement.imagined'),
    (text) => text.replace('acme.example', '\\u0061cme.example'),
  ];
  for (const variant of variants) {
    const [a, b] = await finishedRelation(t);
    rewrite(a, b.id, (entries) =>
      at<EntryObject | Uint8Array>(entries, 1, () => utf8(variant(Buffer.from(encodeEntry(entries[1]!)).toString()))),
    );
    await expectFault(t, [a, b], { class: /^15 /, log: LOG, seq: 1 });
  }
});

test('class 16: payloads that were swapped or erased in silence are named, declared erasure is not', async (t) => {
  const withPayload = async () => {
    const [a, b] = await finishedRelation(t);
    const { body } = await write(a, b, {
      type: 'data.deleted',
      actor: 'gateway',
      fields: { agreement: 'agr-1' },
      payload: utf8('Kim Example'),
    });
    return { a, b, commit: decodeEntry(body).payload!.commit };
  };
  const swapped = await withPayload();
  const file = await bundleOf(t, swapped.a, swapped.b, true);
  repack(
    file,
    (files) => files.set(`payloads/${swapped.commit}`, Buffer.concat([Buffer.alloc(32), Buffer.from('Lee Example')])),
    swapped.a.key,
  );
  expectIn(await verify([file], swapped.a.clock.now()), { class: /^16 /, log: LOG, seq: 7, culprit: swapped.a.id });
  const silent = await withPayload();
  silent.a.ledger.close();
  withoutTriggers(silent.a.options.path, (db) => db.exec('UPDATE payload SET salt = NULL, body = NULL'));
  silent.a.ledger = silent.a.open();
  pretendConfirmed(silent.a, silent.b.id);
  await expectFault(t, [silent.a, silent.b], { class: /^16 /, log: LOG, seq: 7, culprit: silent.a.id });
  const declared = await withPayload();
  await declared.a.ledger.erasePayloads({ peer: declared.b.id }, [declared.commit], 'Art. 17 GDPR', 'Kim Example');
  const honest = await verify([await bundleOf(t, declared.a, declared.b, true)], declared.a.clock.now());
  assert.deepEqual(honest.faults, []);
});

test('class 17: a channel that one side leaves out is named', async (t) => {
  const own = await resealed(t, (files) => {
    for (const name of [...files.keys()]) if (name.startsWith('channel/')) files.delete(name);
  });
  expectIn(own, { class: /^17 /, log: LOG });
  const [a, b] = await finishedRelation(t);
  const hidden = await bundleOf(t, b, a);
  repack(
    hidden,
    (files) => {
      for (const name of [...files.keys()]) if (name.startsWith('peer')) files.delete(name);
    },
    b.key,
  );
  expectIn(await verify([await bundleOf(t, a, b), hidden], a.clock.now()), { class: /^17 /, log: LOG, culprit: b.id });
});

test('class 18: tables without their triggers are named by the ledger, and its bundle says so', async (t) => {
  const [a, b] = await finishedRelation(t);
  const out = await bundleOf(t, a, b);
  const db = openDatabase(a.options.path);
  db.exec('DROP TRIGGER entry_in_order');
  db.close();
  const selfCheck = verifyLedger({ path: a.options.path, sideFile: a.options.sideFile, publicKey: a.key.publicKey });
  assert.match(selfCheck.faults[0]!.class, /^18 /);
  await exportBundle({ ledger: a.ledger, peer: b.id, out, clock: a.clock, selfCheck });
  expectIn(await verify([out], a.clock.now()), { class: /^18 / });
});

test('class 19: damage is named as damage', async (t) => {
  const damaged = await changed(t, (files) => {
    const file = files.get(ENTRIES)!;
    file[file.indexOf('agreement.proposed')] = 0xff;
  });
  expectIn(damaged, { class: /^19 /, log: LOG, seq: 1 });
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  const bytes = readFileSync(file);
  bytes[bytes.length - 100] = 1;
  writeFileSync(file, bytes);
  expectIn(await verify([file], a.clock.now()), { class: /^19 / });
});

test('class 20: keys of the bundle that are not those of the policy, or not those of the ledger, are named', async (t) => {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  const keys = JSON.parse(unpack(file).get('keys.json')!.toString()) as { keys: { log: string; vkey: string }[] };
  const policy = keys.keys.map(({ vkey }) => (vkey.includes('/peer/') ? `log ${vkey}` : `# ${vkey}`)).join('\n');
  const good = await verify([file], a.clock.now(), policy);
  assert.deepEqual(good.faults, []);
  const stranger = new LedgerParty(temporaryFolder(t), newSigner('acme.example'), a.clock);
  t.after(() => stranger.ledger.close());
  await stranger.ledger.openChannel(b.id, b.key.publicKey);
  const other = JSON.parse(
    unpack(await bundleOf(t, stranger, b))
      .get('keys.json')!
      .toString(),
  ) as typeof keys;
  const wrong = `log ${other.keys.find(({ log }) => log === LOG)!.vkey}`;
  expectIn(await verify([file], a.clock.now(), wrong), { class: /^20 / });
  repack(file, (files) => files.set('keys.json', Buffer.from(JSON.stringify(other))), a.key);
  expectIn(await verify([file], a.clock.now()), { class: /^20 / });
  await assert.rejects(verify([file], 0, 'log nonsense'), /Line 1 of the policy/);
});

test('class 21: a bundle built to exhaust or mislead the verifier is named', async (t) => {
  const [a, b] = await finishedRelation(t);
  const good = readFileSync(await bundleOf(t, a, b));
  const file = `${temporaryFolder(t)}/hostile.tar`;
  const hostile = async (bytes: Uint8Array) => {
    writeFileSync(file, bytes);
    return verify([file], a.clock.now());
  };
  const { tarHeader } = await import('../daemon/audit/tar.js');
  const cut = good.length - 1024;
  const cases: Uint8Array[] = [
    Buffer.concat([good.subarray(0, cut), tarHeader('../../etc/passwd', 0), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('/absolute', 0), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('channel/huge', 8 * 1024 ** 3 - 1), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('keys.json', 0), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('more', 0), good.subarray(cut)]),
  ];
  for (const bytes of cases) expectIn(await hostile(bytes), { class: /^21 / });
  for (const bytes of [new Uint8Array(), new Uint8Array(1024), utf8('PK\u0003\u0004'), good.subarray(0, 700)]) {
    const report = await hostile(bytes);
    assert.equal(report.ok, false);
    assert.equal(report.verdict, 'unreadable');
    assert.ok(report.faults.length > 0);
  }
  const many = await resealed(t, (files) => {
    const note = files.get('channel/checkpoint')!.toString();
    files.set('channel/checkpoint', Buffer.from(note + note.split('\n\n')[1]!.repeat(2000)));
  });
  assert.equal(many.ok, false);
});
