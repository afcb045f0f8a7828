import type { Column } from '../../../columnar/index.js';
import { boolAt, floats, isValid, storageType, widthOf } from './access.js';

/** Four 32-bit words a row. */
export type Hashes = Uint32Array;

/**
 * 128-bit hashes of rows over several columns (the mixing steps of MurmurHash3 x86-128, which is in the public domain).
 * Equal rows have equal hashes; fixed-width values up to 8 bytes in one column never collide, others with a probability
 * of about n² / 2^129. Nulls are a value of their own. Both zeros of a float are one value, and so are all NaNs.
 */
export function hashRows(columns: readonly Column[], rows: number): Hashes {
  const state = new Uint32Array(rows * 4);
  for (const column of columns) mixColumn(state, column, rows);
  finish(state, rows);
  return state;
}

function mixColumn(state: Hashes, column: Column, rows: number): void {
  const type = storageType(column.type);
  mixWords(state, validWords(column, rows), 1, rows);
  switch (type.name) {
    case 'null':
      return;
    case 'bool':
      mixWords(state, boolWords(column, rows), 1, rows);
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

/** 1 for a valid row, 2 for a null. */
function validWords(column: Column, rows: number): Uint32Array {
  const words = new Uint32Array(rows).fill(1);
  if (column.nulls > 0) for (let row = 0; row < rows; row++) if (!isValid(column, row)) words[row] = 2;
  return words;
}

function boolWords(column: Column, rows: number): Uint32Array {
  const words = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) words[row] = boolAt(column, row) ? 1 : 0;
  return words;
}

/**
 * Mixes `each` words a row. The lanes take turns: a word goes into the first, which then moves to the end; so each word
 * reaches all 128 bits in `finish`, and the lanes together stay a one-to-one image of the last four words.
 */
function mixWords(state: Hashes, words: Uint32Array, each: number, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const at = row * 4;
    let a = state[at]!;
    let b = state[at + 1]!;
    let c = state[at + 2]!;
    let d = state[at + 3]!;
    for (let word = row * each; word < (row + 1) * each; word++) {
      const lane = turned(words[word]!, a) + b;
      a = b;
      b = c;
      c = d;
      d = (Math.imul(lane, 5) + 0x561ccd1b) | 0;
    }
    state[at] = a;
    state[at + 1] = b;
    state[at + 2] = c;
    state[at + 3] = d;
  }
}

/** A word scrambled and joined with a lane; one-to-one in the word for a given lane. */
function turned(word: number, lane: number): number {
  let k = Math.imul(word, 0x239b961b);
  k = (k << 15) | (k >>> 17);
  const mixed = lane ^ Math.imul(k, 0xab0e9789);
  return (mixed << 19) | (mixed >>> 13);
}

function mixFixed(state: Hashes, column: Column, rows: number): void {
  const width = widthOf(column.type);
  const data = column.data!;
  if (width < 4) {
    const words = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) {
      let word = 0;
      for (let at = 0; at < width; at++) word |= data[row * width + at]! << (8 * at);
      words[row] = word;
    }
    mixWords(state, words, 1, rows);
    return;
  }
  if (width % 4 !== 0) {
    mixBytes(state, column, rows);
    return;
  }
  const sound = data.byteOffset % 4 === 0 ? data : Uint8Array.from(data);
  mixWords(state, new Uint32Array(sound.buffer, sound.byteOffset, (rows * width) / 4), width / 4, rows);
}

function mixFloats(state: Hashes, column: Column, rows: number): void {
  // Adding zero makes −0 into 0; every NaN is written as the same one.
  const values = floats(column);
  const plain = new Float64Array(rows);
  for (let row = 0; row < rows; row++) plain[row] = Number.isNaN(values[row]!) ? Number.NaN : values[row]! + 0;
  mixWords(state, new Uint32Array(plain.buffer), 2, rows);
}

function mixBytes(state: Hashes, column: Column, rows: number): void {
  const { data, offsets } = column;
  if (data === undefined) return;
  const width = offsets === undefined ? widthOf(column.type) : 0;
  for (let row = 0; row < rows; row++) {
    const at = row * 4;
    let a = state[at]!;
    let b = state[at + 1]!;
    let c = state[at + 2]!;
    let d = state[at + 3]!;
    const from = offsets === undefined ? row * width : offsets[row]!;
    const to = offsets === undefined ? from + width : offsets[row + 1]!;
    let word = to - from; // the length first, so that the padding of the last word says nothing
    for (let next = from; ; next += 4) {
      const lane = turned(word, a) + b;
      a = b;
      b = c;
      c = d;
      d = (Math.imul(lane, 5) + 0x561ccd1b) | 0;
      if (next >= to) break;
      word = data[next]!;
      if (next + 1 < to) word |= data[next + 1]! << 8;
      if (next + 2 < to) word |= data[next + 2]! << 16;
      if (next + 3 < to) word |= data[next + 3]! << 24;
    }
    state[at] = a;
    state[at + 1] = b;
    state[at + 2] = c;
    state[at + 3] = d;
  }
}

/** A list's row is its length and the hashes of its items, as one hash of bytes. */
function mixLists(state: Hashes, column: Column, rows: number): void {
  const items = column.children![0]!;
  const hashes = hashRows([items], items.rows);
  const size = column.type.name === 'fixed_size_list' ? column.type.size : undefined;
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row <= rows; row++) offsets[row] = 16 * (size === undefined ? column.offsets![row]! : row * size);
  mixBytes(state, { type: { name: 'binary' }, rows, nulls: 0, offsets, data: new Uint8Array(hashes.buffer) }, rows);
}

function finish(state: Hashes, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const at = row * 4;
    let a = state[at]!;
    let b = state[at + 1]!;
    let c = state[at + 2]!;
    let d = state[at + 3]!;
    a = (a + b + c + d) | 0;
    b = scramble((b + a) | 0);
    c = scramble((c + a) | 0);
    d = scramble((d + a) | 0);
    a = scramble(a);
    a = (a + b + c + d) | 0;
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
  return h ^ (h >>> 16);
}
