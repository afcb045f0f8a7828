import { fold } from './header/tokens.js';
import { MISSING } from './names/vocabulary.js';

/** What signs a cell has, as flags. */
export const CELL = {
  digit: 1,
  lower: 2,
  upper: 4,
  at: 8,
  colon: 16,
  dot: 32,
  plus: 64,
  equals: 128,
  space: 256,
  /** A letter that no hexadecimal number has. */
  beyondHex: 512,
  /** A byte of a letter or sign beyond ASCII. */
  high: 1024,
  /** At least twenty letters, digits and signs of keys in one run. */
  token: 2048,
} as const;

/** A colon or a dash. */
const MARK = 4096;
/** Signs that may stand between the digits of one number. */
const SEPARATOR = 8192;
const KEY_SIGN = 16384;
const KEY_BYTES = 20;

const CLASS = Uint16Array.from({ length: 256 }, (_, byte) => classOf(String.fromCharCode(byte), byte));

function classOf(sign: string, byte: number): number {
  let bits = 0;
  if (/\d/.test(sign)) bits |= CELL.digit | KEY_SIGN;
  if (/[a-z]/.test(sign)) bits |= CELL.lower | KEY_SIGN;
  if (/[A-Z]/.test(sign)) bits |= CELL.upper | KEY_SIGN;
  if (/[g-z]/i.test(sign)) bits |= CELL.beyondHex;
  if (byte >= 128) bits |= CELL.lower | CELL.high;
  if (sign === '@') bits |= CELL.at;
  if (sign === ':') bits |= CELL.colon | MARK;
  if (sign === '.') bits |= CELL.dot | SEPARATOR;
  if (sign === '-') bits |= MARK | SEPARATOR | KEY_SIGN;
  if (sign === '+') bits |= CELL.plus | SEPARATOR | KEY_SIGN;
  if (sign === '=') bits |= CELL.equals;
  if (sign === ' ') bits |= CELL.space | SEPARATOR;
  if ('()/'.includes(sign)) bits |= SEPARATOR;
  if ('_$/'.includes(sign)) bits |= KEY_SIGN;
  return bits;
}

/** What one pass over the bytes of a cell tells. One object is used again and again. */
export class Scan {
  flags = 0;
  /** Digits in the longest run in which only signs of numbers stand between them. */
  run = 0;
  /** Capital letters in the longest run of them. */
  capitals = 0;
  dots = 0;
  /** Colons and dashes. */
  marks = 0;
  /** Letters, digits and signs of keys in the longest run of them. */
  keySigns = 0;
  /** 52 bits of a hash of the bytes. */
  hash = 0;
  /** First byte and end after leading and trailing white space. */
  start = 0;
  end = 0;
  #data: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** The bytes of the cells that are read next. */
  over(data: Uint8Array): void {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.length);
  }

  /** False for a cell of white space only. */
  read(from: number, to: number): boolean {
    if (!this.signs(from, to)) return false;
    this.hash = hashBytes(this.#data, this.#view, this.start, this.end);
    return true;
  }

  /** The same, without the hash. */
  signs(from: number, to: number): boolean {
    const data = this.#data;
    let start = from;
    let end = to;
    while (start < end && data[start]! <= 32) start++;
    while (end > start && data[end - 1]! <= 32) end--;
    this.start = start;
    this.end = end;
    if (start === end) return false;
    this.#classify(data, start, end);
    return true;
  }

  #classify(data: Uint8Array, start: number, end: number): void {
    let flags = 0;
    let run = 0;
    let longest = 0;
    let capitals = 0;
    let mostCapitals = 0;
    let key = 0;
    let longestKey = 0;
    let dots = 0;
    let marks = 0;
    for (let at = start; at < end; at++) {
      const bits = CLASS[data[at]!]!;
      flags |= bits;
      if (bits & CELL.lower) {
        // Most bytes of most texts: the rest of the word is read here.
        let next = at + 1;
        for (; next < end; next++) {
          const more = CLASS[data[next]!]!;
          if ((more & CELL.lower) === 0) break;
          flags |= more;
        }
        key += next - at;
        at = next - 1;
        run = 0;
        capitals = 0;
      } else if (bits & CELL.digit) {
        if (++run > longest) longest = run;
        capitals = 0;
        key++;
      } else if (bits & CELL.upper) {
        if (++capitals > mostCapitals) mostCapitals = capitals;
        run = 0;
        key++;
      } else {
        capitals = 0;
        if (!(bits & SEPARATOR)) run = 0;
        dots += (bits >> 5) & 1;
        marks += (bits >> 12) & 1;
        if (bits & KEY_SIGN) key++;
        else {
          if (key > longestKey) longestKey = key;
          key = 0;
        }
      }
    }
    if (key > longestKey) longestKey = key;
    if (longestKey >= KEY_BYTES) flags |= CELL.token;
    this.flags = flags;
    this.keySigns = longestKey;
    this.run = longest;
    this.capitals = mostCapitals;
    this.dots = dots;
    this.marks = marks;
  }
}

/** Four bytes at a time through two multipliers (the rounds of MurmurHash3), the rest one by one. */
function hashBytes(data: Uint8Array, view: DataView, start: number, end: number): number {
  let first = (end - start) | 0;
  let second = 0x9e3779b9 | 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    first = Math.imul(first ^ Math.imul(word, 0x1b873593), 0x85ebca6b);
    first = (first << 13) | (first >>> 19);
    second = Math.imul(second + word, 0xcc9e2d51) ^ (second >>> 15);
  }
  for (; at < end; at++) {
    first = Math.imul(first ^ data[at]!, 0x01000193);
    second = Math.imul(second + data[at]!, 0x5bd1e995) ^ (second >>> 15);
  }
  return mix(first, second);
}

/** 52 bits of two halves that are each stirred once more. */
export function mix(first: number, second: number): number {
  let a = first ^ (second >>> 16);
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  a ^= a >>> 16;
  let b = second ^ a;
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b);
  b ^= b >>> 13;
  return (a >>> 0) * 0x100000 + ((b >>> 0) & 0xfffff);
}

/** Hashes of what people write for nothing, in the cases in which they write it. */
export const MISSING_HASHES: ReadonlySet<number> = missingHashes();
export const MISSING_BYTES = 20;

function missingHashes(): Set<number> {
  const scan = new Scan();
  const hashes = new Set<number>();
  for (const word of MISSING) {
    for (const text of [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1), fold(word)]) {
      const bytes = Buffer.from(text);
      scan.over(bytes);
      if (scan.read(0, bytes.length)) hashes.add(scan.hash);
    }
  }
  return hashes;
}
