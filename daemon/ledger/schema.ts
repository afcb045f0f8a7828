/** Tables in which nothing is ever changed or removed. */
const INSERT_ONLY = ['log', 'entry', 'tile', 'checkpoint', 'cosignature', 'held', 'evidence'];

const insertOnly = (table: string): string => `
CREATE TRIGGER ${table}_keep_update BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is insert-only'); END;
CREATE TRIGGER ${table}_keep_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is insert-only'); END;`;

/** Keeps entries in order. Without it INSERT OR REPLACE would overwrite one past the other triggers. */
const ENTRY_ORDER = `
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq) + 1, 0) FROM entry WHERE log = NEW.log)
BEGIN SELECT RAISE(ABORT, 'entries are added at the end only'); END;`;

/**
 * The tables of ledger.db. `log.owner` is empty for logs of this gateway and the peer's id for copies of its logs;
 * `epoch` counts the histories of one origin that were acknowledged one after the other (a restore, a new key).
 */
export const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL,
  owner TEXT NOT NULL,
  peer TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  UNIQUE (origin, epoch)
) STRICT;
CREATE TABLE entry (
  log INTEGER NOT NULL REFERENCES log (id),
  seq INTEGER NOT NULL CHECK (seq >= 0),
  type TEXT NOT NULL,
  subject TEXT,
  leaf BLOB NOT NULL CHECK (length(leaf) = 32),
  body BLOB NOT NULL CHECK (length(body) <= 65535),
  UNIQUE (log, seq)
) STRICT;
CREATE INDEX entry_subject ON entry (log, subject, type, seq) WHERE subject IS NOT NULL;
CREATE INDEX entry_rare ON entry (log, type, seq)
WHERE type IN ('genesis', 'channel.opened', 'key.rotated', 'key.revoked', 'ledger.restored', 'restore.acknowledged');
CREATE TABLE tile (
  log INTEGER NOT NULL REFERENCES log (id),
  level INTEGER NOT NULL,
  place INTEGER NOT NULL,
  hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
  root BLOB NOT NULL CHECK (length(root) = 32),
  UNIQUE (log, level, place)
) STRICT;
CREATE TABLE checkpoint (
  log INTEGER NOT NULL REFERENCES log (id),
  size INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  note TEXT NOT NULL,
  UNIQUE (log, size)
) STRICT;
CREATE TABLE cosignature (
  log INTEGER NOT NULL REFERENCES log (id),
  size INTEGER NOT NULL,
  cosigner TEXT NOT NULL,
  time INTEGER NOT NULL,
  line TEXT NOT NULL,
  UNIQUE (log, size, cosigner)
) STRICT;
CREATE TABLE held (
  log INTEGER NOT NULL REFERENCES log (id),
  size INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  note TEXT NOT NULL,
  time INTEGER NOT NULL,
  UNIQUE (log, size)
) STRICT;
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  peer TEXT NOT NULL,
  kind TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL
) STRICT;
CREATE TABLE payload (
  commitment TEXT PRIMARY KEY,
  log INTEGER NOT NULL REFERENCES log (id),
  salt BLOB,
  body BLOB
) STRICT;
${INSERT_ONLY.map(insertOnly).join('')}
${ENTRY_ORDER}
CREATE TRIGGER held_in_order BEFORE INSERT ON held
WHEN NEW.size <= (SELECT coalesce(max(size), -1) FROM held WHERE log = NEW.log)
BEGIN SELECT RAISE(ABORT, 'a held head only grows'); END;
CREATE TRIGGER payload_erase BEFORE UPDATE ON payload
WHEN NEW.commitment IS NOT OLD.commitment OR NEW.log IS NOT OLD.log
  OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END;
CREATE TRIGGER payload_keep_delete BEFORE DELETE ON payload
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END;
`,
  `
CREATE TABLE timestamp (
  log INTEGER NOT NULL REFERENCES log (id),
  size INTEGER NOT NULL,
  time INTEGER NOT NULL,
  note TEXT NOT NULL,
  token BLOB NOT NULL,
  UNIQUE (log, size, time)
) STRICT;
${insertOnly('timestamp')}
CREATE INDEX entry_witness ON entry (log, type, seq) WHERE type = 'witness.head';
`,
];

/**
 * Statements around the one lawful removal: entries that were never signed, written while a peer had not yet said that
 * it holds later ones (docs/LEDGER.md, restores). Runs in one transaction with what replaces them.
 */
export const OPEN_FOR_REWIND = 'DROP TRIGGER entry_keep_delete; DROP TRIGGER tile_keep_delete;';
export const CLOSE_AFTER_REWIND = ['entry', 'tile'].map((table) => insertOnly(table).trim().split('\n')[1]!).join('\n');
