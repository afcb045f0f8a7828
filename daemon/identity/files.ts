import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CounterfoilError } from '../foundation/index.js';

/** Path as a message shows it: `keys/org.key`, whatever the home. */
const shown = (path: string): string => join(basename(dirname(path)), basename(path));

/** Reads a file that holds a secret. `config.permissions` when others may read it, `key.invalid` when it cannot be read. */
export function readSecret(path: string): Buffer {
  let mode: number;
  let bytes: Buffer;
  try {
    mode = statSync(path).mode;
    bytes = readFileSync(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CounterfoilError('key.invalid', `${shown(path)} ${missing ? 'is missing' : 'cannot be read'}.`, {
      cause: error,
    });
  }
  // Windows has no such bits: its files say 0666 whoever may read them.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CounterfoilError(
      'config.permissions',
      `${shown(path)} can be read by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}).`,
      { hint: `Run: chmod 600 ${path}` },
    );
  }
  return bytes;
}

/** `work`, its failures named as a fault of the file. */
export function fromFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CounterfoilError && error.code !== 'key.invalid') throw error;
    const detail = error instanceof CounterfoilError ? ` ${error.message}` : '';
    throw new CounterfoilError('key.invalid', `${shown(path)} does not hold a usable key.${detail}`, { cause: error });
  }
}
