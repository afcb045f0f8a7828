import type { Schema } from '../columnar/index.js';
import { type OrgId, rfc3339 } from '../foundation/index.js';
import { diffRevisions } from './diff.js';
import { type AgreementDocument, readDocument, schemaOf } from './document.js';
import type { Conflict, Effective } from './effective.js';
import { type AgreementState, isOpen } from './machine.js';
import type { Policy } from './policy.js';
import type { AgreementRow, AgreementTable, RevisionRow, Role, Side } from './table.js';
import type { Terms } from './terms.js';

/** An agreement as it is listed. Times are RFC 3339 UTC. */
export interface AgreementView extends Terms {
  id: string;
  state: AgreementState;
  revision: number;
  /** Of this gateway. */
  role: Role;
  dataset: string;
  peer: OrgId;
  policy: Policy;
  conflicts: readonly Conflict[];
  /** Rules of the provider that a mask makes meaningless. */
  notApplied: Effective['notApplied'];
  /** Who is to answer. */
  waitingFor: Side | null;
  reason: string | null;
  createdAt: string;
  updatedAt: string;
}

/** An agreement with all that can be said of it. */
export interface AgreementDetail extends AgreementView {
  /** Hex SHA-256 of the signed document, and the document. */
  digest: string;
  document: AgreementDocument;
  schema: Schema;
  effective: Effective;
  signatures: readonly { by: string; key: string }[];
  /** What changed from the revision before, a line each; empty for the first. */
  changes: readonly string[];
  history: readonly { at: string; by: string; event: string; revision: number }[];
}

export function viewOfRow(
  row: AgreementRow,
  latest: { revision: RevisionRow; document: AgreementDocument },
): AgreementView {
  const { document, revision } = latest;
  const { purpose, basis, expires, retain, follow, policy } = document;
  const waiting: Side = revision.by === 'us' ? 'peer' : 'us';
  return {
    ...{ id: row.id, state: row.state, revision: row.revision, role: row.role, dataset: row.dataset, peer: row.peer },
    policy,
    conflicts: document.contract.effective.conflicts,
    notApplied: document.contract.effective.notApplied,
    waitingFor: isOpen(row.state) ? waiting : row.state === 'agreed' ? 'peer' : null,
    ...{ purpose, basis, expires, retain, follow },
    reason: row.reason,
    createdAt: rfc3339(row.created),
    updatedAt: rfc3339(row.updated),
  };
}

export function detailOf(
  table: AgreementTable,
  row: AgreementRow,
  latest: { revision: RevisionRow; document: AgreementDocument },
): AgreementDetail {
  const { document, revision } = latest;
  const before = table.revision(row.id, row.revision - 1);
  const proposer = signer(document, row, revision.by);
  const other = signer(document, row, revision.by === 'us' ? 'peer' : 'us');
  return {
    ...viewOfRow(row, latest),
    digest: row.digest,
    document,
    schema: schemaOf(document),
    effective: document.contract.effective,
    signatures: revision.countersignature === null ? [proposer] : [proposer, other],
    changes: before === undefined ? [] : diffRevisions(readDocument(before.document), document),
    history: table
      .history(row.id)
      .map(({ at, by, event, revision: number }) => ({ at: rfc3339(at), by, event, revision: number })),
  };
}

function signer(document: AgreementDocument, row: AgreementRow, side: Side): { by: string; key: string } {
  const isProvider = (row.role === 'provider') === (side === 'us');
  const { id, key } = isProvider ? document.provider : document.consumer;
  return { by: id, key };
}
