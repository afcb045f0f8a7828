const BLOCK = 64;
/** The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4 sections 4.2.2 and 5.3.3). */
const PRIMES = firstPrimes(64);
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

const W = new Int32Array(64);

/**
 * HMAC-SHA256 (RFC 2104) of many short messages under one key of at most 64 bytes. The tokens of a column are millions
 * of these, and `createHmac` spends five times longer on making its objects than this does on hashing: so here is
 * SHA-256 itself, for this one use. The test compares the two on random keys and messages.
 */
export class ShortHmac {
  readonly #inner = new Int32Array(8);
  readonly #outer = new Int32Array(8);
  readonly #state = new Int32Array(8);

  constructor(key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError('the key is longer than a block');
    for (const [state, pad] of [
      [this.#inner, 0x36],
      [this.#outer, 0x5c],
    ] as const) {
      state.set(INITIAL);
      const block = Uint8Array.from({ length: BLOCK }, (_, at) => (key[at] ?? 0) ^ pad);
      load(block, 0);
      compress(state);
    }
  }

  /** 32 bytes over a part of `bytes`, written into `out`. */
  digest(bytes: Uint8Array, from: number, to: number, out: Uint8Array): void {
    const state = this.#state;
    state.set(this.#inner);
    let at = from;
    for (; to - at >= BLOCK; at += BLOCK) {
      load(bytes, at);
      compress(state);
    }
    last(state, bytes, at, to, BLOCK + to - from);
    for (let word = 0; word < 8; word++) W[word] = state[word]!;
    W[8] = 0x8000_0000 | 0;
    W.fill(0, 9, 15);
    W[15] = (BLOCK + 32) * 8;
    state.set(this.#outer);
    compress(state);
    for (let word = 0; word < 8; word++) {
      const value = state[word]!;
      out[4 * word] = value >>> 24;
      out[4 * word + 1] = value >>> 16;
      out[4 * word + 2] = value >>> 8;
      out[4 * word + 3] = value;
    }
  }
}

/** The end of a message: what is left of it, a one bit, and its length in bits; in one block or two. */
function last(state: Int32Array, bytes: Uint8Array, from: number, to: number, length: number): void {
  W.fill(0, 0, 16);
  const left = to - from;
  for (let n = 0; n < left; n++) W[n >> 2]! |= bytes[from + n]! << (24 - 8 * (n & 3));
  W[left >> 2]! |= 0x80 << (24 - 8 * (left & 3));
  if (left > BLOCK - 9) {
    compress(state);
    W.fill(0, 0, 16);
  }
  W[14] = Math.floor(length / 0x2000_0000);
  W[15] = (length << 3) | 0;
  compress(state);
}

function load(bytes: Uint8Array, from: number): void {
  for (let word = 0; word < 16; word++) {
    const at = from + 4 * word;
    W[word] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
}

/** One block, in the first 16 words of W, into the state (FIPS 180-4 section 6.2.2). */
function compress(state: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const x = W[t - 15]!;
    const y = W[t - 2]!;
    const small = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const large = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (W[t - 16]! + small + W[t - 7]! + large) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t++) {
    const turnE = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + turnE + ((e & f) ^ (~e & g)) + K[t]! + W[t]!) | 0;
    const turnA = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (turnA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function fraction(value: number): number {
  return Math.floor((value % 1) * 0x1_0000_0000) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}
