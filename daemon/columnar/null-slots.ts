import { zeroIndices } from './bits.js';

/** True when the values of all null rows are zero. `data` starts at a multiple of 4 bytes where `width` is one. */
export function nullSlotsAreZero(data: Uint8Array, width: number, validity: Uint8Array, rows: number): boolean {
  return hasOnlyZeros(data, width, zeroIndices(validity, rows));
}

function hasOnlyZeros(data: Uint8Array, width: number, rows: Int32Array): boolean {
  const { words, each } = wordsOf(data, width);
  let bits = 0;
  for (const row of rows) for (let index = row * each; index < (row + 1) * each; index++) bits |= words[index]!;
  return bits === 0;
}

/** The values with those of null rows zero; a view where they are so already. */
export function clearNullSlots(data: Uint8Array, width: number, validity: Uint8Array, rows: number): Uint8Array {
  const nulls = zeroIndices(validity, rows);
  if (hasOnlyZeros(data, width, nulls)) return data;
  const copy = Uint8Array.from(data);
  const { words, each } = wordsOf(copy, width);
  for (const row of nulls) for (let index = row * each; index < (row + 1) * each; index++) words[index] = 0;
  return copy;
}

/** The values as words of 4 bytes, or of 1 where the width is no multiple of that; and words a value. */
function wordsOf(data: Uint8Array, width: number): { words: Int32Array | Uint8Array; each: number } {
  return width % 4 === 0
    ? { words: new Int32Array(data.buffer, data.byteOffset, data.length / 4), each: width / 4 }
    : { words: data, each: width };
}

/** The same for booleans, whose values are bits. */
export function nullBitsAreZero(bits: Uint8Array, validity: Uint8Array): boolean {
  return bits.every((byte, index) => (byte & ~validity[index]!) === 0);
}

export function clearNullBits(bits: Uint8Array, validity: Uint8Array): Uint8Array {
  return nullBitsAreZero(bits, validity) ? bits : bits.map((byte, index) => byte & validity[index]!);
}
