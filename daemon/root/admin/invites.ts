import type { AdminService, PeerNetwork } from '../../edge/index.js';
import type { Invites } from '../../invite/index.js';
import type { Ledger } from '../../ledger/index.js';
import type { Meeting, Outbox, Peers } from '../../peering/index.js';
import type { Pace } from '../../pipeline/index.js';
import { peerReply } from './peers.js';

export function inviteAdmin(parts: {
  invites: Invites;
  meeting: Meeting;
  network: PeerNetwork;
  peers: Peers;
  outbox: Outbox;
  ledger: Ledger;
  pace: Pace;
}): AdminService['invites'] {
  const { invites, meeting, network } = parts;
  return {
    create: async (input, { actor }) => {
      const exchange = input.exchange ?? network.enrolEndpoint === undefined;
      const made = await invites.create({ ttlMs: input.ttl, for: input.for, forKey: input.key, exchange, actor });
      await network.syncEnrolment();
      return { ...made, for: input.for ?? null, exchange };
    },
    accept: async ({ text, exchange }, { actor }) => {
      const { peer, reply } = await meeting.accept(text.trim(), { exchange, actor });
      await network.syncEnrolment();
      return { ...peerReply(peer, parts), peer: peer.id, ...(reply === undefined ? {} : { reply }) };
    },
    list: async () => ({ invites: invites.list() }),
    revoke: async ({ id }, { actor }) => {
      const revoked = await invites.revoke(id, actor);
      await network.syncEnrolment();
      return revoked;
    },
  };
}
