import { createHmac } from 'node:crypto';
import { hex, leafHash, lengthPrefixed, MerkleRange, sha256, u64, utf8 } from '../../foundation/index.js';
import type { Batch, Schema } from '../types.js';
import { columnDigest } from './column-digest.js';
import type { ColumnRoot } from './manifest.js';
import { rowsRoot } from './manifest.js';

const COMMIT = utf8('counterfoil/commit/1\n');
const BATCH = utf8('counterfoil/batch/1\n');

/** HMAC-SHA256(salt key of the version, LP(column name)). Handing it over opens this column and no other. 32 bytes. */
export function columnKey(saltKey: Uint8Array, name: string): Uint8Array {
  return createHmac('sha256', saltKey)
    .update(lengthPrefixed(utf8(name)))
    .digest();
}

/** HMAC-SHA256(column key, u64(batch index)). 32 bytes. */
export function batchSalt(key: Uint8Array, index: number): Uint8Array {
  return createHmac('sha256', key).update(u64(index)).digest();
}

/** SHA-256("counterfoil/commit/1\n" ‖ salt ‖ column digest). 32 bytes. */
export function commitment(salt: Uint8Array, digest: Uint8Array): Uint8Array {
  return sha256(COMMIT, salt, digest);
}

/** RFC 6962 leaf of one batch in the running root that receipts of batches are signed over. */
export function batchLeaf(index: number, rows: number, commitments: readonly Uint8Array[]): Uint8Array {
  return leafHash(BATCH, u64(index), u64(rows), ...commitments);
}

/** What batches amount to: the part of a manifest that is made of rows. */
export interface RowsSummary {
  rows: number;
  /** Rows of each batch. */
  batches: number[];
  columns: ColumnRoot[];
  /** Hex. */
  rowsRoot: string;
}

/** Digests the batches of a version or view one after the other; memory does not grow with the rows. */
export class RowsDigest {
  readonly batches: number[] = [];
  readonly #schema: Schema;
  readonly #keys: readonly Uint8Array[];
  readonly #roots: MerkleRange[];

  /** `keys`: the column key of each field, in schema order. */
  constructor(schema: Schema, keys: readonly Uint8Array[]) {
    if (keys.length !== schema.fields.length) throw new RangeError('one column key a field is needed');
    this.#schema = schema;
    this.#keys = keys;
    this.#roots = schema.fields.map(() => new MerkleRange());
  }

  /** Takes the next batch; gives its commitments, one a column. */
  add(batch: Batch): Uint8Array[] {
    return this.addDigests(batch.rows, batch.columns.map(columnDigest));
  }

  /** The same where the column digests are known already. */
  addDigests(rows: number, digests: readonly Uint8Array[]): Uint8Array[] {
    const index = this.batches.length;
    const commitments = digests.map((digest, column) => commitment(batchSalt(this.#keys[column]!, index), digest));
    this.addCommitments(rows, commitments);
    return commitments;
  }

  /** The same where the commitments are known already, as on resuming. */
  addCommitments(rows: number, commitments: readonly Uint8Array[]): void {
    if (commitments.length !== this.#roots.length) throw new RangeError('one commitment a column is needed');
    this.batches.push(rows);
    for (const [column, leaf] of commitments.entries()) this.#roots[column]!.push(leafHash(leaf));
  }

  summary(): RowsSummary {
    const columns = this.#schema.fields.map(({ name, type }, index) => {
      return { name, type, root: hex(this.#roots[index]!.root()) };
    });
    const batches = [...this.batches];
    return {
      rows: batches.reduce((sum, rows) => sum + rows, 0),
      batches,
      columns,
      rowsRoot: rowsRoot(batches, columns),
    };
  }
}
