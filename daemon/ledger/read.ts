import { hex, LIMITS, type LogName, type OrgId, utf8 } from '../foundation/index.js';
import { type Core, channelOrigin, masterOrigin } from './core.js';
import { decodeEntry, type EntryObject } from './entry.js';
import type { HeadHeld } from './messages.js';

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
