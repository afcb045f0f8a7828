/** Bytes that grow at the end. `take` gives an exact copy and starts anew, keeping the space. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #view: DataView;
  length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Room for `count` more bytes; gives the array to write them to at `length`. */
  reserve(count: number): Uint8Array {
    const needed = this.length + count;
    if (needed > this.#bytes.length) {
      const bigger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      bigger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = bigger;
      this.#view = new DataView(bigger.buffer);
    }
    return this.#bytes;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    const target = this.reserve(count);
    let to = this.length;
    // A loop beats `set` with a subarray for short values.
    if (count > 48) target.set(bytes.subarray(start, end), to);
    else for (let from = start; from < end; from++) target[to++] = bytes[from]!;
    this.length += count;
  }

  appendInt32(value: number): void {
    this.reserve(4);
    this.#view.setInt32(this.length, value, true);
    this.length += 4;
  }

  /** A whole number as 64 bits; exact up to 2^53, beyond that give a BigInt. */
  appendInt64(value: number | bigint): void {
    this.reserve(8);
    if (typeof value === 'bigint') this.#view.setBigInt64(this.length, value, true);
    else {
      this.#view.setInt32(this.length, value | 0, true);
      this.#view.setInt32(this.length + 4, Math.floor(value / 2 ** 32), true);
    }
    this.length += 8;
  }

  appendFloat64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  appendFloat32(value: number): void {
    this.reserve(4);
    this.#view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  appendZeros(count: number): void {
    this.reserve(count).fill(0, this.length, this.length + count);
    this.length += count;
  }

  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}

/** A bitmap that grows at the end, least significant bit first. */
export class GrowingBits {
  readonly #bytes = new GrowingBytes(128);
  #bits = 0;
  zeros = 0;

  push(bit: boolean): void {
    const at = this.#bits & 7;
    if (at === 0) this.#bytes.appendZeros(1);
    if (bit) this.#bytes.reserve(0)[this.#bytes.length - 1]! |= 1 << at;
    else this.zeros++;
    this.#bits++;
  }

  take(): Uint8Array {
    this.#bits = 0;
    this.zeros = 0;
    return this.#bytes.take();
  }
}
