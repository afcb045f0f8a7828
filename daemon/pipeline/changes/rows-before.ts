import { type Batch, decodeBatch, type Frame, type Schema } from '../../columnar/index.js';
import { LIMITS } from '../../foundation/index.js';

/** The batches of a version that was delivered before, in the order of its rows. */
export interface Delivered {
  schema: Schema;
  /** Rows of each batch. */
  batches: readonly number[];
  read(index: number): Frame;
}

/** Rows by their number in the whole version. A few batches are held decoded. */
export class RowsBefore {
  readonly rows: number;
  readonly #before: Delivered;
  readonly #starts: readonly number[];
  readonly #held = new Map<number, Batch>();
  readonly #most: number;
  #last = 0;

  constructor(before: Delivered, most: number = LIMITS.patchBatches) {
    this.#before = before;
    this.#most = most;
    let rows = 0;
    this.#starts = before.batches.map((count) => {
      rows += count;
      return rows - count;
    });
    this.rows = rows;
  }

  get batches(): number {
    return this.#starts.length;
  }

  /** The batch that a row below `rows` is in. */
  batchOf(row: number): number {
    if (row >= this.start(this.#last) && row < this.end(this.#last)) return this.#last;
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    this.#last = low;
    return low;
  }

  /** The number of the first row of a batch, and of the first one after it. */
  start(index: number): number {
    return this.#starts[index]!;
  }

  end(index: number): number {
    return this.#starts[index + 1] ?? this.rows;
  }

  batch(index: number): Batch {
    const held = this.#held.get(index);
    if (held !== undefined) return held;
    const { schema, read } = this.#before;
    const batch = decodeBatch(schema, read(index));
    if (this.#held.size >= this.#most) this.#held.delete(this.#held.keys().next().value!);
    this.#held.set(index, batch);
    return batch;
  }
}
