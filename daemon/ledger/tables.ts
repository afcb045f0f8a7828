import { CounterfoilError, type EntryType, type Json, LIMITS } from '../foundation/index.js';
import { type Database, migrate, openDatabase, openDatabaseReadOnly } from '../store/index.js';
import { decodeEntry } from './entry.js';
import { CLOSE_AFTER_REWIND, MIGRATIONS, OPEN_FOR_REWIND } from './schema.js';
import type { Tile, TileReader } from './tree.js';

export interface LogRow {
  id: number;
  origin: string;
  /** Empty for a log of this gateway. */
  owner: string;
  /** The other end of a channel; empty for a master log. */
  peer: string;
  epoch: number;
}

export interface EntryRow {
  seq: number;
  leaf: Uint8Array;
  body: Uint8Array;
}

export interface HeadRow {
  size: number;
  root: Uint8Array;
  note: string;
}

export interface CosignatureRow {
  size: number;
  cosigner: string;
  time: number;
  line: string;
}

/** A time-stamp over the note of a head; `time` in milliseconds since the epoch. */
export interface TimestampRow {
  size: number;
  time: number;
  note: string;
  token: Uint8Array;
}

/** A document that shows a peer's misbehaviour. `time`: milliseconds since the epoch; `digest`: SHA-256 of it, hex. */
export interface EvidenceRow {
  time: number;
  peer: string;
  kind: string;
  digest: string;
}

/** Which entries are looked for: `type` and `text` are empty where any will do. */
export interface EntrySearch {
  before: number;
  /** `transfer.` or `transfer.landed` */
  type: string;
  /** In any letters, large or small (ASCII). */
  text: string;
  most: number;
}

type Fields = { readonly [key: string]: Json | undefined };

/** What an entry is about, for `Journal.find`. */
const subjectOf = (fields: Fields): string | null => {
  const subject = fields.transfer ?? fields.agreement ?? fields.version;
  return typeof subject === 'string' ? subject : null;
};

const prepare = (db: Database, sql: string) => db.prepare<unknown[]>(sql);
type Statement = ReturnType<typeof prepare>;

/** The only place that knows the SQL of ledger.db. Writes go through one connection, read-backs through another. */
export class Tables {
  readonly db: Database;
  /** Sees what is committed, through caches of its own; the writing connection itself when opened for reading only. */
  readonly reader: Database;
  readonly #statements = new Map<string, Statement>();

  private constructor(db: Database, reader: Database) {
    this.db = db;
    this.reader = reader;
  }

  static open(path: string): Tables {
    const db = openDatabase(path);
    db.pragma(`wal_autocheckpoint = ${LIMITS.ledgerWalPages}`);
    migrate(db, 'ledger', MIGRATIONS);
    return new Tables(db, openDatabaseReadOnly(path));
  }

  static openReadOnly(path: string): Tables {
    const db = openDatabaseReadOnly(path);
    return new Tables(db, db);
  }

  close(): void {
    this.#statements.clear();
    this.reader.close();
    if (this.db.open) this.db.close();
  }

