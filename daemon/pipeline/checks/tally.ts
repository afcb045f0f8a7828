import { LIMITS, release, sha256 } from '../../foundation/index.js';
import { mergedBlocks, Run, SpillFile } from './tally-runs.js';
import type { Block } from './tally-sort.js';
import { addRecords } from './tally-sum.js';
import type { Hashes } from './values/hash.js';

const RECORD = 24;

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
  readonly #sum = new Uint32Array(4);
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
    this.#rows[this.#used] = row;
    addRecords(this.#sum, this.#hashes, this.#rows, this.#used++, 1);
  }

  /** The same of all rows of a batch, of which `firstRow` is the first. */
  addAll(hashes: Hashes, firstRow: number): void {
    const rows = hashes.length / 4;
    for (let done = 0; done < rows; ) {
      if (this.#used === this.#rows.length) this.#grow();
      const count = Math.min(rows - done, this.#rows.length - this.#used);
      this.#hashes.set(hashes.subarray(done * 4, (done + count) * 4), this.#used * 4);
      for (let at = 0; at < count; at++) this.#rows[this.#used + at] = firstRow + done + at;
      addRecords(this.#sum, this.#hashes, this.#rows, this.#used, count);
      this.#used += count;
      done += count;
    }
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
    this.#free();
    [this.#hashes, this.#rows] = [hashes, rows];
  }

  #free(): void {
    release(new Uint8Array(this.#hashes.buffer), new Uint8Array(this.#rows.buffer));
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
    const before = this.#sum.slice();
    for (let at = 0; at < other.#used; at++) this.add(other.#hashes, at, other.#rows[at]!);
    for (let lane = 0; lane < 4; lane++) this.#sum[lane] = before[lane]! + other.#sum[lane]!;
    [other.#spilled, other.#adopted, other.#file, other.#used] = [[], [], undefined, 0];
    other.#sum.fill(0);
  }

  #files(): SpillFile[] {
    return this.#file === undefined ? this.#adopted : [...this.#adopted, this.#file];
  }

  #sorted(): Generator<Block> {
    return mergedBlocks([...this.#spilled, Run.inMemory(this.#hashes, this.#rows, this.#used)]);
  }

  /**
   * The same for the same rows, whatever the order they came in: SHA-256 over how many there are and a sum over hashes of
   * key and row. It tells states apart that differ by accident; the rows themselves are held to their own digests.
   */
  digest(): Uint8Array {
    const bytes = new DataView(new ArrayBuffer(24));
    this.#sum.forEach((word, lane) => {
      bytes.setUint32(lane * 4, word, true);
    });
    bytes.setFloat64(16, this.size, true);
    return sha256('counterfoil/tally/3\n', new Uint8Array(bytes.buffer));
  }

  /** Visits the groups of equal keys, in the order of keys. */
  scan(visit: VisitGroup): void {
    const key = new Uint32Array(4);
    let [count, first, second] = [0, Number.NaN, Number.NaN];
    for (const { words, rows } of this.#sorted()) {
      for (let at = 0; at < rows.length; at++) {
        const from = at * 4;
        const isSame =
          words[from] === key[0] &&
          words[from + 1] === key[1] &&
          words[from + 2] === key[2] &&
          words[from + 3] === key[3];
        if (isSame && count > 0) {
          if (++count === 2) second = rows[at]!;
          continue;
        }
        if (count > 0) visit(count, first, second, key);
        [count, first, second] = [1, rows[at]!, Number.NaN];
        key[0] = words[from]!;
        key[1] = words[from + 1]!;
        key[2] = words[from + 2]!;
        key[3] = words[from + 3]!;
      }
    }
    if (count > 0) visit(count, first, second, key);
  }

  /** Keys and rows as bytes, for states small enough to be handed on; `RangeError` beyond. */
  serialise(): Uint8Array {
    const { size } = this;
    if (size > this.#most) throw new RangeError('the state is on disk');
    const out = Buffer.alloc(size * RECORD);
    let at = 0;
    for (const { words, rows } of this.#sorted())
      for (let record = 0; record < rows.length; record++) {
        for (let word = 0; word < 4; word++) at = out.writeUInt32LE(words[record * 4 + word]!, at);
        at = out.writeDoubleLE(rows[record]!, at);
      }
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
    this.#free();
    this.#hashes = new Uint32Array(4);
    this.#rows = new Float64Array(1);
  }
}
