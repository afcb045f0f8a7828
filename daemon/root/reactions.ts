import type { Agreements } from '../agreement/index.js';
import type { Versions } from '../catalog/index.js';
import type { PeerNetwork } from '../edge/index.js';
import { CounterfoilError, type Log } from '../foundation/index.js';
import type { PeerHandlers, Peers } from '../peering/index.js';
import type { Transfers } from '../pipeline/index.js';

interface Parts {
  peers: Peers;
  agreements: Agreements;
  transfers: Transfers;
  network: PeerNetwork;
  log: Log;
}

/** What changes of peers and agreements mean for transfers: rights end at once, for streams under way too. Returns what ends it. */
export function react({ peers, agreements, transfers, network, log }: Parts): () => void {
  const guard = (work: Promise<unknown>) => {
    work.catch((error: unknown) => log.error({ err: error }, 'a change could not be carried out'));
  };
  const endings = [
    peers.onChange(({ peer: { id, state } }) => {
      if (state === 'active') transfers.peerChanged(id);
      if (state === 'suspended')
        guard(transfers.parkPeer(id, new CounterfoilError('peer.suspended', 'The relation is suspended.')));
      if (state === 'revoked')
        guard(
          transfers.failAll(({ peer }) => peer === id, new CounterfoilError('peer.revoked', 'The relation was ended.')),
        );
    }),
    agreements.onChange(({ agreement: { id, state } }) => {
      if (state !== 'terminated' && state !== 'expired') return;
      guard(
        transfers.failAll(
          ({ agreement }) => agreement === id,
          new CounterfoilError('agreement.not_active', `The agreement was ${state}.`),
        ),
      );
    }),
    network.onReached((peer) => transfers.peerChanged(peer)),
  ];
  return () => {
    for (const end of endings) end();
  };
}

/** What a peer may see of the catalog: the datasets of its agreements. */
export function catalogHandlers(agreements: Agreements, versions: Versions): PeerHandlers {
  return {
    'Catalog/List': async ({ peer }) => ({
      entries: agreements
        .list()
        .filter((agreement) => agreement.peer === peer && agreement.role === 'provider' && agreement.state === 'active')
        .map(({ id, dataset }) => ({
          agreement: id,
          dataset,
          versions: versions.list(dataset).map((version) => version.id),
        })),
    }),
  };
}
