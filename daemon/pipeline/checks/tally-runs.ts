import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from '../../foundation/index.js';
import { type Block, SortedRecords } from './tally-sort.js';

/** Records that are read at once. Each is four key words and a row number. */
const BLOCK = 8192;
const RECORD = 24;

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
    const sorted = new SortedRecords(hashes, rows, used);
    return new Run(used, (_block, records) => sorted.take(records)); // blocks are asked for in their order
  }

  static write(file: SpillFile, hashes: Uint32Array, rows: Float64Array, used: number): Run {
    const sorted = new SortedRecords(hashes, rows, used);
    let start: number | undefined;
    for (let left = used; left > 0; left -= BLOCK) {
      const { words, rows: places } = sorted.take(Math.min(BLOCK, left));
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

/** The records of several runs in the order of keys, then rows, in blocks that are full but for the last. */
export function* mergedBlocks(runs: readonly Run[]): Generator<Block> {
  const [only, another] = runs.filter(({ size }) => size > 0);
  if (only === undefined) return;
  if (another !== undefined) yield* merged(runs);
  else
    for (let at = 0, block = only.block(at); block !== undefined; block = only.block(++at)) {
      yield block;
    }
}

function* merged(runs: readonly Run[]): Generator<Block> {
  const heap = runs.map(Cursor.of).filter((cursor) => cursor !== undefined);
  heap.sort((a, b) => (a.before(b) ? -1 : 1));
  const [words, rows] = [new Uint32Array(BLOCK * 4), new Float64Array(BLOCK)];
  let used = 0;
  while (heap.length > 0) {
    const top = heap[0]!;
    for (let word = 0; word < 4; word++) words[used * 4 + word] = top.words[top.at * 4 + word]!;
    rows[used++] = top.rows[top.at]!;
    if (used === BLOCK) {
      yield { words, rows };
      used = 0;
    }
    if (!top.next()) {
      const last = heap.pop()!;
      if (heap.length > 0 && last !== top) heap[0] = last;
    }
    if (heap.length > 1) sink(heap);
  }
  if (used > 0) yield { words: words.subarray(0, used * 4), rows: rows.subarray(0, used) };
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
