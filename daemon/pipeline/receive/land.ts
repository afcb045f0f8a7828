import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Batch, decodeBatch, type Schema, type ViewManifest } from '../../columnar/index.js';
import {
  CounterfoilError,
  diskError,
  LIMITS,
  type OrgId,
  pathSegment,
  rfc3339,
  syncFile,
  syncFolder,
  writeFileAtomic,
} from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import { ParquetWriter } from '../engine/index.js';
import type { JobContext } from '../jobs/index.js';

const MANIFEST = 'manifest.json';
/** Beside the landed data, on the same file system, so that landing is one rename. */
const STAGING = '.staging';

export interface LandParams {
  file: { path: string; id: string; key: Uint8Array };
  view: ViewManifest;
  viewDigest: string;
  /** Root of the landing sink. */
  root: string;
  transfer: string;
  provider: OrgId;
  dataset: string;
  now: number;
}

export interface Staged {
  /** What is to be renamed to the landing folder. */
  folder: string;
}

/** What a landed folder says of itself, in `manifest.json`. */
interface LandedManifest {
  v: 1;
  transfer: string;
  provider: string;
  dataset: string;
  agreement: string;
  version: string;
  view: string;
  rowsRoot: string;
  rows: number;
  columns: { name: string; type: unknown; nullable: boolean; from: string; operator: string }[];
  files: { name: string; rows: number; bytes: number; sha256: string }[];
  landed: string;
}

/** Where a delivery is written before it lands. */
export const stagingFolder = (root: string, transfer: string): string => join(root, STAGING, transfer);

/** Writes the quarantined rows as Parquet files and their manifest into a staging folder, all of it synced. */
export async function land(params: LandParams, { signal }: JobContext): Promise<Staged> {
  const folder = stagingFolder(params.root, params.transfer);
  const file = BatchFile.open(params.file.path, params.file.key, params.file.id);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const writer = await ParquetWriter.for(params.view.schema);
    const files: LandedManifest['files'] = [];
    for (const part of parts(params.view.batches)) {
      signal.throwIfAborted();
      const name = `part-${String(files.length).padStart(5, '0')}.parquet`;
      const path = join(folder, name);
      writer.write(path, batches(file, params.view.schema, part));
      syncFile(path);
      files.push({ name, rows: part.rows, bytes: statSync(path).size, sha256: await fileDigest(path) });
    }
    writeFileAtomic(join(folder, MANIFEST), `${JSON.stringify(manifestOf(params, files), null, 2)}\n`, 0o640);
    return { folder };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw sinkError(error);
  } finally {
    file.close();
  }
}

interface Part {
  from: number;
  to: number;
  rows: number;
}

/** Groups of whole batches, one a file; an empty version is one file without rows, so that its columns can be read. */
function parts(batchRows: readonly number[]): Part[] {
  const all: Part[] = [];
  for (let from = 0; from < batchRows.length; from += LIMITS.landedBatchesPerFile) {
    const to = Math.min(from + LIMITS.landedBatchesPerFile, batchRows.length);
    all.push({ from, to, rows: batchRows.slice(from, to).reduce((sum, rows) => sum + rows, 0) });
  }
  return all.length > 0 ? all : [{ from: 0, to: 0, rows: 0 }];
}

function batches(file: BatchFile, schema: Schema, part: Part): Batch[] {
  return Array.from({ length: part.to - part.from }, (_, at) => decodeBatch(schema, file.read(part.from + at)));
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function manifestOf(params: LandParams, files: LandedManifest['files']): LandedManifest {
  const { view } = params;
  return {
    v: 1,
    transfer: params.transfer,
    provider: params.provider,
    dataset: params.dataset,
    agreement: view.agreement,
    version: view.version,
    view: params.viewDigest,
    rowsRoot: view.rowsRoot,
    rows: view.rows,
    columns: view.columns.map(({ name, type, from, operator }, at) => ({
      ...{ name, type, nullable: view.schema.fields[at]!.nullable },
      ...{ from, operator },
    })),
    files,
    landed: rfc3339(params.now),
  };
}

/** A folder for this delivery that nothing else has: provider, dataset, version, and a number where it came before. */
export function landingFolder(root: string, delivery: { peer: OrgId; dataset: string; version: string }): string {
  const folder = join(root, pathSegment(delivery.peer), pathSegment(delivery.dataset));
  for (let again = 1; ; again++) {
    const path = join(folder, again === 1 ? delivery.version : `${delivery.version}.${again}`);
    if (!existsSync(path)) return path;
  }
}

/** True when the folder holds what this transfer landed: a crash came after the rename and before its entry. */
export function isLanded(landing: string, transfer: string): boolean {
  try {
    return (JSON.parse(readFileSync(join(landing, MANIFEST), 'utf8')) as LandedManifest).transfer === transfer;
  } catch {
    return false;
  }
}

/** The atomic step: readers see none of the delivery or all of it. */
export function putInPlace(staged: string, landing: string): void {
  try {
    mkdirSync(dirname(landing), { recursive: true, mode: 0o750 });
    syncFolder(staged);
    renameSync(staged, landing);
    syncFolder(dirname(landing));
  } catch (error) {
    throw sinkError(error);
  }
}

function sinkError(error: unknown): unknown {
  if (error instanceof CounterfoilError) return error;
  const known = diskError(error);
  if (known !== error) return known;
  const reason = (error as NodeJS.ErrnoException).code;
  const at = basename((error as NodeJS.ErrnoException).path ?? 'the landing folder');
  if (reason === undefined) return error;
  return new CounterfoilError('sink.failed', `The rows cannot be written: ${reason} at ${at}.`, { cause: error });
}
