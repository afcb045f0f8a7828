import { createHash } from 'node:crypto';

/** Random numbers that follow from a seed and a name alone. */
export class Seeded {
  readonly #seed: string;
  #block = Buffer.alloc(0);
  #at = 0;
  #count = 0;

  constructor(seed: number, name: string) {
    this.#seed = `${seed}\n${name}\n`;
  }

  /** From 0 up to 1. */
  next(): number {
    if (this.#at === this.#block.length) {
      this.#block = createHash('sha256')
        .update(`${this.#seed}${this.#count++}`)
        .digest();
      this.#at = 0;
    }
    const value = this.#block.readUInt32LE(this.#at) / 2 ** 32;
    this.#at += 4;
    return value;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Makes the text of one cell; null for a null. */
export type Draw = (random: Seeded, row: number) => string | null;
