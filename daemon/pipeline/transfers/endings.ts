import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CounterfoilError, type OrgId } from '../../foundation/index.js';
import type { TransferStatus } from '../../peering/index.js';
import { isLanded, stagingFolder } from '../receive/index.js';
import { isKept } from './kept.js';
import { endsAs } from './rules.js';
import { type Context, codesOf, move, record } from './shared.js';
import { isFinal } from './states.js';
import type { Reason, Transfer } from './table.js';
import { readReasons, sentence } from './words.js';

/** How a transfer ends before it has landed. `refuse` is what a consumer hears; the provider's own refusal has its entries. */
export interface Ending {
  event: 'cancel' | 'fail' | 'refuse';
  reasons: readonly Reason[];
  actor: string;
  /** The peer has ended it so: then it holds also against an end of our own that weighs less. */
  peers?: boolean;
}

/** Ends a transfer: entry, state, word to the peer; then its loop is stopped. False where it cannot end so any more. */
export const end = (context: Context, id: string, ending: Ending): Promise<boolean> =>
  context.turns.take(id, () => endNow(context, id, ending));

/** The same for who has the turn already. */
export async function endNow(context: Context, id: string, { event, reasons, actor, peers }: Ending): Promise<boolean> {
  const { table, drivers } = context;
  const transfer = table.find(id);
  if (endsAs(transfer.state, event, { byPeer: peers === true, inPlace: hasLanded(transfer) }) === undefined)
    return false;
  const { agreement, version, correlation } = transfer;
  if (event !== 'refuse')
    await record(context, transfer, {
      type: event === 'fail' ? 'transfer.failed' : 'transfer.cancelled',
      actor,
      fields: { transfer: id, agreement, version, correlation, reasons: codesOf(reasons) },
    });
  move(context, transfer, event, { reasons });
  // A loop that runs lets go of its files first.
  if (!drivers.abort(id)) context.forget(id);
  return true;
}

export const failure = (error: CounterfoilError): Ending => ({
  event: 'fail',
  reasons: [{ code: error.code, message: error.message }],
  actor: 'gateway',
});

/** The rows are in place, whatever the state says: a crash came between the landing and its entry, which is written next. */
export const hasLanded = ({ id, role, state, detail }: Transfer): boolean =>
  role === 'consumer' && state === 'verifying' && detail.landing !== undefined && isLanded(detail.landing, id);

/**
 * A transfer that achieves nothing for very long is given up, by whichever side sees it first. Not by a provider that has
 * sent everything, nor once the rows have landed.
 */
export function mustNotIdle({ ports }: Context, { role, state, progressedAt }: Transfer): void {
  const isOver = state === 'landed' || (role === 'provider' && state === 'verifying');
  if (isOver || ports.clock.now() - Date.parse(progressedAt) <= ports.limits.idleMs) return;
  throw new CounterfoilError('transfer.idle', `The transfer has achieved nothing since ${progressedAt}.`);
}

/** What a peer says of where a transfer stands with it. It informs; only signed entries decide about landing. */
export async function hear(context: Context, peer: OrgId, id: string, status: TransferStatus): Promise<void> {
  const { table } = context;
  const transfer = table.find(id);
  const actor = `peer:${peer}`;
  if (transfer.role === 'consumer') {
    if (status.bytesTotal > 0 && transfer.bytesTotal === null) table.note(id, { bytesTotal: status.bytesTotal });
    if (status.state === 'checking' && transfer.state === 'offered')
      await context.turns.take(id, async () => checks(context, id));
    if (status.state === 'refused')
      await refused(context, id, { event: 'refuse', reasons: readReasons(status.reasons), actor });
  }
  if (status.state === 'failed' || status.state === 'cancelled') {
    const event = status.state === 'failed' ? 'fail' : 'cancel';
    await end(context, id, { event, reasons: told(peer, status), actor, peers: true });
  }
}

function checks(context: Context, id: string): void {
  const transfer = context.table.find(id);
  if (transfer.state === 'offered') move(context, transfer, 'check');
}

async function refused(context: Context, id: string, ending: Ending): Promise<void> {
  await context.turns.take(id, async () => checks(context, id));
  await end(context, id, { ...ending, peers: true });
}

function told(peer: OrgId, status: TransferStatus): Reason[] {
  const verb = status.state === 'failed' ? 'gave it up' : 'cancelled it';
  const given = readReasons(status.reasons);
  if (given.length === 0)
    return [{ code: status.state === 'failed' ? 'peer.error' : 'cancelled', message: `${peer} ${verb}.` }];
  return given.map(({ code, message }) => ({ code, message: sentence(`${peer} ${verb}: ${message}`) }));
}

/** Lets go of the files of a transfer that nobody will ask for again. What cannot be removed now is swept at the next start. */
export function forget(context: Context, id: string): void {
  const { ports, table } = context;
  const transfer = table.find(id);
  const { detail, state, role } = transfer;
  if (!isFinal(state) && !(role === 'consumer' && state === 'landed')) return;
  const folder = role === 'provider' ? ports.folders.views : ports.folders.quarantine;
  const ends = isKept(context, transfer) ? ['.leaves'] : ['', '.leaves'];
  const files = detail.file === undefined ? [] : ends.map((end) => join(folder, `${detail.file!.id}${end}`));
  if (role === 'consumer') files.push(stagingFolder(ports.folders.landing, id));
  for (const file of files) {
    try {
      rmSync(file, { recursive: true, force: true });
    } catch (error) {
      ports.log.warn({ transfer: id, err: error }, 'a file of an ended transfer could not be removed');
    }
  }
}
