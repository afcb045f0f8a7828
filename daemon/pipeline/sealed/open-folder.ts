import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Batch, type Column, concatBatches, type Field, type Schema, sliceBatch } from '../../columnar/index.js';
import { CounterfoilError, printable, syncFile, writeFileAtomic } from '../../foundation/index.js';
import { openSource, ParquetWriter } from '../engine/index.js';
import type { JobContext } from '../jobs/index.js';
import { Opener, type SealedFor } from './seal.js';

const MANIFEST = 'manifest.json';

export interface OpenSealedParams {
  /** A folder that landed. */
  folder: string;
  /** A folder that does not exist yet. */
  out: string;
  consumer: string;
  privateKey: Uint8Array;
  scratch: string;
}

export interface OpenedFolder {
  columns: string[];
  rows: number;
  files: string[];
}

const manifestShape = z.looseObject({
  v: z.literal(1),
  provider: z.string(),
  agreement: z.string(),
  version: z.string(),
  rows: z.int(),
  columns: z.array(z.looseObject({ name: z.string(), operator: z.string() })),
  files: z.array(z.looseObject({ name: z.string().regex(/^[\w.-]+$/) })),
});

/**
 * Writes the files of a landed folder again with their sealed columns opened. All or nothing: on a failure `out` is not
 * there. Errors: `input.invalid`, `key.invalid`, `store.corrupt`, `sink.failed`.
 */
export async function openFolder(params: OpenSealedParams, { signal }: JobContext): Promise<OpenedFolder> {
  const manifest = readManifest(params.folder);
  const sealed = manifest.columns.filter(({ operator }) => operator === 'encrypt').map(({ name }) => name);
  if (sealed.length === 0)
    throw new CounterfoilError('input.invalid', 'No column of this delivery is sealed.', { hint: 'Read it as it is.' });
  const { provider, agreement, version } = manifest;
  const about: SealedFor = { provider, consumer: params.consumer, agreement, version };
  const openers = new Map(sealed.map((name) => [name, new Opener(params.privateKey, about, name)]));
  makeFolder(params.out);
  try {
    for (const { name } of manifest.files) {
      signal.throwIfAborted();
      await openFile(join(params.folder, name), join(params.out, name), openers, params.scratch);
    }
    const opened = { ...manifest, opened: sealed };
    writeFileAtomic(join(params.out, MANIFEST), `${JSON.stringify(opened, null, 2)}\n`, 0o640);
  } catch (error) {
    rmSync(params.out, { recursive: true, force: true });
    throw error;
  }
  return { columns: sealed, rows: manifest.rows, files: manifest.files.map(({ name }) => name) };
}

function readManifest(folder: string): z.infer<typeof manifestShape> {
  try {
    return manifestShape.parse(JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')));
  } catch (error) {
    throw new CounterfoilError('input.invalid', `${printable(folder)} is not a folder of landed data.`, {
      hint: 'Give the folder that "transfer show" calls landed: it has a manifest.json.',
      cause: error,
    });
  }
}

function makeFolder(out: string): void {
  if (statSync(out, { throwIfNoEntry: false }) !== undefined)
    throw new CounterfoilError('input.invalid', `${printable(out)} exists already.`, { hint: 'Name a new folder.' });
  mkdirSync(out, { recursive: true, mode: 0o700 });
}

/** One file: few batches, so all of them are held until it is written. */
async function openFile(
  from: string,
  to: string,
  openers: ReadonlyMap<string, Opener>,
  scratch: string,
): Promise<void> {
  const source = await openSource({ name: 'landed', uri: from }, { scratch });
  try {
    const columns = source.schema.fields.map(({ name }) => openers.get(name)).map((each) => each && new Unsealed(each));
    const batches: Batch[] = [];
    for await (const batch of source.batches()) {
      const opened = batch.columns.map(async (column, at) => (await columns[at]?.take(column)) ?? column);
      batches.push({ rows: batch.rows, columns: await Promise.all(opened) });
    }
    const schema: Schema = {
      ...source.schema,
      fields: source.schema.fields.map((field, at) => columns[at]?.field ?? field),
    };
    (await ParquetWriter.for(schema)).write(to, batches);
    syncFile(to);
  } finally {
    await source.close();
  }
}

/** The rows of a sealed column one after another, whatever batches they are read in. */
class Unsealed {
  readonly #opener: Opener;
  /** What is left of the batch that was opened last. */
  #left: Column | undefined;
  field: Field | undefined;

  constructor(opener: Opener) {
    this.#opener = opener;
  }

  /** The opened values of the next rows; `column` holds their sealed cells. */
  async take(column: Column): Promise<Column> {
    const parts: Column[] = [];
    for (let row = 0; row < column.rows; ) {
      if (this.#left === undefined) await this.#open(column, row);
      const left = this.#left!;
      const count = Math.min(left.rows, column.rows - row);
      const whole = { rows: left.rows, columns: [left] };
      parts.push(sliceBatch(whole, 0, count).columns[0]!);
      this.#left = count === left.rows ? undefined : sliceBatch(whole, count, left.rows - count).columns[0]!;
      row += count;
    }
    if (parts.length === 0) return column;
    return concatBatches(parts.map((part) => ({ rows: part.rows, columns: [part] }))).columns[0]!;
  }

  async #open({ data, offsets }: Column, row: number): Promise<void> {
    const opened = await this.#opener.open(data!.subarray(offsets![row]!, offsets![row + 1]!));
    this.field = opened.field;
    this.#left = opened.column;
  }
}
