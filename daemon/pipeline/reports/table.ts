import type { Envelope } from '../../identity/index.js';
import { type Database, migrate } from '../../store/index.js';
import type { Comparison } from './statement.js';

type Side = 'provider' | 'consumer';

const MIGRATIONS = [
  `CREATE TABLE report_attestation (
     transfer TEXT NOT NULL,
     side TEXT NOT NULL CHECK (side IN ('provider', 'consumer')),
     envelope TEXT NOT NULL,
     PRIMARY KEY (transfer, side)
   ) STRICT;
   CREATE TABLE report_comparison (
     transfer TEXT PRIMARY KEY,
     comparison TEXT NOT NULL
   ) STRICT`,
];

/** Signed reports and what comparing them gave, in gateway.db. */
export class ReportTable {
  readonly #db: Database;

  constructor(db: Database) {
    migrate(db, 'pipeline.reports', MIGRATIONS);
    this.#db = db;
  }

  get(transfer: string, side: Side): Envelope | undefined {
    const row = this.#db
      .prepare('SELECT envelope FROM report_attestation WHERE transfer = ? AND side = ?')
      .get(transfer, side) as { envelope: string } | undefined;
    return row && (JSON.parse(row.envelope) as Envelope);
  }

  put(transfer: string, side: Side, envelope: Envelope): void {
    this.#db
      .prepare(
        `INSERT INTO report_attestation (transfer, side, envelope) VALUES (?, ?, ?)
         ON CONFLICT (transfer, side) DO UPDATE SET envelope = excluded.envelope`,
      )
      .run(transfer, side, JSON.stringify(envelope));
  }

  comparison(transfer: string): Comparison | undefined {
    const row = this.#db.prepare('SELECT comparison FROM report_comparison WHERE transfer = ?').get(transfer) as
      | { comparison: string }
      | undefined;
    return row && (JSON.parse(row.comparison) as Comparison);
  }

  putComparison(transfer: string, comparison: Comparison): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO report_comparison (transfer, comparison) VALUES (?, ?)')
      .run(transfer, JSON.stringify(comparison));
  }
}
