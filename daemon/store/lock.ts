import BetterSqlite from 'better-sqlite3';
import { CounterfoilError, diskError } from '../foundation/index.js';

/** Held by the one daemon of a home. */
export interface HomeLock {
  release(): void;
}

/**
 * Takes the lock of a home: an exclusive SQLite lock on an empty file, which the kernel drops when the process ends,
 * however it ends, and which also holds between containers that share the folder. `home.in_use` when another has it.
 */
export function lockHome(path: string): HomeLock {
  try {
    const db = new BetterSqlite(path, { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      throw error;
    }
    return { release: () => db.close() };
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw new CounterfoilError('home.in_use', 'Another daemon runs on this home.', { cause: error });
    throw diskError(error);
  }
}
