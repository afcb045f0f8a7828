import type { NetworkHandlers, PeerNetwork } from '../edge/index.js';
import type { Identity } from '../identity/index.js';
import type { Ledger } from '../ledger/index.js';
import type { TransferWire } from '../pipeline/index.js';

/** What stands between a gateway and its peers: a test makes it a hostile one here. */
export interface Between {
  /** How transfers reach peers. */
  wire(wire: TransferWire, own: { network: PeerNetwork; identity: Identity; ledger: Ledger }): TransferWire;
  /** What peers are answered. */
  handlers(handlers: NetworkHandlers): NetworkHandlers;
}
