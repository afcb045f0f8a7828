import { CounterfoilError, type OrgId, printable } from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import { type Database, migrate } from '../../store/index.js';

/** `requested`: asked for. `erasing`: rows are counted and recorded. `erased`: done, the receipt is signed. */
export type ErasureState = 'requested' | 'erasing' | 'erased';

export interface ErasedVersion {
  version: string;
  transfer: string;
  rows: number;
}

/** One erasure as one side knows it. Times are RFC 3339 UTC. */
export interface Erasure {
  id: string;
  role: 'provider' | 'consumer';
  peer: OrgId;
  agreement: string;
  /** The column that says whose row it is. */
  column: string;
  /** Digest by which the ledgers name the subject. */
  subject: string;
  state: ErasureState;
  /** Rows by version: what is to be erased, then what was. */
  versions: readonly ErasedVersion[];
  rows: number;
  correlation: string;
  requestedAt: string;
  erasedAt: string | null;
}

const MIGRATIONS = [
  `CREATE TABLE erasure (
     id TEXT PRIMARY KEY,
     role TEXT NOT NULL CHECK (role IN ('provider', 'consumer')),
     peer TEXT NOT NULL,
     agreement TEXT NOT NULL,
     "column" TEXT NOT NULL,
     subject TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('requested', 'erasing', 'erased')),
     versions TEXT NOT NULL DEFAULT '[]',
     rows INTEGER NOT NULL DEFAULT 0,
     correlation TEXT NOT NULL,
     requestedAt TEXT NOT NULL,
     erasedAt TEXT,
     -- What was asked is kept until it is done, sealed: it names the subject.
     request TEXT,
     entry TEXT,
     receipt BLOB,
     signature BLOB,
     signer BLOB
   ) STRICT`,
];

const COLUMNS =
  'id, role, peer, agreement, "column", subject, state, versions, rows, correlation, requestedAt, erasedAt';

type Row = Omit<Erasure, 'versions'> & { versions: string };
const fromRow = (row: Row): Erasure => ({ ...row, versions: JSON.parse(row.versions) as ErasedVersion[] });

/** The erasures of this gateway, in gateway.db. */
export class ErasureTable {
  readonly #db: Database;

  constructor(db: Database) {
    migrate(db, 'pipeline.custody', MIGRATIONS);
    this.#db = db;
  }

  /** Newest first. */
  all(): Erasure[] {
    const rows = this.#db.prepare(`SELECT ${COLUMNS} FROM erasure ORDER BY rowid DESC`).all() as Row[];
    return rows.map(fromRow);
  }

  find(id: string): Erasure | undefined {
    const row = this.#db.prepare(`SELECT ${COLUMNS} FROM erasure WHERE id = ?`).get(id) as Row | undefined;
    return row && fromRow(row);
  }

  /** `erasure.not_found`. */
  get(id: string): Erasure {
    const found = this.find(id);
    if (found !== undefined) return found;
    throw new CounterfoilError('erasure.not_found', `There is no erasure ${printable(id)}.`);
  }

  insert(erasure: Erasure, request: string | null): void {
    this.#db
      .prepare(
        `INSERT INTO erasure (${COLUMNS}, request) VALUES (@id, @role, @peer, @agreement, @column, @subject, @state, @versions,
           @rows, @correlation, @requestedAt, @erasedAt, @request)`,
      )
      .run({ ...erasure, versions: JSON.stringify(erasure.versions), request });
  }

  request(id: string): string | null {
    return this.#db.prepare('SELECT request FROM erasure WHERE id = ?').pluck().get(id) as string | null;
  }

  /** Rows are counted; next they are recorded, and then erased. */
  counted(id: string, versions: readonly ErasedVersion[], rows: number): void {
    this.#db
      .prepare("UPDATE erasure SET state = 'erasing', versions = ?, rows = ? WHERE id = ?")
      .run(JSON.stringify(versions), rows, id);
  }

  noteEntry(id: string, entry: string): void {
    this.#db.prepare('UPDATE erasure SET entry = ? WHERE id = ?').run(entry, id);
  }

  entry(id: string): string | null {
    return this.#db.prepare('SELECT entry FROM erasure WHERE id = ?').pluck().get(id) as string | null;
  }

  done(
    id: string,
    done: { versions: readonly ErasedVersion[]; rows: number; erasedAt: string },
    receipt: Signed,
  ): void {
    this.#db
      .prepare(
        `UPDATE erasure SET state = 'erased', versions = ?, rows = ?, erasedAt = ?, request = NULL, receipt = ?,
           signature = ?, signer = ? WHERE id = ?`,
      )
      .run(
        ...[JSON.stringify(done.versions), done.rows, done.erasedAt],
        ...[receipt.document, receipt.signature, receipt.key, id],
      );
  }

  /** The signed receipt, as it was signed. */
  receipt(id: string): Signed | undefined {
    const row = this.#db.prepare('SELECT receipt, signature, signer FROM erasure WHERE id = ?').get(id) as
      | { receipt: Uint8Array | null; signature: Uint8Array; signer: Uint8Array }
      | undefined;
    return row == null || row.receipt === null
      ? undefined
      : { document: row.receipt, signature: row.signature, key: row.signer };
  }
}
