import type { Batch } from '../../columnar/index.js';
import { LIMITS } from '../../foundation/index.js';
import type { Run } from './patch.js';
import { rowKeys } from './row-keys.js';
import { type Delivered, RowsBefore } from './rows-before.js';

/** Rows that are looked ahead for a change that is small: in place, taken out or put in. */
const AHEAD = 8;
/** Batches of the version before, around where it stands, in which a row is searched. */
const [BEHIND, BEYOND] = [1, 3];
/** One key in so many is remembered of all rows, at most so many in all. */
const SPARSE = 64;
const SPARSE_MOST = 1_000_000;

/** What a batch has in common with the version before: `rows` are the numbers of its own rows that are new. */
export interface Difference {
  runs: Run[];
  rows: Int32Array;
}

/**
 * Finds the rows of one version in another, batch after batch, wherever boundaries of batches are: rows that were
 * changed in place, put in, taken out or moved as a block. Memory: the keys of a few batches, and a sparse sample.
 */
export class Differ {
  readonly #before: RowsBefore;
  readonly #seed: number;
  readonly #keys = new Map<number, Float64Array>();
  /** Where the next row is expected. */
  #cursor: number;
  #window: { batch: number; rows: Map<number, number> } | undefined;
  #sparse: Map<number, number> | undefined;

  /** `start`: where the first row is expected. */
  constructor(before: Delivered, seed: number, start: number) {
    this.#before = new RowsBefore(before, 2);
    this.#seed = seed;
    this.#cursor = Math.min(start, this.#before.rows);
  }

  /** Undefined where so little is the same, or it is in so many places, that the batch goes as it is. */
  of(batch: Batch): Difference | undefined {
    const keys = rowKeys(batch, this.#seed);
    let found = this.#compare(keys);
    // Far away in the version before, perhaps: the rows of a whole period may have gone.
    const place = found.rows.length * 2 > keys.length ? this.#place(keys) : undefined;
    if (place !== undefined) {
      const here = this.#cursor;
      this.#cursor = place;
      const there = this.#compare(keys);
      if (there.rows.length < found.rows.length) found = there;
      else this.#cursor = here;
    }
    const touched = new Set(found.runs.flatMap((run) => this.#touched(run)));
    return found.rows.length * 4 > keys.length * 3 || touched.size > LIMITS.patchBatches ? undefined : found;
  }

  #touched({ from, copied }: Run): number[] {
    if (copied === 0) return [];
    const [first, last] = [this.#before.batchOf(from), this.#before.batchOf(from + copied - 1)];
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  }

  #compare(keys: Float64Array): Difference {
    const runs: Run[] = [];
    const fresh = new Int32Array(keys.length);
    let [count, run] = [0, { from: this.#cursor, copied: 0, fresh: 0 }];
    const add = (rows: number, at: number) => {
      for (let row = at; row < at + rows; row++) fresh[count++] = row;
      run.fresh += rows;
    };
    for (let row = 0; row < keys.length; ) {
      const old = this.#find(keys, row);
      if (old === undefined) {
        add(1, row++);
        continue;
      }
      add(old.after, row);
      row += old.after;
      if (run.fresh > 0 || run.from + run.copied !== old.at) {
        if (run.copied + run.fresh > 0) runs.push(run);
        run = { from: old.at, copied: 0, fresh: 0 };
      }
      let at = old.at;
      for (; row < keys.length && this.#key(at) === keys[row]; row++) at++;
      run.copied += at - run.from - run.copied;
      this.#cursor = at;
    }
    if (run.copied + run.fresh > 0) runs.push(run);
    return { runs, rows: fresh.subarray(0, count) };
  }

  /** Where the rows from `row` on go on in the version before, and after how many rows that are not in it. */
  #find(keys: Float64Array, row: number): { at: number; after: number } | undefined {
    const cursor = this.#cursor;
    if (this.#key(cursor) === keys[row]) return { at: cursor, after: 0 };
    for (let far = 1; far <= AHEAD; far++) {
      if (row + far < keys.length && this.#key(cursor + far) === keys[row + far])
        return { at: cursor + far, after: far };
      if (this.#key(cursor + far) === keys[row]) return { at: cursor + far, after: 0 };
      if (row + far < keys.length && this.#key(cursor) === keys[row + far]) return { at: cursor, after: far };
    }
    const at = this.#around(cursor).get(keys[row]!);
    return at === undefined ? undefined : { at, after: 0 };
  }

  #key(row: number): number {
    if (row >= this.#before.rows) return Number.NaN;
    const index = this.#before.batchOf(row);
    return this.#keysOf(index)[row - this.#before.start(index)]!;
  }

  #keysOf(index: number): Float64Array {
    const known = this.#keys.get(index);
    if (known !== undefined) return known;
    const keys = rowKeys(this.#before.batch(index), this.#seed);
    if (this.#keys.size > 2 * (BEHIND + BEYOND)) this.#keys.delete(this.#keys.keys().next().value!);
    this.#keys.set(index, keys);
    return keys;
  }

  /** The rows of the batches around a row, by key. */
  #around(row: number): Map<number, number> {
    if (this.#before.rows === 0) return new Map();
    const batch = this.#before.batchOf(Math.min(row, this.#before.rows - 1));
    if (this.#window?.batch !== batch) {
      const rows = new Map<number, number>();
      const last = Math.min(batch + BEYOND, this.#before.batches - 1);
      for (let index = Math.max(0, batch - BEHIND); index <= last; index++) {
        const start = this.#before.start(index);
        this.#keysOf(index).forEach((key, at) => {
          rows.set(key, start + at);
        });
      }
      this.#window = { batch, rows };
    }
    return this.#window.rows;
  }

  /** Where in the whole version before these rows may begin, by the sample. */
  #place(keys: Float64Array): number | undefined {
    this.#sparse ??= this.#sample();
    for (let row = 0; row < keys.length; row++) {
      const at = keys[row]! % SPARSE === 0 ? this.#sparse.get(keys[row]!) : undefined;
      if (at !== undefined) return Math.max(0, at - row);
    }
    return undefined;
  }

  #sample(): Map<number, number> {
    const sample = new Map<number, number>();
    for (let index = 0; index < this.#before.batches && sample.size < SPARSE_MOST; index++) {
      const start = this.#before.start(index);
      this.#keysOf(index).forEach((key, at) => {
        if (key % SPARSE === 0) sample.set(key, start + at);
      });
    }
    return sample;
  }
}
