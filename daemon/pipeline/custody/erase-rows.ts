import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Batch, columnReader, type Schema, takeRows, valueText } from '../../columnar/index.js';
import { CounterfoilError, syncFile, syncFolder } from '../../foundation/index.js';
import type { JobContext } from '../jobs/index.js';
import { stagingFolder } from '../receive/index.js';
import {
  fileWriter,
  type LandedFile,
  type LandedManifest,
  openLandedFile,
  readManifest,
  settingsOf,
  writeManifest,
} from '../sinks/index.js';

export interface EraseRowsParams {
  /** Root of the sink, and a folder that landed in it. */
  root: string;
  folder: string;
  column: string;
  /** The value as text, as `valueText` writes it. */
  value: string;
  /** False: rows are only counted. */
  erase: boolean;
  /** Id of the erasure, for the manifest. */
  erasure: string;
  at: string;
  scratch: string;
}

/**
 * Counts the rows of a landed folder in which a column has a value, and with `erase` writes the files that have some again
 * without them, each replaced at once. The manifest then says what is left and why. May be run again after a crash.
 */
export async function eraseRows(params: EraseRowsParams, { signal }: JobContext): Promise<{ rows: number }> {
  const { folder, erasure, at, erase } = params;
  const manifest = landedManifest(folder);
  let rows = 0;
  for (const file of manifest.files) {
    signal.throwIfAborted();
    rows += await eraseIn(file, manifest, params);
  }
  let setAside = 0;
  for (const file of manifest.aside?.files ?? []) {
    signal.throwIfAborted();
    setAside += await eraseIn(file, manifest, params);
  }
  const all = rows + setAside;
  if (erase && all > 0) {
    manifest.rows -= rows;
    if (manifest.aside !== undefined) manifest.aside.rows -= setAside;
    const others = (manifest.erased ?? []).filter((each) => each.erasure !== erasure);
    manifest.erased = [...others, { erasure, rows: all, at }];
    writeManifest(folder, manifest);
  }
  return { rows: all };
}

function landedManifest(folder: string): LandedManifest {
  try {
    return readManifest(folder);
  } catch (error) {
    const { message } = CounterfoilError.from(error);
    throw new CounterfoilError('sink.failed', `What landed is not there any more: ${message}`, { cause: error });
  }
}

async function eraseIn(file: LandedFile, manifest: LandedManifest, params: EraseRowsParams): Promise<number> {
  const { root, folder, column, value, erase, erasure, scratch } = params;
  const path = join(folder, file.name);
  const source = await openLandedFile(folder, manifest, file, { scratch });
  try {
    const inFolder = file.partition?.[column];
    const whole = inFolder === undefined ? undefined : inFolder === value;
    const { kept, erased } = await partsOf(source.schema, source.batches(), column, value, whole);
    if (!erase || erased === 0) return erased;
    const staging = stagingFolder(root, erasure);
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    const fresh = join(staging, basename(file.name));
    rmSync(fresh, { force: true });
    (await fileWriter(source.schema, settingsOf(manifest))).write(fresh, kept);
    syncFile(fresh);
    file.rows -= erased;
    file.bytes = statSync(fresh).size;
    file.sha256 = createHash('sha256').update(readFileSync(fresh)).digest('hex');
    renameSync(fresh, path);
    syncFolder(dirname(path));
    rmSync(staging, { recursive: true, force: true });
    return erased;
  } finally {
    await source.close();
  }
}

/** `whole`: said of all rows by the folder of the file, where it says. */
async function partsOf(
  schema: Schema,
  batches: AsyncIterable<Batch>,
  name: string,
  value: string,
  whole: boolean | undefined,
) {
  const at = schema.fields.findIndex((field) => field.name === name);
  const kept: Batch[] = [];
  let erased = 0;
  for await (const batch of batches) {
    const every = whole === true ? Array.from({ length: batch.rows }, (_, row) => row) : [];
    const rows = at < 0 ? every : rowsWith(batch, at, value);
    erased += rows.length;
    const gone = new Set(rows);
    const left = Int32Array.from({ length: batch.rows }, (_, row) => row).filter((row) => !gone.has(row));
    kept.push(rows.length === 0 ? batch : takeRows(batch, left));
  }
  return { kept, erased };
}

function rowsWith(batch: Batch, at: number, value: string): number[] {
  const column = batch.columns[at]!;
  const reader = columnReader(column);
  const rows: number[] = [];
  for (let row = 0; row < batch.rows; row++) {
    const cell = reader.value(row);
    if (cell !== null && valueText(column.type, cell) === value) rows.push(row);
  }
  return rows;
}
