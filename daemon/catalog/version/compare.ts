import { type DataType, exactText as typeName } from '../../columnar/index.js';
import { equalBytes } from '../../foundation/index.js';
import { type VersionAccess, VersionReader } from './read.js';

/** What became of a column from one version to another. */
export interface ColumnChange {
  name: string;
  /** `values`: some batches differ, or there are more or fewer of them. */
  change: 'same' | 'values' | 'type' | 'added' | 'removed';
  /** Types before and after; null where the column is not there. */
  before: string | null;
  after: string | null;
  /** Batches that are alike, of those that either version has; null where they cannot be compared. */
  alike: number | null;
}

export interface VersionChange {
  /** Batches of the version that has more. */
  batches: number;
  columns: readonly ColumnChange[];
}

export interface CompareParams {
  before: VersionAccess;
  after: VersionAccess;
}

/**
 * Compares two versions by the digests of their columns in each batch; no value is looked at. For a worker thread.
 * Errors: `store.corrupt`.
 */
export function compareVersions({ before, after }: CompareParams, signal?: AbortSignal): VersionChange {
  const [old, now] = [new VersionReader(before), new VersionReader(after)];
  try {
    const batches = Math.max(old.batches, now.batches);
    const both = Math.min(old.batches, now.batches);
    const columns = columnsOf(old, now);
    for (let index = 0; index < both; index++) {
      signal?.throwIfAborted();
      const [was, is] = [old.frame(index).digests, now.frame(index).digests];
      for (const column of columns) if (column.was >= 0 && equalBytes(was[column.was]!, is[column.is]!)) column.alike++;
    }
    return { batches, columns: columns.map((column) => changeOf(column, batches)) };
  } finally {
    old.close();
    now.close();
  }
}

interface Compared {
  name: string;
  before: DataType | undefined;
  after: DataType | undefined;
  /** Places in the two versions where the types are the same; -1 otherwise. */
  was: number;
  is: number;
  alike: number;
}

function columnsOf(old: VersionReader, now: VersionReader): Compared[] {
  const fields = (reader: VersionReader) =>
    new Map(reader.manifest.schema.fields.map((field, at) => [field.name, { field, at }]));
  const [was, is] = [fields(old), fields(now)];
  return [...new Set([...was.keys(), ...is.keys()])].map((name) => {
    const [a, b] = [was.get(name), is.get(name)];
    const isComparable = a !== undefined && b !== undefined && typeName(a.field.type) === typeName(b.field.type);
    return {
      ...{ name, before: a?.field.type, after: b?.field.type, alike: 0 },
      ...(isComparable ? { was: a.at, is: b.at } : { was: -1, is: -1 }),
    };
  });
}

function changeOf({ name, before, after, was, alike }: Compared, batches: number): ColumnChange {
  const types = { before: before ? typeName(before) : null, after: after ? typeName(after) : null };
  if (before === undefined) return { name, change: 'added', ...types, alike: null };
  if (after === undefined) return { name, change: 'removed', ...types, alike: null };
  if (was < 0) return { name, change: 'type', ...types, alike: null };
  return { name, change: alike === batches ? 'same' : 'values', ...types, alike };
}
