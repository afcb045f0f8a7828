import { equalBytes, hex, type OrgId } from '../foundation/index.js';
import { payloadCommitment } from './commit.js';
import { type Fault, Faults } from './faults.js';
import { checkpointText, cosignerName, openCheckpoint, openCosignature } from './note.js';
import { schemaFault } from './schema-check.js';
import { readSideFile } from './side-file.js';
import { type LogRow, Tables } from './tables.js';
import { LogTree } from './tree.js';
import { type Anchor, LogWalk, type WalkedLog } from './verify-log.js';

export interface LedgerReport {
  ok: boolean;
  entries: number;
  /** This gateway's own logs. Roots in hex. */
  logs: { origin: string; size: number; root: string }[];
  faults: Fault[];
}

export interface VerifyOptions {
  path: string;
  sideFile: string;
  /** The organisation key, where the home is at hand. */
  publicKey?: Uint8Array;
  /** That channel only. */
  peer?: OrgId;
  /** Called now and then with the number of entries read so far. */
  progress?: (entries: number) => void;
}

/** Verifies a whole ledger from its bytes, without changing anything and without a daemon. Errors: `store.*` only. */
export function verifyLedger(options: VerifyOptions): LedgerReport {
  // First the heads, then the database: beside a running daemon a head read later may be of entries that came meanwhile.
  const sideHeads = readSideFile(options.sideFile);
  const tables = Tables.openReadOnly(options.path);
  try {
    tables.db.exec('BEGIN'); // one state of the database, also beside a running daemon
    return new LedgerVerification(tables, sideHeads, options).run();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (typeof code !== 'string' || !code.startsWith('SQLITE_')) throw error;
    const faults = new Faults();
    faults.add('bitRot', null, null, `ledger.db is damaged: SQLite cannot read it (${code}).`);
    return { ok: false, entries: 0, logs: [], faults: faults.list };
  } finally {
    tables.close();
  }
}

class LedgerVerification {
  readonly #faults = new Faults();
  #read = 0;
  readonly #walked = new Map<number, WalkedLog>();

  constructor(
    readonly tables: Tables,
    readonly sideHeads: ReturnType<typeof readSideFile>,
    readonly options: VerifyOptions,
  ) {}

  run(): LedgerReport {
    const { tables, options } = this;
    const schema = schemaFault(tables.db);
    if (schema !== undefined)
      this.#faults.add('schema', null, null, `The tables of ledger.db were changed: ${schema}.`);
    for (const line of integrity(tables))
      this.#faults.add('bitRot', null, null, `SQLite finds a damaged page: ${line}.`);
    const logs = tables
      .logs()
      .filter((row) => options.peer === undefined || row.peer === options.peer || row.owner === options.peer);
    const own = logs.filter((row) => row.owner === '');
    const copies = logs.filter((row) => row.owner !== '');
    for (const row of own) this.#walkOwn(row);
    for (const row of copies) this.#walkCopy(row);
    for (const row of own) this.#ownHeads(row);
    for (const row of copies) this.#heldHeads(row);
    this.#payloads();
    const walked = own.map((row) => ({ origin: row.origin, log: this.#walked.get(row.id)! }));
    return {
      ok: this.#faults.list.length === 0,
      entries: walked.reduce((sum, { log }) => sum + log.size, 0),
      logs: walked.map(({ origin, log }) => ({ origin, size: log.size, root: hex(log.root) })),
      faults: this.#faults.list,
    };
  }

  #walkOwn(row: LogRow): void {
    const { tables, options } = this;
    const side = this.sideHeads.get(row.origin);
    const checkpoints = tables.checkpoints(row.id);
    const anchors: Anchor[] = checkpoints.map(({ size, root }) => {
      return { size, root, fault: 'edited', what: 'a head that was signed', culprit: null };
    });
    if (side !== undefined)
      anchors.push({ ...side, fault: 'rollback', what: 'the last head that was signed', culprit: null });
    // Where the side file and the database differ at the same length, it is an edit and not an older copy.
    if (side !== undefined && tables.size(row.id) >= side.size) anchors.at(-1)!.fault = 'edited';
    const walked = this.#walk(row, anchors);
    const last = walked.keys.at(-1)?.key;
    if (options.publicKey !== undefined && last !== undefined && !equalBytes(last, options.publicKey))
      this.#faults.add('keySubstituted', row.origin, null, 'The log names another key than the one of this home.');
  }

  #ownHeads(row: LogRow): void {
    const walked = this.#walked.get(row.id)!;
    const checkpoints = this.tables.checkpoints(row.id);
    for (const { size, note, root } of checkpoints) this.#ownNote(row, walked, size, root, note);
    for (const cosignature of this.tables.cosignatures(row.id)) {
      const known = checkpoints.find((head) => head.size === cosignature.size);
      const text = known && checkpointText({ origin: row.origin, size: known.size, root: known.root });
      const peer = cosignature.cosigner.replace(/\/counterfoil$/, '');
      const keys = row.peer === '' ? this.#peerKeys(peer) : walked.peerKeys;
      const valid =
        text !== undefined &&
        keys.some(({ key }) => holds(() => openCosignature(cosignature.line, text, cosignerName(peer), key)));
      if (!valid)
        this.#faults.add(
          'moved',
          row.origin,
          cosignature.size,
          `The cosignature of ${peer} at size ${cosignature.size} does not hold.`,
        );
    }
  }

