import type { OrgId } from '../../foundation/index.js';
import type { TransferState } from './states.js';
import type { Reason, Transfer, TransferDetail } from './table.js';

/**
 * What is kept beside a transfer as it was signed or hashed: the view and version manifests, the keys of the delivered
 * columns (wrapped), what the checks left for the next version (wrapped), and the signed entries `transfer.sent` and of the receipt.
 */
export type DocumentKind = 'view' | 'version' | 'columnKeys' | 'checked' | 'aside' | 'sent' | 'receipt' | 'deletion';

export const MIGRATIONS = [
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
     progressed_at TEXT NOT NULL,
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
   CREATE INDEX transfer_by_agreement ON transfer (agreement);
   CREATE TABLE transfer_document (
     transfer TEXT NOT NULL REFERENCES transfer (id),
     kind TEXT NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (transfer, kind)
   ) STRICT;`,
  'CREATE INDEX transfer_by_time ON transfer (updated_at, role, state);',
];

export interface Row {
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
  progressed_at: string;
  batches: number;
  rows: number;
  bytes: number;
  rows_total: number | null;
  bytes_total: number | null;
  reasons: string;
  steps: string;
  detail: string;
}

export function fromRow(row: Row): Transfer {
  const { created_at, updated_at, progressed_at, rows_total, bytes_total, reasons, steps, detail, ...rest } = row;
  return {
    ...rest,
    createdAt: created_at,
    updatedAt: updated_at,
    progressedAt: progressed_at,
    rowsTotal: rows_total,
    bytesTotal: bytes_total,
    reasons: JSON.parse(reasons) as Reason[],
    steps: JSON.parse(steps) as Transfer['steps'],
    detail: JSON.parse(detail) as TransferDetail,
  };
}
