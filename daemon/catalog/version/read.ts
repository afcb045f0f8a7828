import { type Batch, columnDigest, decodeBatch, type Frame, type VersionManifest } from '../../columnar/index.js';
import { CounterfoilError, equalBytes } from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import { rowsFile } from './write.js';

/** All that a thread needs to read a version, and to open its columns to a peer. Plain data; holds keys. */
export interface VersionAccess {
  id: string;
  folder: string;
  fileId: string;
  key: Uint8Array;
  saltKey: Uint8Array;
  manifest: VersionManifest;
}

const DIGEST_BYTES = 32;

/** The batches of a stored version. Synchronous reads: for worker threads. Errors: `store.corrupt`. */
export class VersionReader {
  readonly manifest: VersionManifest;
  readonly #file: BatchFile;
  readonly #id: string;

  constructor({ id, folder, fileId, key, manifest }: VersionAccess) {
    this.#id = id;
    this.manifest = manifest;
    this.#file = BatchFile.open(rowsFile(folder), key, fileId);
    if (this.#file.count !== manifest.batches.length) {
      const count = this.#file.count;
      this.close();
      throw this.#corrupt(`it has ${count} of its ${manifest.batches.length} batches`);
    }
  }

  get batches(): number {
    return this.manifest.batches.length;
  }

  /** Batch `index` as it goes on the wire, and the digests of its columns. */
  frame(index: number): { frame: Frame; digests: Uint8Array[] } {
    const { header, body, meta } = this.#file.read(index);
    const digests = this.manifest.columns.map((_, column) =>
      meta.subarray(column * DIGEST_BYTES, (column + 1) * DIGEST_BYTES),
    );
    return { frame: { header, body }, digests };
  }

  batch(index: number): { batch: Batch; digests: Uint8Array[] } {
    const { frame, digests } = this.frame(index);
    return { batch: decodeBatch(this.manifest.schema, frame), digests };
  }

  /** Recomputes the digests of a batch from its rows; `store.corrupt` when they are not those that were published. */
  verify(index: number): void {
    const { batch, digests } = this.batch(index);
    const sound = batch.columns.every((column, at) => equalBytes(columnDigest(column), digests[at]!));
    if (!sound || batch.rows !== this.manifest.batches[index]) throw this.#corrupt(`batch ${index} has other rows`);
  }

  close(): void {
    this.#file.close();
  }

  #corrupt(what: string): CounterfoilError {
    return new CounterfoilError('store.corrupt', `The stored version ${this.#id} is damaged: ${what}.`);
  }
}
