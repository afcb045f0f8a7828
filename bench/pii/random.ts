/** A small seeded generator (mulberry32): the same seed gives the same tables on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to but not including 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)]!;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.int(0, 9)).join('');
  }

  /** `#` becomes a digit, `@` a capital letter, `*` either; the rest stays. */
  shape(pattern: string): string {
    return pattern.replace(/[#@*]/g, (sign) => {
      if (sign === '#') return String(this.int(0, 9));
      if (sign === '@') return this.pick([...'ABCDEFGHJKLMNPRSTUVWXYZ']);
      return this.pick([...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789']);
    });
  }
}
