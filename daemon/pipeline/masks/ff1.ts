import { type Cipher, createCipheriv } from 'node:crypto';

const BLOCK = 16;
const ROUNDS = 10;
/** A half of a value is reckoned with as a double: what a byte is added to must still be exact. */
const MOST_BITS = 45;

/**
 * FF1 (NIST SP 800-38G, algorithm 7) over many values of one length at once: each of the ten rounds is one call of AES for
 * all of them. For values of which half has no more than 2^45 forms; the test compares it with another implementation.
 */
export class Ff1Batch {
  readonly #radix: number;
  readonly #aes: Cipher;
  readonly #tweak: Uint8Array;

  /** `key` has 16, 24 or 32 bytes. */
  constructor(radix: number, key: Uint8Array, tweak: Uint8Array) {
    this.#radix = radix;
    this.#aes = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    this.#tweak = tweak;
  }

  /** Whether values of so many digits can be done. */
  takes(length: number): boolean {
    return length >= 2 && this.#radix ** Math.ceil(length / 2) <= 2 ** MOST_BITS;
  }

  /** Encrypts values of `length` digits each, one after another, in place. */
  encrypt(digits: Uint8Array, length: number): void {
    const radix = this.#radix;
    const count = digits.length / length;
    const left = Math.floor(length / 2);
    const right = length - left;
    let a = numbers(digits, length, 0, left, radix);
    let b = numbers(digits, length, left, right, radix);
    const bytes = Math.ceil(Math.ceil(right * Math.log2(radix) - 1e-9) / 8);
    const used = 4 * Math.ceil(bytes / 4) + 4;
    const blocks = new Uint8Array(count * BLOCK);
    const first = this.#block(length, left, bytes);
    for (let at = 0; at < blocks.length; at += BLOCK) blocks.set(first, at);
    const place = BLOCK - bytes;
    for (let round = 0; round < ROUNDS; round++) {
      for (let n = 0; n < count; n++) {
        blocks[n * BLOCK + place - 1] = first[place - 1]! ^ round;
        write(b[n]!, blocks, n * BLOCK + place, bytes, first, place);
      }
      const sums = this.#aes.update(blocks);
      const modulus = radix ** (round % 2 === 0 ? left : right);
      const mixed = a; // the new half takes the place of the one that is no longer needed
      for (let n = 0; n < count; n++) {
        const sum = a[n]! + remainder(sums, n * BLOCK, used, modulus);
        mixed[n] = sum >= modulus ? sum - modulus : sum;
      }
      a = b;
      b = mixed;
    }
    spell(a, digits, length, 0, left, radix);
    spell(b, digits, length, left, right, radix);
  }

  /**
   * What the last block of a value begins as: all before its round and its number is the same for every value, so the
   * blocks before (P, and Q but for its end) are encrypted once.
   */
  #block(length: number, left: number, bytes: number): Uint8Array {
    const tweak = this.#tweak;
    const size = Math.ceil((tweak.length + bytes + 1) / BLOCK) * BLOCK;
    const whole = Buffer.alloc(BLOCK + size);
    whole.set([1, 2, 1, 0, this.#radix >> 8, this.#radix & 255, ROUNDS, left & 255]);
    whole.writeUInt32BE(length, 8);
    whole.writeUInt32BE(tweak.length, 12);
    whole.set(tweak, BLOCK);
    let chained: Uint8Array = new Uint8Array(BLOCK);
    for (let at = 0; at < whole.length; at += BLOCK) {
      chained = chained.map((byte, n) => byte ^ whole[at + n]!);
      if (at + BLOCK < whole.length) chained = new Uint8Array(this.#aes.update(chained));
    }
    return chained;
  }
}

/** The numbers that a part of each value's digits stands for. */
function numbers(digits: Uint8Array, length: number, from: number, size: number, radix: number): Float64Array {
  const out = new Float64Array(digits.length / length);
  for (let n = 0; n < out.length; n++) {
    let number = 0;
    for (let at = n * length + from, end = at + size; at < end; at++) number = number * radix + digits[at]!;
    out[n] = number;
  }
  return out;
}

function spell(values: Float64Array, digits: Uint8Array, length: number, from: number, size: number, radix: number) {
  for (let n = 0; n < values.length; n++) {
    let rest = values[n]!;
    for (let start = n * length + from, at = start + size - 1; at >= start; at--) {
      const next = Math.floor(rest / radix);
      digits[at] = rest - next * radix;
      rest = next;
    }
  }
}

/** A number as bytes, largest first, each XORed with what stands in `over`. */
function write(value: number, out: Uint8Array, at: number, bytes: number, over: Uint8Array, place: number): void {
  const high = Math.floor(value / 2 ** 32);
  const low = value >>> 0;
  for (let n = 0; n < bytes; n++) {
    const shift = (bytes - 1 - n) * 8;
    out[at + n] = (shift >= 32 ? high >>> (shift - 32) : low >>> shift) ^ over[place + n]!;
  }
}

/** The first `count` bytes as a number, modulo a number below 2^45: as many bytes a step as stay exact. */
function remainder(bytes: Uint8Array, from: number, count: number, modulus: number): number {
  let rest = 0;
  if (modulus <= 2 ** 37) {
    for (let at = from; at < from + count; at += 2) {
      const value = rest * 65536 + ((bytes[at]! << 8) | bytes[at + 1]!);
      rest = value - Math.floor(value / modulus) * modulus;
      if (rest < 0) rest += modulus;
    }
    return rest;
  }
  for (let at = from; at < from + count; at++) {
    const value = rest * 256 + bytes[at]!;
    rest = value - Math.floor(value / modulus) * modulus;
    if (rest < 0) rest += modulus;
  }
  return rest;
}
