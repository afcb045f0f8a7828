import type { Column } from '../../../columnar/index.js';
import { boolAt, storageType, validBytes, wholes } from './access.js';

/** The different values of the valid rows of one column of one batch, where there are few. */
export interface Distinct {
  /** A row that holds each value. */
  first: Int32Array;
  /** Rows that hold it. */
  counts: Int32Array;
}

/** Slots of the hash table; at most a half of them are used. */
const SLOTS = 4096;
/** Rows after which a column is given up when more than half of them hold something new. */
const TRIED = 512;
/** Whole numbers that lie within so many of each other are counted without hashing. */
const SPAN = 65_536;

const known = new WeakMap<Column, Distinct | null>();

/**
 * The different values of a column of text, whole numbers, dates or booleans; undefined where there are too many, or the
 * type is another. What a test says of a value, it then need say once. Several rules of a column share the work.
 */
export function distinctOf(column: Column): Distinct | undefined {
  let found = known.get(column);
  if (found === undefined) {
    found = find(column) ?? null;
    known.set(column, found);
  }
  return found ?? undefined;
}

function find(column: Column): Distinct | undefined {
  const valid = validBytes(column);
  switch (storageType(column.type).name) {
    case 'utf8':
    case 'binary':
      return distinctTexts(column, valid);
    case 'bool':
      return counted(column.rows, valid, 2, (row) => Number(boolAt(column, row)));
    case 'int':
    case 'date':
    case 'time': {
      const values = wholes(column);
      return values instanceof BigInt64Array || values instanceof BigUint64Array
        ? undefined
        : distinctWholes(values, valid);
    }
    default:
      return undefined;
  }
}

function distinctWholes(
  values: Exclude<ReturnType<typeof wholes>, BigInt64Array | BigUint64Array>,
  valid: Uint8Array | undefined,
): Distinct | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (valid !== undefined && valid[row] === 0) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most < least) return { first: new Int32Array(0), counts: new Int32Array(0) };
  const span = most - least + 1;
  return span > Math.min(SPAN, values.length)
    ? undefined
    : counted(values.length, valid, span, (row) => values[row]! - least);
}

/** Counts by a number from 0 up to `span` that stands for the value. */
function counted(rows: number, valid: Uint8Array | undefined, span: number, number: (row: number) => number): Distinct {
  const counts = new Int32Array(span);
  const first = new Int32Array(span);
  for (let row = 0; row < rows; row++) {
    if (valid !== undefined && valid[row] === 0) continue;
    const at = number(row);
    counts[at]!++;
    first[at] = row;
  }
  const used = Int32Array.from(counts.keys()).filter((at) => counts[at]! > 0);
  return { first: used.map((at) => first[at]!), counts: used.map((at) => counts[at]!) };
}

function distinctTexts({ data, offsets, rows }: Column, valid: Uint8Array | undefined): Distinct | undefined {
  const bytes = data ?? new Uint8Array(0);
  const places = offsets ?? new Int32Array(rows + 1);
  /** Number of the value in each slot, counted from 1. */
  const slots = new Int32Array(SLOTS);
  const first = new Int32Array(SLOTS / 2);
  const counts = new Int32Array(SLOTS / 2);
  let found = 0;
  for (let row = 0; row < rows; row++) {
    if (valid !== undefined && valid[row] === 0) continue;
    const start = places[row]!;
    const end = places[row + 1]!;
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (;;) {
      const value = slots[slot]! - 1;
      if (value < 0) {
        if (found === first.length || (row >= TRIED && found * 2 > row)) return undefined;
        first[found] = row;
        counts[found] = 1;
        slots[slot] = ++found;
        break;
      }
      if (sameBytes(bytes, places[first[value]!]!, places[first[value]! + 1]!, start, end)) {
        counts[value]!++;
        break;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
  }
  return { first: first.subarray(0, found), counts: counts.subarray(0, found) };
}

function sameBytes(bytes: Uint8Array, from: number, to: number, start: number, end: number): boolean {
  if (to - from !== end - start) return false;
  for (let at = 0; at < end - start; at++) if (bytes[from + at] !== bytes[start + at]) return false;
  return true;
}
