import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ViewManifest } from '../../columnar/index.js';
import { LIMITS, type OrgId, pathSegment, rfc3339, syncFolder } from '../../foundation/index.js';
import type { Jobs } from '../jobs/index.js';
import { type LandedFile, type LandingSettings, readManifest, writeManifest } from '../sinks/index.js';
import { type Aside, asideRows, decodeAside } from './aside.js';
import type { ReceiveJobs } from './index.js';
import { ASIDE, type Part, tooMany } from './land-parts.js';
import { sinkError } from './sink-error.js';

/** Beside the landed data, on the same file system, so that landing is one rename. */
const STAGING = '.staging';

export interface LandParams {
  file: { path: string; id: string; key: Uint8Array };
  view: ViewManifest;
  viewDigest: string;
  settings: LandingSettings;
  /** Root of the landing sink. */
  root: string;
  transfer: string;
  provider: OrgId;
  dataset: string;
  now: number;
  /** Rows that rules set aside, as `encodeAside` writes them: they are written beside what lands. */
  aside?: Uint8Array;
}

/** Where a delivery is written before it lands. */
export const stagingFolder = (root: string, transfer: string): string => join(root, STAGING, transfer);

/**
 * Writes the quarantined rows as files and their manifest into a staging folder, all of it synced; several
 * threads share the files. Gives the folder, which is to be renamed.
 */
export async function land(params: LandParams, jobs: Jobs<ReceiveJobs>, signal: AbortSignal): Promise<string> {
  const folder = stagingFolder(params.root, params.transfer);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const aside = decodeAside(params.aside);
    if (aside.size > 0) mkdirSync(join(folder, ASIDE), { mode: 0o750 });
    const files = await written(params, aside, folder, jobs, signal);
    writeManifest(folder, manifestOf(params, aside, files));
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw sinkError(error);
  }
}

async function written(
  { file, view, settings }: LandParams,
  aside: Aside,
  folder: string,
  jobs: Jobs<ReceiveJobs>,
  signal: AbortSignal,
): Promise<LandedFile[]> {
  const all = partsOf(view.batches, aside);
  const shares = Array.from({ length: Math.min(jobs.threads, all.length) }, (_, share) =>
    all.filter((_part, at) => at % jobs.threads === share),
  );
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const running = shares.map(async (parts) => {
    try {
      return await jobs.run('landParts', { file, schema: view.schema, settings, folder, parts }, { signal: until });
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  const settled = await Promise.allSettled(running); // no thread writes into a folder that is being removed
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
  const files = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const folders = new Set(files.map(({ name }) => dirname(name)));
  if (files.length > LIMITS.sourceFiles || folders.size > LIMITS.landedFolders) throw tooMany();
  return files.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Groups of whole batches, one a file; an empty version is one file without rows, so that its columns can be read. */
function partsOf(batchRows: readonly number[], aside: Aside): Part[] {
  const all: Part[] = [];
  for (let from = 0; from < Math.max(1, batchRows.length); from += LIMITS.landedBatchesPerFile) {
    const to = Math.min(from + LIMITS.landedBatchesPerFile, batchRows.length);
    const gone = new Map([...aside].filter(([batch]) => batch >= from && batch < to));
    const rows = batchRows.slice(from, to).reduce((sum, each) => sum + each, 0) - asideRows(gone);
    all.push({ number: all.length, from, to, rows, ...(gone.size > 0 && { aside: gone }) });
  }
  return all;
}

/** What a landed folder says of itself. */
function manifestOf(params: LandParams, aside: Aside, all: readonly LandedFile[]) {
  const { view } = params;
  const rows = asideRows(aside);
  const isAside = ({ name }: LandedFile) => name.startsWith(`${ASIDE}/`);
  const files = all.filter((file) => !isAside(file));
  return {
    v: 1,
    transfer: params.transfer,
    provider: params.provider,
    dataset: params.dataset,
    agreement: view.agreement,
    version: view.version,
    view: params.viewDigest,
    rowsRoot: view.rowsRoot,
    rows: view.rows - rows,
    ...(rows > 0 && { aside: { rows, files: all.filter(isAside) } }),
    columns: view.columns.map(({ name, type, from, operator }, at) => ({
      ...{ name, type, nullable: view.schema.fields[at]!.nullable },
      ...{ from, operator },
    })),
    ...params.settings,
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
    return readManifest(landing).transfer === transfer;
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
