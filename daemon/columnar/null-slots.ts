import { eachZero } from './bits.js';

/** True when the values of all null rows are zero. `data` starts at a multiple of 4 bytes where `width` is one. */
export function nullSlotsAreZero(data: Uint8Array, width: number, validity: Uint8Array, rows: number): boolean {
  const byWords = width % 4 === 0;
  const words = byWords ? new Int32Array(data.buffer, data.byteOffset, data.length / 4) : data;
  const each = byWords ? width / 4 : width;
  let bits = 0;
  eachZero(validity, rows, (row) => {
    for (let index = row * each; index < (row + 1) * each; index++) bits |= words[index]!;
  });
  return bits === 0;
}

/** The values with those of null rows zero; a view where they are so already. */
export function clearNullSlots(data: Uint8Array, width: number, validity: Uint8Array, rows: number): Uint8Array {
  if (nullSlotsAreZero(data, width, validity, rows)) return data;
  const copy = Uint8Array.from(data);
  eachZero(validity, rows, (row) => {
    copy.fill(0, row * width, (row + 1) * width);
  });
  return copy;
}

/** The same for booleans, whose values are bits. */
export function nullBitsAreZero(bits: Uint8Array, validity: Uint8Array): boolean {
  return bits.every((byte, index) => (byte & ~validity[index]!) === 0);
}

export function clearNullBits(bits: Uint8Array, validity: Uint8Array): Uint8Array {
  return nullBitsAreZero(bits, validity) ? bits : bits.map((byte, index) => byte & validity[index]!);
}
