import type { Batch, Column } from '../../columnar/index.js';

/** Two words of 32 bits for each row. */
interface Lanes {
  a: Int32Array;
  b: Int32Array;
}

/**
 * A number of 53 bits for each row that follows from all of its values, bit by bit: rows with the same values have the
 * same, others (for a random seed) different ones but for an accident of 1 in 2^53.
 */
export function rowKeys(batch: Batch, seed: number): Float64Array {
  const { a, b } = lanesOf(batch.columns, batch.rows, seed);
  return Float64Array.from(a, (word, row) => (scrambled(word) >>> 0) * 2 ** 21 + (scrambled(b[row]!) >>> 11));
}

function lanesOf(columns: readonly Column[], rows: number, seed: number): Lanes {
  const lanes = { a: new Int32Array(rows).fill(seed), b: new Int32Array(rows).fill(seed ^ 0x5bd1e995) };
  for (const column of columns) mixColumn(lanes, column, seed);
  return lanes;
}

/** Null slots of fixed-width values are zero, and null texts and lists empty, so only that they are null is added. */
function mixColumn(lanes: Lanes, column: Column, seed: number): void {
  const { type, rows, validity, data, offsets, children } = column;
  const storage = type.name === 'extension' ? type.storage : type;
  if (validity !== undefined) mixBits(lanes, validity, rows);
  if (storage.name === 'bool') mixBits(lanes, data!, rows);
  else if (offsets !== undefined && children === undefined) mixTexts(lanes, offsets, data ?? new Uint8Array(0), rows);
  else if (storage.name === 'list' || storage.name === 'fixed_size_list') mixItems(lanes, column, seed);
  else if (data !== undefined && rows > 0) mixFixed(lanes, data, data.length / rows, rows);
  else for (const child of children ?? []) mixColumn(lanes, child, seed);
}

function mix(lanes: Lanes, row: number, word: number): void {
  const a = lanes.a[row]! ^ Math.imul(word, 0xcc9e2d51);
  const b = lanes.b[row]! ^ Math.imul(word, 0x1b873593);
  lanes.a[row] = Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64;
  lanes.b[row] = Math.imul((b << 17) | (b >>> 15), 9) + 0x38495ab5;
}

function mixBits(lanes: Lanes, bits: Uint8Array, rows: number): void {
  for (let row = 0; row < rows; row++) mix(lanes, row, 1 + ((bits[row >> 3]! >> (row & 7)) & 1));
}

function mixFixed(lanes: Lanes, data: Uint8Array, width: number, rows: number): void {
  if (width % 4 !== 0 || data.byteOffset % 4 !== 0) {
    for (let row = 0; row < rows; row++)
      for (let at = row * width; at < (row + 1) * width; at++) mix(lanes, row, data[at]!);
    return;
  }
  const words = new Int32Array(data.buffer, data.byteOffset, data.length / 4);
  const each = width / 4;
  for (let row = 0; row < rows; row++)
    for (let at = row * each; at < (row + 1) * each; at++) mix(lanes, row, words[at]!);
}

function mixTexts(lanes: Lanes, offsets: Int32Array, data: Uint8Array, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const end = offsets[row + 1]!;
    let at = offsets[row]!;
    mix(lanes, row, end - at);
    for (; at + 4 <= end; at += 4)
      mix(lanes, row, data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24));
    for (; at < end; at++) mix(lanes, row, data[at]!);
  }
}

/** A list is its length and the keys of its items. */
function mixItems(lanes: Lanes, { type, rows, offsets, children }: Column, seed: number): void {
  const storage = type.name === 'extension' ? type.storage : type;
  const items = children![0]!;
  const { a, b } = lanesOf([items], items.rows, seed);
  const size = storage.name === 'fixed_size_list' ? storage.size : 0;
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets?.[row] ?? row * size, offsets?.[row + 1] ?? (row + 1) * size];
    mix(lanes, row, end - start);
    for (let at = start; at < end; at++) {
      mix(lanes, row, a[at]!);
      mix(lanes, row, b[at]!);
    }
  }
}

function scrambled(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
