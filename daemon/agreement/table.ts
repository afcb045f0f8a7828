import { CounterfoilError, LIMITS, type OrgId, printable } from '../foundation/index.js';
import { type Database, migrate } from '../store/index.js';
import type { AgreementState } from './machine.js';

export type Role = 'provider' | 'consumer';
export type Side = 'us' | 'peer';

/** An agreement as it is kept. Times are milliseconds since the epoch. */
export interface AgreementRow {
  id: string;
  peer: OrgId;
  /** Of this gateway. */
  role: Role;
  dataset: string;
  state: AgreementState;
  /** Number and digest of the latest revision. */
  revision: number;
  digest: string;
  /** From then on it gives no access; null when it does not expire. */
  expires: number | null;
  reason: string | null;
  created: number;
  updated: number;
}

/** One signed revision, and the other side's signature over the same bytes once there is one. */
export interface RevisionRow {
  agreement: string;
  revision: number;
  by: Side;
  document: Uint8Array;
  digest: string;
  signature: Uint8Array;
  countersignature: Uint8Array | null;
  created: number;
}

export interface HistoryRow {
  at: number;
  by: string;
  event: string;
  revision: number;
}

/** What one side published of a dataset's requirements. `text` and `own` are kept only of our own. */
export interface RequirementsRow {
  peer: OrgId;
  dataset: string;
  /** Whose: this gateway's for a dataset of the peer, or the peer's for one of ours. */
  by: Side;
  /** Grows with each; an older one never replaces a newer. */
  seq: number;
  digest: string;
  /** Published rules as JSON text. */
  rules: string;
  /** Rules that never leave this gateway, as JSON text; and the document they come from. */
  own: string | null;
  text: string | null;
  /** The signed bytes as sent or received. */
  document: Uint8Array;
  signature: Uint8Array;
}

const MIGRATIONS = [
  `CREATE TABLE agreement (
     id TEXT PRIMARY KEY,
     peer TEXT NOT NULL,
     role TEXT NOT NULL CHECK (role IN ('provider', 'consumer')),
     dataset TEXT NOT NULL,
     state TEXT NOT NULL,
     revision INTEGER NOT NULL,
     digest TEXT NOT NULL,
     expires INTEGER,
     reason TEXT,
     created INTEGER NOT NULL,
     updated INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX agreement_by_peer ON agreement (peer, dataset);
   CREATE TABLE agreement_revision (
     agreement TEXT NOT NULL REFERENCES agreement (id),
     revision INTEGER NOT NULL,
     by TEXT NOT NULL CHECK (by IN ('us', 'peer')),
     document BLOB NOT NULL,
     digest TEXT NOT NULL,
     signature BLOB NOT NULL,
     countersignature BLOB,
     created INTEGER NOT NULL,
     PRIMARY KEY (agreement, revision)
   ) STRICT;
   CREATE TABLE agreement_history (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     agreement TEXT NOT NULL REFERENCES agreement (id),
     at INTEGER NOT NULL,
     by TEXT NOT NULL,
     event TEXT NOT NULL,
     revision INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX agreement_history_by_agreement ON agreement_history (agreement, number);
   CREATE TABLE requirements (
     peer TEXT NOT NULL,
     dataset TEXT NOT NULL,
     by TEXT NOT NULL CHECK (by IN ('us', 'peer')),
     seq INTEGER NOT NULL,
     digest TEXT NOT NULL,
     rules TEXT NOT NULL,
     own TEXT,
     text TEXT,
     document BLOB NOT NULL,
     signature BLOB NOT NULL,
     PRIMARY KEY (peer, dataset, by, seq)
   ) STRICT`,
];

const COLUMNS = 'id, peer, role, dataset, state, revision, digest, expires, reason, created, updated';

/** The agreement tables of gateway.db. Every method is one statement or one read; callers open the transactions. */
export class AgreementTable {
  readonly #db: Database;

  constructor(db: Database) {
    migrate(db, 'agreement', MIGRATIONS);
    this.#db = db;
  }

  all(): AgreementRow[] {
    return this.#db.prepare(`SELECT ${COLUMNS} FROM agreement ORDER BY id`).all() as AgreementRow[];
  }

  find(id: string): AgreementRow | undefined {
    return this.#db.prepare(`SELECT ${COLUMNS} FROM agreement WHERE id = ?`).get(id) as AgreementRow | undefined;
  }

  get(id: string): AgreementRow {
    const row = this.find(id);
    if (row === undefined) throw new CounterfoilError('agreement.not_found', `There is no agreement ${printable(id)}.`);
    return row;
  }

  /** Agreements of a peer and dataset, oldest first. */
  of(peer: OrgId, dataset: string): AgreementRow[] {
    return this.#db
      .prepare(`SELECT ${COLUMNS} FROM agreement WHERE peer = ? AND dataset = ? ORDER BY id`)
      .all(peer, dataset) as AgreementRow[];
  }

  /** Agreements that a time has ended and that do not say so yet. */
  due(now: number): AgreementRow[] {
    return this.#db
      .prepare(
        `SELECT ${COLUMNS} FROM agreement
         WHERE expires <= ? AND state IN ('proposed', 'countered', 'agreed', 'active') ORDER BY id`,
      )
      .all(now) as AgreementRow[];
  }

