import { CounterfoilError, type EntryRef, type OrgId, rfc3339 } from '../../foundation/index.js';
import { type Database, migrate, transaction, type WrappedKey } from '../../store/index.js';
import { isFinal, TRANSFER_TABLE, type TransferEvent, type TransferState } from './states.js';

export interface Reason {
  code: string;
  message: string;
}

/** One side's record of one transfer. Times are RFC 3339 UTC, sizes bytes, digests lower-case hex. */
export interface Transfer {
  id: string;
  role: 'provider' | 'consumer';
  peer: OrgId;
  agreement: string;
  dataset: string;
  version: string;
  state: TransferState;
  correlation: string;
  createdAt: string;
  updatedAt: string;
  /** Batches, rows and bytes that the consumer holds durably. */
  batches: number;
  rows: number;
  bytes: number;
  rowsTotal: number | null;
  bytesTotal: number | null;
  reasons: readonly Reason[];
  steps: readonly { at: string; state: TransferState }[];
  detail: TransferDetail;
}

/** What a transfer gathers on its way. Each is set once. */
export interface TransferDetail {
  /** The provider's signed view manifest, each part in base64. */
  view?: { document: string; signature: string; key: string };
  viewDigest?: string;
  /** Canonical bytes of the version's manifest, base64. */
  versionManifest?: string;
  /** Column keys of the delivered columns, hex, wrapped as one text under the transfer's id. */
  columnKeys?: WrappedKey;
  /** The file that holds the batches: the masked view at the provider, the quarantine at the consumer. */
  file?: { id: string; key: WrappedKey };
  /** What the file of the view is: its own, or (nothing was masked) the version's. */
  source?: 'version' | 'view';
  /** The consumer has acknowledged every batch. */
  acknowledged?: boolean;
  providerReport?: string;
  consumerReport?: string;
  /** Ledger entries of the two sides. */
  offered?: EntryRef;
  accepted?: EntryRef;
  sent?: { at: EntryRef; body: string };
  receipt?: { at: EntryRef; body: string };
  /** Where the rows go: decided before landing, so that a crash in between is told from a landing not begun. */
  landing?: string;
  landed?: string;
}

const MIGRATIONS = [
  `CREATE TABLE transfer (
     id TEXT PRIMARY KEY,
     role TEXT NOT NULL CHECK (role IN ('provider', 'consumer')),
     peer TEXT NOT NULL,
     agreement TEXT NOT NULL,
     dataset TEXT NOT NULL,
     version TEXT NOT NULL,
     state TEXT NOT NULL,
     correlation TEXT NOT NULL,
     created_at TEXT NOT NULL,
     updated_at TEXT NOT NULL,
     batches INTEGER NOT NULL DEFAULT 0,
     rows INTEGER NOT NULL DEFAULT 0,
     bytes INTEGER NOT NULL DEFAULT 0,
     rows_total INTEGER,
     bytes_total INTEGER,
     reasons TEXT NOT NULL DEFAULT '[]',
     steps TEXT NOT NULL,
     detail TEXT NOT NULL DEFAULT '{}'
   ) STRICT;
   CREATE INDEX transfer_by_peer ON transfer (peer, state);
   CREATE INDEX transfer_by_agreement ON transfer (agreement);`,
];

interface Row {
  id: string;
  role: 'provider' | 'consumer';
  peer: OrgId;
  agreement: string;
  dataset: string;
  version: string;
  state: TransferState;
  correlation: string;
  created_at: string;
  updated_at: string;
  batches: number;
  rows: number;
  bytes: number;
  rows_total: number | null;
  bytes_total: number | null;
  reasons: string;
  steps: string;
  detail: string;
}

export type NewTransfer = Pick<
  Transfer,
  'id' | 'role' | 'peer' | 'agreement' | 'dataset' | 'version' | 'correlation' | 'state'
>;

/** What may be written beside a change of state. */
export interface Change {
  version?: string;
  rowsTotal?: number;
  bytesTotal?: number;
  reasons?: readonly Reason[];
  detail?: Partial<TransferDetail>;
}

