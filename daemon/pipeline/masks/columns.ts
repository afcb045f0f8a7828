import type { Column, Field } from '../../columnar/index.js';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { isValid, storageType, textReader, validBytes } from '../checks/values/access.js';
import type { Recognise } from './define.js';
import { TextSink } from './text-sink.js';

/** Rows after which texts that hardly repeat are no longer looked up. */
const TRIED = 2048;

/** The texts of a column, each distinct one of a batch turned once where they repeat; nulls stay. */
export function mapTexts(column: Column, read: (row: number) => string, turn: (text: string) => string): Column {
  const known = new Map<string, string>();
  const { rows, nulls } = column;
  const valid = validBytes(column);
  const sink = new TextSink(column.data?.length ?? 0);
  const offsets = new Int32Array(rows + 1);
  let repeats = true;
  for (let row = 0; row < rows; row++) {
    if (valid === undefined || valid[row] === 1) {
      const text = read(row);
      let turned = repeats ? known.get(text) : undefined;
      if (turned === undefined) {
        turned = turn(text);
        if (repeats) known.set(text, turned);
        if (known.size === TRIED && row < TRIED * 1.25) repeats = false;
      }
      sink.text(turned);
    }
    offsets[row + 1] = sink.at;
  }
  return likeIn(column, offsets, sink.bytes(), nulls);
}

/** A text column with the nulls of another. */
function likeIn({ rows, validity }: Column, offsets: Int32Array, data: Uint8Array, nulls: number): Column {
  const text: Column = { type: { name: 'utf8' }, rows, nulls, offsets, data };
  return validity === undefined ? text : { ...text, validity };
}

/**
 * The texts of a column turned byte by byte: `write` gets a row's bytes as a span of `data`, writes into `out` from `at`
 * on and gives where it ended. `most` bounds what it writes for a text of so many bytes.
 */
export function mapBytes(
  column: Column,
  most: (bytes: number) => number,
  write: (data: Buffer, from: number, to: number, out: Buffer, at: number) => number,
): Column {
  const { rows } = column;
  const [raw, source] = [column.data!, column.offsets!];
  const data = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  let bound = 0;
  for (let row = 0; row < rows; row++) bound += most(source[row + 1]! - source[row]!);
  return written(column, bound, (row, out, at) => write(data, source[row]!, source[row + 1]!, out, at));
}

/** A text column, of any other, whose rows have at most `longest` bytes, which `write` puts into `out` from `at` on. */
export const writeTexts = (
  column: Column,
  longest: number,
  write: (row: number, out: Buffer, at: number) => number,
): Column => written(column, column.rows * longest, write);

function written(column: Column, bound: number, write: (row: number, out: Buffer, at: number) => number): Column {
  if (bound > LIMITS.columnBytes)
    throw new CounterfoilError('batch.too_large', 'The values of a text column outgrow one batch.');
  const { rows } = column;
  const out = Buffer.allocUnsafeSlow(bound);
  const offsets = new Int32Array(rows + 1);
  const valid = validBytes(column);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (valid === undefined || valid[row] === 1) at = write(row, out, at);
    offsets[row + 1] = at;
  }
  const all = new Uint8Array(out.buffer, out.byteOffset, at);
  return likeIn(column, offsets, at === bound ? all : all.slice(), column.nulls);
}

/** A text column whose valid rows all have `width` ASCII bytes, which `write` puts into `out` from `at` on. */
export function fixedTexts(
  column: Column,
  width: number,
  write: (row: number, out: Uint8Array, at: number) => void,
): Column {
  const { rows, nulls } = column;
  const out = new Uint8Array((rows - nulls) * width);
  const offsets = new Int32Array(rows + 1);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (nulls === 0 || isValid(column, row)) {
      write(row, out, at);
      at += width;
    }
    offsets[row + 1] = at;
  }
  return likeIn(column, offsets, out, nulls);
}

/** Recognises what a mask makes by its text; undefined for a column that is not text. */
export function textLooks(field: Field, looks: (text: string) => boolean): Recognise | undefined {
  if (storageType(field.type).name !== 'utf8') return undefined;
  return (column) => {
    const read = textReader(column);
    return (row) => looks(read(row));
  };
}
