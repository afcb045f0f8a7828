import { fromBase64, hex } from './bytes.js';
import { type Entry, type Kept, keptOf, NO_PREVIOUS, readEntry, roleOf, signedBytes, Texts } from './entry.js';
import type { FaultList } from './faults.js';
import { fingerprint, type KeySpan, KeyTimeline } from './keys.js';
import { verifySignature } from './note.js';
import { leafHash, Tree } from './tree.js';

const MOST_ENTRIES = 5_000_000;

/** What all logs of a verification share. */
export class Seen {
  /** Signatures of entries with where they stand, so that one that was moved is recognised. */
  readonly signatures = new Map<string, string>();
  readonly texts = new Texts();
}

/** One log as a bundle shows it: its entries in order, its tree, its keys. */
export class History {
  readonly tree = new Tree();
  /** By place; undefined where an entry cannot be read. */
  readonly entries: (Kept | undefined)[] = [];
  /** By place: times in milliseconds and sequence numbers as the entries state them; NaN where one cannot be read. */
  readonly times: number[] = [];
  readonly seqs: number[] = [];
  /** Whether an entry names a head of the other party. */
  namesPeer = false;
  readonly keys = new KeyTimeline();
  /** Keys of the other party that `channel.opened` entries pin. */
  readonly pins: KeySpan[] = [];
  readonly payloads = new Map<string, number>();
  readonly erased = new Set<string>();
  /** Places whose `prev` does not fit the entry before. */
  readonly broken: number[] = [];
  #prev = NO_PREVIOUS;
  readonly #alone = new Map<string, Kept>();

  constructor(
    readonly origin: string,
    /** The organisation whose log it is. */
    readonly owner: string,
    readonly faults: FaultList,
    readonly seen: Seen,
  ) {}

  get size(): number {
    return this.tree.size;
  }

  /** False when no more entries are taken. */
  add(body: Uint8Array): boolean {
    const place = this.size;
    if (place >= MOST_ENTRIES) {
      this.faults.add(
        'hostile',
        this.origin,
        place,
        `The log has more than ${MOST_ENTRIES} entries, which is more than is read.`,
      );
      return false;
    }
    const leaf = leafHash(body);
    this.tree.push(leaf);
    const entry = this.#read(place, body);
    this.entries.push(entry && keptOf(entry, this.seen.texts, this.#alone));
    this.times.push(entry === undefined ? Number.NaN : Date.parse(entry.ts));
    this.seqs.push(entry?.seq ?? Number.NaN);
    this.namesPeer ||= entry?.peerHead !== undefined;
    if (entry !== undefined) {
      if (entry.prev !== this.#prev) this.broken.push(place);
      this.#inspect(place, entry);
    }
    this.#prev = hex(leaf);
    return true;
  }

  leafName(place: number): string {
    return hex(this.tree.leaf(place));
  }

  #read(place: number, body: Uint8Array): Entry | undefined {
    try {
      return readEntry(body);
    } catch (error) {
      const why = error instanceof RangeError ? error.message : 'cannot be read';
      const damaged = why === 'is not UTF-8' || why === 'is not JSON' || why.startsWith('does not begin');
      this.faults.add(damaged ? 'bitRot' : 'encoding', this.origin, place, `Entry ${place} ${why}.`);
      return undefined;
    }
  }

  #inspect(place: number, entry: Entry): void {
    if (entry.log !== this.origin)
      this.faults.add('reordered', this.origin, place, `Entry ${place} was written for the log ${entry.log}.`);
    const wrong = this.keys.follow(entry, this.owner);
    if (wrong !== undefined)
      this.faults.add('keySubstituted', this.origin, place, `Entry ${place} ${wrong}.`, this.owner);
    if (entry.type === 'channel.opened') this.pins.push({ from: place, key: fromBase64(entry.peerKey as string) });
    if (entry.payload !== undefined) this.payloads.set(entry.payload.commit, place);
    if (entry.type === 'payload.erased') for (const commit of entry.commits as string[]) this.erased.add(commit);
    if (entry.sig !== undefined) this.#checkSignature(place, entry, entry.sig);
  }

  #checkSignature(place: number, entry: Entry, sig: string): void {
    const role = roleOf(entry.type)!;
    const key = this.keys.last;
    if (key === undefined) return;
    const signature = fromBase64(sig);
    const here = `${this.origin} ${place} ${entry.type}`;
    const before = this.seen.signatures.get(sig);
    const span = this.keys.spans.find((known) => fingerprint(known.key) === entry.sigKey);
    if (fingerprint(key) !== entry.sigKey || this.keys.isRevoked(key, place)) {
      const name = span === undefined ? 'keySubstituted' : 'keyMisused';
      const what = span === undefined ? 'is none of its organisation' : 'was not in force';
      this.faults.add(name, this.origin, place, `Entry ${place} is signed by a key that ${what}.`, this.owner);
    } else if (verifySignature(key, signedBytes(entry, role), signature)) {
      this.seen.signatures.set(sig, here);
    } else {
      const other = role === 'provider' ? 'consumer' : 'provider';
      const moved =
        before !== undefined
          ? `was made for ${before}`
          : verifySignature(key, signedBytes(entry, other), signature)
            ? `was made as ${other}`
            : undefined;
      if (moved === undefined)
        this.faults.add('edited', this.origin, place, `Entry ${place} is not what its signature covers.`);
      else this.faults.add('moved', this.origin, place, `The signature of entry ${place} ${moved}.`, this.owner);
    }
  }
}
