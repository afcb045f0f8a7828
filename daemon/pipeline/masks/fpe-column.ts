import type { Column } from '../../columnar/index.js';
import { isValid } from '../checks/values/access.js';
import { mapBytes } from './columns.js';
import type { Ff1Batch } from './ff1.js';

const STAR = 0x2a;

/** What a column's values become: their signs of the alphabet are encrypted, all else stays where it is. */
export interface FormCipher {
  alphabet: string;
  /** Values with fewer possible forms become a row of stars. */
  leastDomain: number;
  batch: Ff1Batch;
  /** For values that are too long for the batch. */
  single: (digits: number[]) => number[];
}

/** Gathers the digits of all values of a length, encrypts them together, and puts them back. */
export function encryptForms(column: Column, cipher: FormCipher): Column {
  const places = new Int16Array(256).fill(-1);
  const signs = Buffer.from(cipher.alphabet, 'latin1');
  signs.forEach((sign, at) => {
    places[sign] = at;
  });
  const lengths = lengthsOf(column, places);
  const turned = new Map<number, { digits: Uint8Array; at: number }>();
  for (const [length, count] of counts(lengths))
    if (length >= 2 && signs.length ** length >= cipher.leastDomain)
      turned.set(length, { digits: new Uint8Array(length * count), at: 0 });
  gather(column, places, lengths, turned);
  for (const [length, group] of turned) {
    group.at = 0;
    if (cipher.batch.takes(length)) cipher.batch.encrypt(group.digits, length);
    else
      for (let at = 0; at < group.digits.length; at += length)
        group.digits.set(cipher.single([...group.digits.subarray(at, at + length)]), at);
  }
  let row = 0;
  return mapBytes(
    column,
    (bytes) => bytes,
    (data, from, to, out, start) => {
      while (lengths[row]! < 0) row++;
      const group = turned.get(lengths[row++]!);
      let at = start;
      if (group === undefined) {
        for (let n = from; n < to; n++) if ((data[n]! & 0xc0) !== 0x80) out[at++] = STAR;
        return at;
      }
      for (let n = from; n < to; n++) out[at++] = places[data[n]!]! < 0 ? data[n]! : signs[group.digits[group.at++]!]!;
      return at;
    },
  );
}

/** Signs of the alphabet in each row; -1 for nulls. */
function lengthsOf(column: Column, places: Int16Array): Int32Array {
  const [data, offsets] = [column.data!, column.offsets!];
  const lengths = new Int32Array(column.rows);
  for (let row = 0; row < column.rows; row++) {
    if (column.nulls > 0 && !isValid(column, row)) {
      lengths[row] = -1;
      continue;
    }
    let length = 0;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) if (places[data[at]!]! >= 0) length++;
    lengths[row] = length;
  }
  return lengths;
}

function counts(lengths: Int32Array): Map<number, number> {
  const out = new Map<number, number>();
  for (const length of lengths) out.set(length, (out.get(length) ?? 0) + 1);
  return out;
}

function gather(
  column: Column,
  places: Int16Array,
  lengths: Int32Array,
  groups: ReadonlyMap<number, { digits: Uint8Array; at: number }>,
): void {
  const [data, offsets] = [column.data!, column.offsets!];
  for (let row = 0; row < column.rows; row++) {
    const group = groups.get(lengths[row]!);
    if (group === undefined) continue;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const place = places[data[at]!]!;
      if (place >= 0) group.digits[group.at++] = place;
    }
  }
}
