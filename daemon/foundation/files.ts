import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CounterfoilError } from './errors.js';

/** Makes a folder readable by its owner only. */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Flushes a file's bytes to the disk. */
export const syncFile = (path: string): void => syncPath(path);

/** Flushes a folder's entries (what was created, renamed or removed in it) to the disk. */
export const syncFolder = (path: string): void => syncPath(path);

function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Replaces a file as a whole: a reader, or a crash at any point, sees the old bytes or the new, never a mixture. */
export function writeFileAtomic(path: string, data: Uint8Array | string, mode = 0o600): void {
  const folder = dirname(path);
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const fd = openSync(temporary, 'wx', mode);
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    syncFolder(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw diskError(error);
  }
}

/** What native code says of the same, ENOSPC and EDQUOT of Linux. */
const NATIVE_FULL = /\(os error (28|122)\)/;

/** Names a full disk as what it is; anything else passes through. */
export function diskError(error: unknown): unknown {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL' || NATIVE_FULL.test(message)
    ? new CounterfoilError('store.full', 'The disk of this gateway is full.', { cause: error })
    : error;
}
