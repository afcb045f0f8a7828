/** Halves of a mantissa are added in doubles, which stay exact for so many values; then they move into bigints. */
const FLUSH = 1 << 20;

/**
 * The exact sum of 64-bit floats: independent of their order, so that any split of the rows gives the same state.
 * Kept as a whole number of 2^-1074, the smallest step of a double.
 */
export class ExactSum {
  /** For each exponent: sums of the low 32 and the high 21 bits of mantissas. */
  readonly #low = new Float64Array(2048);
  readonly #high = new Float64Array(2048);
  readonly #double = new Float64Array(1);
  readonly #words = new Uint32Array(this.#double.buffer);
  #pending = 0;
  #total: bigint;

  constructor(total = 0n) {
    this.#total = total;
  }

  /** Adds a finite number. */
  add(value: number): void {
    this.#double[0] = value;
    const high = this.#words[1]!;
    const exponent = (high >>> 20) & 0x7ff;
    const top = exponent === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000;
    if (high >>> 31 === 0) {
      this.#low[exponent]! += this.#words[0]!;
      this.#high[exponent]! += top;
    } else {
      this.#low[exponent]! -= this.#words[0]!;
      this.#high[exponent]! -= top;
    }
    if (++this.#pending >= FLUSH) this.#flush();
  }

  #flush(): void {
    for (let exponent = 0; exponent < 2048; exponent++) {
      if (this.#low[exponent] === 0 && this.#high[exponent] === 0) continue;
      const mantissa = (BigInt(this.#high[exponent]!) << 32n) + BigInt(this.#low[exponent]!);
      this.#total += mantissa << BigInt(Math.max(exponent, 1) - 1);
    }
    this.#low.fill(0);
    this.#high.fill(0);
    this.#pending = 0;
  }

  /** The sum as a whole number of 2^-1074. */
  get total(): bigint {
    this.#flush();
    return this.#total;
  }

  merge(other: ExactSum): void {
    this.#total += other.total;
  }

  /** The sum, divided by a whole number, as the nearest double but for one rounding. */
  over(divisor: bigint): number {
    return scaled(this.total, divisor);
  }
}

/** value × 2^-1074 / divisor as a double: 64 significant bits are kept before the one rounding. */
function scaled(value: bigint, divisor: bigint): number {
  if (value === 0n) return 0;
  const magnitude = value < 0n ? -value : value;
  const bits = magnitude.toString(2).length - divisor.toString(2).length;
  const shift = Math.max(0, 66 - bits);
  let quotient = (magnitude << BigInt(shift)) / divisor;
  let power = -1074 - shift;
  const extra = Math.max(0, quotient.toString(2).length - 66);
  quotient >>= BigInt(extra);
  power += extra;
  // In two steps, because 2^power alone can be beyond a double.
  const half = Math.trunc(power / 2);
  const result = Number(quotient) * 2 ** half * 2 ** (power - half);
  return value < 0n ? -result : result;
}
