import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from '../../foundation/index.js';

/** Bytes of one record: four key words and the row number. */
const RECORD = 24;
const READ_RECORDS = 16_384;

interface Place {
  words: readonly [number, number, number, number];
  row: number;
}

/** A sorted sequence of (key, row), in memory or in a file that has no name any more and goes with its descriptor. */
export class Run {
  readonly size: number;
  readonly #read: (at: number, records: number) => Buffer;
  readonly #fd: number | undefined;

  private constructor(size: number, read: (at: number, records: number) => Buffer, fd?: number) {
    this.size = size;
    this.#read = read;
    this.#fd = fd;
  }

  static inMemory(hashes: Uint32Array, rows: Float64Array, used: number): Run {
    const order = sortedOrder(hashes, rows, used);
    return new Run(used, (at, records) => encode(hashes, rows, order, at, records));
  }

  static write(folder: string, hashes: Uint32Array, rows: Float64Array, used: number): Run {
    const path = join(folder, `.${randomBytes(12).toString('hex')}.run`);
    try {
      const fd = openSync(path, 'wx+', 0o600);
      rmSync(path);
      const order = sortedOrder(hashes, rows, used);
      for (let at = 0; at < used; at += READ_RECORDS) {
        const bytes = encode(hashes, rows, order, at, Math.min(READ_RECORDS, used - at));
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      }
      return new Run(used, (at, records) => readRecords(fd, at, records), fd);
    } catch (error) {
      throw diskError(error);
    }
  }

  *[Symbol.iterator](): Generator<Place> {
    for (let at = 0; at < this.size; at += READ_RECORDS) {
      const records = Math.min(READ_RECORDS, this.size - at);
      const bytes = this.#read(at, records);
      for (let offset = 0; offset < records * RECORD; offset += RECORD) {
        yield {
          words: [
            bytes.readUInt32LE(offset),
            bytes.readUInt32LE(offset + 4),
            bytes.readUInt32LE(offset + 8),
            bytes.readUInt32LE(offset + 12),
          ],
          row: bytes.readDoubleLE(offset + 16),
        };
      }
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

function readRecords(fd: number, at: number, records: number): Buffer {
  const bytes = Buffer.alloc(records * RECORD);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(fd, bytes, done, bytes.length - done, at * RECORD + done);
    if (read === 0) throw new Error('a sorted run ended early');
    done += read;
  }
  return bytes;
}

function encode(hashes: Uint32Array, rows: Float64Array, order: Uint32Array, at: number, records: number): Buffer {
  const bytes = Buffer.alloc(records * RECORD);
  for (let n = 0; n < records; n++) {
    const source = order[at + n]!;
    for (let word = 0; word < 4; word++) bytes.writeUInt32LE(hashes[source * 4 + word]!, n * RECORD + word * 4);
    bytes.writeDoubleLE(rows[source]!, n * RECORD + 16);
  }
  return bytes;
}

/** Indices in the order of keys, then rows: radix sort on the first word, comparison within equal first words. */
function sortedOrder(hashes: Uint32Array, rows: Float64Array, used: number): Uint32Array {
  let order = new Uint32Array(used);
  for (let at = 0; at < used; at++) order[at] = at;
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537);
    for (let at = 0; at < used; at++) starts[((hashes[at * 4]! >>> shift) & 0xffff) + 1]!++;
    for (let bin = 1; bin < starts.length; bin++) starts[bin]! += starts[bin - 1]!;
    const next = new Uint32Array(used);
    for (let at = 0; at < used; at++) {
      const index = order[at]!;
      next[starts[(hashes[index * 4]! >>> shift) & 0xffff]!++] = index;
    }
    order = next;
  }
  for (let start = 0; start < used; ) {
    let end = start + 1;
    while (end < used && hashes[order[end]! * 4] === hashes[order[start]! * 4]) end++;
    if (end - start > 1) order.subarray(start, end).sort((a, b) => compareRecords(hashes, rows, a, b));
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

const before = (a: Place, b: Place): boolean => {
  for (let word = 0; word < 4; word++) if (a.words[word] !== b.words[word]) return a.words[word]! < b.words[word]!;
  return a.row < b.row;
};

/** Several runs as one sorted sequence, by a heap of their heads. */
export class SortedRuns implements Iterable<Place> {
  readonly #runs: readonly Run[];

  constructor(runs: readonly Run[]) {
    this.#runs = runs;
  }

  *[Symbol.iterator](): Generator<Place> {
    const heap: { head: Place; rest: Iterator<Place> }[] = [];
    for (const run of this.#runs) {
      const rest = run[Symbol.iterator]();
      const { value, done } = rest.next();
      if (done !== true) heap.push({ head: value, rest });
    }
    heap.sort((a, b) => (before(a.head, b.head) ? -1 : 1));
    while (heap.length > 0) {
      const top = heap[0]!;
      yield top.head;
      const { value, done } = top.rest.next();
      if (done === true) {
        const last = heap.pop()!;
        if (heap.length === 0) return;
        if (last !== top) heap[0] = last;
      } else top.head = value;
      sink(heap);
    }
  }
}

function sink(heap: { head: Place }[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && before(heap[left]!.head, heap[least]!.head)) least = left;
    if (right < heap.length && before(heap[right]!.head, heap[least]!.head)) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}
