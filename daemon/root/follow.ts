import type { Agreements } from '../agreement/index.js';
import type { PeerNetwork } from '../edge/index.js';
import type { Ledger } from '../ledger/index.js';
import type { Peers } from '../peering/index.js';
import type { Transfer, Transfers } from '../pipeline/index.js';
import type { EventHub } from './events.js';

/** How often is looked at what does not say when it changes: who can be reached, and how long the logs are. */
const LOOK_MS = 500;

interface Parts {
  hub: EventHub;
  peers: Peers;
  agreements: Agreements;
  transfers: Transfers;
  network: PeerNetwork;
  ledger: Ledger;
  /** A transfer as the admin API shows it. */
  transferReply(transfer: Transfer): unknown;
}

/** Tells what happens in the rooms to the pages that follow it. Returns what ends it. */
export function followRooms({ hub, peers, agreements, transfers, network, ledger, transferReply }: Parts): () => void {
  const reached = () => new Map(peers.list().map(({ id }) => [id, network.reachability(id)]));
  const sizes = () =>
    ledger
      .heads()
      .map(({ origin, size }) => `${origin} ${size}`)
      .join();
  let before = { reached: reached(), sizes: sizes() };
  const look = setInterval(() => {
    const now = { reached: reached(), sizes: sizes() };
    for (const [id, how] of now.reached) if (before.reached.get(id) !== how) hub.tell('peer', id, () => ({ id }));
    if (now.sizes !== before.sizes) hub.tell('ledger', '', () => ({}));
    before = now;
  }, LOOK_MS);
  const endings = [
    peers.onChange(({ peer: { id } }) => hub.tell('peer', id, () => ({ id }))),
    agreements.onChange(({ agreement: { id } }) => hub.tell('agreement', id, () => ({ id }))),
    transfers.onChange((id) => hub.tell('transfer', id, () => transferReply(transfers.find(id)))),
  ];
  return () => {
    clearInterval(look);
    for (const end of endings) end();
    hub.close();
  };
}
