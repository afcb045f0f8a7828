import type { VersionAccess } from '../../catalog/index.js';
import type { Schema } from '../../columnar/index.js';
import type { Hooks } from '../hooks/index.js';

/** Where the keys are that a `foreign_key` rule refers to: a version of this gateway, or what has landed from the peer. */
export type Reference =
  | { columns: readonly string[]; version: VersionAccess }
  | { columns: readonly string[]; folder: string }
  /** Why there is none, in a sentence. */
  | { missing: string };

/** What a run of the last version under the same agreement left, for the checks that compare with it. */
export interface Before {
  schema: Schema;
  rows: number;
  /** States by rule id. */
  states: Readonly<Record<string, Uint8Array>>;
}

/** What rules look at beside the rows. Plain data, so that it can be sent to a worker thread. */
export interface Beside {
  hooks: Hooks;
  /** By rule id. A rule that is not in it finds no keys, which is an error. */
  references: Readonly<Record<string, Reference>>;
  previous?: Before;
}
