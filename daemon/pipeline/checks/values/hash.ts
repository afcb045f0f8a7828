import type { Column } from '../../../columnar/index.js';
import { boolAt, bytesReader, floats, isValid, storageType, widthOf } from './access.js';

/** Four 32-bit words a row. */
export type Hashes = Uint32Array;

/**
 * 128-bit hashes of rows over several columns (the mixing of MurmurHash3 x86-128, public domain). Equal rows have equal
 * hashes; fixed-width values up to 8 bytes in one column never collide, others with probability about n² / 2^129.
 * Nulls are a value of their own. Both zeros of a float are one value, and so are all NaNs.
 */
export function hashRows(columns: readonly Column[], rows: number): Hashes {
  const state = new Uint32Array(rows * 4);
  for (const column of columns) mixColumn(state, column, rows);
  finish(state, rows);
  return state;
}

function mixColumn(state: Hashes, column: Column, rows: number): void {
  const type = storageType(column.type);
  for (let row = 0; row < rows; row++) mix(state, row, isValid(column, row) ? 1 : 2);
  switch (type.name) {
    case 'null':
      return;
    case 'bool':
      for (let row = 0; row < rows; row++) mix(state, row, boolAt(column, row) ? 1 : 0);
      return;
    case 'float':
      mixFloats(state, column, rows);
      return;
    case 'utf8':
    case 'binary':
      mixBytes(state, column, rows);
      return;
    case 'struct':
      for (const child of column.children!) mixColumn(state, child, rows);
      return;
    case 'list':
    case 'fixed_size_list':
      mixLists(state, column, rows);
      return;
    default:
      mixFixed(state, column, rows);
  }
}

function mixFixed(state: Hashes, column: Column, rows: number): void {
  const width = widthOf(column.type);
  const data = column.data!;
  if (width < 4) {
    for (let row = 0; row < rows; row++) {
      let word = 0;
      for (let at = 0; at < width; at++) word |= data[row * width + at]! << (8 * at);
      mix(state, row, word);
    }
    return;
  }
  if (width % 4 !== 0) {
    mixBytes(state, column, rows);
    return;
  }
  const sound = data.byteOffset % 4 === 0 ? data : Uint8Array.from(data);
  const words = new Uint32Array(sound.buffer, sound.byteOffset, (rows * width) / 4);
  const each = width / 4;
  for (let row = 0; row < rows; row++) for (let at = 0; at < each; at++) mix(state, row, words[row * each + at]!);
}

function mixFloats(state: Hashes, column: Column, rows: number): void {
  const values = floats(column);
  const one = new Float64Array(1);
  const words = new Uint32Array(one.buffer);
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    one[0] = Number.isNaN(value) ? Number.NaN : value + 0;
    if (one[0] === 0) one[0] = 0;
    mix(state, row, words[0]!);
    mix(state, row, words[1]!);
  }
}

function mixBytes(state: Hashes, column: Column, rows: number): void {
  const read = bytesReader(column);
  for (let row = 0; row < rows; row++) {
    const bytes = read(row);
    const { length } = bytes;
    mix(state, row, length);
    let at = 0;
    for (; at + 4 <= length; at += 4)
      mix(state, row, bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    let tail = 0;
    for (let shift = 0; at < length; at++, shift += 8) tail |= bytes[at]! << shift;
    if (length % 4 !== 0) mix(state, row, tail);
  }
}

/** A list's row is its length and the hashes of its items, each over the item's own value. */
function mixLists(state: Hashes, column: Column, rows: number): void {
  const items = column.children![0]!;
  const hashes = hashRows([items], items.rows);
  const size = column.type.name === 'fixed_size_list' ? column.type.size : undefined;
  for (let row = 0; row < rows; row++) {
    const valid = isValid(column, row);
    const from = size === undefined ? column.offsets![row]! : row * size;
    const to = size === undefined ? column.offsets![row + 1]! : from + size;
    mix(state, row, valid ? to - from : 0);
    if (valid) for (let word = from * 4; word < to * 4; word++) mix(state, row, hashes[word]!);
  }
}

/** One 32-bit word into a row's state; the lanes take turns, so that each word reaches all 128 bits in the end. */
function mix(state: Hashes, row: number, word: number): void {
  const at = row * 4;
  let k = Math.imul(word, 0x239b961b);
  k = (k << 15) | (k >>> 17);
  k = Math.imul(k, 0xab0e9789);
  const [a, b, c, d] = [state[at]!, state[at + 1]!, state[at + 2]!, state[at + 3]!];
  let lane = a ^ k;
  lane = ((lane << 19) | (lane >>> 13)) + b;
  lane = Math.imul(lane, 5) + 0x561ccd1b;
  state[at] = b;
  state[at + 1] = c;
  state[at + 2] = d;
  state[at + 3] = lane;
}

function finish(state: Hashes, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const at = row * 4;
    let [a, b, c, d] = [state[at]!, state[at + 1]!, state[at + 2]!, state[at + 3]!];
    a = (a + b + c + d) >>> 0;
    [b, c, d] = [(b + a) >>> 0, (c + a) >>> 0, (d + a) >>> 0];
    [a, b, c, d] = [scramble(a), scramble(b), scramble(c), scramble(d)];
    a = (a + b + c + d) >>> 0;
    state[at] = a;
    state[at + 1] = b + a;
    state[at + 2] = c + a;
    state[at + 3] = d + a;
  }
}

function scramble(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
