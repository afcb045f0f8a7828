/** Helpers on bitmaps: least significant bit first, as Arrow's validity and boolean buffers. */

export const bitmapBytes = (rows: number): number => Math.ceil(rows / 8);

export const getBit = (bits: Uint8Array, index: number): boolean => (bits[index >> 3]! & (1 << (index & 7))) !== 0;

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
});

/** Number of ones among the first `rows` bits. */
export function countOnes(bits: Uint8Array, rows: number): number {
  const whole = rows >> 3;
  let count = 0;
  for (let index = 0; index < whole; index++) count += ONES[bits[index]!]!;
  return (rows & 7) === 0 ? count : count + ONES[bits[whole]! & lastMask(rows)]!;
}

/** Which bits of the last byte are in use. */
export const lastMask = (rows: number): number => ((rows & 7) === 0 ? 0xff : (1 << (rows & 7)) - 1);

/** True when every bit after the first `rows` is zero. */
export function tailIsZero(bits: Uint8Array, rows: number): boolean {
  return bits.length === 0 || (bits[bits.length - 1]! & ~lastMask(rows) & 0xff) === 0;
}

/** The indices below `rows` whose bit is zero, in order: a list, as loops over it are faster than calls back. */
export function zeroIndices(bits: Uint8Array, rows: number): Int32Array {
  const out = new Int32Array(rows - countOnes(bits, rows));
  let found = 0;
  for (let byte = 0; byte * 8 < rows; byte++) {
    const value = bits[byte]!;
    if (value === 0xff) continue;
    const end = Math.min(rows, byte * 8 + 8);
    for (let index = byte * 8; index < end; index++) if ((value & (1 << (index & 7))) === 0) out[found++] = index;
  }
  return out;
}

/** A bitmap of `rows` ones. */
export function allOnes(rows: number): Uint8Array {
  const bits = new Uint8Array(bitmapBytes(rows)).fill(0xff);
  if (bits.length > 0) bits[bits.length - 1] = lastMask(rows);
  return bits;
}

/** `count` bits from bit `from` of a bitmap, moved to bit 0, unused bits zero. A copy. */
export function bitSlice(bits: Uint8Array, from: number, count: number): Uint8Array {
  const out = new Uint8Array(bitmapBytes(count));
  const start = from >> 3;
  const shift = from & 7;
  if (shift === 0) out.set(bits.subarray(start, start + out.length));
  else
    for (let i = 0; i < out.length; i++)
      out[i] = (bits[start + i]! >> shift) | ((bits[start + i + 1] ?? 0) << (8 - shift));
  if (out.length > 0) out[out.length - 1]! &= lastMask(count);
  return out;
}
