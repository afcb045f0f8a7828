import { createHmac } from 'node:crypto';

/**
 * Numbers that look random and can be made again: AES would do, but a view is prepared once and sent many times, so what
 * matters is that the key and the place give them. xoshiro128** (Blackman and Vigna, public domain), seeded by HMAC-SHA256.
 */
export class KeyedRandom {
  readonly #state: Uint32Array;

  constructor(key: Uint8Array, place: string) {
    const seed = createHmac('sha256', key).update(place).digest();
    this.#state = Uint32Array.from({ length: 4 }, (_, word) => seed.readUInt32LE(word * 4));
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
