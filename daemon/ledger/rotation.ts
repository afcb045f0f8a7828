import { base64, fromBase64 } from '../foundation/index.js';
import { type KeyHandover, successorOf } from '../identity/index.js';
import type { Chain } from './chain.js';
import type { Core } from './core.js';
import { decodeEntry, type EntryObject } from './entry.js';

/** The key that a `key.rotated` entry puts in place of `current`; undefined when the entry is of another kind or not valid. */
export const rotatedKey = (entry: EntryObject, org: string, current: Uint8Array): Uint8Array | undefined =>
  entry.type === 'key.rotated' ? successorOf(entry, org, current) : undefined;

/** The key in force after a run of entries, each rotation signed by the key before it. */
export function followRotations(bodies: Iterable<Uint8Array>, org: string, from: Uint8Array): Uint8Array {
  let key = from;
  for (const body of bodies) key = rotatedKey(decodeEntry(body, false), org, key) ?? key;
  return key;
}

/** The rotations of an organisation's key that a log has, in order. */
export function rotationsIn(core: Core, chain: Chain, org: string): { seq: number; handover: KeyHandover }[] {
  return core.tables
    .rare(chain.row.id, 'key.rotated')
    .map(({ seq, body }) => ({ seq, entry: decodeEntry(body, false) }))
    .filter(({ entry }) => entry.org === org)
    .map(({ seq, entry }) => ({ seq, handover: handoverIn(entry) }));
}

function handoverIn(entry: EntryObject): KeyHandover {
  const { org, old, new: next, oldSignature, newSignature } = entry as unknown as KeyHandover;
  return { org, old, new: next, oldSignature, newSignature };
}

/** The keys of a peer that a channel goes by, oldest first: the one it names, and those that handovers put after it. */
export function peerKeys(core: Core, peer: string): Uint8Array[] {
  const channel = core.channels.get(peer);
  const pinned = channel && core.pinnedKey(channel);
  if (channel === undefined || pinned === undefined) return [];
  const copy = core.channelCopy(peer);
  const handovers = [channel, ...(copy === undefined ? [] : [copy])].flatMap((chain) => rotationsIn(core, chain, peer));
  const keys = [pinned];
  for (;;) {
    const last = keys.at(-1)!;
    const next = handovers.map(({ handover }) => successorOf(handover, peer, last)).find((key) => key !== undefined);
    if (next === undefined || keys.some((key) => base64(key) === base64(next))) return keys;
    keys.push(next);
  }
}

/** Keys of an organisation that a log says are revoked. */
export function revokedIn(core: Core, chain: Chain, org: string): Uint8Array[] {
  return core.tables
    .rare(chain.row.id, 'key.revoked')
    .map(({ body }) => decodeEntry(body, false))
    .filter((entry) => entry.org === org)
    .map((entry) => fromBase64(entry.key as string));
}

/** After a crash between the logs: records each rotation that the master log has in the channels that lack it. */
export function completeRotations(core: Core): void {
  const all = rotationsIn(core, core.master, core.key.id);
  for (const chain of core.channels.values()) {
    const known = new Set([
      ...core.tables.rare(chain.row.id, 'channel.opened').map(({ body }) => decodeEntry(body, false).key as string),
      ...rotationsIn(core, chain, core.key.id).map(({ handover }) => handover.new),
    ]);
    for (const { handover } of all) {
      if (!known.has(handover.old) || known.has(handover.new)) continue;
      known.add(handover.new);
      core.commit.submit(chain, { type: 'key.rotated', actor: 'admin', fields: handover }).catch(() => undefined);
    }
  }
  core.commit.flush();
}