  #walk(row: LogRow, anchors: readonly Anchor[]): WalkedLog {
    const tree = new LogTree(this.tables.tiles(row.id));
    const walk = new LogWalk(this.#faults, tree, row.origin, anchors, row.owner === '');
    for (const entry of this.tables.entries(row.id, 0)) {
      walk.entry(entry);
      if (++this.#read % 10_000 === 0) this.options.progress?.(this.#read);
      for (const tile of tree.takeFresh()) {
        if (!holds(() => equalBytes(this.tables.tiles(row.id).hashes(tile.level, tile.index), tile.hashes)))
          this.#faults.add(
            'bitRot',
            row.origin,
            null,
            `Tile ${tile.level}/${tile.index} is not the hashes of its entries.`,
          );
      }
    }
    const walked = walk.end();
    this.#walked.set(row.id, walked);
    return walked;
  }

  #ownNote(row: LogRow, walked: WalkedLog, size: number, root: Uint8Array, note: string): void {
    const complain = (name: 'moved' | 'keyMisused' | 'proof', what: string) =>
      this.#faults.add(name, row.origin, size, `The signed head of size ${size} ${what}.`);
    const inForce = walked.keys.findLast(({ from }) => from <= size)?.key;
    const signer = [inForce, ...walked.keys.map(({ key }) => key)].find(
      (key) => key && holds(() => openCheckpoint(note, key)),
    );
    const head = signer && openCheckpoint(note, signer);
    if (head === undefined) complain('proof', 'is not signed by this ledger');
    else if (head.origin !== row.origin) complain('moved', 'is of another log');
    else if (signer !== inForce) complain('keyMisused', 'is signed by a key that was not in force');
    else if (head.size !== size || !equalBytes(head.root, root)) complain('proof', 'is over another tree');
  }

  #walkCopy(row: LogRow): void {
    if (row.origin.endsWith('/master')) return; // heads of it are held, but no entries
    const anchors: Anchor[] = this.tables.allHeld(row.id).map(({ size, root }) => {
      return { size, root, fault: 'edited', what: `the head that ${row.owner} signed`, culprit: null };
    });
    const walked = this.#walk(row, anchors);
    const first = walked.keys[0]?.key;
    const pinned = this.#peerKeys(row.owner);
    if (first !== undefined && pinned.length > 0 && !pinned.some(({ key }) => equalBytes(key, first)))
      this.#faults.add(
        'keySubstituted',
        row.origin,
        0,
        `${row.owner} names another key than the one it enrolled with.`,
      );
  }

  #heldHeads(row: LogRow): void {
    const keys = this.#peerKeys(row.owner);
    for (const { size, root, note } of this.tables.allHeld(row.id)) {
      if (!keys.some(({ key }) => holds(() => equalBytes(openCheckpoint(note, key).root, root))))
        this.#faults.add('moved', row.origin, size, `The held head of size ${size} is not signed by ${row.owner}.`);
    }
  }

  /** Keys of a peer: the ones that the channel with it names, and those its own log puts in force after them. */
  #peerKeys(peer: string): { from: number; key: Uint8Array }[] {
    const rows = this.tables.logs().filter((row) => row.peer === peer || row.owner === peer);
    return rows.flatMap((row) => {
      const walked = this.#walked.get(row.id);
      return row.peer === peer ? (walked?.peerKeys ?? []) : (walked?.keys.slice(1) ?? []);
    });
  }

  #payloads(): void {
    for (const row of this.tables.logs().filter((candidate) => candidate.owner === '')) {
      const walked = this.#walked.get(row.id);
      for (const [commit, seq] of walked?.payloads ?? []) {
        const stored = this.tables.payload(commit);
        const erased = [...this.#walked.values()].some((log) => log.erased.has(commit));
        if (stored?.salt && stored.body) {
          if (payloadCommitment(stored.salt, stored.body) !== commit)
            this.#faults.add(
              'payload',
              row.origin,
              seq,
              `The bytes kept beside entry ${seq} are not those it commits to.`,
            );
        } else if (!erased) {
          this.#faults.add(
            'payload',
            row.origin,
            seq,
            `The bytes kept beside entry ${seq} are gone, and no erasure is declared.`,
          );
        }
      }
    }
  }
}

function integrity(tables: Tables): string[] {
  const rows = tables.db.pragma('quick_check(10)') as { quick_check: string }[];
  return rows.map((row) => row.quick_check).filter((line) => line !== 'ok');
}

function holds(check: () => unknown): boolean {
  try {
    return check() !== false;
  } catch {
    return false;
  }
}
