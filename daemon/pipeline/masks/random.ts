import type { ShortHmac } from './hmac.js';

/**
 * A few numbers that look random for a text, the same ones whenever it comes again: xoshiro128** (Blackman and Vigna,
 * public domain), seeded by HMAC-SHA256 of the text. Good for an invented value each; `keystream` is for many.
 */
export class KeyedRandom {
  readonly #state = new Uint32Array(4);
  readonly #seed = new Uint8Array(32);
  readonly #hmac: ShortHmac;

  constructor(hmac: ShortHmac) {
    this.#hmac = hmac;
  }

  /** Begins anew with what stands for a text. */
  seed(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.#hmac.digest(bytes, 0, bytes.length, this.#seed);
    this.#state.set(new Uint32Array(this.#seed.buffer, 0, 4));
    this.#state[0]! |= 1; // the state is never all zero
  }

  /** 32 bits. */
  word(): number {
    const s = this.#state;
    const spun = Math.imul(s[1]!, 5);
    const result = Math.imul((spun << 7) | (spun >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** From 0 up to, not including, 1: 53 bits. */
  unit(): number {
    return (this.word() * 0x20_0000 + (this.word() >>> 11)) / 2 ** 53;
  }

  /** A whole number below a bound. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }
}
