import { fold } from './header/tokens.js';
import { MISSING } from './names/vocabulary.js';

/** What bytes a cell has, as flags. */
export const CELL = {
  digit: 1,
  letter: 2,
  at: 4,
  colon: 8,
  dot: 16,
  dash: 32,
  equals: 64,
  space: 128,
  /** A run of at least sixteen letters, digits and the signs of tokens. */
  token: 256,
} as const;

/** Signs that may stand between the digits of one number. */
const SEPARATOR = 512;
const TOKEN_SIGN = 1024;

const CLASS = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  const sign = String.fromCharCode(byte);
  let bits = 0;
  if (/\d/.test(sign)) bits |= CELL.digit | TOKEN_SIGN;
  if (/[a-z]/i.test(sign)) bits |= CELL.letter | TOKEN_SIGN;
  if (byte >= 128) bits |= CELL.letter;
  if (sign === '@') bits |= CELL.at;
  if (sign === ':') bits |= CELL.colon;
  if (sign === '.') bits |= CELL.dot | SEPARATOR;
  if (sign === '-') bits |= CELL.dash | SEPARATOR | TOKEN_SIGN;
  if (sign === '=') bits |= CELL.equals;
  if (sign === ' ') bits |= CELL.space | SEPARATOR;
  if ('()+/'.includes(sign)) bits |= SEPARATOR;
  if ('_$/+'.includes(sign)) bits |= TOKEN_SIGN;
  CLASS[byte] = bits;
}

/** What one pass over the bytes of a cell tells. One object is used again and again. */
export class Scan {
  flags = 0;
  /** Digits in the longest run in which only signs of numbers stand between them. */
  run = 0;
  /** 52 bits of a hash of the bytes. */
  hash = 0;
  /** First byte and end after leading and trailing white space. */
  start = 0;
  end = 0;

  /** False for a cell of white space only. */
  read(data: Uint8Array, from: number, to: number): boolean {
    let start = from;
    let end = to;
    while (start < end && data[start]! <= 32) start++;
    while (end > start && data[end - 1]! <= 32) end--;
    this.start = start;
    this.end = end;
    if (start === end) return false;
    let flags = 0;
    let run = 0;
    let longest = 0;
    let token = 0;
    let h1 = 0x811c9dc5 | 0;
    let h2 = 0x9e3779b9 | 0;
    for (let at = start; at < end; at++) {
      const byte = data[at]!;
      const bits = CLASS[byte]!;
      flags |= bits;
      h1 = Math.imul(h1 ^ byte, 0x01000193);
      h2 = Math.imul(h2 + byte, 0x5bd1e995) ^ (h2 >>> 15);
      if (bits & CELL.digit) {
        if (++run > longest) longest = run;
      } else if (!(bits & SEPARATOR)) run = 0;
      if (bits & TOKEN_SIGN) token++;
      else {
        if (token >= 16) flags |= CELL.token;
        token = 0;
      }
    }
    if (token >= 16) flags |= CELL.token;
    this.flags = flags;
    this.run = longest;
    this.hash = mix(h1, h2);
    return true;
  }
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
      if (scan.read(bytes, 0, bytes.length)) hashes.add(scan.hash);
    }
  }
  return hashes;
}
