import { CounterfoilError, hex, LIMITS, type LogName, type OrgId, utf8 } from '../foundation/index.js';
import { type Core, channelOrigin, masterOrigin } from './core.js';
import { decodeEntry, type EntryObject } from './entry.js';
import type { HeadHeld } from './messages.js';
import type { Checkpoint } from './note.js';
import type { EntrySearch } from './tables.js';

export interface ListFilter {
  from?: number;
  to?: number;
  /** Entry types to show; all when left out. */
  types?: readonly string[];
}

export function* listEntries(core: Core, log: LogName, filter: ListFilter): Generator<EntryObject & { leaf: string }> {
  const chain = log === 'master' ? core.master : core.channel(log.peer);
  for (const { leaf, body } of core.tables.entries(chain.row.id, filter.from ?? 0, filter.to)) {
    const entry = decodeEntry(body, false);
    if (filter.types === undefined || filter.types.includes(entry.type)) yield { ...entry, leaf: hex(leaf) };
  }
}

/** Entries of a log that are looked for, newest first; `next` is where to go on, undefined at the end. */
export function searchEntries(
  core: Core,
  log: LogName,
  search: EntrySearch,
): { entries: (EntryObject & { leaf: string })[]; next: number | undefined } {
  const chain = log === 'master' ? core.master : core.channel(log.peer);
  const rows = core.tables.search(chain.row.id, search);
  return {
    entries: rows.map(({ leaf, body }) => ({ ...decodeEntry(body, false), leaf: hex(leaf) })),
    next: rows.length < search.most ? undefined : rows.at(-1)!.seq,
  };
}

/** One entry with all that shows where it stands. */
export interface ShownEntry {
  entry: EntryObject;
  leaf: string;
  body: Uint8Array;
  /** The tree that `proof` (RFC 6962 inclusion) is for. */
  head: Checkpoint;
  proof: Uint8Array[];
}

/** Error: `not_found`. */
export function showEntry(core: Core, log: LogName, seq: number): ShownEntry {
  const chain = log === 'master' ? core.master : core.channel(log.peer);
  const [row] = core.tables.entries(chain.row.id, seq, seq + 1);
  if (row === undefined) throw new CounterfoilError('not_found', `${chain.origin} has no entry ${seq}.`);
  const head = { origin: chain.origin, size: chain.size, root: chain.tree.root() };
  const proof = chain.tree.inclusion(seq);
  return { entry: decodeEntry(row.body, false), leaf: hex(row.leaf), body: row.body, head, proof };
}

/** The head of one of this gateway's logs, and the newest of it that someone else has cosigned. */
export interface OwnHead extends Checkpoint {
  /** The last head that was signed, as a note; it may be smaller than the log is now. */
  checkpoint: string | undefined;
  /** `at`: milliseconds since the epoch. */
  cosigned: { by: string; size: number; at: number } | undefined;
}

export function ownHeads(core: Core): OwnHead[] {
  return core.ownChains().map((chain) => {
    const { row, signed, origin, size } = chain;
    const checkpoint = signed?.note ?? core.tables.checkpoints(row.id).at(-1)?.note;
    const last = core.cosigned.get(origin) ?? core.tables.cosignatures(row.id).at(-1);
    const cosigned = last && { by: last.cosigner.replace(/\/counterfoil$/, ''), size: last.size, at: last.time * 1000 };
    return { origin, size, root: chain.tree.root(), checkpoint, cosigned };
  });
}

export function heldHeads(core: Core, peer: OrgId): HeadHeld {
  const channel = core.copies.get(channelOrigin(peer, core.key.id));
  const master = core.copies.get(masterOrigin(peer));
  const held = channel && core.tables.held(channel.row.id);
  const heldMaster = master && core.tables.held(master.row.id);
  return {
    checkpoint: utf8(held?.note ?? ''),
    size: held?.size ?? 0,
    mirrored: channel?.size ?? 0,
    masterCheckpoint: utf8(heldMaster?.note ?? ''),
    masterSize: heldMaster?.size ?? 0,
  };
}

export function mirroredEntries(core: Core, peer: OrgId, from: number, to: number): Uint8Array[] {
  const copy = core.copies.get(channelOrigin(peer, core.key.id));
  const entries: Uint8Array[] = [];
  let bytes = 0;
  if (copy === undefined) return entries;
  for (const { body } of core.tables.entries(copy.row.id, from, to)) {
    bytes += body.length;
    if (entries.length > 0 && bytes > LIMITS.headEntriesBytes) break;
    entries.push(body);
  }
  return entries;
}
