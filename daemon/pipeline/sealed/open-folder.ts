import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OpenSource } from '../../catalog/index.js';
import { type Batch, type Column, concatBatches, type Field, type Schema, sliceBatch } from '../../columnar/index.js';
import { CounterfoilError, printable, syncFile } from '../../foundation/index.js';
import type { JobContext } from '../jobs/index.js';
import {
  fileWriter,
  type LandedFile,
  type LandingSettings,
  openLandedFile,
  readManifest,
  settingsOf,
  writeManifest,
} from '../sinks/index.js';
import { Opener, type SealedFor } from './seal.js';

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
    const files: LandedFile[] = [];
    for (const file of manifest.files) {
      signal.throwIfAborted();
      const to = join(params.out, file.name);
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      const source = await openLandedFile(params.folder, manifest, file, { scratch: params.scratch });
      await openFile(source, to, openers, settingsOf(manifest));
      const sha256 = createHash('sha256').update(readFileSync(to)).digest('hex');
      files.push({ ...file, bytes: statSync(to).size, sha256 });
    }
    writeManifest(params.out, { ...manifest, files, opened: sealed });
  } catch (error) {
    rmSync(params.out, { recursive: true, force: true });
    throw error;
  }
  return { columns: sealed, rows: manifest.rows, files: manifest.files.map(({ name }) => name) };
}

function makeFolder(out: string): void {
  if (statSync(out, { throwIfNoEntry: false }) !== undefined)
    throw new CounterfoilError('input.invalid', `${printable(out)} exists already.`, { hint: 'Name a new folder.' });
  mkdirSync(out, { recursive: true, mode: 0o700 });
}

/** One file: few batches, so all of them are held until it is written. */
async function openFile(
  source: OpenSource,
  to: string,
  openers: ReadonlyMap<string, Opener>,
  settings: LandingSettings,
): Promise<void> {
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
    (await fileWriter(schema, settings)).write(to, batches);
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
