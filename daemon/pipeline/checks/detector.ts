import type { Batch, Schema } from '../../columnar/index.js';

/** What a detector of personal data says of one column. No values, only what a person can follow. */
export interface PersonalFinding {
  column: string;
  entity: string;
  /** The column is of that kind, or some of its cells contain it. */
  verdict: 'is' | 'contains';
  /** From 0 to 1. */
  confidence: number;
  evidence: string;
  /** Cells in which it was found, of the cells that were looked at. */
  matched: number;
  tested: number;
}

/** Looks for personal data in the batches of one table. States merge as those of checks do. */
export interface PersonalDetector {
  update(batch: Batch): void;
  merge(other: this): void;
  serialise(): Uint8Array;
  findings(): PersonalFinding[];
}

/** Makes a detector for the columns of a schema; given bytes it continues from a serialised one. */
export type DetectorFactory = (schema: Schema, saved?: Uint8Array) => PersonalDetector;
