import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { getBit, zeroIndices } from '../bits.js';
import { unsound } from '../faults.js';
import type { SourceBody } from './body.js';

/** Where the values of each row lie: `offsets` from 0, in a range of the child or the data that starts at `start`. */
export interface Ranges {
  offsets: Int32Array;
  start: number;
  end: number;
}

/** Offsets of text or lists, 32 or 64 bits wide: never falling, inside `most` values. An empty buffer serves no rows. */
export function readOffsets(body: SourceBody, rows: number, wide: boolean, label: string): Ranges {
  const buffer = body.buffer(label);
  if (rows === 0 && buffer.length === 0) return { offsets: new Int32Array(1), start: 0, end: 0 };
  const bytes = (rows + 1) * (wide ? 8 : 4);
  if (buffer.length < bytes) throw unsound(label, `its offsets take ${buffer.length} bytes where ${bytes} are needed`);
  const words = new Int32Array(buffer.buffer, buffer.byteOffset, bytes / 4);
  const ranges = wide ? wideOffsets(words, rows, label) : narrowOffsets(words, rows, label);
  if (ranges.start < 0) throw unsound(label, 'its offsets are negative');
  if (ranges.end - ranges.start > 0x7fffffff) throw tooLarge(label);
  return ranges;
}

function narrowOffsets(words: Int32Array, rows: number, label: string): Ranges {
  const start = words[0]!;
  let last = start;
  for (let row = 1; row <= rows; row++) {
    const next = words[row]!;
    if (next < last) throw unsound(label, 'its offsets fall');
    last = next;
  }
  return { offsets: start === 0 ? words : words.map((offset) => offset - start), start, end: last };
}

function wideOffsets(words: Int32Array, rows: number, label: string): Ranges {
  const offsets = new Int32Array(rows + 1);
  const start = words[1]! * 2 ** 32 + (words[0]! >>> 0);
  let last = start;
  for (let row = 1; row <= rows; row++) {
    const low = words[row * 2]!;
    const high = words[row * 2 + 1]!;
    // Nearly always below 2^31: no arithmetic beyond 32 bits then.
    const next = high === 0 && low >= 0 ? low : high * 2 ** 32 + (low >>> 0);
    if (next < last) throw unsound(label, 'its offsets fall');
    offsets[row] = next - start;
    last = next;
  }
  return { offsets, start, end: last };
}

/** True where a null row covers values, which the canonical layout leaves out. */
export function coversNulls(offsets: Int32Array, validity: Uint8Array | undefined, rows: number): boolean {
  if (validity === undefined) return false;
  for (const row of zeroIndices(validity, rows)) if (offsets[row] !== offsets[row + 1]) return true;
  return false;
}

/** Rows as indices into themselves, -1 where they are null: what `takeColumn` makes canonical. */
export function rowsOrNull(rows: number, validity: Uint8Array | undefined): Int32Array {
  const indices = Int32Array.from({ length: rows }, (_, row) => row);
  if (validity !== undefined) for (const row of zeroIndices(validity, rows)) indices[row] = -1;
  return indices;
}

/** Text or binary in view layout: 16 bytes a row, short values inside, long ones in other buffers (format 1.4). */
export function readViews(body: SourceBody, rows: number, validity: Uint8Array | undefined, label: string) {
  const views = body.exactly(rows * 16, label, 'views');
  const buffers = Array.from({ length: body.variadicCount(label) }, () => body.buffer(label));
  const words = new DataView(views.buffer, views.byteOffset, views.length);
  const offsets = new Int32Array(rows + 1);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    if (validity === undefined || getBit(validity, row)) {
      const length = words.getInt32(row * 16, true);
      if (length < 0) throw unsound(label, 'a view has a negative length');
      total += length;
      if (total > LIMITS.columnBytes) throw tooLarge(label);
    }
    offsets[row + 1] = total;
  }
  const data = new Uint8Array(total);
  for (let row = 0; row < rows; row++) {
    const to = offsets[row]!;
    const length = offsets[row + 1]! - to;
    if (length > 12) data.set(longView(words, row * 16, length, buffers, label), to);
    else for (let index = 0; index < length; index++) data[to + index] = views[row * 16 + 4 + index]!;
  }
  return { offsets, data };
}

function longView(words: DataView, at: number, length: number, buffers: Uint8Array[], label: string): Uint8Array {
  const buffer = buffers[words.getInt32(at + 8, true)];
  const start = words.getInt32(at + 12, true);
  if (buffer === undefined || start < 0 || start + length > buffer.length)
    throw unsound(label, 'a view points outside its buffers');
  for (let index = 0; index < 4; index++) {
    if (buffer[start + index] !== words.getUint8(at + 4 + index))
      throw unsound(label, 'a view differs from what it points to');
  }
  return buffer.subarray(start, start + length);
}

/** Offsets and sizes of a list view, as the child rows that each valid row covers. */
export function readListView(
  body: SourceBody,
  rows: number,
  validity: Uint8Array | undefined,
  wide: boolean,
  label: string,
): { offsets: Int32Array; items: (childRows: number) => Int32Array } {
  const bytes = rows * (wide ? 8 : 4);
  const starts = numbers(body.exactly(bytes, label, 'offsets'), rows, wide, validity);
  const sizes = numbers(body.exactly(bytes, label, 'sizes'), rows, wide, validity);
  const offsets = new Int32Array(rows + 1);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    if (sizes[row]! < 0 || starts[row]! < 0) throw unsound(label, 'a list view is negative');
    total += sizes[row]!;
    if (total > LIMITS.columnItems) throw tooLarge(label);
    offsets[row + 1] = total;
  }
  const items = (childRows: number): Int32Array => {
    const out = new Int32Array(total);
    for (let row = 0, at = 0; row < rows; row++) {
      const start = starts[row]!;
      const end = start + sizes[row]!;
      if (end > childRows) throw unsound(label, 'a list view points outside its items');
      for (let item = start; item < end; item++) out[at++] = item;
    }
    return out;
  };
  return { offsets, items };
}

/** Whole numbers of 32 or 64 bits; null rows 0. */
function numbers(bytes: Uint8Array, rows: number, wide: boolean, validity: Uint8Array | undefined): Float64Array {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return Float64Array.from({ length: rows }, (_, row) => {
    if (validity !== undefined && !getBit(validity, row)) return 0;
    return wide ? words[row * 2 + 1]! * 2 ** 32 + (words[row * 2]! >>> 0) : words[row]!;
  });
}

/** Decimals of another width, sign-extended or cut to `width` bytes; refused where a value does not fit. */
export function resizeDecimals(
  data: Uint8Array,
  from: number,
  width: number,
  validity: Uint8Array | undefined,
  label: string,
): Uint8Array {
  const rows = data.length / from;
  const out = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    if (validity !== undefined && !getBit(validity, row)) continue;
    const value = data.subarray(row * from, (row + 1) * from);
    const kept = Math.min(from, width);
    const sign = (value[kept - 1]! & 0x80) === 0 ? 0 : 0xff;
    for (let index = kept; index < from; index++) {
      if (value[index] !== sign) throw unsound(label, 'a decimal has more digits than its precision');
    }
    out.set(value.subarray(0, kept), row * width);
    out.fill(sign, row * width + kept, (row + 1) * width);
  }
  return out;
}

function tooLarge(label: string): CounterfoilError {
  return new CounterfoilError('batch.too_large', `Column ${label}: its values outgrow one batch.`, {
    hint: 'Write the source with fewer rows in each record batch.',
  });
}
