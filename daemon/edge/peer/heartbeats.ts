import { type Clock, CounterfoilError, LIMITS, type Log, type OrgId } from '../../foundation/index.js';
import type { Outbox, Peers } from '../../peering/index.js';
import type { Hello } from './hello.js';

interface Options {
  peers: Peers;
  outbox: Outbox;
  hello: Hello;
  clock: Clock;
  log: Log;
  intervalMs: number;
  /** True when a peer can be reached now. */
  reachable: (peer: OrgId) => boolean;
}

/** Greets every peer that can be reached, again and again, and lets the ledgers exchange their heads. */
export class Heartbeats {
  readonly #options: Options;
  #timer: NodeJS.Timeout | undefined;
  #exchangeHeads: ((peer: OrgId) => Promise<void>) | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  start(exchangeHeads: ((peer: OrgId) => Promise<void>) | undefined): void {
    this.#exchangeHeads = exchangeHeads;
    this.#timer = setInterval(() => this.#beat(), this.#options.intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#exchangeHeads = undefined;
  }

  /** Lets the ledgers exchange their heads now. */
  headsWith(peer: OrgId): void {
    const exchange = this.#exchangeHeads;
    const state = this.#options.peers.find(peer)?.state;
    if (exchange !== undefined && (state === 'active' || state === 'suspended'))
      exchange(peer).catch((error: unknown) => this.#unanswered(peer, error));
  }

  #beat(): void {
    const { peers, outbox, clock, hello, reachable } = this.#options;
    for (const peer of peers.list()) {
      if (peer.state !== 'revoked') {
        if (!reachable(peer.id)) continue;
        const greeted = hello.greet(peer.id).then(() => this.headsWith(peer.id));
        greeted.catch((error: unknown) => this.#unanswered(peer.id, error));
      } else if (peer.farewell !== undefined && clock.now() >= peer.changed + LIMITS.farewellMs) {
        outbox.clear(peer.id);
        peers.farewellDelivered(peer.id);
      }
    }
  }

  #unanswered(peer: OrgId, error: unknown): void {
    this.#options.log.debug({ peer, code: CounterfoilError.from(error).code }, 'a heartbeat was not answered');
  }
}
