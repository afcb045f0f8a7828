import { type Batch, type Column, columnReader, type Schema, takeRows, valueText } from '../../columnar/index.js';
import { LIMITS, printable } from '../../foundation/index.js';
import { unsupported } from './settings.js';

/** What readers of partitioned folders take for null (the name that Hive gave it). */
const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__';
/** Control characters, and what means something in a path, a pattern or an encoding. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a path
const SPECIAL = /[\u0000-\u001f\u007f"#%'*/:=?\\{}[\]^<>|&~$!;`]/g;

/** The values of one folder, by column: text, or null. */
export type PartitionValues = Readonly<Record<string, string | null>>;

/** Rows of one folder in each batch. */
export interface Partition {
  folder: string;
  values: PartitionValues;
  rows: { batch: number; rows: Int32Array }[];
}

/** `column=value` as one folder, in which no value means anything to a file system or a pattern. */
function segment(column: string, value: string | null): string {
  if (value === NULL_FOLDER)
    throw unsupported(
      `Column ${printable(column)} has the word that stands for null in the names of folders as a value.`,
      'Do not partition by this column.',
    );
  const text = `${column}=${value === null ? NULL_FOLDER : encoded(value)}`;
  if (Buffer.byteLength(text) <= LIMITS.partitionFolderBytes) return text;
  throw unsupported(
    `A value of column ${printable(column)} is too long for the name of a folder: more than ${LIMITS.partitionFolderBytes} bytes.`,
    'Do not partition by this column.',
  );
}

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** Text that some file systems would store in another form is written byte by byte. */
function encoded(value: string): string {
  if (value !== value.normalize('NFC')) return percent(value);
  return value.replace(SPECIAL, percent).replace(/[ .]$/, percent);
}

/** Parts the rows of batches by the values of columns, in the order in which the folders first appear. */
export function partitions(schema: Schema, by: readonly string[], batches: readonly Batch[]): Partition[] {
  const places = by.map((name) => schema.fields.findIndex((field) => field.name === name));
  const found = new Map<string, { values: PartitionValues; rows: Map<number, number[]> }>();
  batches.forEach((batch, index) => {
    const readers = places.map((place, at) => textsOf(by[at]!, batch.columns[place]!));
    for (let row = 0; row < batch.rows; row++) {
      const cells = readers.map((read) => read(row));
      const folder = cells.map((cell) => cell.segment).join('/');
      let partition = found.get(folder);
      if (partition === undefined) {
        partition = {
          values: Object.fromEntries(cells.map((cell, at) => [by[at]!, cell.value])),
          rows: new Map(),
        };
        found.set(folder, partition);
      }
      const rows = partition.rows.get(index);
      if (rows === undefined) partition.rows.set(index, [row]);
      else rows.push(row);
    }
  });
  return [...found].map(([folder, { values, rows }]) => ({
    folder,
    values,
    rows: [...rows].map(([batch, list]) => ({ batch, rows: Int32Array.from(list) })),
  }));
}

/** The rows of a partition without its columns. */
export function rowsOf({ rows }: Partition, schema: Schema, by: readonly string[], batches: readonly Batch[]): Batch[] {
  const kept = schema.fields.flatMap(({ name }, at) => (by.includes(name) ? [] : [at]));
  return rows.map((part) => {
    const batch = batches[part.batch]!;
    const columns = kept.map((at) => batch.columns[at]!);
    return takeRows({ rows: batch.rows, columns }, part.rows);
  });
}

interface Cell {
  value: string | null;
  segment: string;
}

/** The cells of a column as folders; each value is made into one once. */
function textsOf(name: string, column: Column): (row: number) => Cell {
  const reader = columnReader(column);
  const known = new Map<unknown, Cell>();
  return (row) => {
    const value = reader.value(row);
    let cell = known.get(value);
    if (cell === undefined) {
      const text = value === null ? null : valueText(column.type, value);
      cell = { value: text, segment: segment(name, text) };
      known.set(value, cell);
    }
    return cell;
  };
}
