/** Sorted records: words of keys, four each, and row numbers. Good until the next ones are asked for. */
export interface Block {
  words: Uint32Array;
  rows: Float64Array;
}

/** Records of a part, about. */
const PART = 2048;
/** Records that are copied together to be sorted, unless one part has more: they stay in the cache. */
const WINDOW = 256 * 1024;
/** One double holds a word of 32 bits and an index of 21, so that numbers can be sorted without a comparison in JavaScript. */
const INDICES = 2 ** 21;

/**
 * Records in the order of keys, then rows, as they are taken. They are parted by the leading bits of the keys, which are
 * even for hashes. The records of a few parts are picked out at a time and sorted in the cache: reading all of them again
 * and again from the first to the last is many times faster than jumping between them once.
 */
export class SortedRecords {
  readonly #from: Block;
  readonly #used: number;
  readonly #bits: number;
  /** Records of each part. */
  readonly #sizes: Uint32Array;
  #part = 0;
  #window: Block = { words: new Uint32Array(0), rows: new Float64Array(0) };
  /** Places in the window, in order. */
  #order = new Uint32Array(0);
  #at = 0;

  constructor(words: Uint32Array, rows: Float64Array, used: number) {
    if (used > INDICES) throw new RangeError(`${used} keys are too many for one sorted run`);
    this.#from = { words, rows };
    this.#used = used;
    this.#bits = Math.ceil(Math.log2(Math.max(1, used / PART)));
    this.#sizes = new Uint32Array(1 << this.#bits);
    for (let at = 0; at < used; at++) this.#sizes[this.#partOf(at)]!++;
  }

  /** The next records, as many as are left at most. */
  take(records: number): Block {
    const [words, rows] = [new Uint32Array(records * 4), new Float64Array(records)];
    for (let n = 0; n < records; n++) {
      while (this.#at === this.#order.length) this.#fill();
      const from = this.#order[this.#at++]!;
      copyRecord(this.#window, from, { words, rows }, n);
    }
    return { words, rows };
  }

  #partOf(at: number): number {
    return this.#bits === 0 ? 0 : this.#from.words[at * 4]! >>> (32 - this.#bits);
  }

  /** Picks out the records of the next parts, and sorts them. */
  #fill(): void {
    const first = this.#part;
    let size = this.#sizes[this.#part++]!;
    while (this.#part < this.#sizes.length && size + this.#sizes[this.#part]! <= WINDOW)
      size += this.#sizes[this.#part++]!;
    const places = new Uint32Array(this.#part - first);
    for (let part = 1; part < places.length; part++) places[part] = places[part - 1]! + this.#sizes[first + part - 1]!;
    if (this.#window.rows.length < size)
      this.#window = { words: new Uint32Array(size * 4), rows: new Float64Array(size) };
    pick(this.#from, this.#used, { shift: 32 - this.#bits, first, places }, this.#window);
    this.#order = new Uint32Array(size);
    this.#at = 0;
    for (let part = 0, start = 0; part < places.length; start = places[part++]!) this.#sort(start, places[part]!);
  }

  /** By the first word, and by comparison within equal first words. */
  #sort(from: number, to: number): void {
    const { words } = this.#window;
    const packed = new Float64Array(to - from);
    for (let n = 0; n < packed.length; n++) packed[n] = words[(from + n) * 4]! * INDICES + from + n;
    packed.sort();
    const order = this.#order.subarray(from, to);
    for (let n = 0; n < packed.length; n++) order[n] = packed[n]! % INDICES;
    for (let start = 0; start < order.length; ) {
      const word = words[order[start]! * 4];
      let end = start + 1;
      let sorted = true;
      for (; end < order.length && words[order[end]! * 4] === word; end++)
        if (sorted && this.#compare(order[end - 1]!, order[end]!) > 0) sorted = false;
      if (!sorted) order.subarray(start, end).sort((a, b) => this.#compare(a, b));
      start = end;
    }
  }

  #compare(a: number, b: number): number {
    const { words, rows } = this.#window;
    for (let word = 1; word < 4; word++) {
      const difference = words[a * 4 + word]! - words[b * 4 + word]!;
      if (difference !== 0) return difference;
    }
    return rows[a]! - rows[b]!;
  }
}

/** Copies the records of the parts from `first` on to their places, one after the other in each. */
function pick(
  from: Block,
  used: number,
  parts: { shift: number; first: number; places: Uint32Array },
  to: Block,
): void {
  const { shift, first, places } = parts;
  const count = places.length;
  const { words } = from;
  for (let at = 0, word = 0; at < used; at++, word += 4) {
    const part = shift === 32 ? 0 : (words[word]! >>> shift) - first;
    if (part >= 0 && part < count) copyRecord(from, at, to, places[part]!++);
  }
}

function copyRecord(from: Block, at: number, to: Block, place: number): void {
  to.words[place * 4] = from.words[at * 4]!;
  to.words[place * 4 + 1] = from.words[at * 4 + 1]!;
  to.words[place * 4 + 2] = from.words[at * 4 + 2]!;
  to.words[place * 4 + 3] = from.words[at * 4 + 3]!;
  to.rows[place] = from.rows[at]!;
}
