import type { Column } from '../../columnar/index.js';
import { LIMITS } from '../../foundation/index.js';
import { isValid, storageType } from './values/access.js';
import { keyReader } from './values/keys.js';

/** Where a failing value is and what it looks like, without saying what it is. `row` counts from the first of the data. */
export interface Sample {
  row: number;
  column?: string;
  masked?: string;
  shape?: string;
}

const SHAPE_CHARS = 32;

/** A value's outline: capitals `A`, other letters `a`, digits `9`, ASCII punctuation as it is, all else `·`. */
function shapeOf(text: string): string {
  let out = '';
  let count = 0;
  for (const char of text) {
    if (++count > SHAPE_CHARS) return `${out}…`;
    if (/\p{Lu}/u.test(char)) out += 'A';
    else if (/\p{L}/u.test(char)) out += 'a';
    else if (/\p{N}/u.test(char)) out += '9';
    else out += /[!-/:-@[-`{-~ ]/.test(char) ? char : '·';
  }
  return out;
}

const maskOf = (shape: string): string => shape.replace(/[Aa9]/g, '*');

/** The masked value and shape of a row of a column; of types that have no text form only the type's name. */
export function sampleOf(column: Column, name: string, row: number, globalRow: number): Sample {
  if (!isValid(column, row)) return { row: globalRow, column: name, masked: 'null', shape: 'null' };
  const type = storageType(column.type);
  if (type.name !== 'utf8' && type.name !== 'int' && type.name !== 'float' && type.name !== 'decimal') {
    return { row: globalRow, column: name, masked: type.name, shape: type.name };
  }
  const shape = shapeOf(String(keyReader(column)(row)));
  return { row: globalRow, column: name, masked: maskOf(shape), shape };
}

const order = (a: Sample, b: Sample): number => a.row - b.row || compare(a.column ?? '', b.column ?? '');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The first samples by place, at most `LIMITS.samplesPerCheck`, whatever the order they came in. */
export class Samples {
  #kept: Sample[] = [];
  /** Row from which on no sample would be kept. */
  #end = Number.POSITIVE_INFINITY;

  static from(kept: readonly Sample[]): Samples {
    const samples = new Samples();
    samples.#kept = [...kept];
    samples.#trim();
    return samples;
  }

  wants(row: number): boolean {
    return row < this.#end;
  }

  add(sample: Sample): void {
    this.#kept.push(sample);
    if (this.#kept.length > 4 * LIMITS.samplesPerCheck) this.#trim();
  }

  merge(other: Samples): void {
    this.#kept.push(...other.#kept);
    this.#trim();
  }

  list(): readonly Sample[] {
    this.#trim();
    return this.#kept;
  }

  #trim(): void {
    this.#kept.sort(order);
    this.#kept.length = Math.min(this.#kept.length, LIMITS.samplesPerCheck);
    if (this.#kept.length === LIMITS.samplesPerCheck) this.#end = this.#kept[this.#kept.length - 1]!.row + 1;
  }
}
