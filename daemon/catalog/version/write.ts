import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import {
  type Batch,
  batchBytes,
  columnDigest,
  columnKey,
  encodeBatch,
  RowsDigest,
  type RowsSummary,
  type Schema,
  schemaJson,
} from '../../columnar/index.js';
import { canonicalJson, hex, privateFolder, release, syncFolder, u64 } from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import type { OpenOptions, SourceEngine, SourceSpec } from '../source.js';

/** What the thread that writes a version is given: plain data. */
export interface WriteParams {
  spec: SourceSpec;
  scratch: string;
  /** Folder of the version, which does not exist yet. */
  folder: string;
  /** Name of the folder: what its records are bound to. */
  fileId: string;
  key: Uint8Array;
  saltKey: Uint8Array;
  cut?: OpenOptions['cut'];
}

/** What was written, plain data too. */
export interface Written {
  schema: Schema;
  summary: RowsSummary;
  /** Bytes of all batches as Arrow, before encryption. */
  bytes: number;
  /** Unsalted digest of schema and rows, hex: tells whether they changed. Kept at home only. */
  content: string;
  notes: readonly string[];
}

/** The file of encrypted batches in the folder of a version. */
export const rowsFile = (folder: string): string => join(folder, 'rows');

/**
 * Reads a source to its end into an encrypted file, digesting on the way. Durable when it returns; whoever called it
 * removes the folder when it does not. For a worker thread. Errors: those of sources, `store.full`.
 */
export async function writeVersion(
  params: WriteParams,
  engine: SourceEngine,
  hooks: Pick<OpenOptions, 'signal' | 'onProgress'>,
): Promise<Written> {
  const { spec, scratch, folder, fileId, key, saltKey, cut } = params;
  const source = await engine(spec, { scratch, ...hooks, ...(cut === undefined ? {} : { cut }) });
  try {
    privateFolder(folder);
    const file = BatchFile.create(rowsFile(folder), key, fileId);
    try {
      const { schema, notes } = source;
      const written = await writeBatches(schema, source.batches(), file, saltKey);
      file.sync();
      syncFolder(folder);
      return { schema, notes, ...written };
    } finally {
      file.close();
    }
  } finally {
    await source.close();
  }
}

async function writeBatches(
  schema: Schema,
  batches: AsyncIterable<Batch>,
  file: BatchFile,
  saltKey: Uint8Array,
): Promise<Pick<Written, 'summary' | 'bytes' | 'content'>> {
  const rows = new RowsDigest(
    schema,
    schema.fields.map(({ name }) => columnKey(saltKey, name)),
  );
  const content = new ContentDigest(schema);
  let bytes = 0;
  for await (const batch of batches) {
    const digests = batch.columns.map(columnDigest);
    const frame = encodeBatch(schema, batch);
    file.append({ header: frame.header, body: frame.body, meta: Buffer.concat(digests) });
    release(frame.body);
    rows.addDigests(batch.rows, digests);
    content.add(batch.rows, digests);
    bytes += batchBytes(batch);
  }
  return { summary: rows.summary(), bytes, content: content.hex() };
}

/** SHA-256 over schema, and rows and column digests of each batch: the same rows give the same one, without any salt. */
class ContentDigest {
  readonly #hash: Hash;

  constructor(schema: Schema) {
    this.#hash = createHash('sha256').update(`counterfoil/content/1\n${canonicalJson(schemaJson(schema))}\n`);
  }

  add(rows: number, digests: readonly Uint8Array[]): void {
    this.#hash.update(u64(rows));
    for (const digest of digests) this.#hash.update(digest);
  }

  hex(): string {
    return hex(this.#hash.digest());
  }
}
