import { generateKeyPairSync } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EntryDraft, hex, leafHash, newId, type OrgId, orgId, sha256, utf8 } from '../daemon/foundation/index.js';
import { rawPublicKey, type Signer, signEd25519 } from '../daemon/identity/index.js';
import { Ledger, verifyLedger } from '../daemon/ledger/index.js';
import { LogTree, type Tile } from '../daemon/ledger/tree.js';
import type { Bench } from './bench.js';

/** Work is measured in short rounds, of which the fastest counts: others on the machine only ever make one slower. */
const ROUNDS = 20;
const GROUPED = 5000;
const SINGLE = 200;
const VERIFIED = 100_000;
const TREE = 10_000_000;
const PROOFS = 2000;
const TRIPS = 500;
/** Two entries recorded, two heads accepted: each is durable before the next step. */
const SYNCS_A_TRIP = 4;

interface Party {
  id: OrgId;
  folder: string;
  key: Signer;
  ledger: Ledger;
}

function party(id: string): Party {
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-bench-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const key: Signer = {
    id: orgId(id),
    publicKey: rawPublicKey(privateKey),
    sign: (bytes) => signEd25519(privateKey, bytes),
  };
  const ledger = Ledger.open({ ...files(folder), evidenceFolder: join(folder, 'evidence'), key });
  return { id: orgId(id), folder, key, ledger };
}

const files = (folder: string) => ({ path: join(folder, 'ledger.db'), sideFile: join(folder, 'ledger.heads') });

