import type { ViewManifest } from '../../columnar/index.js';
import {
  CounterfoilError,
  type EntryDraft,
  type EntryRef,
  fromHex,
  hex,
  LIMITS,
  type OrgId,
  type RecordedEntry,
  recordOnce,
  utf8,
} from '../../foundation/index.js';
import type { EntryEvidence, TransferStatus, Turns, WireEntryRef } from '../../peering/index.js';
import type { WrappedKey } from '../../store/index.js';
import { type Report, reportDigest } from '../checks/index.js';
import type { Jobs } from '../jobs/index.js';
import type { ReceiveJobs } from '../receive/index.js';
import type { SendJobs } from '../send/index.js';
import type { Drivers } from './drivers.js';
import type { TransferPorts } from './ports.js';
import type { TransferEvent } from './states.js';
import type { Change, Reason, Transfer, TransferTable } from './table.js';
import { Trespass, type Trespasses } from './trespass.js';

/** The jobs of this room, by name, as the worker's composition root registers them. */
export type PipelineJobs = SendJobs & ReceiveJobs;

/** What the two sides of the transfers share. */
export interface Context {
  ports: TransferPorts;
  table: TransferTable;
  jobs: Jobs<PipelineJobs>;
  drivers: Drivers;
  /** One at a time for each transfer: whoever looks at its state, records what follows from it, and changes it. */
  turns: Turns<string>;
  trespasses: Trespasses;
  /** Lets go of the files of a transfer at its end. */
  forget(id: string): void;
  /** Tells watchers that a transfer changed. */
  changed(id: string): void;
}

/** How long a loop sleeps when nothing wakes it, before it looks and asks again. */
export const LOOK_AGAIN_MS = 30_000;

export const wireRef = (ref: EntryRef): WireEntryRef => ({ log: ref.log, seq: ref.seq, leaf: fromHex(ref.leaf) });

export function refFromWire(ref: WireEntryRef | null | undefined): EntryRef {
  if (ref == null) throw new CounterfoilError('input.invalid', 'A message of the peer names no ledger entry.');
  return { log: ref.log, seq: ref.seq, leaf: hex(ref.leaf) };
}

export const refOf = (entry: RecordedEntry): EntryRef => ({ log: entry.log, seq: entry.seq, leaf: entry.leaf });

/** The view that the provider signed for a transfer. */
export const viewOf = (table: TransferTable, id: string): ViewManifest =>
  JSON.parse(Buffer.from(table.document(id, 'view')!).toString('utf8')) as ViewManifest;

/** The keys of the delivered columns of a transfer, hex by column name. */
export function columnKeysOf({ ports, table }: Context, id: string): Record<string, string> {
  const wrapped = Buffer.from(table.document(id, 'columnKeys')!).toString('utf8') as WrappedKey;
  return JSON.parse(Buffer.from(ports.keyBox.unwrap(wrapped, id)).toString('utf8')) as Record<string, string>;
}

/** What entries say of checks that passed: the report, and how many rows were set aside. */
export const passedWith = (report: Report): { report: string; aside?: number } => ({
  report: reportDigest(report),
  ...(report.aside === undefined ? {} : { aside: report.aside }),
});

/** Codes of reasons as ledger entries list them. */
export const codesOf = (reasons: readonly Reason[]): string[] =>
  [...new Set(reasons.map((reason) => reason.code))].slice(0, LIMITS.reasonsPerTransfer);

/** Records an entry of this transfer's channel, once: a step that runs again after a crash finds the first one. */
export function record(
  context: Context,
  transfer: Transfer,
  draft: Omit<EntryDraft, 'actor'> & { actor?: string },
): Promise<RecordedEntry> {
  return recordOnce(context.ports.journal, { peer: transfer.peer }, transfer.id, { actor: 'gateway', ...draft });
}

/** Applies an event, tells watchers, and tells the peer where the transfer stands; `also` writes in the same transaction. */
export function move(
  context: Context,
  transfer: Transfer,
  event: TransferEvent,
  change: Change = {},
  also: (moved: Transfer) => void = () => {},
): Transfer {
  const { ports, table } = context;
  const moved = table.apply(transfer.id, event, change, (now) => {
    also(now);
    ports.wire.post(now.peer, 'Transfers/Report', statusOf(now), now.correlation);
  });
  context.changed(transfer.id);
  ports.log.info({ transfer: moved.id, state: moved.state, correlation: moved.correlation }, 'transfer');
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

/** A report goes along where it fits into a message; the entry names it by digest in any case. */
export function evidenceOf(transfer: string, at: EntryRef, body: Uint8Array, report = ''): EntryEvidence {
  const bytes = utf8(report);
  return { transfer, body, at: wireRef(at), report: bytes.length <= LIMITS.reportMessageBytes ? bytes : utf8('') };
}

const NOT_BETWEEN_US = 'There is no such transfer between us.';

/** The stored transfer of this peer and role, or `transfer.not_found`: the same answer for none and for another's. */
export function owned(context: Context, peer: OrgId, id: string, role?: Transfer['role']): Transfer {
  const transfer = context.table.get(id);
  if (transfer !== undefined && transfer.peer !== peer) throw new Trespass(id, NOT_BETWEEN_US);
  if (transfer === undefined || (role !== undefined && transfer.role !== role))
    throw new CounterfoilError('transfer.not_found', NOT_BETWEEN_US);
  return transfer;
}

/** Heads go to and fro after each exchange. That they could not is no failure of the transfer; the heartbeat does it again. */
export async function exchangeHeads({ ports }: Context, peer: OrgId): Promise<void> {
  try {
    await ports.exchangeHeads(peer);
  } catch (error) {
    ports.log.info({ peer, code: CounterfoilError.from(error).code }, 'heads were not exchanged');
  }
}
