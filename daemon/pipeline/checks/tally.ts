import { createHash } from 'node:crypto';
import { LIMITS } from '../../foundation/index.js';
import { mergeRuns, Run, SpillFile } from './tally-runs.js';
import type { Hashes } from './values/hash.js';

const RECORD = 24;
const DIGEST_RECORDS = 4096;

/**
 * Sees the rows of one key: how many, the two lowest row numbers (the second is NaN when there is one row), and the
 * key's four words, which are overwritten afterwards.
 */
export type VisitGroup = (count: number, first: number, second: number, key: Uint32Array) => void;

/**
 * Rows grouped by a 128-bit key hash, exactly, in bounded memory: beyond `LIMITS.tallyKeysInMemory` rows sorted runs go
 * to an unnamed file in a private folder and are merged at the end.
 */
export class Tally {
  readonly #tmp: string;
  readonly #most: number;
  #hashes = new Uint32Array(4 * 1024);
  #rows = new Float64Array(1024);
  #used = 0;
  #spilled: Run[] = [];
  #file: SpillFile | undefined;
  /** Files of tallies that were merged into this one. */
  #adopted: SpillFile[] = [];

  constructor(tmp: string, most: number = LIMITS.tallyKeysInMemory) {
    this.#tmp = tmp;
    this.#most = most;
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
    this.#file ??= new SpillFile(this.#tmp);
    this.#spilled.push(Run.write(this.#file, this.#hashes, this.#rows, this.#used));
    this.#used = 0;
  }

  /** Takes over the other's rows; the other is empty afterwards. */
  merge(other: Tally): void {
    this.#spilled.push(...other.#spilled);
    this.#adopted.push(...other.#files());
    [other.#spilled, other.#adopted, other.#file] = [[], [], undefined];
    for (let at = 0; at < other.#used; at++) this.add(other.#hashes, at, other.#rows[at]!);
    other.#used = 0;
  }

  #files(): SpillFile[] {
    return this.#file === undefined ? this.#adopted : [...this.#adopted, this.#file];
  }

  #sorted(visit: (words: Uint32Array, at: number, row: number) => void): void {
    mergeRuns([...this.#spilled, Run.inMemory(this.#hashes, this.#rows, this.#used)], visit);
  }

  /**
   * Visits the groups of equal keys, and gives SHA-256 over the sorted keys and rows: the same for the same rows,
   * whatever the order they came in.
   */
  scan(visit: VisitGroup): Uint8Array {
    const hash = createHash('sha256').update('counterfoil/tally/1\n');
    const chunk = new Uint8Array(DIGEST_RECORDS * RECORD);
    const view = new DataView(chunk.buffer);
    const key = new Uint32Array(4);
    let at = 0;
    let [count, first, second] = [0, Number.NaN, Number.NaN];
    this.#sorted((words, from, row) => {
      const [a, b, c, d] = [words[from]!, words[from + 1]!, words[from + 2]!, words[from + 3]!];
      if (count > 0 && a === key[0] && b === key[1] && c === key[2] && d === key[3]) {
        if (++count === 2) second = row;
      } else {
        if (count > 0) visit(count, first, second, key);
        [count, first, second] = [1, row, Number.NaN];
        [key[0], key[1], key[2], key[3]] = [a, b, c, d];
      }
      view.setUint32(at, a, true);
      view.setUint32(at + 4, b, true);
      view.setUint32(at + 8, c, true);
      view.setUint32(at + 12, d, true);
      view.setFloat64(at + 16, row, true);
      at += RECORD;
      if (at === chunk.length) {
        hash.update(chunk);
        at = 0;
      }
    });
    if (count > 0) visit(count, first, second, key);
    return hash.update(chunk.subarray(0, at)).digest();
  }

  /** Keys and rows as bytes, for states small enough to be handed on; `RangeError` beyond. */
  serialise(): Uint8Array {
    const { size } = this;
    if (size > this.#most) throw new RangeError('the state is on disk');
    const out = Buffer.alloc(size * RECORD);
    let at = 0;
    this.#sorted((words, from, row) => {
      for (let word = 0; word < 4; word++) at = out.writeUInt32LE(words[from + word]!, at);
      at = out.writeDoubleLE(row, at);
    });
    return out;
  }

  static from(tmp: string, bytes: Uint8Array, most?: number): Tally {
    const tally = new Tally(tmp, most);
    const buffer = Buffer.from(bytes);
    const words = new Uint32Array(4);
    for (let at = 0; at < buffer.length; at += RECORD) {
      for (let word = 0; word < 4; word++) words[word] = buffer.readUInt32LE(at + word * 4);
      tally.add(words, 0, buffer.readDoubleLE(at + 16));
    }
    return tally;
  }

  dispose(): void {
    for (const file of this.#files()) file.close();
    [this.#spilled, this.#adopted, this.#file] = [[], [], undefined];
    this.#used = 0;
    this.#hashes = new Uint32Array(4);
    this.#rows = new Float64Array(1);
  }
}