async function withParties<T>(work: (a: Party, b: Party) => Promise<T>): Promise<T> {
  const parties = [party('acme.example'), party('vendor.example')] as const;
  try {
    const [a, b] = parties;
    await a.ledger.openChannel(b.id, b.key.publicKey);
    await b.ledger.openChannel(a.id, a.key.publicKey);
    return await work(a, b);
  } finally {
    for (const { ledger, folder } of parties) {
      ledger.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

const digest = hex(sha256('a digest'));

/** An entry of about 700 bytes. */
const offered = (): EntryDraft => ({
  type: 'transfer.offered',
  actor: 'gateway',
  fields: {
    transfer: newId('trn'),
    agreement: 'agr-abcdefghijklmnopqrstuvwxyz',
    version: `v-${'a'.repeat(52)}`,
    view: digest,
    rows: 1000,
    batches: 10,
    rowsRoot: digest,
    correlation: 'cor-abcdefghijklmnopqrstuvwxyz',
  },
});

const seconds = (since: number): number => (performance.now() - since) / 1000;

/** Bare durable writes of 4 KiB a second, in the fastest of some rounds. */
function syncRate(): number {
  return Math.max(...Array.from({ length: 5 }, syncRound));
}

function syncRound(): number {
  let count = 0;
  const start = performance.now();
  withSyncedFile((write) => {
    for (; seconds(start) < 0.2; count++) write();
  });
  return count / seconds(start);
}

/** Gives a function that writes 4 KiB and syncs them. */
function withSyncedFile(work: (write: () => void) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-bench-'));
  const fd = openSync(join(folder, 'sync'), 'w');
  const block = Buffer.alloc(4096, 1);
  work(() => {
    writeSync(fd, block);
    fdatasyncSync(fd);
  });
  closeSync(fd);
  rmSync(folder, { recursive: true });
}

/** What the fastest of some rounds did in a second. */
async function fastest(rounds: number, round: () => Promise<number>): Promise<number> {
  let best = 0;
  for (let i = 0; i < rounds; i++) best = Math.max(best, await round());
  return best;
}

const appendGrouped = () =>
  withParties(async (a, b) => {
    const value = await fastest(ROUNDS, async () => {
      const drafts = Array.from({ length: GROUPED }, offered);
      const start = performance.now();
      await Promise.all(drafts.map((draft) => a.ledger.record({ peer: b.id }, draft)));
      return GROUPED / seconds(start);
    });
    return { value, baseline: syncRate() };
  });

const appendSingle = () =>
  withParties(async (a, b) => {
    const value = await fastest(ROUNDS, async () => {
      const drafts = Array.from({ length: SINGLE }, offered);
      const start = performance.now();
      for (const draft of drafts) await a.ledger.record({ peer: b.id }, draft);
      return SINGLE / seconds(start);
    });
    return { value, baseline: syncRate() };
  });

const verify = () =>
  withParties(async (a, b) => {
    await Promise.all(Array.from({ length: VERIFIED }, () => a.ledger.record({ peer: b.id }, offered())));
    const value = await fastest(3, async () => {
      const start = performance.now();
      const report = verifyLedger(files(a.folder));
      if (!report.ok) throw new Error('the ledger of the bench does not verify');
      return report.entries / seconds(start);
    });
    return { value };
  });

/** Mean time of an inclusion proof at a random place of a large tree, tiles not cached before. */
function proof(): { value: number } {
  const tiles = new Map<string, Tile>();
  const tree = new LogTree({ hashes: (level, index) => tiles.get(`${level}/${index}`)!.hashes });
  const leaf = Buffer.from(leafHash(utf8('leaf')));
  for (let i = 0; i < TREE; i++) {
    leaf.writeUInt32LE(i);
    tree.push(Buffer.from(leaf));
    for (const tile of tree.takeFresh()) tiles.set(`${tile.level}/${tile.index}`, tile);
  }
  const start = performance.now();
  for (let i = 0; i < PROOFS; i++) tree.inclusion((i * 7_368_787) % TREE);
  return { value: (seconds(start) * 1000) / PROOFS };
}

/** One transfer's evidence in one process: both signed entries, both heads exchanged and cosigned. 99th percentile. */
const roundTrip = () =>
  withParties(async (a, b) => {
    const times: number[] = [];
    for (let i = 0; i < TRIPS; i++) {
      const start = performance.now();
      await evidence(a, b);
      times.push(performance.now() - start);
    }
    return { value: percentile99(times), baseline: bareTrips() };
  });

/** The same percentile of as many bare synced writes as lie on the way of one transfer's evidence. */
function bareTrips(): number {
  const times: number[] = [];
  withSyncedFile((write) => {
    for (let i = 0; i < TRIPS; i++) {
      const start = performance.now();
      for (let sync = 0; sync < SYNCS_A_TRIP; sync++) write();
      times.push(performance.now() - start);
    }
  });
  return percentile99(times);
}

const percentile99 = (times: readonly number[]): number =>
  times.toSorted((x, y) => x - y)[Math.floor(times.length * 0.99)]!;

async function evidence(a: Party, b: Party): Promise<void> {
  const { fields } = offered();
  const { correlation: _, ...view } = fields!;
  const sent = await a.ledger.record(
    { peer: b.id },
    { type: 'transfer.sent', actor: 'gateway', fields: { ...view, policy: digest } },
  );
  await sendHead(a, b);
  const { log, seq, leaf } = sent;
  const landed = { ...view, policy: digest, report: digest };
  await b.ledger.record(
    { peer: a.id },
    { type: 'transfer.landed', actor: 'gateway', fields: landed, refs: [{ log, seq, leaf }] },
  );
  await sendHead(b, a);
}

async function sendHead(from: Party, to: Party): Promise<void> {
  const { reply } = await to.ledger.acceptHead(from.id, from.key.publicKey, from.ledger.headUpdateFor(to.id));
  from.ledger.recordCosignature(to.id, to.key.publicKey, reply);
}

export const ledgerBenches: readonly Bench[] = [
  { name: 'ledger/append-grouped', unit: 'entries/s', run: appendGrouped },
  { name: 'ledger/append-single', unit: 'entries/s', run: appendSingle },
  { name: 'ledger/verify', unit: 'entries/s', run: verify },
  { name: 'ledger/proof', unit: 'ms', run: proof },
  { name: 'ledger/round-trip', unit: 'ms', run: roundTrip },
];
