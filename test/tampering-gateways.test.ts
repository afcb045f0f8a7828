import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Report, verifyBundles, verifyForkProof } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { exportBundle } from '../daemon/audit/index.js';
import { tarHeader } from '../daemon/audit/tar.js';
import { canonicalJson, type OrgId, systemClock, utf8 } from '../daemon/foundation/index.js';
import { Identity } from '../daemon/identity/index.js';
import { decodeEntry, type EntryObject, encodeEntry } from '../daemon/ledger/entry.js';
import { verifyLedger } from '../daemon/ledger/index.js';
import { openCheckpoint, signCheckpoint } from '../daemon/ledger/note.js';
import { openDatabase } from '../daemon/store/index.js';
import { entriesOf, entryFile, pretendConfirmed, repack, rewrite, unpack, withoutTriggers } from './support/cheat.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { ACME, asAdmin, Exchange, VENDOR } from './support/exchange.js';
import { temporaryFolder } from './support/folder.js';
import { checked, noForeign } from './support/foreign.js';
import { exchangeHeads, LedgerParty, newSigner } from './support/ledgers.js';
import { digest, transfer, write } from './support/relation.js';

const LOG = `${ACME}/counterfoil/peer/${VENDOR}`;
const CSV = `city,amount\n${Array.from({ length: 40 }, (_, row) => `Town${row},${row}`).join('\n')}\n`;

/** Two gateways that ran, met, agreed and exchanged twice: their homes at rest, and the bundles that they wrote themselves. */
class Case {
  constructor(
    readonly folder: string,
    readonly exchange: Exchange,
  ) {}

  static async open(t: TestContext): Promise<Case> {
    const exchange = await Exchange.open(t);
    const { acme, vendor, folder } = exchange;
    const made = new Case(folder, exchange);
    await exchange.publish('cities', CSV);
    const agreement = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'keep' } } } });
    await exchange.transfer(agreement.id);
    cpSync(acme.home, join(folder, 'earlier'), { recursive: true });
    await exchange.transfer(agreement.id);
    await acme.admin.audit.export({ peer: VENDOR, out: made.bundle(ACME) }, asAdmin);
    await vendor.admin.audit.export({ peer: ACME, out: made.bundle(VENDOR) }, asAdmin);
    await acme.stop();
    await vendor.stop();
    return made;
  }

  bundle(of: OrgId): string {
    return join(this.folder, `${of}.tar`);
  }

  /** The ledger and the key of a party, in the hands of who owns both: a copy of its home, opened without its gateway. */
  async owner(t: TestContext, of: OrgId, { from = '', now = systemClock.now() } = {}): Promise<LedgerParty> {
    const home = temporaryFolder(t);
    cpSync(
      from === '' ? (of === ACME ? this.exchange.acme : this.exchange.vendor).home : join(this.folder, from),
      home,
      {
        recursive: true,
      },
    );
    const key = await Identity.open({ home, id: of, clock: systemClock });
    t.after(() => key.close());
    const party = new LedgerParty(home, key, new ManualClock(now), { sideFile: join(home, 'ledger.head') });
    t.after(() => void (party.ledger.healthy && party.ledger.close()));
    pretendConfirmed(party, of === ACME ? VENDOR : ACME);
    return party;
  }
}

async function exported(
  t: TestContext,
  party: LedgerParty,
  more: { payloads?: boolean; selfCheck?: never } = {},
): Promise<string> {
  const out = join(temporaryFolder(t), 'bundle.tar');
  await exportBundle({
    ledger: party.ledger,
    peer: party.id === ACME ? VENDOR : ACME,
    out,
    clock: party.clock,
    ...more,
  });
  return out;
}

const verify = (files: readonly string[], policy = ''): Promise<Report> =>
  verifyBundles(files.map(fileSource), { now: systemClock.now() + 60_000, policy });

interface Expected {
  number: number;
  log?: string | null;
  seq?: number;
  culprit?: OrgId | null;
}

