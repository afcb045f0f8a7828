/**
 * Counts of numbers in bins of their sign, exponent and first 8 bits of mantissa. Merging adds counts, so any split
 * gives the same bins; a quantile read from them is within 0.2 % of the true value.
 */
export class Quantiles {
  readonly bins: Map<number, number>;
  readonly #double = new Float64Array(1);
  readonly #words = new Uint32Array(this.#double.buffer);

  constructor(bins: Iterable<readonly [number, number]> = []) {
    this.bins = new Map(bins);
  }

  add(value: number): void {
    this.#double[0] = value + 0;
    const top = this.#words[1]! >>> 12;
    // Bins in the order of values: negatives mirrored below zero.
    const bin = top & 0x80000 ? -(top & 0x7ffff) - 1 : top;
    this.count(bin);
  }

  /** One more in a bin. */
  count(bin: number): void {
    this.bins.set(bin, (this.bins.get(bin) ?? 0) + 1);
  }

  merge(other: Quantiles): void {
    for (const [bin, count] of other.bins) this.bins.set(bin, (this.bins.get(bin) ?? 0) + count);
  }

  sorted(): [number, number][] {
    return [...this.bins].sort(([a], [b]) => a - b);
  }

  /** The value below which a share `q` of the numbers lies; undefined without numbers. */
  at(q: number): number | undefined {
    const sorted = this.sorted();
    const total = sorted.reduce((sum, [, count]) => sum + count, 0);
    let left = Math.max(1, Math.ceil(q * total));
    for (const [bin, count] of sorted) {
      left -= count;
      if (left <= 0) return this.#middle(bin);
    }
    return undefined;
  }

  #middle(bin: number): number {
    if (bin === 0 || bin === -1) return 0;
    const top = bin < 0 ? (-bin - 1) | 0x80000 : bin;
    this.#words[1] = ((top << 12) | 0x800) >>> 0;
    this.#words[0] = 0;
    return this.#double[0]!;
  }
}
