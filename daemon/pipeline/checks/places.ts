import type { Locator } from './report.js';

/** Where the batches of a run begin, to turn row numbers back into places. */
export class Places {
  readonly #starts: number[] = [];
  rows = 0;

  get batches(): number {
    return this.#starts.length;
  }

  /** Another batch; gives the number of its first row. */
  begin(rows: number): number {
    const first = this.rows;
    this.#starts.push(first);
    this.rows += rows;
    return first;
  }

  locate(row: number): Locator {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return { batch: low, row: row - this.#starts[low]! };
  }
}
