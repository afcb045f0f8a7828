import type { Column } from '../../columnar/index.js';
import { validBytes } from '../checks/values/access.js';

/** For each row the number of its text among the distinct ones, in order of appearance; -1 for nulls. */
interface NumberedTexts {
  of: Int32Array;
  distinct: number;
  /** A row of each. */
  rows: Int32Array;
}

/** Numbers the distinct texts of a batch by their bytes: an open table of the rows that have each first. */
export function numberTexts(column: Column): NumberedTexts {
  const { rows } = column;
  const [data, offsets] = [column.data!, column.offsets!];
  const size = 2 ** Math.ceil(Math.log2(Math.max(rows, 8) * 2));
  const slots = new Int32Array(size).fill(-1);
  const of = new Int32Array(rows).fill(-1);
  const firsts = new Int32Array(rows);
  const valid = validBytes(column);
  let distinct = 0;
  for (let row = 0; row < rows; row++) {
    if (valid !== undefined && valid[row] === 0) continue;
    const [from, to] = [offsets[row]!, offsets[row + 1]!];
    let slot = hashOf(data, from, to) & (size - 1);
    for (;;) {
      const number = slots[slot]!;
      if (number < 0) {
        slots[slot] = distinct;
        firsts[distinct] = row;
        of[row] = distinct++;
        break;
      }
      const other = firsts[number]!;
      if (same(data, from, to, offsets[other]!, offsets[other + 1]!)) {
        of[row] = number;
        break;
      }
      slot = (slot + 1) & (size - 1);
    }
  }
  return { of, distinct, rows: firsts.slice(0, distinct) };
}

/** Seeded anew in each process, so that nobody can prepare values that all fall into one slot. */
const SEED = (Math.random() * 2 ** 32) | 0;

function hashOf(data: Uint8Array, from: number, to: number): number {
  let hash = SEED ^ (to - from);
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ data[at]!, 0x0100_0193) ^ (hash >>> 15);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}

function same(data: Uint8Array, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  if (to - from !== otherTo - otherFrom) return false;
  for (let at = from, other = otherFrom; at < to; at++, other++) if (data[at] !== data[other]) return false;
  return true;
}
