/** Beyond this a whole number is turned as a bigint, so that sums and multiples of it stay exact as doubles. */
export const SMALL = 2 ** 51;
const WORD = 2 ** 32;

/**
 * 64-bit whole numbers, two's complement, read and written as doubles: several times quicker than bigints, and exact for
 * all that is below 2^51.
 */
export class Words {
  readonly #low: Uint32Array;
  readonly #high: Int32Array | Uint32Array;
  readonly #each: number;

  /** `each` is how many 32-bit words one value has; those above the second must only repeat the sign. */
  constructor(data: Uint8Array, signed: boolean, each = 2) {
    this.#low = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
    this.#high = signed ? new Int32Array(data.buffer, data.byteOffset, data.length >> 2) : this.#low;
    this.#each = each;
  }

  /** NaN for a value that is not small. */
  get(row: number): number {
    const at = row * this.#each;
    const high = this.#high[at + 1]!;
    if (high >= 0x8_0000 || high < -0x8_0000) return Number.NaN;
    for (let word = at + 2; word < at + this.#each; word++) if (this.#high[word] !== high >> 31) return Number.NaN;
    return high * WORD + this.#low[at]!;
  }

  /** Writes a whole number that a double holds exactly. */
  set(row: number, value: number): void {
    const at = row * this.#each;
    const high = Math.floor(value / WORD);
    this.#low[at] = value - high * WORD;
    this.#high[at + 1] = high;
    for (let word = at + 2; word < at + this.#each; word++) this.#high[word] = high >> 31;
  }
}
