import { createHash } from 'node:crypto';
import { LIMITS } from '../../foundation/index.js';
import { Run, SortedRuns } from './tally-runs.js';
import type { Hashes } from './values/hash.js';

/** Rows that have one key, in the order of keys. `rows` are the two lowest row numbers with it. */
export interface KeyGroup {
  count: number;
  first: number;
  second: number;
}

/**
 * Rows grouped by a 128-bit key hash, exactly, in bounded memory: beyond `LIMITS.tallyKeysInMemory` rows sorted runs go
 * to unnamed files in a private folder and are merged at the end.
 */
export class Tally {
  readonly #tmp: string;
  readonly #most: number;
  #hashes: Uint32Array;
  #rows: Float64Array;
  #used = 0;
  #spilled: Run[] = [];

  constructor(tmp: string, most: number = LIMITS.tallyKeysInMemory) {
    this.#tmp = tmp;
    this.#most = most;
    this.#hashes = new Uint32Array(4 * 1024);
    this.#rows = new Float64Array(1024);
  }

  /** Rows added so far. */
  get size(): number {
    return this.#used + this.#spilled.reduce((sum, run) => sum + run.size, 0);
  }

  add(hashes: Hashes, at: number, row: number): void {
    if (this.#used === this.#rows.length) this.#grow();
    const from = at * 4;
    const to = this.#used * 4;
    this.#hashes[to] = hashes[from]!;
    this.#hashes[to + 1] = hashes[from + 1]!;
    this.#hashes[to + 2] = hashes[from + 2]!;
    this.#hashes[to + 3] = hashes[from + 3]!;
    this.#rows[this.#used++] = row;
  }

  #grow(): void {
    if (this.#rows.length >= this.#most) {
      this.#spill();
      return;
    }
    const size = Math.min(this.#rows.length * 2, this.#most);
    const [hashes, rows] = [new Uint32Array(size * 4), new Float64Array(size)];
    hashes.set(this.#hashes);
    rows.set(this.#rows);
    [this.#hashes, this.#rows] = [hashes, rows];
  }

  #spill(): void {
    if (this.#used === 0) return;
    this.#spilled.push(Run.write(this.#tmp, this.#hashes, this.#rows, this.#used));
    this.#used = 0;
  }

  /** Takes over the other's rows; the other is empty afterwards. */
  merge(other: Tally): void {
    this.#spilled.push(...other.#spilled);
    other.#spilled = [];
    for (let at = 0; at < other.#used; at++) this.add(other.#hashes, at, other.#rows[at]!);
    other.#used = 0;
  }

  /** Groups of equal keys, one after another, in the order of keys. */
  *groups(): Generator<KeyGroup> {
    let group: KeyGroup | undefined;
    let key: readonly number[] = [];
    for (const { words, row } of this.#sorted()) {
      const same = group !== undefined && words.every((word, at) => word === key[at]);
      if (same) {
        group!.count++;
        if (group!.count === 2) group!.second = row;
      } else {
        if (group !== undefined) yield group;
        group = { count: 1, first: row, second: Number.NaN };
        key = words;
      }
    }
    if (group !== undefined) yield group;
  }

  #sorted(): Iterable<{ words: readonly number[]; row: number }> {
    const memory = Run.inMemory(this.#hashes, this.#rows, this.#used);
    return new SortedRuns([...this.#spilled, memory]);
  }

  /** SHA-256 over the sorted keys and rows: the same for the same rows, whatever the order they came in. */
  digest(): Uint8Array {
    const hash = createHash('sha256').update('counterfoil/tally/1\n');
    const chunk = Buffer.alloc(24 * 1024);
    let at = 0;
    for (const { words, row } of this.#sorted()) {
      for (const word of words) at = chunk.writeUInt32LE(word, at);
      at = chunk.writeDoubleLE(row, at);
      if (at === chunk.length) {
        hash.update(chunk);
        at = 0;
      }
    }
    return hash.update(chunk.subarray(0, at)).digest();
  }

  /** Keys and rows as bytes, for states small enough to be handed on; `RangeError` beyond. */
  serialise(): Uint8Array {
    const { size } = this;
    if (size > this.#most) throw new RangeError('the state is on disk');
    const out = Buffer.alloc(size * 24);
    let at = 0;
    for (const { words, row } of this.#sorted()) {
      for (const word of words) at = out.writeUInt32LE(word, at);
      at = out.writeDoubleLE(row, at);
    }
    return out;
  }

  static from(tmp: string, bytes: Uint8Array, most?: number): Tally {
    const tally = new Tally(tmp, most);
    const buffer = Buffer.from(bytes);
    const words = new Uint32Array(4);
    for (let at = 0; at < buffer.length; at += 24) {
      for (let word = 0; word < 4; word++) words[word] = buffer.readUInt32LE(at + word * 4);
      tally.add(words, 0, buffer.readDoubleLE(at + 16));
    }
    return tally;
  }

  dispose(): void {
    for (const run of this.#spilled) run.close();
    this.#spilled = [];
    this.#used = 0;
    this.#hashes = new Uint32Array(4);
    this.#rows = new Float64Array(1);
  }
}
