import { createHash, type Hash } from 'node:crypto';
import { lengthPrefixed, u64, utf8 } from '../../foundation/index.js';
import { bitmapBytes, lastMask, zeroIndices } from '../bits.js';
import { storageOf, typeText } from '../data-type.js';
import { takeColumn } from '../rows/take.js';
import type { Column, DataType } from '../types.js';

const PREFIX = utf8('counterfoil/column/1\n');
const CHUNK = 64 * 1024;
const ONES = new Uint8Array(CHUNK).fill(0xff);
const ZEROS = new Uint8Array(CHUNK);

/** `PREFIX ‖ LP(JCS(type))` by type. */
const heads = new WeakMap<DataType, Uint8Array>();

/**
 * Digest of the rows of one column of one batch: SHA-256 over values, not over Arrow bytes (docs/DIGESTS.md, "Column
 * digest"). 32 bytes. The same for every layout the rows could come in.
 */
export function columnDigest(column: Column): Uint8Array {
  const hash = createHash('sha256').update(headOf(column.type)).update(u64(column.rows));
  const type = storageOf(column.type);
  if (type.name === 'null') return repeat(hash, ZEROS, bitmapBytes(column.rows)).digest();
  hashValidity(hash, column);
  if (type.name === 'fixed_size_list') return hashFixedLists(hash, column, type.size).digest();
  if (column.offsets !== undefined) hashLengths(hash, column.offsets, column.rows);
  if (column.data !== undefined) hash.update(column.data);
  for (const child of column.children ?? []) hash.update(columnDigest(child));
  return hash.digest();
}

function headOf(type: DataType): Uint8Array {
  let head = heads.get(type);
  if (head === undefined) {
    head = Buffer.concat([PREFIX, lengthPrefixed(utf8(typeText(type)))]);
    heads.set(type, head);
  }
  return head;
}

function hashValidity(hash: Hash, column: Column): void {
  if (column.validity !== undefined && column.nulls > 0) {
    hash.update(column.validity);
    return;
  }
  const bytes = bitmapBytes(column.rows);
  if (bytes === 0) return;
  repeat(hash, ONES, bytes - 1).update(Uint8Array.of(lastMask(column.rows)));
}

function repeat(hash: Hash, block: Uint8Array, bytes: number): Hash {
  for (let left = bytes; left > 0; left -= CHUNK) hash.update(left >= CHUNK ? block : block.subarray(0, left));
  return hash;
}

/** A fixed-size list is hashed as a list: lengths, 0 for null, then the items of valid rows alone. */
function hashFixedLists(hash: Hash, column: Column, size: number): Hash {
  const items = column.children![0]!;
  const { rows, validity } = column;
  const lengths = new Uint32Array(rows).fill(size);
  if (validity === undefined) return hash.update(lengths).update(columnDigest(items));
  for (const row of zeroIndices(validity, rows)) lengths[row] = 0;
  const kept = new Int32Array((rows - column.nulls) * size);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (lengths[row] !== 0) for (let index = 0; index < size; index++) kept[at++] = row * size + index;
  }
  return hash.update(lengths).update(columnDigest(takeColumn(items, kept, 'items')));
}

/** Each row's length as u32. */
function hashLengths(hash: Hash, offsets: Int32Array, rows: number): void {
  const lengths = new Uint32Array(Math.min(rows, CHUNK / 4));
  for (let from = 0; from < rows; from += lengths.length) {
    const count = Math.min(lengths.length, rows - from);
    let last = offsets[from]!;
    for (let index = 0; index < count; index++) {
      const next = offsets[from + index + 1]!;
      lengths[index] = next - last;
      last = next;
    }
    hash.update(count === lengths.length ? lengths : lengths.subarray(0, count));
  }
}
