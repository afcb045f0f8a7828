import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Report, verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { canonicalJson, type EntryDraft } from '../daemon/foundation/index.js';
import { pretendConfirmed, repack, unpack } from './support/cheat.js';
import { ManualClock } from './support/clock.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, LedgerParty, ledgerPair } from './support/ledgers.js';
import { agree, bundleOf, digest, finishedRelation, transfer, write } from './support/relation.js';

const LOG = 'acme.example/counterfoil/peer/vendor.example';
const ended = { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } } as const;

const verify = (files: readonly string[], now: number, policy?: string): Promise<Report> =>
  verifyBundles(files.map(fileSource), policy === undefined ? { now } : { now, policy });

const classes = (report: Report): number[] => report.faults.map((fault) => Number.parseInt(fault.class, 10));

/** An older home of a party, that its owner shows. `dated`: the time that the owner says it is. */
function older(t: TestContext, party: LedgerParty, from: string, dated: number): LedgerParty {
  const folder = temporaryFolder(t);
  cpSync(from, folder, { recursive: true });
  const shown = new LedgerParty(folder, party.key, new ManualClock(dated));
  t.after(() => shown.ledger.close());
  return shown;
}

/** Copies the home of a party as it is now. */
function backup(t: TestContext, party: LedgerParty, peer: LedgerParty): string {
  party.ledger.close();
  const copy = temporaryFolder(t);
  cpSync(party.folder, copy, { recursive: true });
  party.ledger = party.open();
  pretendConfirmed(party, peer.id);
  return copy;
}

test('bundles of any two moments of an honest exchange show no fault', async (t) => {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => [a, b].forEach((party) => void party.ledger.close()));
  const mine: string[] = [];
  const theirs: string[] = [];
  const show = async () => {
    mine.push(await bundleOf(t, a, b));
    theirs.push(await bundleOf(t, b, a));
  };
  await agree(a, b);
  await exchangeHeads(a, b);
  await show(); // bundleOf moves the clock by milliseconds: several moments lie within one second
  await transfer(a, b);
  await show();
  await exchangeHeads(a, b);
  await show();
  let step = 0;
  const pause = (draft: EntryDraft): EntryDraft | undefined => (++step <= 5 ? draft : undefined);
  await transfer(a, b, 'trn-2', pause); // sent, and no answer yet
  await exchangeHeads(a, b);
  await show();
  for (const party of [a, b]) await write(party, party === a ? b : a, ended);
  await exchangeHeads(a, b);
  await show();
  for (const [i, own] of mine.entries()) {
    for (const [j, other] of theirs.entries()) {
      const report = await verify([own, other], a.clock.now());
      assert.deepEqual(report.faults, [], `moment ${i} and moment ${j}`);
      if (i === j) assert.equal(report.verdict, 'sound', `moment ${i}`);
    }
  }
  // A transfer was made between the two: what the older bundle does not show is what nobody else shows either.
  const late = await verify([mine[0]!, theirs[1]!], a.clock.now());
  assert.equal(late.verdict, 'sound up to the older bundle');
  assert.match(
    late.unseen.join('\n'),
    /vendor\.example records transfer\.landed of trn-1, and acme\.example no transfer\.sent/,
  );
  // Once heads were exchanged, the copy that the peer holds is signed by its owner, and stands for it.
  const held = await verify([mine[0]!, theirs[2]!], a.clock.now());
  assert.deepEqual([held.verdict, held.unseen, held.coverage.map(({ later }) => later)], ['sound', [], [4, 0]]);
  assert.equal(held.transfers[0]!.state, 'receipted');
  assert.ok(held.notes.some((note) => /bundle of acme\.example .* is older/.test(note)));
});

test('an older home is no excuse where it is shown as of today', async (t) => {
  const [a, b] = await finishedRelation(t);
  const before = backup(t, a, b);
  await write(a, b, ended);
  await exchangeHeads(a, b);
  a.clock.advance(1000);
  const shown = older(t, a, before, a.clock.now());
  pretendConfirmed(shown, b.id);
  const report = await verify([await bundleOf(t, shown, b), await bundleOf(t, b, a)], a.clock.now());
  assert.deepEqual(
    report.faults.map(({ class: name, log, seq, culprit }) => [Number.parseInt(name, 10), log, seq, culprit]),
    [[8, LOG, 7, a.id]],
  );
});

test('a false date hides nothing that was handed over', async (t) => {
  const [a, b] = await finishedRelation(t);
  const then = a.clock.now() + 1;
  const before = backup(t, a, b);
  const unlike = (draft: EntryDraft): EntryDraft =>
    draft.type === 'transfer.sent' ? { ...draft, fields: { ...draft.fields, policy: digest('9') } } : draft;
  a.clock.advance(3600_000);
  await transfer(a, b, 'trn-2', unlike);
  await exchangeHeads(a, b);
  const shown = older(t, a, before, then); // an honest bundle of that hour could not be told from it
  pretendConfirmed(shown, b.id);
  const files = [await bundleOf(t, shown, b), await bundleOf(t, b, a)];
  const report = await verify(files, a.clock.now());
  assert.ok(
    report.faults.some(({ message, culprit }) => /another policy than was agreed/.test(message) && culprit === a.id),
  );
  assert.ok(report.notes.some((note) => /bundle of acme\.example .* is older/.test(note)));
  const strict = await verify(files, a.clock.now(), 'made 30m');
  assert.ok(strict.faults.some(({ message }) => /made longer ago than your policy allows/.test(message)));
});

test('a date before what the bundle holds is a fault of who signed it', async (t) => {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  const dated = async (created: string) => {
    repack(
      file,
      (files) => {
        const manifest = JSON.parse(files.get('manifest.json')!.toString()) as { [key: string]: string };
        files.set('manifest.json', Buffer.from(canonicalJson({ ...manifest, created })));
      },
      a.key,
    );
    return verify([file], a.clock.now());
  };
  const early = await dated('2026-11-24T07:00:00.000Z');
  assert.deepEqual(
    early.faults.map(({ class: name, culprit }) => [Number.parseInt(name, 10), culprit]),
    [[11, a.id]],
  );
  assert.deepEqual(classes(await dated('2026-11-25T07:00:00.000Z')), [11]);
  assert.deepEqual(classes(await dated('yesterday')), [14]);
});

test("a copy of the other's ledger that is shorter than its holder said is named", async (t) => {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => [a, b].forEach((party) => void party.ledger.close()));
  await agree(a, b);
  await exchangeHeads(a, b);
  const short = await bundleOf(t, a, b);
  await transfer(a, b);
  await exchangeHeads(a, b);
  await write(a, b, ended); // names the head of the other's ledger that is held now
  const cut = await bundleOf(t, a, b);
  const old = [...unpack(short)].filter(([path]) => path.startsWith('peer/'));
  repack(
    cut,
    (files) => {
      for (const path of [...files.keys()]) if (path.startsWith('peer/')) files.delete(path);
      for (const [path, bytes] of old) files.set(path, bytes);
    },
    a.key,
  );
  const report = await verify([cut], a.clock.now());
  const found = report.faults.find((fault) => /^6 /.test(fault.class));
  assert.deepEqual([found?.log, found?.culprit], ['vendor.example/counterfoil/peer/acme.example', a.id]);
});
