import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { bitmapBytes, countOnes, lastMask, tailIsZero } from '../bits.js';
import { malformed, unsound } from '../faults.js';
import type { BatchHead } from '../ipc/message.js';
import type { Decompress } from './codecs.js';

export interface Validity {
  nulls: number;
  /** Canonical bitmap; absent when `nulls` is 0. */
  bits?: Uint8Array;
}

/**
 * The nodes and buffers of one batch of a source, handed out in order. Admits any placement of buffers inside the body,
 * also longer than needed and compressed; buffers come out starting at a multiple of 8 bytes.
 */
export class SourceBody {
  readonly #head: BatchHead;
  readonly #body: Uint8Array;
  readonly #decompress: Decompress | undefined;
  #node = 0;
  #buffer = 0;
  #variadic = 0;
  #inflated = 0;

  constructor(head: BatchHead, body: Uint8Array, decompress?: Decompress) {
    this.#head = head;
    this.#body = body;
    this.#decompress = decompress;
  }

  /** Rows and nulls of the next column in depth-first order; some writers leave nulls to be counted, as -1. */
  node(label: string): { rows: number; nulls: number } {
    const { nodes, buffer } = this.#head;
    if (this.#node >= nodes.count) throw unsound(label, 'it is missing from a record batch');
    const at = nodes.start + this.#node++ * 16;
    const rows = buffer.int64(at);
    const nulls = buffer.int64(at + 8);
    if (rows < 0 || rows > 0x7fffffff) throw unsound(label, 'its number of rows is out of range');
    if (nulls < -1 || nulls > rows) throw unsound(label, 'its number of nulls is out of range');
    return { rows, nulls };
  }

  buffer(label: string): Uint8Array {
    const { buffers, buffer } = this.#head;
    if (this.#buffer >= buffers.count) throw unsound(label, 'a buffer is missing from a record batch');
    const at = buffers.start + this.#buffer++ * 16;
    const offset = buffer.int64(at);
    const length = buffer.int64(at + 8);
    if (offset < 0 || length < 0 || offset + length > this.#body.length) {
      throw unsound(label, 'a buffer lies outside its record batch');
    }
    const raw = this.#body.subarray(offset, offset + length);
    return aligned(this.#head.compression === undefined || length === 0 ? raw : this.#inflate(raw, label));
  }

  /** A buffer of at least `bytes`, cut to that. */
  exactly(bytes: number, label: string, what: string): Uint8Array {
    const found = this.buffer(label);
    if (found.length < bytes) throw unsound(label, `its ${what} take ${found.length} bytes where ${bytes} are needed`);
    return found.length === bytes ? found : found.subarray(0, bytes);
  }

  validity(rows: number, said: number, label: string): Validity {
    const found = this.buffer(label);
    if (said === 0 || (said === -1 && found.length === 0)) return { nulls: 0 };
    const bytes = bitmapBytes(rows);
    if (found.length < bytes)
      throw unsound(label, `its validity bits take ${found.length} bytes where ${bytes} are needed`);
    const nulls = rows - countOnes(found, rows);
    if (said !== -1 && said !== nulls) throw unsound(label, `it says ${said} nulls and has ${nulls}`);
    return nulls === 0 ? { nulls } : { nulls, bits: trimBits(found, rows) };
  }

  /** Number of data buffers of the next view column. */
  variadicCount(label: string): number {
    const { variadic, buffer } = this.#head;
    if (this.#variadic >= variadic.count) throw unsound(label, 'the number of its view buffers is missing');
    const count = buffer.int64(variadic.start + this.#variadic++ * 8);
    if (count < 0 || count > this.#head.buffers.count)
      throw unsound(label, 'the number of its view buffers is out of range');
    return count;
  }

  finish(): void {
    if (this.#node !== this.#head.nodes.count || this.#buffer !== this.#head.buffers.count) {
      throw malformed('a record batch has more columns or buffers than its schema');
    }
  }

  /** A compressed buffer is its length as i64, then a frame, or after -1 the bytes as they are (Message.fbs, BodyCompression). */
  #inflate(raw: Uint8Array, label: string): Uint8Array {
    if (raw.length < 8) throw unsound(label, 'a compressed buffer is too short');
    const view = new DataView(raw.buffer, raw.byteOffset, 8);
    const high = view.getInt32(4, true);
    if (high === -1 && view.getUint32(0, true) === 0xffffffff) return raw.subarray(8);
    const bytes = high * 2 ** 32 + view.getUint32(0, true);
    this.#inflated += bytes;
    if (bytes < 0 || this.#inflated > LIMITS.sourceMessageBytes) {
      throw new CounterfoilError(
        'batch.too_large',
        `Column ${label}: a record batch of the source is larger than ${LIMITS.sourceMessageBytes} bytes.`,
        {
          hint: 'Write the source with fewer rows in each record batch.',
        },
      );
    }
    return bytes === 0 ? new Uint8Array(0) : this.#decompress!(raw.subarray(8), bytes);
  }
}

/** The first `rows` bits, unused ones zero; a view where they are so already. */
export function trimBits(bits: Uint8Array, rows: number): Uint8Array {
  const trimmed = bits.subarray(0, bitmapBytes(rows));
  if (tailIsZero(trimmed, rows)) return trimmed;
  const copy = Uint8Array.from(trimmed);
  copy[copy.length - 1]! &= lastMask(rows);
  return copy;
}

function aligned(bytes: Uint8Array): Uint8Array {
  if (bytes.byteOffset % 8 === 0) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint8Array.from(bytes);
}
