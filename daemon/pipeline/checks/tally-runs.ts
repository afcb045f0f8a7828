import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from '../../foundation/index.js';

/** Records that are read at once. Each is four key words and a row number. */
const BLOCK = 8192;
const RECORD = 24;

/** A block of sorted records: words of keys, four each, then row numbers. */
interface Block {
  words: Uint32Array;
  rows: Float64Array;
}

/** Where runs that do not fit in memory are written, one after another: a file without a name, gone with its descriptor. */
export class SpillFile {
  readonly #fd: number;
  #end = 0;

  constructor(folder: string) {
    const path = join(folder, `.${randomBytes(12).toString('hex')}.runs`);
    try {
      this.#fd = openSync(path, 'wx+', 0o600);
      rmSync(path);
    } catch (error) {
      throw diskError(error);
    }
  }

  /** Appends bytes and gives where they begin. */
  append(bytes: Uint8Array): number {
    const start = this.#end;
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, start + done);
    } catch (error) {
      throw diskError(error);
    }
    this.#end += bytes.length;
    return start;
  }

  read(start: number, size: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(size);
    for (let done = 0; done < size; ) {
      const read = readSync(this.#fd, bytes, done, size - done, start + done);
      if (read === 0) throw new Error('a sorted run ended early');
      done += read;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** A sorted sequence of (key, row), in memory or in a spill file. */
export class Run {
  readonly size: number;
  readonly #read: (block: number, records: number) => Block;

  private constructor(size: number, read: (block: number, records: number) => Block) {
    this.size = size;
    this.#read = read;
  }

  static inMemory(hashes: Uint32Array, rows: Float64Array, used: number): Run {
    const order = sortedOrder(hashes, rows, used);
    return new Run(used, (block, records) => gather(hashes, rows, order, block, records));
  }

  static write(file: SpillFile, hashes: Uint32Array, rows: Float64Array, used: number): Run {
    const order = sortedOrder(hashes, rows, used);
    let start: number | undefined;
    for (let block = 0; block * BLOCK < used; block++) {
      const { words, rows: places } = gather(hashes, rows, order, block, Math.min(BLOCK, used - block * BLOCK));
      const at = file.append(new Uint8Array(words.buffer));
      file.append(new Uint8Array(places.buffer));
      start ??= at;
    }
    const from = start ?? 0;
    return new Run(used, (block, records) => {
      const { buffer } = file.read(from + block * BLOCK * RECORD, records * RECORD);
      return { words: new Uint32Array(buffer, 0, records * 4), rows: new Float64Array(buffer, records * 16) };
    });
  }

  block(block: number): Block | undefined {
    const records = Math.min(BLOCK, this.size - block * BLOCK);
    return records > 0 ? this.#read(block, records) : undefined;
  }
}

function gather(hashes: Uint32Array, rows: Float64Array, order: Uint32Array, block: number, records: number): Block {
  const [words, places] = [new Uint32Array(records * 4), new Float64Array(records)];
  for (let n = 0; n < records; n++) {
    const source = order[block * BLOCK + n]!;
    words[n * 4] = hashes[source * 4]!;
    words[n * 4 + 1] = hashes[source * 4 + 1]!;
    words[n * 4 + 2] = hashes[source * 4 + 2]!;
    words[n * 4 + 3] = hashes[source * 4 + 3]!;
    places[n] = rows[source]!;
  }
  return { words, rows: places };
}

/** One double holds a word of 32 bits and an index of 21, so that numbers can be sorted without a comparison in JavaScript. */
const INDICES = 2 ** 21;

/** Indices in the order of keys, then rows: by the first word, and by comparison within equal first words. */
function sortedOrder(hashes: Uint32Array, rows: Float64Array, used: number): Uint32Array {
  if (used > INDICES) throw new RangeError(`${used} keys are too many for one sorted run`);
  const packed = new Float64Array(used);
  for (let at = 0; at < used; at++) packed[at] = hashes[at * 4]! * INDICES + at;
  packed.sort();
  const order = new Uint32Array(used);
  for (let at = 0; at < used; at++) order[at] = packed[at]! % INDICES;
  for (let start = 0; start < used; ) {
    const word = hashes[order[start]! * 4];
    let end = start + 1;
    let sorted = true;
    for (; end < used && hashes[order[end]! * 4] === word; end++)
      if (sorted && compareRecords(hashes, rows, order[end - 1]!, order[end]!) > 0) sorted = false;
    if (!sorted) order.subarray(start, end).sort((a, b) => compareRecords(hashes, rows, a, b));
    start = end;
  }
  return order;
}

function compareRecords(hashes: Uint32Array, rows: Float64Array, a: number, b: number): number {
  for (let word = 1; word < 4; word++) {
    const difference = hashes[a * 4 + word]! - hashes[b * 4 + word]!;
    if (difference !== 0) return difference;
  }
  return rows[a]! - rows[b]!;
}

/** Where reading a run stands: the record at `at` of its present block. */
class Cursor {
  readonly #run: Run;
  #block = 0;
  words!: Uint32Array;
  rows!: Float64Array;
  at = 0;

  private constructor(run: Run) {
    this.#run = run;
  }

  static of(run: Run): Cursor | undefined {
    const cursor = new Cursor(run);
    return cursor.#load() ? cursor : undefined;
  }

  #load(): boolean {
    const block = this.#run.block(this.#block++);
    if (block === undefined) return false;
    this.words = block.words;
    this.rows = block.rows;
    this.at = 0;
    return true;
  }

  /** Steps to the next record; false at the end. */
  next(): boolean {
    return ++this.at < this.rows.length || this.#load();
  }

  before(other: Cursor): boolean {
    for (let word = 0; word < 4; word++) {
      const [mine, theirs] = [this.words[this.at * 4 + word]!, other.words[other.at * 4 + word]!];
      if (mine !== theirs) return mine < theirs;
    }
    return this.rows[this.at]! < other.rows[other.at]!;
  }
}

/** Visits the records of several runs in the order of keys, then rows. */
export function mergeRuns(runs: readonly Run[], visit: (words: Uint32Array, at: number, row: number) => void): void {
  const heap = runs.map(Cursor.of).filter((cursor) => cursor !== undefined);
  heap.sort((a, b) => (a.before(b) ? -1 : 1));
  while (heap.length > 0) {
    const top = heap[0]!;
    visit(top.words, top.at * 4, top.rows[top.at]!);
    if (!top.next()) {
      const last = heap.pop()!;
      if (heap.length > 0 && last !== top) heap[0] = last;
    }
    if (heap.length > 1) sink(heap);
  }
}

function sink(heap: Cursor[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && heap[left]!.before(heap[least]!)) least = left;
    if (right < heap.length && heap[right]!.before(heap[least]!)) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}
