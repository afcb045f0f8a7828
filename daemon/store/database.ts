import BetterSqlite from 'better-sqlite3';
import { CounterfoilError, diskError } from '../foundation/index.js';

export type Database = BetterSqlite.Database;

/** Pragmas of every connection, and what each must read back as. */
const PRAGMAS: readonly [name: string, set: string, readBack: unknown][] = [
  ['journal_mode', 'WAL', 'wal'],
  // This binding's build defaults WAL to NORMAL, which can lose commits on power failure.
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  // Without it INSERT OR REPLACE deletes rows past the DELETE triggers.
  ['recursive_triggers', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['busy_timeout', '5000', 5000],
];

/**
 * Opens (or makes) an SQLite database with durable commits: WAL and synchronous=FULL, set and read back.
 * Errors: `store.corrupt` when it is not a database or cannot be opened, `store.full` when the disk is full.
 */
export function openDatabase(path: string): Database {
  try {
    const db = new BetterSqlite(path);
    for (const [name, value, expected] of PRAGMAS) {
      db.pragma(`${name} = ${value}`);
      const got = db.pragma(name, { simple: true });
      if (got !== expected && path !== ':memory:') throw new Error(`pragma ${name} reads back as ${String(got)}`);
    }
    return db;
  } catch (error) {
    throw databaseError(error, path);
  }
}

/** Opens an existing database for reading only, without changing anything on the disk. */
export function openDatabaseReadOnly(path: string): Database {
  try {
    return new BetterSqlite(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw databaseError(error, path);
  }
}

function databaseError(error: unknown, path: string): unknown {
  const full = diskError(error);
  if (full !== error) return full;
  return new CounterfoilError('store.corrupt', `${path} cannot be used as a database.`, {
    hint: 'Check the rights on the file; if it is damaged, restore the home from a backup.',
    cause: error,
  });
}

/**
 * Brings one room's tables up to date: runs the steps that were not run yet, in order, each in a transaction with its
 * number. Steps are never edited once released. Data written by newer code is refused with `store.newer`.
 */
export function migrate(db: Database, room: string, steps: readonly string[]): void {
  db.exec('CREATE TABLE IF NOT EXISTS migration (room TEXT PRIMARY KEY, step INTEGER NOT NULL) STRICT');
  const row = db.prepare('SELECT step FROM migration WHERE room = ?').get(room) as { step: number } | undefined;
  const done = row?.step ?? 0;
  if (done > steps.length) {
    throw new CounterfoilError(
      'store.newer',
      `The tables of ${room} are at step ${done}; this release knows ${steps.length}.`,
    );
  }
  const record = db.prepare(
    'INSERT INTO migration (room, step) VALUES (?, ?) ON CONFLICT (room) DO UPDATE SET step = excluded.step',
  );
  for (let step = done; step < steps.length; step++) {
    transaction(db, () => {
      db.exec(steps[step]!);
      record.run(room, step + 1);
    });
  }
}

/** Runs `work` in one immediate transaction: all of it or none. Synchronous; side effects belong after it. */
export function transaction<T>(db: Database, work: () => T): T {
  try {
    return db.transaction(work).immediate();
  } catch (error) {
    throw diskError(error);
  }
}