  #sql(sql: string, db = this.db): Statement {
    const name = db === this.db ? sql : `r:${sql}`;
    let statement = this.#statements.get(name);
    if (statement === undefined) {
      statement = prepare(db, sql);
      this.#statements.set(name, statement);
    }
    return statement;
  }

  logs(): LogRow[] {
    return this.#sql('SELECT id, origin, owner, peer, epoch FROM log ORDER BY id').all() as LogRow[];
  }

  addLog(origin: string, owner: string, peer: string, epoch: number): LogRow {
    const sql = 'INSERT INTO log (origin, owner, peer, epoch) VALUES (?, ?, ?, ?)';
    const id = Number(this.#sql(sql).run(origin, owner, peer, epoch).lastInsertRowid);
    return { id, origin, owner, peer, epoch };
  }

  size(log: number): number {
    const row = this.#sql('SELECT max(seq) AS last FROM entry WHERE log = ?').get(log) as { last: number | null };
    return row.last === null ? 0 : row.last + 1;
  }

  /** `type` and the subject in `fields` repeat what the body says, for the indexes only. */
  addEntry(log: number, seq: number, type: string, fields: Fields, leaf: Uint8Array, body: Uint8Array): void {
    const sql = 'INSERT INTO entry (log, seq, type, subject, leaf, body) VALUES (?, ?, ?, ?, ?, ?)';
    this.#sql(sql).run(log, seq, type, subjectOf(fields), leaf, body);
  }

  /** The newest entry of a type and subject. */
  find(log: number, type: EntryType, subject: string): EntryRow | undefined {
    const sql =
      'SELECT seq, leaf, body FROM entry WHERE log = ? AND subject = ? AND type = ? ORDER BY seq DESC LIMIT 1';
    return this.#sql(sql).get(log, subject, type) as EntryRow | undefined;
  }

  /** Entries [from, to) in order, read a page at a time so that no read transaction stays open. */
  *entries(log: number, from: number, to = Number.MAX_SAFE_INTEGER): Generator<EntryRow> {
    const sql = 'SELECT seq, leaf, body FROM entry WHERE log = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT 1000';
    for (let at = from; at < to; ) {
      const page = this.#sql(sql, this.reader).all(log, at, to) as EntryRow[];
      yield* page;
      if (page.length < 1000) return;
      at = page[page.length - 1]!.seq + 1;
    }
  }

  /** Entries before `before`, newest first, whose type begins with `type` and whose text has `text` in it. */
  search(log: number, { before, type, text, most }: EntrySearch): EntryRow[] {
    const sql = `SELECT seq, leaf, body FROM entry WHERE log = @log AND seq < @before
      AND (@type = '' OR substr(type, 1, length(@type)) = @type)
      AND (@text = '' OR instr(lower(CAST(body AS TEXT)), lower(@text)) > 0) ORDER BY seq DESC LIMIT @most`;
    return this.#sql(sql, this.reader).all({ log, before, type, text, most }) as EntryRow[];
  }

  /** Entries of one of the types that a log seldom has (the index `entry_rare`), in order. */
  rare(log: number, type: EntryType): EntryRow[] {
    // The literal lets SQLite see that the partial index fits.
    const sql = `SELECT seq, leaf, body FROM entry WHERE log = ? AND type = '${type}' ORDER BY seq`;
    return this.#sql(sql).all(log) as EntryRow[];
  }

  /** What was committed from a position on, as [leaf in hex, text of the body]. */
  readBack(log: number, from: number): [string, string][] {
    const sql = 'SELECT lower(hex(leaf)), CAST(body AS TEXT) FROM entry WHERE log = ? AND seq >= ? ORDER BY seq';
    return this.#sql(sql, this.reader).raw().all(log, from) as [string, string][];
  }

  leaves(log: number, from: number): Uint8Array[] {
    const sql = 'SELECT leaf FROM entry WHERE log = ? AND seq >= ? ORDER BY seq';
    return (this.#sql(sql).all(log, from) as { leaf: Uint8Array }[]).map((row) => row.leaf);
  }

  addTile(log: number, tile: Tile): void {
    const sql = 'INSERT INTO tile (log, level, place, hashes, root) VALUES (?, ?, ?, ?, ?)';
    this.#sql(sql).run(log, tile.level, tile.index, tile.hashes, tile.root);
  }

  tiles(log: number): TileReader {
    return {
      hashes: (level, index) => {
        const sql = 'SELECT hashes FROM tile WHERE log = ? AND level = ? AND place = ?';
        const row = this.#sql(sql).get(log, level, index) as { hashes: Uint8Array } | undefined;
        if (row === undefined) throw new CounterfoilError('ledger.corrupt', `A tile of log ${log} is missing.`);
        return row.hashes;
      },
    };
  }

  tileRoots(log: number, level: number, from: number): Uint8Array[] {
    const sql = 'SELECT root FROM tile WHERE log = ? AND level = ? AND place >= ? ORDER BY place';
    return (this.#sql(sql).all(log, level, from) as { root: Uint8Array }[]).map((row) => row.root);
  }

  /** Removes entries that were never signed. Only inside a transaction; see OPEN_FOR_REWIND. */
  rewind(log: number, size: number): void {
    this.db.exec(OPEN_FOR_REWIND);
    this.#sql('DELETE FROM entry WHERE log = ? AND seq >= ?').run(log, size);
    for (let level = 0, width = Math.floor(size / 256); level < 8; level++, width = Math.floor(width / 256)) {
      this.#sql('DELETE FROM tile WHERE log = ? AND level = ? AND place >= ?').run(log, level, width);
    }
    this.db.exec(CLOSE_AFTER_REWIND);
  }

  addCheckpoint(log: number, head: HeadRow): void {
    const sql = 'INSERT INTO checkpoint (log, size, root, note) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
    this.#sql(sql).run(log, head.size, head.root, head.note);
  }

  checkpoints(log: number): HeadRow[] {
    return this.#sql('SELECT size, root, note FROM checkpoint WHERE log = ? ORDER BY size').all(log) as HeadRow[];
  }

  addCosignature(log: number, row: CosignatureRow): void {
    const sql =
      'INSERT INTO cosignature (log, size, cosigner, time, line) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
    this.#sql(sql).run(log, row.size, row.cosigner, row.time, row.line);
  }

  cosignatures(log: number): CosignatureRow[] {
    const sql = 'SELECT size, cosigner, time, line FROM cosignature WHERE log = ? ORDER BY size';
    return this.#sql(sql).all(log) as CosignatureRow[];
  }

  /** The cosignature of a cosigner over the largest head. */
  lastCosignature(log: number, cosigner: string): CosignatureRow | undefined {
    const sql =
      'SELECT size, cosigner, time, line FROM cosignature WHERE log = ? AND cosigner = ? ORDER BY size DESC LIMIT 1';
    return this.#sql(sql).get(log, cosigner) as CosignatureRow | undefined;
  }

  /** Heads that `witness.head` entries of a witness name, newest first; `time` in seconds, as it cosigned. */
  witnessed(log: number, witness: string, most: number): { size: number; time: number }[] {
    const sql = "SELECT body FROM entry WHERE log = ? AND type = 'witness.head' ORDER BY seq DESC LIMIT ?";
    return (this.#sql(sql).all(log, most) as { body: Uint8Array }[])
      .map(({ body }) => decodeEntry(body, false))
      .filter((entry) => entry.witness === witness)
      .map(({ size, time }) => ({ size: size as number, time: Date.parse(time as string) / 1000 }));
  }

  addTimestamp(log: number, { size, time, note, token }: TimestampRow): void {
    const sql = 'INSERT INTO timestamp (log, size, time, note, token) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
    this.#sql(sql).run(log, size, time, note, token);
  }

  /** Newest first. */
  timestamps(log: number, most: number): TimestampRow[] {
    const sql = 'SELECT size, time, note, token FROM timestamp WHERE log = ? ORDER BY size DESC, time DESC LIMIT ?';
    return this.#sql(sql).all(log, most) as TimestampRow[];
  }

  /** Largest size of a log that a cosigner is known to hold. */
  cosignedSize(log: number, cosigner: string): number {
    const sql = 'SELECT coalesce(max(size), 0) AS size FROM cosignature WHERE log = ? AND cosigner = ?';
    return (this.#sql(sql).get(log, cosigner) as { size: number }).size;
  }

  addHeld(log: number, head: HeadRow, time: number): void {
    const sql = 'INSERT INTO held (log, size, root, note, time) VALUES (?, ?, ?, ?, ?)';
    this.#sql(sql).run(log, head.size, head.root, head.note, time);
  }

  /** The head held of a peer's log now. */
  held(log: number): HeadRow | undefined {
    const sql = 'SELECT size, root, note FROM held WHERE log = ? ORDER BY size DESC LIMIT 1';
    return this.#sql(sql).get(log) as HeadRow | undefined;
  }

  allHeld(log: number): (HeadRow & { time: number })[] {
    const sql = 'SELECT size, root, note, time FROM held WHERE log = ? ORDER BY size';
    return this.#sql(sql).all(log) as (HeadRow & { time: number })[];
  }

  heldAt(log: number, size: number): HeadRow | undefined {
    return this.#sql('SELECT size, root, note FROM held WHERE log = ? AND size = ?').get(log, size) as
      | HeadRow
      | undefined;
  }

  addEvidence(row: EvidenceRow & { document: string }): void {
    const sql =
      'INSERT INTO evidence (time, peer, kind, digest, document) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
    this.#sql(sql).run(row.time, row.peer, row.kind, row.digest, row.document);
  }

  /** What is kept against a peer, or all peers; oldest first, without the documents. */
  evidence(peer?: string): EvidenceRow[] {
    const all = 'SELECT time, peer, kind, digest FROM evidence';
    const rows =
      peer === undefined
        ? this.#sql(`${all} ORDER BY id`).all()
        : this.#sql(`${all} WHERE peer = ? ORDER BY id`).all(peer);
    return rows as EvidenceRow[];
  }

  addPayload(log: number, row: { commit: string; salt: Uint8Array; body: Uint8Array }): void {
    const sql = 'INSERT INTO payload (commitment, log, salt, body) VALUES (?, ?, ?, ?)';
    this.#sql(sql).run(row.commit, log, row.salt, row.body);
  }

  payload(commit: string): { salt: Uint8Array | null; body: Uint8Array | null } | undefined {
    return this.#sql('SELECT salt, body FROM payload WHERE commitment = ?').get(commit) as
      | { salt: Uint8Array | null; body: Uint8Array | null }
      | undefined;
  }

  erasePayload(commit: string): void {
    this.#sql('UPDATE payload SET salt = NULL, body = NULL WHERE commitment = ?').run(commit);
  }
}
