import { equalBytes, fromBase64, hex, leafHash } from '../foundation/index.js';
import { fingerprint, verifyEd25519 } from '../identity/index.js';
import { composeEntry } from './compose.js';
import { decodeEntry, type EntryObject, NO_PREVIOUS, signedBytes } from './entry.js';
import type { FaultName, Faults } from './faults.js';
import { rotatedKey } from './rotation.js';
import type { EntryRow } from './tables.js';
import type { LogTree } from './tree.js';
import { VOCABULARY } from './vocabulary.js';

/** A head that was signed, to be compared with the tree when it has that size. */
export interface Anchor {
  size: number;
  root: Uint8Array;
  /** What to report when the tree differs, and in which words the head is named. */
  fault: FaultName;
  what: string;
  culprit: string | null;
}

export interface WalkedLog {
  size: number;
  root: Uint8Array;
  /** The keys of the log's owner, each with the size from which it is in force. */
  keys: { from: number; key: Uint8Array }[];
  /** The peer's keys that the log names, in the same way. */
  peerKeys: { from: number; key: Uint8Array }[];
  /** Commitments to payloads, with the entry that makes them; and those declared as erased. */
  payloads: Map<string, number>;
  erased: Set<string>;
}

/** Walks one log from its first entry: form, order, hashes, own signatures, and the signed heads it must agree with. */
export class LogWalk {
  readonly #faults: Faults;
  readonly #origin: string;
  readonly #strict: boolean;
  readonly #tree: LogTree;
  readonly #anchors: Anchor[];
  readonly #result: WalkedLog;
  #previous: { leaf: string; ts: string } = { leaf: NO_PREVIOUS, ts: '' };
  /** Where the last head that agreed ends: a difference lies behind it. */
  #sound = 0;

