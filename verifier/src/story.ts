import type { Kept } from './entry.js';
import type { History } from './history.js';

/** One transfer as both ledgers tell it. */
export interface TransferStory {
  id: string;
  agreement: string;
  version: string;
  provider: string | null;
  consumer: string | null;
  state: string;
  rows: number | null;
  batches: number | null;
  rowsRoot: string | null;
  /** Entries about it, oldest first. */
  events: { ts: string; org: string; type: string; seq: number }[];
}

/** An entry with where it stands. */
export interface Place {
  history: History;
  seq: number;
  entry: Kept;
}

/** What the entries about a transfer tell, whoever recorded them. */
export function story(
  id: string,
  places: readonly Place[],
  provider: History | undefined,
  consumer: History | undefined,
): TransferStory {
  const has = (type: string) => places.find(({ entry }) => entry.type === type)?.entry;
  const sent = has('transfer.sent') ?? has('transfer.offered');
  const last = [
    'receipt.recorded',
    'transfer.landed',
    'transfer.rejected',
    'transfer.refused',
    'transfer.cancelled',
    'transfer.failed',
    'transfer.sent',
    'transfer.accepted',
    'transfer.offered',
    'checks.failed',
    'checks.passed',
  ].find((type) => has(type) !== undefined);
  const any = places[0]!.entry;
  return {
    id,
    agreement: String(sent?.agreement ?? any.agreement ?? ''),
    version: String(sent?.version ?? any.version ?? ''),
    provider: provider?.owner ?? null,
    consumer: consumer?.owner ?? null,
    state: last === 'receipt.recorded' && has('transfer.rejected') ? 'rejected' : (STATES[last ?? ''] ?? 'offered'),
    rows: typeof sent?.rows === 'number' ? sent.rows : null,
    batches: typeof sent?.batches === 'number' ? sent.batches : null,
    rowsRoot: typeof sent?.rowsRoot === 'string' ? sent.rowsRoot : null,
    events: places
      .map(({ history, seq, entry }) => ({ time: history.times[seq]!, org: history.owner, type: entry.type, seq }))
      .sort((a, b) => a.time - b.time)
      .map(({ time, ...event }) => ({ ts: new Date(time).toISOString(), ...event })),
  };
}

const STATES: Readonly<Record<string, string>> = {
  'receipt.recorded': 'receipted',
  'transfer.landed': 'landed',
  'transfer.rejected': 'rejected',
  'transfer.refused': 'refused',
  'transfer.cancelled': 'cancelled',
  'transfer.failed': 'failed',
  'transfer.sent': 'verifying',
  'transfer.accepted': 'streaming',
  'transfer.offered': 'offered',
  'checks.failed': 'refused',
  'checks.passed': 'checking',
};