/** The transfers of this gateway, in gateway.db. */
export class TransferTable {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number) {
    migrate(db, 'pipeline.transfers', MIGRATIONS);
    this.#db = db;
    this.#now = now;
  }

  insert(transfer: NewTransfer): Transfer {
    const at = rfc3339(this.#now());
    this.#db
      .prepare(
        `INSERT INTO transfer (id, role, peer, agreement, dataset, version, state, correlation, created_at, updated_at, steps)
         VALUES (@id, @role, @peer, @agreement, @dataset, @version, @state, @correlation, @at, @at, @steps)`,
      )
      .run({ ...transfer, at, steps: JSON.stringify([{ at, state: transfer.state }]) });
    return this.get(transfer.id)!;
  }

  get(id: string): Transfer | undefined {
    const row = this.#db.prepare('SELECT * FROM transfer WHERE id = ?').get(id) as Row | undefined;
    return row === undefined ? undefined : fromRow(row);
  }

  /** The transfer by its id or an unambiguous beginning of it; `transfer.not_found` otherwise. */
  find(idOrPrefix: string): Transfer {
    const exact = this.get(idOrPrefix);
    if (exact !== undefined) return exact;
    const rows = this.#db
      .prepare('SELECT * FROM transfer WHERE substr(id, 1, length(@p)) = @p LIMIT 2')
      .all({ p: idOrPrefix }) as Row[];
    if (rows.length === 1 && idOrPrefix.length >= 8) return fromRow(rows[0]!);
    throw new CounterfoilError('transfer.not_found', 'There is no transfer with this id.');
  }

  /** Newest first. */
  list(): Transfer[] {
    return (this.#db.prepare('SELECT * FROM transfer ORDER BY id DESC').all() as Row[]).map(fromRow);
  }

  /** Those that are not in a final state, oldest first. */
  unfinished(): Transfer[] {
    return this.list()
      .filter((transfer) => !isFinal(transfer.state))
      .reverse();
  }

  /**
   * Applies an event; the state table decides. Throws `transfer.state` where the event cannot happen, so that of two
   * that race (a cancel and a landing) exactly one wins.
   */
  apply(id: string, event: TransferEvent, change: Change = {}): Transfer {
    return transaction(this.#db, () => {
      const transfer = this.find(id);
      const next = TRANSFER_TABLE[transfer.state][event];
      if (next === null) {
        throw new CounterfoilError(
          'transfer.state',
          `A transfer that is ${transfer.state} cannot take the step "${event}".`,
        );
      }
      const at = rfc3339(this.#now());
      return this.#write({
        ...transfer,
        ...merged(transfer, change),
        state: next,
        updatedAt: at,
        steps: [...transfer.steps, { at, state: next }],
      });
    });
  }

  /** Writes beside the state. */
  note(id: string, change: Change): Transfer {
    return transaction(this.#db, () => {
      const transfer = this.find(id);
      return this.#write({ ...transfer, ...merged(transfer, change), updatedAt: rfc3339(this.#now()) });
    });
  }

  /** Batches, rows and bytes never go down. */
  progress(id: string, done: { batches: number; rows: number; bytes: number }): void {
    this.#db
      .prepare(
        `UPDATE transfer SET batches = max(batches, @batches), rows = max(rows, @rows), bytes = max(bytes, @bytes),
         updated_at = @at WHERE id = @id`,
      )
      .run({ ...done, id, at: rfc3339(this.#now()) });
  }

  #write(transfer: Transfer): Transfer {
    this.#db
      .prepare(
        `UPDATE transfer SET state = @state, version = @version, updated_at = @updatedAt, rows_total = @rowsTotal,
         bytes_total = @bytesTotal, reasons = @reasons, steps = @steps, detail = @detail WHERE id = @id`,
      )
      .run({
        id: transfer.id,
        state: transfer.state,
        version: transfer.version,
        updatedAt: transfer.updatedAt,
        rowsTotal: transfer.rowsTotal,
        bytesTotal: transfer.bytesTotal,
        reasons: JSON.stringify(transfer.reasons),
        steps: JSON.stringify(transfer.steps),
        detail: JSON.stringify(transfer.detail),
      });
    return transfer;
  }
}

function merged(transfer: Transfer, change: Change): Omit<Change, 'detail'> & { detail: TransferDetail } {
  return { ...change, detail: { ...transfer.detail, ...change.detail } };
}

function fromRow(row: Row): Transfer {
  const { created_at, updated_at, rows_total, bytes_total, reasons, steps, detail, ...rest } = row;
  return {
    ...rest,
    createdAt: created_at,
    updatedAt: updated_at,
    rowsTotal: rows_total,
    bytesTotal: bytes_total,
    reasons: JSON.parse(reasons) as Reason[],
    steps: JSON.parse(steps) as Transfer['steps'],
    detail: JSON.parse(detail) as TransferDetail,
  };
}