function assertNamed(report: Report, { number, log, seq, culprit }: Expected): void {
  assert.deepEqual([report.ok, report.verdict], [false, 'tampered']);
  const found = report.faults.some(
    (fault) =>
      fault.class.startsWith(`${number} `) &&
      (log === undefined || fault.log === log) &&
      (seq === undefined || fault.seq === seq) &&
      (culprit === undefined || fault.culprit === culprit),
  );
  assert.ok(found, `class ${number}, entry ${seq}, not in ${JSON.stringify(report.faults, undefined, 1)}`);
}

const mallory = (entry: EntryObject): EntryObject => ({ ...entry, actor: 'admin:mallory' });

test('all 21 classes of tampering are named in what two real gateways wrote', async (t) => {
  const real = await Case.open(t);
  const [mine, theirs] = [real.bundle(ACME), real.bundle(VENDOR)];
  const honest = await verify([mine, theirs]);
  assert.deepEqual([honest.faults, honest.verdict, honest.transfers.length], [[], 'sound', 2]);
  if (noForeign === false) assert.ok(checked('bundle', mine).documents! > 5 && checked('bundle', theirs).signed! >= 4);
  const entries = [...unpack(mine)].filter(([path]) => path.startsWith('channel/tile/entries/'));
  assert.equal(entries.length, 1);
  const [[ENTRIES, file]] = entries as [[string, Buffer]];
  const bodies = entriesOf(file).map((body) => decodeEntry(body, false));
  const seq = bodies.findIndex(({ type }) => type === 'transfer.offered');
  const size = bodies.length;

  /** A copy of Acme's own bundle that someone changed; with Acme's key, its manifest too. */
  const changed = async (change: (files: Map<string, Buffer>, key: LedgerParty['key']) => void, resealed: boolean) => {
    const copy = join(temporaryFolder(t), 'changed.tar');
    cpSync(mine, copy);
    const { key } = await real.owner(t, ACME);
    repack(copy, (files) => change(files, key), ...(resealed ? [key] : []));
    return copy;
  };
  const inEntries = (change: (all: Buffer[]) => Uint8Array[]) => (files: Map<string, Buffer>) =>
    void files.set(ENTRIES, entryFile(change(entriesOf(files.get(ENTRIES)!))));
  /** What Acme shows after it rewrote its ledger with all it has, held against what Vendor's gateway wrote. */
  const rewritten = async (
    change: (all: EntryObject[]) => (EntryObject | Uint8Array)[],
    after?: (a: LedgerParty) => Promise<unknown>,
  ) => {
    const a = await real.owner(t, ACME);
    rewrite(a, VENDOR, change);
    await after?.(a);
    return verify([await exported(t, a), theirs]);
  };
  const named = (what: string, expected: Expected, work: () => Promise<Report>) =>
    t.test(`class ${expected.number}: ${what}`, async () => assertNamed(await work(), expected));

  await named('an entry edited in the file', { number: 1, log: LOG, seq, culprit: null }, async () =>
    verify([
      await changed(
        inEntries((all) => all.with(seq, Buffer.from(encodeEntry(mallory(decodeEntry(all[seq]!, false)))))),
        false,
      ),
    ]),
  );
  await named(
    'an entry edited by its owner, all signed anew',
    { number: 2, log: LOG, seq, culprit: ACME },
    async () => {
      const report = await rewritten((all) => all.with(seq, mallory(all[seq]!)));
      assert.ok(verifyForkProof(report.forks[0]!.document).ok);
      return report;
    },
  );
  await named('an entry deleted by its owner', { number: 3, log: LOG, seq, culprit: ACME }, () =>
    rewritten((all) => all.toSpliced(seq, 1)),
  );
  await named('an entry inserted by its owner', { number: 4, log: LOG, seq, culprit: ACME }, () =>
    rewritten((all) => all.toSpliced(seq, 0, mallory(all[seq]!))),
  );
  await named('entries swapped by their owner', { number: 5, log: LOG, seq, culprit: ACME }, () =>
    rewritten((all) => all.with(seq, all[seq + 1]!).with(seq + 1, all[seq]!)),
  );
  await named('a tail cut off by its owner', { number: 6, log: LOG, seq: size - 3, culprit: ACME }, () =>
    rewritten(
      (all) => all.slice(0, size - 3),
      async (a) => {
        // Long enough again that only the channel is shorter than it was.
        for (let i = 0; i < 20; i++) await a.ledger.record('master', { type: 'gateway.started', actor: 'gateway' });
      },
    ),
  );
  const old = await real.owner(t, ACME, { from: 'earlier' });
  const earlier = [...old.ledger.entries({ peer: VENDOR })];
  const common = earlier.length;
  await named('a ledger that goes on in two ways', { number: 7, log: LOG, seq: common, culprit: ACME }, async () => {
    const now = Date.parse(earlier.at(-1)!.ts) + 1;
    const a = await real.owner(t, ACME, { from: 'earlier', now });
    await a.ledger.record({ peer: VENDOR }, { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } });
    const report = await verify([await exported(t, a), theirs]);
    assert.ok(verifyForkProof(report.forks[0]!.document).ok);
    return report;
  });
  await named(
    'an older copy of the home, shown as it is',
    { number: 8, log: LOG, seq: common, culprit: ACME },
    async () => verify([await exported(t, await real.owner(t, ACME, { from: 'earlier' })), theirs]),
  );
  await named('another key in place of the one enrolled', { number: 9, log: LOG, seq: 0, culprit: ACME }, async () => {
    const stranger = new LedgerParty(temporaryFolder(t), newSigner(ACME), new ManualClock());
    t.after(() => stranger.ledger.close());
    const vendor = await real.owner(t, VENDOR);
    await stranger.ledger.openChannel(VENDOR, vendor.key.publicKey);
    return verify([await exported(t, stranger), theirs]);
  });
  await named(
    'a key that was replaced goes on signing',
    { number: 10, log: LOG, seq: size + 1, culprit: ACME },
    async () => {
      const a = await real.owner(t, ACME);
      const next = newSigner(ACME);
      await a.ledger.keys.rotate(next);
      const out = await exported(t, a);
      repack(
        out,
        (files) => {
          const head = openCheckpoint(files.get('channel/checkpoint')!, next.publicKey);
          files.set('channel/checkpoint', Buffer.from(signCheckpoint(head, a.key)));
        },
        next,
      );
      return verify([out]);
    },
  );
  await named('entries written under a clock that was moved', { number: 11, log: LOG, seq: size }, async () => {
    const [a, b] = [await real.owner(t, ACME), await real.owner(t, VENDOR)];
    a.clock.advance(3 * 3600_000);
    await write(a, b, { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } });
    a.clock.advance(-3 * 3600_000);
    await exchangeHeads(a, b);
    return verify([await exported(t, a), await exported(t, b)]);
  });
  await named(
    'two ledgers that say different things',
    { number: 12, log: `${VENDOR}/counterfoil/peer/${ACME}` },
    async () => {
      const [a, b] = [await real.owner(t, ACME), await real.owner(t, VENDOR)];
      await transfer(a, b, 'trn-9', (draft) =>
        draft.type === 'transfer.landed' ? { ...draft, fields: { ...draft.fields, rowsRoot: digest('9') } } : draft,
      );
      await exchangeHeads(a, b);
      const report = await verify([await exported(t, a), await exported(t, b)]);
      assert.ok(report.faults.some(({ message }) => /differ in rowsRoot/.test(message)));
      return report;
    },
  );
  await named('a signature moved to another log', { number: 13, log: LOG }, async () =>
    verify([
      await changed((files) => {
        const line = (path: string) => files.get(path)!.toString().split('\n\n')[1]!;
        const note = files.get('channel/checkpoint')!.toString();
        files.set(
          'channel/checkpoint',
          Buffer.from(note.replace(line('channel/checkpoint'), line('master/checkpoint'))),
        );
      }, true),
    ]),
  );
  await named('a proof that was cut short', { number: 14, log: `${ACME}/counterfoil/master` }, async () =>
    verify([
      await changed((files) => {
        const rows = files
          .get('master/entries/0.jsonl')!
          .toString()
          .trim()
          .split('\n')
          .map((row) => JSON.parse(row));
        rows.at(-1).proof.pop();
        files.set('master/entries/0.jsonl', Buffer.from(rows.map((row) => `${canonicalJson(row)}\n`).join('')));
      }, true),
    ]),
  );
  await named('another encoding of an entry', { number: 15, log: LOG, seq }, () =>
    rewritten((all) => {
      const text = Buffer.from(encodeEntry(all[seq]!)).toString();
      return (all as (EntryObject | Uint8Array)[]).with(seq, utf8(text.replace('"v":1,', '"v":1,"v":1,')));
    }),
  );
  await named('a document swapped', { number: 16 }, async () =>
    verify([
      await changed((files) => {
        const path = [...files.keys()].find((name) => name.startsWith('documents/report/'))!;
        files.set(path, Buffer.from(files.get(path)!.toString().replace('"pass"', '"fail"')));
      }, true),
    ]),
  );
  await named(
    'bytes beside an entry erased in silence',
    { number: 16, log: LOG, seq: size, culprit: ACME },
    async () => {
      const a = await real.owner(t, ACME);
      const draft = { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } } as const;
      await a.ledger.record({ peer: VENDOR }, { ...draft, payload: utf8('Kim Example') });
      a.ledger.close();
      withoutTriggers(a.options.path, (db) => db.exec('UPDATE payload SET salt = NULL, body = NULL'));
      a.ledger = a.open();
      pretendConfirmed(a, VENDOR);
      return verify([await exported(t, a)]);
    },
  );
  await named("a party's copy of the other's ledger left out", { number: 17, culprit: ACME }, async () =>
    verify([
      await changed((files) => {
        for (const path of [...files.keys()]) if (path.startsWith('peer')) files.delete(path);
      }, true),
      theirs,
    ]),
  );
  await named('tables without their triggers', { number: 18 }, async () => {
    const a = await real.owner(t, ACME);
    a.ledger.close();
    const db = openDatabase(a.options.path);
    db.exec('DROP TRIGGER entry_in_order');
    db.close();
    assert.throws(() => a.open(), coded('ledger.corrupt', /entry_in_order/));
    const selfCheck = verifyLedger(a.options);
    const whole = await real.owner(t, ACME);
    return verify([await exported(t, whole, { selfCheck: selfCheck as never })]);
  });
  await named('a damaged file', { number: 19 }, async () => {
    const out = join(temporaryFolder(t), 'damaged.tar');
    const bytes = readFileSync(mine);
    bytes[bytes.length - 100] = 1;
    writeFileSync(out, bytes);
    return verify([out]);
  });
  await named('a key that is not the one that the reader trusts', { number: 20 }, async () => {
    const stranger = new LedgerParty(temporaryFolder(t), newSigner(ACME), new ManualClock());
    t.after(() => stranger.ledger.close());
    await stranger.ledger.openChannel(VENDOR, stranger.key.publicKey);
    const keys = JSON.parse(
      unpack(await exported(t, stranger))
        .get('keys.json')!
        .toString(),
    ) as { keys: { log: string; vkey: string }[] };
    return verify([mine], `log ${keys.keys.find(({ log }) => log === LOG)!.vkey}`);
  });
  await named('a path that leads elsewhere', { number: 21 }, async () => {
    const out = join(temporaryFolder(t), 'hostile.tar');
    const bytes = readFileSync(mine);
    const cut = bytes.length - 1024;
    writeFileSync(out, Buffer.concat([bytes.subarray(0, cut), tarHeader('../../etc/passwd', 0), bytes.subarray(cut)]));
    return verify([out]);
  });
});
