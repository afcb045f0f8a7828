import { type Column, columnReader, type Value } from '../../columnar/index.js';
import type { Distinct } from './distinct.js';

/** Adds every value that is not null. The hash is for counting only: neither secret nor the digest of anything. */
export function addValues(distinct: Distinct, column: Column): void {
  const { rows, nulls, validity, data, offsets, children } = column;
  const isNull = (row: number): boolean => nulls > 0 && (validity![row >> 3]! & (1 << (row & 7))) === 0;
  if (nulls === rows) return;
  if (children !== undefined || data === undefined) {
    const reader = columnReader(column);
    for (let row = 0; row < rows; row++)
      if (!reader.isNull(row)) addBytes(distinct, Buffer.from(plainText(reader.value(row))), 0);
    return;
  }
  if (column.type.name === 'bool') {
    for (let row = 0; row < rows; row++) if (!isNull(row)) addWords(distinct, (data[row >> 3]! >> (row & 7)) & 1, 0);
    return;
  }
  if (offsets !== undefined) {
    for (let row = 0; row < rows; row++) if (!isNull(row)) addBytes(distinct, data, offsets[row]!, offsets[row + 1]!);
    return;
  }
  const width = data.length / rows;
  if (width !== 4 && width !== 8) {
    for (let row = 0; row < rows; row++) if (!isNull(row)) addBytes(distinct, data, row * width, (row + 1) * width);
    return;
  }
  const words = new Int32Array(data.buffer, data.byteOffset, data.length / 4);
  const step = width / 4;
  for (let row = 0; row < rows; row++)
    if (!isNull(row)) addWords(distinct, words[row * step]!, step === 2 ? words[row * 2 + 1]! : 0);
}

function addBytes(distinct: Distinct, bytes: Uint8Array, start: number, end = bytes.length): void {
  let first = 0x811c9dc5 ^ (end - start);
  let second = 0x1000193;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second + byte, 0x85ebca6b) ^ (second >>> 15);
  }
  addWords(distinct, first, second);
}

/** Two words as two well-mixed ones. */
function addWords(distinct: Distinct, low: number, high: number): void {
  const first = mixed(low ^ Math.imul(high, 0x9e3779b1));
  distinct.add(first, mixed(first ^ Math.imul(low, 0x27d4eb2f) ^ high));
}

function mixed(word: number): number {
  let out = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  out = Math.imul(out ^ (out >>> 13), 0xc2b2ae35);
  return out ^ (out >>> 16);
}

const plainText = (value: Value): string =>
  JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return `${each}n`;
    return each instanceof Uint8Array ? Buffer.from(each).toString('base64') : each;
  });
