import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/**
 * Loaded before a gateway (`--import`), in each of its threads: a disk that is full where the test says so. The test names
 * folders of the home, one a line, in its file `disk-full`; nothing can be written below them until they are gone from it.
 */
const home = process.env.FULL_DISK_HOME ?? '';
const files = new Map<number, string>();
const { openSync, writeSync, writevSync, fsyncSync, writeFileSync, mkdirSync } = fs;

function mustFit(path: unknown): void {
  let full: string[] = [];
  try {
    full = fs.readFileSync(join(home, 'disk-full'), 'utf8').split('\n').filter(Boolean);
  } catch {
    return;
  }
  if (!full.some((folder) => String(path).startsWith(join(home, folder)))) return;
  const error = new Error('ENOSPC: no space left on device, write');
  throw Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'write' });
}

function before<A extends unknown[], R>(work: (...args: A) => R, pathOf: (...args: A) => unknown): (...args: A) => R {
  return (...args) => {
    mustFit(pathOf(...args));
    return work(...args);
  };
}

fs.openSync = (path, flags, mode) => {
  const fd = openSync(path, flags, mode);
  files.set(fd, String(path));
  return fd;
};
const byDescriptor = (fd: number) => files.get(fd);
fs.writeSync = before(writeSync as (fd: number, ...rest: never[]) => number, byDescriptor) as typeof writeSync;
fs.writevSync = before(writevSync, byDescriptor);
fs.fsyncSync = before(fsyncSync, byDescriptor);
fs.writeFileSync = before(writeFileSync, (path) => path);
fs.mkdirSync = before(mkdirSync as (...args: unknown[]) => undefined, (path) => path) as typeof mkdirSync;
syncBuiltinESMExports();