  /** How many agreements with a peer have not ended. */
  openOf(peer: OrgId): number {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS n FROM agreement
         WHERE peer = ? AND state IN ('proposed', 'countered', 'agreed', 'active')`,
      )
      .get(peer) as { n: number };
    return row.n;
  }

  put(row: AgreementRow): void {
    this.#db
      .prepare(
        `INSERT INTO agreement (${COLUMNS})
         VALUES (@id, @peer, @role, @dataset, @state, @revision, @digest, @expires, @reason, @created, @updated)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, revision = excluded.revision, digest = excluded.digest,
           expires = excluded.expires, reason = excluded.reason, updated = excluded.updated`,
      )
      .run(row);
  }

  revision(agreement: string, revision: number): RevisionRow | undefined {
    return this.#db
      .prepare('SELECT * FROM agreement_revision WHERE agreement = ? AND revision = ?')
      .get(agreement, revision) as RevisionRow | undefined;
  }

  revisions(agreement: string): RevisionRow[] {
    return this.#db
      .prepare('SELECT * FROM agreement_revision WHERE agreement = ? ORDER BY revision')
      .all(agreement) as RevisionRow[];
  }

  /** Adds a revision; one of the same number, and those after it, are of a consumer that gives way to its provider. */
  putRevision(row: RevisionRow): void {
    this.#db
      .prepare('DELETE FROM agreement_revision WHERE agreement = ? AND revision > ?')
      .run(row.agreement, row.revision);
    this.#db
      .prepare(
        `INSERT INTO agreement_revision (agreement, revision, by, document, digest, signature, countersignature, created)
         VALUES (@agreement, @revision, @by, @document, @digest, @signature, @countersignature, @created)
         ON CONFLICT (agreement, revision) DO UPDATE SET by = excluded.by, document = excluded.document,
           digest = excluded.digest, signature = excluded.signature, countersignature = NULL, created = excluded.created`,
      )
      .run(row);
  }

  countersign(agreement: string, revision: number, countersignature: Uint8Array | null): void {
    this.#db
      .prepare('UPDATE agreement_revision SET countersignature = ? WHERE agreement = ? AND revision = ?')
      .run(countersignature, agreement, revision);
  }

  note(agreement: string, entry: HistoryRow): void {
    this.#db
      .prepare('INSERT INTO agreement_history (agreement, at, by, event, revision) VALUES (?, ?, ?, ?, ?)')
      .run(agreement, entry.at, entry.by, entry.event, entry.revision);
  }

  history(agreement: string): HistoryRow[] {
    return this.#db
      .prepare('SELECT at, by, event, revision FROM agreement_history WHERE agreement = ? ORDER BY number')
      .all(agreement) as HistoryRow[];
  }

  /** The latest that one side published. */
  requirements(peer: OrgId, dataset: string, by: Side): RequirementsRow | undefined {
    return this.#db
      .prepare('SELECT * FROM requirements WHERE peer = ? AND dataset = ? AND by = ? ORDER BY seq DESC LIMIT 1')
      .get(peer, dataset, by) as RequirementsRow | undefined;
  }

  /** True when these rules are what this side published under the digest, now or a short while ago. */
  published(peer: OrgId, dataset: string, digest: string, rules: string): boolean {
    const found = this.#db
      .prepare("SELECT 1 FROM requirements WHERE peer = ? AND dataset = ? AND by = 'us' AND digest = ? AND rules = ?")
      .get(peer, dataset, digest, rules);
    return found !== undefined;
  }

  /** Adds what one side published. Of the older ones a few are kept: offers that are on their way may hold them. */
  putRequirements(row: RequirementsRow): void {
    this.#db
      .prepare(
        `INSERT INTO requirements (peer, dataset, by, seq, digest, rules, own, text, document, signature)
         VALUES (@peer, @dataset, @by, @seq, @digest, @rules, @own, @text, @document, @signature)`,
      )
      .run(row);
    const kept = row.by === 'us' ? LIMITS.requirementsKept : 1;
    this.#db
      .prepare(
        `DELETE FROM requirements WHERE peer = @peer AND dataset = @dataset AND by = @by AND seq NOT IN
           (SELECT seq FROM requirements WHERE peer = @peer AND dataset = @dataset AND by = @by
            ORDER BY seq DESC LIMIT @kept)`,
      )
      .run({ peer: row.peer, dataset: row.dataset, by: row.by, kept });
  }

  /** The newest of each dataset and side. */
  allRequirements(): RequirementsRow[] {
    const sql = `SELECT *, max(seq) FROM requirements GROUP BY peer, dataset, by ORDER BY peer, dataset, by`;
    return this.#db.prepare(sql).all() as RequirementsRow[];
  }

  /** How many datasets a peer has sent requirements for. */
  requirementsOf(peer: OrgId): number {
    const row = this.#db.prepare("SELECT count(*) AS n FROM requirements WHERE peer = ? AND by = 'peer'").get(peer) as {
      n: number;
    };
    return row.n;
  }
}
