import type { DataType } from '../../../columnar/index.js';

/** One column of a dataset, as far as it is known when its first contract is written. */
export interface KnownColumn {
  name: string;
  type: DataType;
  nulls: number;
  /** Number of distinct values without nulls, exact. Absent when it is not known. */
  distinct?: number;
  /** All its distinct values, where they are few and none is personal; as a contract writes them. */
  values?: readonly (string | number | boolean)[];
  /** Least and greatest value as a contract writes them. Absent where they are personal, or where a value is NaN. */
  min?: string | number;
  max?: string | number;
  /** Shortest and longest text, in characters (code points). */
  minLength?: number;
  maxLength?: number;
  /** What looks personal in it, or in the field of it that `column` names; absent when nobody looked. No values. */
  personal?: readonly { column?: string; entity: string; verdict: 'is' | 'contains'; evidence: string }[];
}

/** What a first contract is written from. */
export interface KnownDataset {
  dataset: string;
  /** The organisation that offers it. */
  organisation?: string;
  rows: number;
  columns: readonly KnownColumn[];
  /** Default v3.1.0. With v3.2.0 lists of values are written as `enum`. */
  apiVersion?: 'v3.1.0' | 'v3.2.0';
}
