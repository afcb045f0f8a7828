import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { changed, fileError, invalid } from '../faults.js';
import { globPattern, hasGlob } from './glob.js';

/** A file that rows are read from. `name` is what messages call it. */
export interface SourceFile {
  path: string;
  name: string;
  /** Gzip, told from the name. */
  packed: boolean;
  bytes: number;
  stamp: string;
}

/** What changes when a file is written to or replaced. */
const stampOf = (stats: Stats): string => `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`;

/**
 * The files of a path, folder or glob, sorted by name, so that rows always come in the same order. A folder gives the
 * files in it and below whose names `isData` admits; names that start with a dot or an underscore are left out, as
 * writers of table folders use them for what is no data. Errors: `source.missing`, `source.permission`.
 */
export async function localFiles(path: string, isData: (name: string) => boolean): Promise<SourceFile[]> {
  if (hasGlob(path) && !(await exists(path))) return filesOf(path, await globbed(path));
  const stats = await look(path);
  if (stats.isDirectory()) return filesOf(path, (await below(path, path)).filter(isData));
  return [fileOf(path, basename(path), stats)];
}

/** Throws `source.changed` where a file is no longer what it was when `files` were listed. */
export async function unchanged(files: readonly SourceFile[]): Promise<void> {
  for (const file of files) {
    const now = await stat(file.path).then(stampOf, () => undefined);
    if (now !== file.stamp) throw changed(file.name);
  }
}

export function fileOf(path: string, name: string, stats: Stats): SourceFile {
  if (!stats.isFile()) throw invalid(printable(name), 'it is not a file');
  return { path, name, packed: path.toLowerCase().endsWith('.gz'), bytes: stats.size, stamp: stampOf(stats) };
}

async function look(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function filesOf(from: string, paths: string[]): Promise<SourceFile[]> {
  if (paths.length === 0) {
    throw new CounterfoilError('source.missing', `No file of a known format matches ${printable(from)}.`);
  }
  if (paths.length > LIMITS.sourceFiles) {
    throw new CounterfoilError(
      'limit.exceeded',
      `${printable(from)} has ${paths.length} files; at most ${LIMITS.sourceFiles} make one source.`,
    );
  }
  const root = hasGlob(from) ? commonFolder(paths) : resolve(from) + sep;
  const files: SourceFile[] = [];
  for (const path of paths.sort()) files.push(fileOf(path, path.slice(root.length), await look(path)));
  return files;
}

function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => path.split(sep).slice(0, -1));
  let depth = 0;
  while (folders.every((parts) => depth < parts.length && parts[depth] === folders[0]![depth])) depth++;
  return folders[0]!.slice(0, depth).join(sep) + sep;
}

async function globbed(pattern: string): Promise<string[]> {
  const { folder, matches } = globPattern(resolve(pattern));
  await look(folder);
  return (await below(folder, folder)).filter(matches);
}

/** Paths of all files below a folder. */
async function below(folder: string, name: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw fileError(name, error);
  }
  const paths: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name.startsWith('_')) continue;
    const path = join(folder, entry.name);
    if (await isFolder(entry, path)) {
      if (/^[^=]+=/.test(entry.name)) throw partitioned(name, entry.name);
      paths.push(...(await below(path, path)));
    } else paths.push(path);
  }
  return paths;
}

const isFolder = async (entry: Dirent, path: string): Promise<boolean> =>
  entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isDirectory() === true);

/** A column that lives in folder names only would be lost. */
const partitioned = (folder: string, name: string): CounterfoilError =>
  invalid(
    `Folder ${printable(folder)}`,
    `it is partitioned by ${printable(name.split('=')[0]!)}, which is in folder names only`,
    {
      hint: 'Name one partition as the source, or write the column into the files.',
    },
  );
