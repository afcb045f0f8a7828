import type { Column, DataType, Schema } from '../../columnar/index.js';
import type { Reading } from './column-state.js';
import { type Header, readHeader } from './header/match.js';

/** A column of plain values: of the table, of a struct in it, or the items of a list. */
export interface Leaf {
  /** Name of the column, with those of the struct fields below it after dots. */
  name: string;
  /** The last part of the name. */
  label: string;
  header: Header;
  reading: Reading;
  type: DataType;
  /** The leaf's own column in the columns of a batch. */
  pick(columns: readonly Column[]): Column;
}

/** The leaves of a schema in schema order. */
export function leavesOf(schema: Schema): Leaf[] {
  return schema.fields.flatMap((field, at) => below(field.name, [], field.type, (columns) => columns[at]!));
}

function below(name: string, parents: readonly string[], type: DataType, pick: Leaf['pick']): Leaf[] {
  switch (type.name) {
    case 'extension':
      return below(name, parents, type.storage, pick);
    case 'list':
    case 'fixed_size_list':
      return below(name, parents, type.item, (columns) => pick(columns).children![0]!);
    case 'struct':
      return type.fields.flatMap((field, at) =>
        below(field.name, [...parents, name], field.type, (columns) => pick(columns).children![at]!),
      );
    default:
      return [
        {
          name: [...parents, name].join('.'),
          label: name,
          header: readHeader(name, parents),
          reading: readingOf(type),
          type,
          pick,
        },
      ];
  }
}

function readingOf(type: DataType): Reading {
  switch (type.name) {
    case 'utf8':
      return 'text';
    case 'int':
    case 'decimal':
    case 'float':
      return 'number';
    case 'date':
    case 'timestamp':
      return 'date';
    case 'binary':
    case 'fixed_size_binary':
      return 'binary';
    default:
      return 'none';
  }
}
