import type { Footer } from './footer.js';

/** Bytes of one slice as Arrow. */
const TARGET = 32 * 1024 * 1024;
const FIRST_ROWS = 16_384;
const GROWTH = 8;

/**
 * How many rows to read at once, so that memory does not depend on the row groups of the file. Sizes in the footer are
 * before decoding and can be far too small, so the first slice is small and the next ones follow from what came.
 */
export class SliceSize {
  readonly #ends: number[] = [];
  #most: number;

  constructor(footer: Footer) {
    let end = 0;
    for (const group of footer.groups) {
      end += group.rows;
      this.#ends.push(end);
    }
    const each = Math.max(1, ...footer.groups.map(({ rows, bytes }) => (rows === 0 ? 0 : bytes / rows)));
    this.#most = Math.max(1, Math.min(FIRST_ROWS, Math.floor(TARGET / each)));
  }

  /** Rows from row `from`: up to the end of the row group, as reading it again for the next slice costs time. */
  rows(from: number): number {
    const end = this.#ends.find((each) => each > from)!;
    const left = end - from;
    // Two halves rather than a whole and a crumb.
    return left <= this.#most ? left : Math.min(this.#most, Math.ceil(left / Math.ceil(left / this.#most)));
  }

  learn(rows: number, bytes: number): void {
    const fitting = Math.floor((TARGET / Math.max(1, bytes)) * rows);
    this.#most = Math.max(1, Math.min(fitting, this.#most * GROWTH));
  }
}