  /** Grows `tree` by every entry. `strict` is off for copies of a peer's log, whose release may know more types of entries. */
  constructor(faults: Faults, tree: LogTree, origin: string, anchors: readonly Anchor[], strict: boolean) {
    this.#tree = tree;
    this.#faults = faults;
    this.#origin = origin;
    this.#strict = strict;
    this.#anchors = [...anchors].sort((a, b) => a.size - b.size);
    this.#result = {
      size: 0,
      root: this.#tree.root(),
      keys: [],
      peerKeys: [],
      payloads: new Map(),
      erased: new Set(),
    };
  }

  entry({ seq, leaf, body }: EntryRow): void {
    const place = this.#tree.size;
    if (seq !== place) this.#fault('deleted', place, `Entry ${place} is missing.`);
    const computed = leafHash(body);
    const entry = this.#decode(seq, body, equalBytes(computed, leaf));
    if (entry !== undefined) this.#inspect(seq, entry);
    this.#previous = { leaf: hex(computed), ts: entry?.ts ?? this.#previous.ts };
    this.#tree.push(computed);
    this.#compare();
  }

  end(): WalkedLog {
    const { size } = this.#tree;
    for (const anchor of this.#anchors) {
      if (anchor.size > size)
        this.#faults.add(
          anchor.fault === 'rollback' ? 'rollback' : 'truncated',
          this.#origin,
          size,
          `There are ${size} entries, but ${anchor.what} is over ${anchor.size}.`,
          anchor.culprit,
        );
    }
    return { ...this.#result, size, root: this.#tree.root() };
  }

  #fault(name: FaultName, seq: number | null, message: string): void {
    this.#faults.add(name, this.#origin, seq, message);
  }

  #decode(seq: number, body: Uint8Array, sameLeaf: boolean): EntryObject | undefined {
    try {
      const entry = decodeEntry(body, this.#strict);
      if (!sameLeaf) this.#fault('edited', seq, `Entry ${seq} is not what was recorded: its hash differs.`);
      return entry;
    } catch (error) {
      const why = error instanceof RangeError ? error.message : 'cannot be read';
      this.#fault(sameLeaf ? 'encoding' : 'bitRot', seq, `Entry ${seq} ${why}.`);
      return undefined;
    }
  }

  #inspect(seq: number, entry: EntryObject): void {
    if (entry.log !== this.#origin) this.#fault('reordered', seq, `Entry ${seq} was written for ${entry.log}.`);
    if (entry.seq !== seq) this.#fault('reordered', seq, `Entry ${seq} says that it is number ${entry.seq}.`);
    if (
      entry.prev !== this.#previous.leaf &&
      !this.#faults.at(this.#origin, seq - 1) &&
      !this.#faults.at(this.#origin, seq)
    )
      this.#fault(
        seq === 0 ? 'deleted' : 'edited',
        Math.max(0, seq - 1),
        `Entry ${seq} follows another entry than the one before it.`,
      );
    if (entry.ts < this.#previous.ts) this.#fault('inserted', seq, `Entry ${seq} is older than the one before it.`);
    this.#follow(seq, entry);
    this.#signature(seq, entry);
    if (entry.payload !== undefined) this.#result.payloads.set(entry.payload.commit, seq);
    if (entry.type === 'payload.erased')
      for (const commit of entry.commits as string[]) this.#result.erased.add(commit);
  }

  /** Keeps track of the keys that the log itself puts in force. */
  #follow(seq: number, entry: EntryObject): void {
    const { keys, peerKeys } = this.#result;
    const current = keys.at(-1)?.key;
    if ((entry.type === 'genesis' || entry.type === 'channel.opened') && typeof entry.key === 'string') {
      const key = fromBase64(entry.key);
      if (current === undefined) keys.push({ from: 0, key });
      else if (!equalBytes(current, key))
        this.#fault('keySubstituted', seq, `Entry ${seq} names another key than the one in force.`);
      if (typeof entry.peerKey === 'string') peerKeys.push({ from: seq + 1, key: fromBase64(entry.peerKey) });
    }
    if (entry.type !== 'key.rotated' || current === undefined) return;
    if (entry.org !== this.#origin.split('/')[0]) {
      this.#followPeer(seq, entry);
      return;
    }
    const next = rotatedKey(entry, entry.org as string, current);
    if (next === undefined)
      this.#fault('keySubstituted', seq, `Entry ${seq} puts a key in force that the one before did not sign.`);
    else keys.push({ from: seq + 1, key: next });
  }

  /** A handover of the peer's key, as this side took it. */
  #followPeer(seq: number, entry: EntryObject): void {
    const { peerKeys } = this.#result;
    const next = peerKeys
      .map(({ key }) => rotatedKey(entry, entry.org as string, key))
      .find((key) => key !== undefined);
    if (next !== undefined) peerKeys.push({ from: seq + 1, key: next });
    else this.#fault('keySubstituted', seq, `Entry ${seq} takes a key of the peer that the one before did not sign.`);
  }

  #signature(seq: number, entry: EntryObject): void {
    const role = Object.hasOwn(VOCABULARY, entry.type) ? VOCABULARY[entry.type].signs : undefined;
    const key = this.#result.keys.at(-1)?.key;
    if (role === undefined || key === undefined || entry.sig === undefined) return;
    const { sig, ...unsigned } = entry;
    const message = (as: string) => signedBytes(as, composeEntry(unsigned as EntryObject, unsigned));
    if (entry.sigKey !== fingerprint(key)) {
      const known = this.#result.keys.some((past) => fingerprint(past.key) === entry.sigKey);
      this.#fault(
        known ? 'keyMisused' : 'keySubstituted',
        seq,
        `Entry ${seq} is signed by a key that was not in force.`,
      );
    } else if (!verifyEd25519(key, message(role), fromBase64(sig))) {
      const other = role === 'provider' ? 'consumer' : 'provider';
      const moved = verifyEd25519(key, message(other), fromBase64(sig));
      this.#fault(
        moved ? 'moved' : 'edited',
        seq,
        `The signature of entry ${seq} does not hold${moved ? ' in its role' : ''}.`,
      );
    }
  }

  #compare(): void {
    const { size } = this.#tree;
    while (this.#anchors[0] !== undefined && this.#anchors[0].size <= size) {
      const anchor = this.#anchors.shift()!;
      if (anchor.size === 0 || equalBytes(anchor.root, this.#tree.root())) {
        this.#sound = Math.max(this.#sound, anchor.size);
        continue;
      }
      this.#faults.add(
        anchor.fault,
        this.#origin,
        this.#sound,
        `An entry from ${this.#sound} to ${anchor.size - 1} is not the one under ${anchor.what} of size ${anchor.size}.`,
        anchor.culprit,
      );
    }
  }
}
