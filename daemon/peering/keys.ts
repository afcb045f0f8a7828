import { base64, CounterfoilError, equalBytes, type Journal, LIMITS, type OrgId, sha256 } from '../foundation/index.js';
import { type KeyHandover, successorOf } from '../identity/index.js';
import type { FormerKey, Peer } from './table.js';

/** What a signature of a peer is checked against: its key, and those it followed a short while ago. */
export interface KeyHolder {
  readonly id: OrgId;
  readonly key: Uint8Array;
  readonly formerKeys?: readonly FormerKey[];
}

/**
 * The key of a peer that a signature names by its fingerprint (SHA-256, 32 bytes): the one in force, or a former one of
 * which not all may have arrived yet. Where it names a stranger, the key in force, with which it will not verify.
 */
export function keyNamed({ key, formerKeys = [] }: KeyHolder, fingerprint: Uint8Array, now: number): Uint8Array {
  const former = formerKeys.filter(({ until }) => now < until).map((item) => item.key);
  return [key, ...former].find((known) => equalBytes(sha256(known), fingerprint)) ?? key;
}

/**
 * The peer after a handover of its present key; undefined for one of another key: it was taken before, or is from before
 * the two met. `evidence.invalid` when it does not hold.
 */
export function afterHandover(
  peer: Peer,
  handover: KeyHandover,
  now: number,
): Pick<Peer, 'key' | 'formerKeys'> | undefined {
  if (handover.old !== base64(peer.key)) return undefined;
  const key = successorOf(handover, peer.id, peer.key);
  if (key === undefined)
    throw new CounterfoilError(
      'evidence.invalid',
      `${peer.id} shows another key, and its present key does not vouch for it.`,
      {
        hint: `If ${peer.id} was set up anew, revoke it and meet again: counterfoil peer revoke ${peer.id}`,
      },
    );
  const former = { key: peer.key, until: now + LIMITS.keyOverlapMs };
  return { key, formerKeys: [former, ...peer.formerKeys].slice(0, LIMITS.keyHandovers) };
}

/** Records, in the channel with it, that a peer's key follows another, or is revoked. */
export async function recordKey(
  journal: Journal,
  peer: OrgId,
  change: { handover: KeyHandover } | { revoked: Uint8Array },
): Promise<void> {
  const actor = `peer:${peer}`;
  if ('handover' in change) await journal.record({ peer }, { type: 'key.rotated', actor, fields: change.handover });
  else
    await journal.record({ peer }, { type: 'key.revoked', actor, fields: { org: peer, key: base64(change.revoked) } });
}
