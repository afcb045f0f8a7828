import { type Column, type Field, textColumn } from '../../columnar/index.js';
import { isValid, storageType, textReader } from '../checks/values/access.js';
import type { Recognise } from './define.js';

/** The texts of a column, each distinct one of a batch turned once; nulls stay. */
export function mapTexts(column: Column, read: (row: number) => string, turn: (text: string) => string): Column {
  const known = new Map<string, string>();
  const out: (string | null)[] = new Array(column.rows);
  for (let row = 0; row < column.rows; row++) {
    if (!isValid(column, row)) {
      out[row] = null;
      continue;
    }
    const text = read(row);
    let turned = known.get(text);
    if (turned === undefined) {
      turned = turn(text);
      known.set(text, turned);
    }
    out[row] = turned;
  }
  return textColumn(out);
}

/**
 * The texts of a column turned byte by byte: `write` gets a row's bytes as a span of `data`, writes into `out` from `at`
 * on and gives where it ended. `most` bounds what it writes for a text of so many bytes.
 */
export function mapBytes(
  column: Column,
  most: (bytes: number) => number,
  write: (data: Uint8Array, from: number, to: number, out: Uint8Array, at: number) => number,
): Column {
  const { rows, nulls } = column;
  const [data, source] = [column.data!, column.offsets!];
  let bound = 0;
  for (let row = 0; row < rows; row++) bound += most(source[row + 1]! - source[row]!);
  const out = new Uint8Array(bound);
  const offsets = new Int32Array(rows + 1);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (nulls === 0 || isValid(column, row)) at = write(data, source[row]!, source[row + 1]!, out, at);
    offsets[row + 1] = at;
  }
  const text: Column = { type: { name: 'utf8' }, rows, nulls, offsets, data: at === bound ? out : out.slice(0, at) };
  return column.validity === undefined ? text : { ...text, validity: column.validity };
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
  const text: Column = { type: { name: 'utf8' }, rows, nulls, offsets, data: out };
  return column.validity === undefined ? text : { ...text, validity: column.validity };
}

/** Recognises what a mask makes by its text; undefined for a column that is not text. */
export function textLooks(field: Field, looks: (text: string) => boolean): Recognise | undefined {
  if (storageType(field.type).name !== 'utf8') return undefined;
  return (column) => {
    const read = textReader(column);
    return (row) => looks(read(row));
  };
}
