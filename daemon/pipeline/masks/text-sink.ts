import type { Column } from '../../columnar/index.js';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { validBytes } from '../checks/values/access.js';

/** Where the texts of a masked column are put, one after another, as bytes. */
export class TextSink {
  #data: Buffer;
  #at = 0;

  constructor(bytes: number) {
    this.#data = Buffer.allocUnsafeSlow(Math.max(bytes, 64));
  }

  get at(): number {
    return this.#at;
  }

  /** Forgets what was put after a place. */
  back(to: number): void {
    this.#at = to;
  }

  copy(from: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.#reserve(size);
    if (size < 64) for (let n = start; n < end; n++) this.#data[this.#at++] = from[n]!;
    else {
      this.#data.set(from.subarray(start, end), this.#at);
      this.#at += size;
    }
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#at += this.#data.write(text, this.#at, 'utf8');
  }

  bytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#data, 0, this.#at);
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#data.length) return;
    if (needed > LIMITS.columnBytes)
      throw new CounterfoilError('batch.too_large', 'The values of a text column outgrow one batch.');
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#data.length * 2));
    larger.set(this.#data);
    this.#data = larger;
  }
}

/** The texts of a column, each written by `write` from its bytes; nulls stay. What is written may have any length. */
export function rewriteTexts(
  column: Column,
  write: (data: Buffer, from: number, to: number, sink: TextSink) => void,
): Column {
  const { rows, nulls } = column;
  const source = column.offsets!;
  const raw = column.data!;
  const data = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const sink = new TextSink(raw.length);
  const offsets = new Int32Array(rows + 1);
  const valid = validBytes(column);
  for (let row = 0; row < rows; row++) {
    if (valid === undefined || valid[row] === 1) write(data, source[row]!, source[row + 1]!, sink);
    offsets[row + 1] = sink.at;
  }
  const text: Column = { type: { name: 'utf8' }, rows, nulls, offsets, data: sink.bytes() };
  return column.validity === undefined ? text : { ...text, validity: column.validity };
}
