import { CounterfoilError, LIMITS, type OrgId } from '../../foundation/index.js';
import { type Peer, type Peers, refuseUnless } from '../../peering/index.js';

interface Options {
  peers: Peers;
  self: OrgId;
  /** Ends the data streams with a peer, whoever opened them. */
  abortStreams: (peer: OrgId, reason: CounterfoilError) => void;
  /** Ends every connection with a peer, and what is left on them. */
  disconnect: (peer: OrgId) => void;
}

/** Between a revocation that the peer knows of and the end of its connections: time for the last answer to leave. */
const LAST_ANSWER_MS = 500;

/** What ends when a relation is suspended or revoked: its streams at once, and the connections when the peer knows. */
export class Departures {
  readonly #options: Options;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: Options) {
    this.#options = options;
  }

  changed(peer: Peer): void {
    if (peer.state !== 'revoked' && peer.state !== 'suspended') return;
    this.#options.abortStreams(peer.id, this.#reason(peer));
    if (peer.state === 'suspended') return;
    // Its calls are refused from now on. What stays for a moment is the way to tell it.
    const wait = peer.farewell === undefined ? LAST_ANSWER_MS : LIMITS.farewellGraceMs;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      // It may have been enrolled anew in the meantime.
      if (this.#options.peers.find(peer.id)?.state === 'revoked') this.#options.disconnect(peer.id);
    }, wait).unref();
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #reason(peer: Peer): CounterfoilError {
    try {
      refuseUnless(peer, ['active'], this.#options.self);
    } catch (error) {
      return CounterfoilError.from(error);
    }
    throw new RangeError('only for peers that are not active');
  }
}
