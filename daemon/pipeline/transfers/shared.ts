import {
  base64,
  CounterfoilError,
  type EntryDraft,
  type EntryRef,
  fromBase64,
  fromHex,
  hex,
  type OrgId,
  type RecordedEntry,
  recordOnce,
  utf8,
} from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import type { EntryEvidence, TransferStatus, WireEntryRef } from '../../peering/index.js';
import type { Jobs } from '../jobs/index.js';
import type { ReceiveJobs } from '../receive/index.js';
import type { SendJobs } from '../send/index.js';
import type { Drivers } from './drivers.js';
import type { TransferPorts } from './ports.js';
import type { TransferEvent } from './states.js';
import type { Change, Reason, Transfer, TransferTable } from './table.js';

/** The jobs of this room, by name, as the worker's composition root registers them. */
export type PipelineJobs = SendJobs & ReceiveJobs;

/** What the two sides of the transfers share. */
export interface Context {
  ports: TransferPorts;
  table: TransferTable;
  jobs: Jobs<PipelineJobs>;
  drivers: Drivers;
  /** Tells watchers that a transfer changed. */
  changed(id: string): void;
}

/** A signed document as JSON text holds it. */
export const signedText = (signed: Signed) => ({
  document: base64(signed.document),
  signature: base64(signed.signature),
  key: base64(signed.key),
});

export const signedFromText = (text: { document: string; signature: string; key: string }): Signed => ({
  document: fromBase64(text.document),
  signature: fromBase64(text.signature),
  key: fromBase64(text.key),
});

export const wireRef = (ref: EntryRef): WireEntryRef => ({ log: ref.log, seq: ref.seq, leaf: fromHex(ref.leaf) });

export function refFromWire(ref: WireEntryRef | null | undefined): EntryRef {
  if (ref == null) throw new CounterfoilError('input.invalid', 'A message of the peer names no ledger entry.');
  return { log: ref.log, seq: ref.seq, leaf: hex(ref.leaf) };
}

export const refOf = (entry: RecordedEntry): EntryRef => ({ log: entry.log, seq: entry.seq, leaf: entry.leaf });

/** Records an entry of this transfer's channel, once: a step that runs again after a crash finds the first one. */
export function record(
  context: Context,
  transfer: Transfer,
  draft: Omit<EntryDraft, 'actor'> & { actor?: string },
): Promise<RecordedEntry> {
  return recordOnce(context.ports.journal, { peer: transfer.peer }, transfer.id, { actor: 'gateway', ...draft });
}

/** Applies an event, tells watchers, and tells the peer where the transfer stands. */
export function move(context: Context, transfer: Transfer, event: TransferEvent, change: Change = {}): Transfer {
  const moved = context.table.apply(transfer.id, event, change);
  context.changed(transfer.id);
  context.ports.wire.post(moved.peer, 'Transfers/Report', statusOf(moved), moved.correlation);
  context.ports.log.info({ transfer: moved.id, state: moved.state, correlation: moved.correlation }, 'transfer');
  return moved;
}

export function statusOf(transfer: Transfer): TransferStatus {
  return {
    transfer: transfer.id,
    agreement: transfer.agreement,
    correlation: transfer.correlation,
    state: transfer.state,
    version: transfer.version,
    rows: transfer.rows,
    bytes: transfer.bytes,
    rowsTotal: transfer.rowsTotal ?? 0,
    bytesTotal: transfer.bytesTotal ?? 0,
    reasons: utf8(JSON.stringify(transfer.reasons)),
  };
}

/** Ends a transfer that cannot go on: entry first, then the state, then the peer is told. */
export async function fail(context: Context, id: string, error: CounterfoilError): Promise<void> {
  await end(context, id, 'fail', [{ code: error.code, message: error.message }], 'gateway');
}

export async function end(
  context: Context,
  id: string,
  event: 'fail' | 'cancel',
  reasons: readonly Reason[],
  actor: string,
): Promise<void> {
  const transfer = context.table.find(id);
  const { agreement, version, correlation } = transfer;
  await record(context, transfer, {
    type: event === 'fail' ? 'transfer.failed' : 'transfer.cancelled',
    actor,
    fields: {
      transfer: id,
      agreement,
      version,
      correlation,
      reasons: [...new Set(reasons.map((reason) => reason.code))],
    },
  });
  move(context, transfer, event, { reasons });
}

export const evidenceOf = (transfer: string, at: EntryRef, body: Uint8Array, report: Uint8Array): EntryEvidence => ({
  transfer,
  body,
  at: wireRef(at),
  report,
});

/** The stored transfer of this peer and role, or `transfer.not_found`: the same answer for none and for another's. */
export function owned(context: Context, peer: OrgId, id: string, role: Transfer['role']): Transfer {
  const transfer = context.table.get(id);
  if (transfer === undefined || transfer.peer !== peer || transfer.role !== role)
    throw new CounterfoilError('transfer.not_found', 'There is no such transfer between us.');
  return transfer;
}
