import type { Column } from '../../columnar/index.js';
import { columnReader } from '../../columnar/index.js';
import { classify } from './classify.js';
import { inspect } from './inside.js';
import { Sample } from './sample.js';
import { CELL, MISSING_BYTES, MISSING_HASHES, mix, Scan } from './scan.js';
import { TALLIES, TALLY_INDEX } from './tallies.js';

/** How the cells of a leaf are read. */
export type Reading = 'text' | 'number' | 'date' | 'binary' | 'none';

const scan = new Scan();
/** Nothing that is looked for inside cells is without a digit, a mail sign, or a sign of what follows. */
const SUSPECT = CELL.digit | CELL.at | CELL.colon | CELL.equals | CELL.token;

/** Counts and sample of one leaf column. */
export class ColumnState {
  readonly tallies = new Float64Array(TALLIES.length);
  readonly sample = new Sample();
  /** Cells that were there at all, nulls included. */
  rows = 0;
  least = Number.POSITIVE_INFINITY;
  most = Number.NEGATIVE_INFINITY;

  update(column: Column, reading: Reading): void {
    this.rows += column.rows;
    if (reading === 'none' || column.nulls === column.rows) {
      this.tallies[TALLY_INDEX.cells]! += reading === 'none' ? column.rows - column.nulls : 0;
      return;
    }
    if (reading === 'text') this.#texts(column);
    else if (reading === 'binary') this.#binaries(column);
    else this.#numbers(column, reading);
  }

  merge(other: ColumnState): void {
    this.rows += other.rows;
    for (let at = 0; at < this.tallies.length; at++) this.tallies[at]! += other.tallies[at]!;
    this.least = Math.min(this.least, other.least);
    this.most = Math.max(this.most, other.most);
    this.sample.merge(other.sample);
  }

  #texts(column: Column): void {
    const data = column.data!;
    const offsets = column.offsets!;
    const { validity, nulls, rows } = column;
    const { sample, tallies } = this;
    const buffer = Buffer.from(data.buffer, data.byteOffset, data.length);
    scan.over(data);
    let cells = 0;
    let missing = 0;
    let prose = 0;
    for (let row = 0; row < rows; row++) {
      if (nulls !== 0 && (validity![row >> 3]! & (1 << (row & 7))) === 0) continue;
      if (!scan.read(offsets[row]!, offsets[row + 1]!)) {
        missing++;
        continue;
      }
      const { flags, hash } = scan;
      if (scan.end - scan.start <= MISSING_BYTES && MISSING_HASHES.has(hash)) {
        missing++;
        continue;
      }
      cells++;
      if (hash < sample.threshold) sample.add(hash, row);
      if ((flags & CELL.space) !== 0 && (flags & CELL.lower) !== 0) prose++;
      if ((flags & SUSPECT) !== 0) inspect(scan, buffer, tallies);
    }
    tallies[TALLY_INDEX.cells]! += cells;
    tallies[TALLY_INDEX.missing]! += missing;
    tallies[TALLY_INDEX.prose]! += prose;
    this.#settle((row) => buffer.toString('utf8', offsets[row]!, offsets[row + 1]!).trim());
  }

  #numbers(column: Column, reading: 'number' | 'date'): void {
    const reader = columnReader(column);
    const { typed } = reader;
    const { sample } = this;
    const toText = reading === 'date' ? dateText(column) : numberText(column);
    let cells = 0;
    const words = typed === undefined ? undefined : wordsOf(column, typed);
    for (let row = 0; row < column.rows; row++) {
      if (reader.isNull(row)) continue;
      // Adding zero makes −0 into 0, so that least and most do not depend on which came first.
      const value = Number(typed === undefined ? reader.value(row) : typed[row]) + 0;
      if (Number.isNaN(value)) continue;
      cells++;
      if (value < this.least) this.least = value;
      if (value > this.most) this.most = value;
      const hash = words === undefined ? hashNumber(value) : words(row);
      if (hash < sample.threshold) sample.add(hash, row);
    }
    this.tallies[TALLY_INDEX.cells]! += cells;
    this.#settle((row) => toText(reader.value(row)));
  }

  #binaries(column: Column): void {
    const reader = columnReader(column);
    for (let row = 0; row < column.rows; row++) {
      if (reader.isNull(row)) continue;
      this.tallies[TALLY_INDEX.cells]! += 1;
      if (isImage(reader.bytes!(row))) this.tallies[TALLY_INDEX.images]! += 1;
    }
  }

  /** After a batch: drops what is no longer in the sample, and looks at what is new in it. */
  #settle(textOf: (row: number) => string): void {
    this.sample.prune();
    for (const entry of this.sample.entries.values()) entry.kinds ??= classify(textOf(entry.row));
  }
}

const scratch = new DataView(new ArrayBuffer(8));

function hashNumber(value: number): number {
  scratch.setFloat64(0, value);
  return mix(scratch.getInt32(0), scratch.getInt32(4));
}

/** Hashes straight from the bytes of the values; equal values have equal bytes. */
function wordsOf(column: Column, typed: ArrayLike<unknown>): (row: number) => number {
  const { data } = column;
  if (data!.length !== typed.length * 8 || data!.byteOffset % 4 !== 0) return (row) => hashNumber(Number(typed[row]));
  const words = new Int32Array(data!.buffer, data!.byteOffset, typed.length * 2);
  return (row) => mix(words[2 * row + 1]!, words[2 * row]!);
}

function numberText(column: Column): (value: unknown) => string {
  const { type } = column;
  const scale = type.name === 'decimal' ? type.scale : 0;
  return (value) => (scale > 0 ? (Number(value) / 10 ** scale).toFixed(scale) : String(value));
}

const PER_DAY = { s: 86_400, ms: 86_400_000, us: 86_400_000_000, ns: 86_400_000_000_000 } as const;

/** The day of a date or timestamp, as ISO 8601 writes it. */
function dateText(column: Column): (value: unknown) => string {
  const { type } = column;
  const unit =
    type.name === 'date' ? (type.unit === 'd' ? 1 : PER_DAY.ms) : type.name === 'timestamp' ? PER_DAY[type.unit] : 1;
  return (value) => {
    const date = new Date(Math.floor(Number(value) / unit) * PER_DAY.ms);
    return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().slice(0, 10);
  };
}

/** JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC by their first bytes. */
function isImage(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  return /^(?:\xff\xd8\xff|\x89PNG|GIF8|RIFF.{4}WEBP|BM|II\*\0|MM\0\*|.{4}ftyp(?:heic|heix|mif1|avif))/s.test(head);
}
