import type { OrgId } from '../foundation/index.js';
import { type Database, migrate } from '../store/index.js';

export type InviteState = 'open' | 'used' | 'revoked' | 'void';

/** An invite as its maker keeps it: of the secret only a hash of the public key that is derived from it. */
export interface InviteRow {
  id: string;
  state: InviteState;
  secretHash: Uint8Array;
  nonce: Uint8Array;
  /** SHA-256 of the invite's signed document. */
  digest: Uint8Array;
  created: number;
  notBefore: number;
  expires: number;
  for: OrgId | undefined;
  forKey: string | undefined;
  /** To be used by exchanged texts only: no listener is opened for it. */
  exchange: boolean;
  wrongTries: number;
  usedBy: OrgId | undefined;
  /** SHA-256 of the enrolment that used it. */
  enrolment: Uint8Array | undefined;
}

const MIGRATIONS = [
  `CREATE TABLE invite (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL CHECK (state IN ('open', 'used', 'revoked', 'void')),
     secret_hash BLOB NOT NULL,
     nonce BLOB NOT NULL,
     digest BLOB NOT NULL,
     created INTEGER NOT NULL,
     not_before INTEGER NOT NULL,
     expires INTEGER NOT NULL,
     for_org TEXT,
     for_key TEXT,
     exchange INTEGER NOT NULL CHECK (exchange IN (0, 1)),
     wrong_tries INTEGER NOT NULL DEFAULT 0,
     used_by TEXT,
     enrolment BLOB
   ) STRICT`,
];

interface Stored {
  id: string;
  state: InviteState;
  secret_hash: Buffer;
  nonce: Buffer;
  digest: Buffer;
  created: number;
  not_before: number;
  expires: number;
  for_org: OrgId | null;
  for_key: string | null;
  exchange: 0 | 1;
  wrong_tries: number;
  used_by: OrgId | null;
  enrolment: Buffer | null;
}

const fromStored = (row: Stored): InviteRow => ({
  id: row.id,
  state: row.state,
  secretHash: row.secret_hash,
  nonce: row.nonce,
  digest: row.digest,
  created: row.created,
  notBefore: row.not_before,
  expires: row.expires,
  for: row.for_org ?? undefined,
  forKey: row.for_key ?? undefined,
  exchange: row.exchange === 1,
  wrongTries: row.wrong_tries,
  usedBy: row.used_by ?? undefined,
  enrolment: row.enrolment ?? undefined,
});

/** The table `invite` of gateway.db. */
export class InviteTable {
  readonly #db: Database;

  constructor(db: Database) {
    migrate(db, 'invite', MIGRATIONS);
    this.#db = db;
  }

  all(): InviteRow[] {
    return (this.#db.prepare('SELECT * FROM invite ORDER BY id').all() as Stored[]).map(fromStored);
  }

  get(id: string): InviteRow | undefined {
    const row = this.#db.prepare('SELECT * FROM invite WHERE id = ?').get(id) as Stored | undefined;
    return row && fromStored(row);
  }

  insert(row: Omit<InviteRow, 'state' | 'wrongTries' | 'usedBy' | 'enrolment'>): void {
    this.#db
      .prepare(
        `INSERT INTO invite (id, state, secret_hash, nonce, digest, created, not_before, expires, for_org, for_key, exchange)
         VALUES (@id, 'open', @secretHash, @nonce, @digest, @created, @notBefore, @expires, @forOrg, @forKey, @exchange)`,
      )
      .run({ ...row, forOrg: row.for ?? null, forKey: row.forKey ?? null, exchange: row.exchange ? 1 : 0 });
  }

  /** Moves an open invite to its end. False when it was not open any more. */
  close(id: string, state: Exclude<InviteState, 'open'>, use?: { by: OrgId; enrolment: Uint8Array }): boolean {
    const result = this.#db
      .prepare("UPDATE invite SET state = ?, used_by = ?, enrolment = ? WHERE id = ? AND state = 'open'")
      .run(state, use?.by ?? null, use?.enrolment ?? null, id);
    return result.changes === 1;
  }

  /** Counts a wrong try and voids the invite at the `most`-th. Gives the tries so far. */
  countWrongTry(id: string, most: number): number {
    const row = this.#db
      .prepare(
        `UPDATE invite SET wrong_tries = wrong_tries + 1, state = CASE WHEN wrong_tries + 1 >= ? THEN 'void' ELSE state END
         WHERE id = ? AND state = 'open' RETURNING wrong_tries AS tries`,
      )
      .get(most, id) as { tries: number } | undefined;
    return row?.tries ?? most;
  }
}
