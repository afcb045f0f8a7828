import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeBatch, encodeBatch, type Frame, type Schema, takeRows } from '../../columnar/index.js';
import { LIMITS, release } from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import { without } from '../checks/index.js';
import type { JobContext } from '../jobs/index.js';
import {
  ENDING,
  type FileWriter,
  fieldsInFiles,
  fileWriter,
  type LandedFile,
  type LandingSettings,
  partitions,
  rowsOf,
  unsupported,
} from '../sinks/index.js';
import { type Aside, asideRows } from './aside.js';
import { sinkError } from './sink-error.js';

/** Batches of the quarantine, `from` up to `to`, that go into files of one number. */
export interface Part {
  number: number;
  from: number;
  to: number;
  /** That land. */
  rows: number;
  /** Rows of these batches that were set aside. */
  aside?: Aside;
}

/** Where they are written. Readers of folders of Parquet pass over such a name. */
export const ASIDE = '_aside';

export interface LandPartsParams {
  file: { path: string; id: string; key: Uint8Array };
  schema: Schema;
  settings: LandingSettings;
  /** The staging folder; it exists. */
  folder: string;
  parts: readonly Part[];
}

/** Writes some of the files of a delivery, synced. What is in quarantine was found sound when it came. */
export async function landParts(params: LandPartsParams, { signal }: JobContext): Promise<LandedFile[]> {
  const { settings, schema } = params;
  const file = BatchFile.open(params.file.path, params.file.key, params.file.id);
  try {
    const writer = await fileWriter(fieldsInFiles(schema, settings.partitionBy), settings);
    const files: LandedFile[] = [];
    const pause = async () => {
      await new Promise(setImmediate); // lets an abort in, and other jobs of this thread
      signal.throwIfAborted();
    };
    for (const part of params.parts) {
      const frames = landing(file, part, schema);
      // A delivery without rows is one file without a folder, so that its columns can be read.
      const isParted = settings.partitionBy.length > 0 && part.rows > 0;
      if (isParted) files.push(...(await inFolders(params, writer, part, frames, pause)));
      else files.push(written(params, part, '', part.rows, (path) => writer.writeFrames(path, frames)));
      if (part.aside !== undefined) files.push(await setAside(params, part, file));
      await pause();
    }
    await synced(params.folder, files);
    return files;
  } catch (error) {
    throw sinkError(error);
  } finally {
    file.close();
  }
}

/** The batches of a part, without the rows that were set aside. */
const landing = (file: BatchFile, { from, to, aside }: Part, schema: Schema): Frame[] =>
  Array.from({ length: to - from }, (_, at) => {
    const frame = file.read(from + at);
    const gone = aside?.get(from + at);
    return gone === undefined ? frame : encodeBatch(schema, without(decodeBatch(schema, frame), gone));
  });

async function setAside(params: LandPartsParams, part: Part, file: BatchFile): Promise<LandedFile> {
  const { schema, settings } = params;
  const batches = [...part.aside!].map(([batch, rows]) => takeRows(decodeBatch(schema, file.read(batch)), rows));
  const writer = await fileWriter(schema, { ...settings, partitionBy: [] });
  return written(params, part, `${ASIDE}/`, asideRows(part.aside!), (path) => writer.write(path, batches));
}

async function inFolders(
  params: LandPartsParams,
  writer: FileWriter,
  part: Part,
  frames: readonly Frame[],
  pause: () => Promise<void>,
): Promise<LandedFile[]> {
  const { schema, settings } = params;
  const batches = frames.map((frame) => decodeBatch(schema, frame));
  const all = partitions(schema, settings.partitionBy, batches);
  if (all.length > LIMITS.landedFolders) throw tooMany();
  const files: LandedFile[] = [];
  for (const partition of all) {
    mkdirSync(join(params.folder, partition.folder), { recursive: true, mode: 0o750 });
    const rows = rowsOf(partition, schema, settings.partitionBy, batches);
    const count = rows.reduce((sum, each) => sum + each.rows, 0);
    const file = written(params, part, `${partition.folder}/`, count, (path) => writer.write(path, rows));
    files.push({ ...file, partition: { ...partition.values } });
    if (files.length % 16 === 0) await pause();
  }
  release(...frames.map(({ body }) => body));
  return files;
}

export const tooMany = () =>
  unsupported(
    `The rows would be in more than ${LIMITS.landedFolders} folders, or ${LIMITS.sourceFiles} files.`,
    'Partition by columns that have fewer values.',
  );

/** The same name each time, for the same rows under the same settings. */
function written(
  { folder, settings }: LandPartsParams,
  { number }: Part,
  below: string,
  rows: number,
  write: (path: string) => void,
): LandedFile {
  const name = `${below}part-${String(number).padStart(5, '0')}.${ENDING[settings.format]}`;
  const path = join(folder, name);
  write(path);
  return { name, rows, bytes: statSync(path).size, sha256: fileDigest(path) };
}

/** Files and the folders below that they are in, many at a time: each alone would wait for the disk. */
async function synced(folder: string, files: readonly LandedFile[]): Promise<void> {
  const below = files.flatMap(({ name }) =>
    dirname(name)
      .split('/')
      .map((_, depth, all) => all.slice(0, depth + 1)),
  );
  const folders = new Set(below.map((parts) => parts.join('/')));
  const paths = [...files.map(({ name }) => name), ...folders].map((path) => join(folder, path));
  for (let at = 0; at < paths.length; at += SYNCS) await Promise.all(paths.slice(at, at + SYNCS).map(sync));
}

const SYNCS = 16;

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const block = Buffer.allocUnsafeSlow(1024 * 1024);

/** SHA-256 of a file, hex. */
export function fileDigest(path: string): string {
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  try {
    for (let got = readSync(fd, block); got > 0; got = readSync(fd, block)) hash.update(block.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}
