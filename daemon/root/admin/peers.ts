import type { AdminService, PeerNetwork } from '../../edge/index.js';
import { hex, LIMITS, type OrgId, rfc3339 } from '../../foundation/index.js';
import { certificateFingerprint, fingerprint, readCertificate, validity } from '../../identity/index.js';
import type { Ledger } from '../../ledger/index.js';
import type { Outbox, Peer, Peers } from '../../peering/index.js';
import type { Pace } from '../../pipeline/index.js';
import type { Evidence } from '../evidence.js';

interface Shown {
  network: PeerNetwork;
  outbox: Outbox;
  ledger: Ledger;
  pace: Pace;
}

interface Parts extends Shown {
  peers: Peers;
  evidence: Evidence;
}

export function peerAdmin(parts: Parts): AdminService['peers'] {
  const { peers, outbox, ledger, evidence } = parts;
  const reply = (peer: Peer) => peerReply(peer, parts);
  /** Answers when the peer has been told, where it can be reached. */
  const settled = async (change: Promise<Peer>) => {
    const { id } = await change;
    await outbox.settled(id, LIMITS.settleMs);
    return reply(peers.get(id));
  };
  return {
    list: async () => ({ peers: peers.list().map(reply) }),
    show: async ({ id }) => reply(peers.get(id)),
    confirm: async ({ id, words }, { actor }) => settled(peers.confirm(id, words, { actor })),
    suspend: async ({ id, reason }, { actor }) => settled(peers.suspend(id, { actor, reason })),
    resume: async ({ id, reason }, { actor }) => settled(peers.resume(id, { actor, reason })),
    revoke: async ({ id, reason }, { actor }) => settled(peers.revoke(id, { actor, reason })),
    acknowledgeRestore: async ({ id }, { actor }) => {
      const peer = peers.get(id);
      await ledger.acknowledgeRestore(peer.id, actor.replace(/^admin:/, ''), actor);
      // The new heads at once, where the peer can be reached; with the next heartbeat, where it cannot.
      await evidence.exchange(peer.id).catch(() => undefined);
      return reply(peers.get(id));
    },
  };
}

/** A peer as the admin API shows it. */
export function peerReply(peer: Peer, { network, outbox, ledger, pace }: Shown) {
  return {
    id: peer.id,
    name: peer.name,
    state: peer.state,
    words: peer.words ?? null,
    confirmedHere: peer.confirmedHere,
    confirmedThere: peer.confirmedThere,
    fingerprint: fingerprint(peer.key),
    endpoint: peer.endpoint ?? null,
    connected: network.reachability(peer.id) !== 'none',
    lastSeenAt: peer.lastSeen === undefined ? null : rfc3339(peer.lastSeen),
    enrolledAt: rfc3339(peer.created),
    stateBy: stateBy(peer),
    stateReason: peer.reason ?? null,
    formerFingerprint: formerKey(peer),
    restored: ledger.restoreWaits(peer.id),
    evidence: ledger
      .evidence(peer.id)
      .map(({ time, kind, digest, file }) => ({ at: rfc3339(time), kind, digest, file })),
    certificate: {
      caExpiresAt: rfc3339(validity(readCertificate(peer.ca)).to),
      caFingerprint: hex(certificateFingerprint(peer.ca)),
    },
    pace: paceReply(peer.id, pace),
    undelivered: outbox.waiting(peer.id),
  };
}

function paceReply(peer: OrgId, pace: Pace) {
  const { streams, sendBytesPerSecond, receiveBytesPerSecond, windows } = pace.of(peer);
  const until = pace.waitsUntil(peer);
  return {
    ...{ streams, sendBytesPerSecond, receiveBytesPerSecond },
    windows: windows.map(({ text }) => text),
    waitsUntil: until === undefined ? null : rfc3339(until),
    sending: pace.running(peer, 'send'),
    receiving: pace.running(peer, 'receive'),
  };
}

function stateBy(peer: Peer): 'us' | 'peer' | 'both' | null {
  const [here, there] =
    peer.state === 'revoked' ? [peer.revokedHere, peer.revokedThere] : [peer.suspendedHere, peer.suspendedThere];
  if (here && there) return 'both';
  if (here) return 'us';
  return there ? 'peer' : null;
}

function formerKey({ formerKeys }: Peer): string | null {
  const [last] = formerKeys;
  return last === undefined || last.until < Date.now() ? null : fingerprint(last.key);
}
