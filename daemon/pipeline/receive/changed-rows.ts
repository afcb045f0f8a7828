import { decodeBatch, encodeBatch, type Frame, type Schema } from '../../columnar/index.js';
import { BatchFile } from '../../store/index.js';
import { applyPatch, decodePatch, invalidPatch, RowsBefore } from '../changes/index.js';
import type { BatchMeta } from '../wire/index.js';

/** The batches of a delivery before, of the same columns. */
export interface HeldBefore {
  file: { path: string; id: string; key: Uint8Array };
  /** Rows of each batch. */
  batches: readonly number[];
}

/** Makes whole batches of those of which only the changed rows came. */
export class ChangedRows {
  readonly #schema: Schema;
  readonly #file: BatchFile | undefined;
  readonly #rows: RowsBefore | undefined;

  constructor(schema: Schema, held: HeldBefore | undefined) {
    this.#schema = schema;
    if (held === undefined) return;
    const file = BatchFile.open(held.file.path, held.file.key, held.file.id);
    this.#file = file;
    this.#rows = new RowsBefore({ schema, batches: held.batches, read: (index) => file.read(index) });
  }

  /** A batch as it would have come whole. `batch.invalid`, and what decoding a batch throws. */
  whole({ patch, rows }: BatchMeta, frame: Frame): Frame {
    if (patch === undefined) return frame;
    if (this.#rows === undefined) throw invalidPatch('was not asked for');
    const fresh = decodeBatch(this.#schema, frame);
    return encodeBatch(this.#schema, applyPatch(this.#rows, decodePatch(patch), fresh, rows));
  }

  close(): void {
    this.#file?.close();
  }
}
