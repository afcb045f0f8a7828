import { CounterfoilError, type EntryRef, type OrgId, rfc3339 } from '../../foundation/index.js';
import { type Database, migrate, transaction, type WrappedKey } from '../../store/index.js';
import type { LandingSettings } from '../sinks/index.js';
import { type DocumentKind, fromRow, MIGRATIONS, type Row } from './rows.js';
import { FINAL_STATES, TRANSFER_TABLE, type TransferEvent, type TransferState } from './states.js';

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
  /** When something was last achieved: a step, or batches. */
  progressedAt: string;
  /** Batches, rows and bytes that the consumer holds durably. */
  batches: number;
  rows: number;
  bytes: number;
  rowsTotal: number | null;
  bytesTotal: number | null;
  /** Why it ended as it did; while it is under way, what it waits for. */
  reasons: readonly Reason[];
  steps: readonly { at: string; state: TransferState }[];
  detail: TransferDetail;
}

/** What a transfer gathers on its way. Each is set once. */
export interface TransferDetail {
  /** Signature and key of the provider's view manifest, base64. */
  signature?: { signature: string; key: string };
  viewDigest?: string;
  /** The file that holds the batches: the masked view at the provider, the quarantine at the consumer. */
  file?: { id: string; key: WrappedKey };
  /** What the file of the view is: its own, or (nothing was masked) the version's. */
  source?: 'version' | 'view';
  /** Bytes that came over the network for the batches that the consumer holds. */
  wire?: number;
  /** The consumer has acknowledged every batch. */
  acknowledged?: boolean;
  /** Check reports of the two sides, canonical. */
  providerReport?: string;
  consumerReport?: string;
  /** Ledger entries of the two sides. */
  offered?: EntryRef;
  accepted?: EntryRef;
  sent?: EntryRef;
  receipt?: EntryRef;
  /** Where the rows go: decided before landing, so that a crash in between is told from a landing not begun. */
  landing?: string;
  /** How they are written: as it was chosen when the offer was accepted. */
  landAs?: LandingSettings;
  landed?: string;
  /** The consumer has deleted what landed. */
  deleted?: { at: string; reason: string };
}

export type NewTransfer = Pick<
  Transfer,
  'id' | 'role' | 'peer' | 'agreement' | 'dataset' | 'version' | 'correlation' | 'state'
>;

/** Which transfers are meant: all that fit each entry that is given. */
export interface TransferFilter {
  state?: readonly TransferState[] | undefined;
  peer?: string | undefined;
  dataset?: string | undefined;
  agreement?: string | undefined;
  role?: 'provider' | 'consumer' | undefined;
}

/** How much came to one end. */
export interface TransferSum {
  /** `2026-11-24` */
  day: string;
  role: 'provider' | 'consumer';
  state: TransferState;
  transfers: number;
  rows: number;
  bytes: number;
}

/** What may be written beside a change of state. */
export interface Change {
  version?: string;
  rowsTotal?: number;
  bytesTotal?: number;
  reasons?: readonly Reason[];
  detail?: Partial<TransferDetail>;
  documents?: Partial<Record<DocumentKind, Uint8Array>>;
}

