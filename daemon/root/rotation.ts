import { base64, CounterfoilError, LIMITS, type OrgId } from '../foundation/index.js';
import { fingerprint, type Identity } from '../identity/index.js';
import type { Invites } from '../invite/index.js';
import type { Ledger } from '../ledger/index.js';
import type { Peers } from '../peering/index.js';

interface Parts {
  identity: Identity;
  ledger: Ledger;
  invites: Invites;
  peers: Peers;
  /** Says hello, which tells a peer of the new key, and exchanges heads under it. Rejects where it cannot be reached. */
  tell(peer: OrgId): Promise<void>;
}

/** What became of a rotation. */
interface Rotated {
  /** Of the keys: hex SHA-256. */
  fingerprint: string;
  previous: string;
  revoked: boolean;
  /** Invites that named the key before and are withdrawn. */
  invites: string[];
  /** Peers that know the new key; the others hear of it when they are met. */
  told: OrgId[];
  waiting: OrgId[];
}

/**
 * Gives this organisation another key: the ledger names it first, signed by both, then it is what signs. A crash in
 * between is settled at the next start by what the ledger says. See docs/LEDGER.md, keys.
 */
export async function rotateKey(
  { identity, ledger, invites, peers, tell }: Parts,
  { actor, revokeOld, reason }: { actor: string; revokeOld: boolean; reason: string | undefined },
): Promise<Rotated> {
  if (ledger.lostHeads.length > 0)
    throw new CounterfoilError('ledger.behind', 'The ledger was restored from an older copy; declare that first.');
  const previous = identity.publicKey;
  const withdrawn = invites.list().filter(({ state }) => state === 'open');
  for (const { id } of withdrawn) await invites.revoke(id, actor);
  await ledger.keys.rotate(identity.makeNextKey(), actor);
  identity.takeNextKey();
  if (revokeOld) await ledger.keys.revoke(previous, reason, actor);
  const wanted = peers.list().filter(({ state }) => state !== 'revoked' && state !== 'invited');
  const told = await Promise.all(wanted.map(async ({ id }) => ((await reached(tell(id))) ? [id] : [])));
  return {
    fingerprint: identity.fingerprint,
    previous: fingerprint(previous),
    revoked: revokeOld,
    invites: withdrawn.map(({ id }) => id),
    told: told.flat(),
    waiting: wanted.map(({ id }) => id).filter((id) => !told.flat().includes(id)),
  };
}

/** After a start: the key that the ledger names as in force is the one that signs. */
export function settleKey(identity: Identity, ledger: Ledger): void {
  const next = identity.nextKey;
  if (next === undefined) return;
  if (base64(next.publicKey) === base64(ledger.keys.current)) identity.takeNextKey();
  else identity.dropNextKey();
}

/** Whether it worked in time; the peer hears of it later where it did not. */
export async function reached(telling: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), LIMITS.settleMs);
  });
  const done = telling.then(
    () => true,
    () => false,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
