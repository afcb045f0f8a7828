import type { Batch, DataType, Schema } from '../../daemon/columnar/index.js';
import { columnOf } from './columns.js';

export interface Table {
  schema: Schema;
  batch: Batch;
}

/** A table of plain values: a column of numbers (or of texts that all are numbers) becomes int or float, others text. */
export function tableOf(names: readonly string[], values: readonly (readonly unknown[])[]): Table {
  const columns = values.map((column) => {
    const solid = column.map((value) => (value === undefined || value === '' ? null : value));
    const type = typeOf(solid);
    return columnOf(
      type,
      solid.map((value) => (value === null ? null : convert(value, type))),
    );
  });
  const fields = names.map((name, at) => ({ name, type: columns[at]!.type, nullable: true }));
  return { schema: { fields }, batch: { rows: values[0]?.length ?? 0, columns } };
}

function typeOf(values: readonly unknown[]): DataType {
  const numeric = (value: unknown) =>
    value === null ||
    typeof value === 'number' ||
    (typeof value === 'string' && /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(value));
  if (!values.some((value) => value !== null) || !values.every(numeric)) return { name: 'utf8' };
  return values.every((value) => value === null || Number.isSafeInteger(Number(value)))
    ? { name: 'int', bits: 64, signed: true }
    : { name: 'float', bits: 64 };
}

function convert(value: unknown, type: DataType): unknown {
  if (type.name !== 'utf8') return Number(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** RFC 4180, with any separator. */
export function parseCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [];
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^${separator}\\n\\r"]*))(${separator === '\t' ? '\\t' : separator}|\\r?\\n|$)`,
    'y',
  );
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) break;
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === separator) continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