/** The transfers of this gateway, in gateway.db. Errors: `store.full`, and those of each method. */
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
    transaction(this.#db, () =>
      this.#db
        .prepare(
          `INSERT INTO transfer
             (id, role, peer, agreement, dataset, version, state, correlation, created_at, updated_at, progressed_at, steps)
           VALUES (@id, @role, @peer, @agreement, @dataset, @version, @state, @correlation, @at, @at, @at, @steps)`,
        )
        .run({ ...transfer, at, steps: JSON.stringify([{ at, state: transfer.state }]) }),
    );
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

  /** State and batches alone: for what is asked at every batch. */
  standing(id: string): Pick<Transfer, 'state' | 'batches' | 'agreement'> | undefined {
    return this.#db.prepare('SELECT state, batches, agreement FROM transfer WHERE id = ?').get(id) as
      | Pick<Transfer, 'state' | 'batches' | 'agreement'>
      | undefined;
  }

  /** Newest first. */
  list(): Transfer[] {
    return (this.#db.prepare('SELECT * FROM transfer ORDER BY id DESC').all() as Row[]).map(fromRow);
  }

  /** The last delivery under an agreement of another version than this one, undefined for the first. */
  before(agreement: string, version: string): string | undefined {
    return this.#db
      .prepare(
        `SELECT id FROM transfer JOIN transfer_document ON transfer = id AND kind = 'checked'
         WHERE agreement = ? AND version <> ? AND state IN ('landed', 'receipted') ORDER BY id DESC LIMIT 1`,
      )
      .pluck()
      .get(agreement, version) as string | undefined;
  }

  /** Newest first, those that a filter picks: `most` of them before an id, and how many there are in all. */
  page(filter: TransferFilter, most: number, before?: string): { transfers: Transfer[]; total: number } {
    const given = Object.entries(filter).filter(([, value]) => value !== undefined);
    const conditions = given.map(([name, value]) =>
      Array.isArray(value) ? `state IN (${value.map(() => '?').join(', ')})` : `${name} = ?`,
    );
    const values = given.flatMap(([, value]) => value as string | string[]);
    const where = (more: readonly string[]) => (more.length === 0 ? '' : `WHERE ${more.join(' AND ')}`);
    const count = this.#db.prepare(`SELECT count(*) FROM transfer ${where(conditions)}`).pluck();
    const older = before === undefined ? [] : ['id < ?'];
    const sql = `SELECT * FROM transfer ${where([...conditions, ...older])} ORDER BY id DESC LIMIT ?`;
    const rows = this.#db.prepare(sql).all(...values, ...(before === undefined ? [] : [before]), most) as Row[];
    return { transfers: rows.map(fromRow), total: count.get(...values) as number };
  }

  /** How many transfers, rows and bytes came to an end, for each day (UTC), role and state since a time. */
  perDay(since: string): TransferSum[] {
    const sql = `SELECT substr(updated_at, 1, 10) AS day, role, state, count(*) AS transfers, sum(rows) AS rows,
      sum(bytes) AS bytes FROM transfer WHERE updated_at >= ? GROUP BY day, role, state ORDER BY day`;
    return this.#db.prepare(sql).all(since) as TransferSum[];
  }

  /** The same for each agreement and state, with the time of the last. */
  perAgreement(): (Omit<TransferSum, 'day' | 'role'> & { agreement: string; last: string })[] {
    const sql = `SELECT agreement, state, count(*) AS transfers, sum(rows) AS rows, sum(bytes) AS bytes,
      max(updated_at) AS last FROM transfer GROUP BY agreement, state`;
    return this.#db.prepare(sql).all() as ReturnType<TransferTable['perAgreement']>;
  }

  /** The newest transfer of each agreement. */
  latestOfEach(): Transfer[] {
    const sql = 'SELECT * FROM transfer WHERE id IN (SELECT max(id) FROM transfer GROUP BY agreement) ORDER BY id DESC';
    return (this.#db.prepare(sql).all() as Row[]).map(fromRow);
  }

  /** Drops what was kept beside a transfer. */
  drop(id: string, kinds: readonly DocumentKind[]): void {
    for (const kind of kinds)
      this.#db.prepare('DELETE FROM transfer_document WHERE transfer = ? AND kind = ?').run(id, kind);
  }

  /** Those that are not in a final state, oldest first. */
  unfinished(): Transfer[] {
    const places = FINAL_STATES.map(() => '?').join(', ');
    const rows = this.#db
      .prepare(`SELECT * FROM transfer WHERE state NOT IN (${places}) ORDER BY id`)
      .all(...FINAL_STATES) as Row[];
    return rows.map(fromRow);
  }

  /** What was delivered, the last one first; under one agreement in one role, the last `most` of it. */
  delivered(agreement?: string, role?: Transfer['role'], most = -1): Transfer[] {
    const rows = this.#db
      .prepare(
        `SELECT * FROM transfer WHERE state IN ('landed', 'receipted')
           AND agreement = ifnull(@agreement, agreement) AND role = ifnull(@role, role) ORDER BY id DESC LIMIT @most`,
      )
      .all({ agreement: agreement ?? null, role: role ?? null, most }) as Row[];
    return rows.map(fromRow);
  }

  /** A document that came with a transfer: canonical bytes. */
  document(id: string, kind: DocumentKind): Uint8Array | undefined {
    const row = this.#db.prepare('SELECT bytes FROM transfer_document WHERE transfer = ? AND kind = ?').get(id, kind) as
      | { bytes: Buffer }
      | undefined;
    return row?.bytes;
  }

  /**
   * Applies an event; the state table decides. Throws `transfer.state` where the event cannot happen, so that of two
   * that race (a cancel and a landing) exactly one wins. `also` writes in the same transaction.
   */
  apply(id: string, event: TransferEvent, change: Change = {}, also: (moved: Transfer) => void = () => {}): Transfer {
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
      const moved = this.#write(
        {
          ...transfer,
          reasons: [],
          ...merged(transfer, change),
          state: next,
          updatedAt: at,
          progressedAt: at,
          steps: [...transfer.steps, { at, state: next }],
        },
        change,
      );
      also(moved);
      return moved;
    });
  }

  /** Writes beside the state. */
  note(id: string, change: Change): Transfer {
    return transaction(this.#db, () => {
      const transfer = this.find(id);
      return this.#write({ ...transfer, ...merged(transfer, change), updatedAt: rfc3339(this.#now()) }, change);
    });
  }

  /** Batches, rows and bytes never go down. */
  progress(id: string, done: { batches: number; rows: number; bytes: number; wire?: number }, complete = false): void {
    transaction(this.#db, () =>
      this.#db
        .prepare(
          `UPDATE transfer SET batches = max(batches, @batches), rows = max(rows, @rows), bytes = max(bytes, @bytes),
             detail = json_set(iif(@complete, json_set(detail, '$.acknowledged', json('true')), detail),
               '$.wire', ifnull(json_extract(detail, '$.wire'), 0) + @wire),
             reasons = '[]', updated_at = @at, progressed_at = @at
           WHERE id = @id AND (batches < @batches OR @complete)`,
        )
        .run({
          ...{ batches: done.batches, rows: done.rows, bytes: done.bytes, wire: done.wire ?? 0 },
          ...{ id, complete: Number(complete), at: rfc3339(this.#now()) },
        }),
    );
  }

  #write(transfer: Transfer, { documents = {} }: Change): Transfer {
    this.#db
      .prepare(
        `UPDATE transfer SET state = @state, version = @version, updated_at = @updatedAt, progressed_at = @progressedAt,
           rows_total = @rowsTotal, bytes_total = @bytesTotal, reasons = @reasons, steps = @steps, detail = @detail
         WHERE id = @id`,
      )
      .run({
        id: transfer.id,
        state: transfer.state,
        version: transfer.version,
        updatedAt: transfer.updatedAt,
        progressedAt: transfer.progressedAt,
        rowsTotal: transfer.rowsTotal,
        bytesTotal: transfer.bytesTotal,
        reasons: JSON.stringify(transfer.reasons),
        steps: JSON.stringify(transfer.steps),
        detail: JSON.stringify(transfer.detail),
      });
    const put = this.#db.prepare('INSERT OR REPLACE INTO transfer_document (transfer, kind, bytes) VALUES (?, ?, ?)');
    for (const [kind, bytes] of Object.entries(documents)) put.run(transfer.id, kind, bytes);
    return transfer;
  }
}

function merged(transfer: Transfer, change: Change): Omit<Change, 'detail' | 'documents'> & { detail: TransferDetail } {
  const { documents: _, ...rest } = change;
  return { ...rest, detail: { ...transfer.detail, ...change.detail } };
}
