import type { PeerNetwork } from '../edge/index.js';
import { CounterfoilError, type OrgId } from '../foundation/index.js';
import type { Outbox } from '../peering/index.js';
import type { TransferWire } from '../pipeline/index.js';

/** How transfers reach a peer: calls and streams of the network, and the outbox for what must arrive. */
export function transferWire(network: PeerNetwork, outbox: Outbox): TransferWire {
  return {
    call: (peer, method, request, options) => network.calls.call(peer, method, request, options),
    post: (peer, method, request, correlation) => void outbox.enqueue(peer, method, request, correlation),
    canDial: (peer) => canDial(network, peer),
    get: (peer, ticket, options) => network.doGet(peer, ticket, options),
    put: async (peer, ticket, frames, options) => {
      for await (const _ of network.doPut(peer, ticket, frames, options));
    },
  };
}

/** Asked anew each time: a peer that could not be dialled yesterday may be reachable today. */
async function canDial(network: PeerNetwork, peer: OrgId): Promise<boolean> {
  if (network.reachability(peer) === 'direct') return true;
  try {
    return (await network.probe(peer)) === 'direct';
  } catch (error) {
    if (CounterfoilError.from(error).code === 'peer.unreachable') return false;
    throw error;
  }
}
