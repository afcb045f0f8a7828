import { CounterfoilError, type OrgId } from '../foundation/index.js';
import type { HeadUpdate, Ledger } from '../ledger/index.js';
import type { PeerCaller, PeerHandlers } from '../peering/index.js';

/** Rounds of one exchange: a log that does not fit into one message goes in several. */
const MOST_ROUNDS = 1000;

type LogKind = 'channel' | 'master';

/** The exchange of ledger heads between two gateways: what the ledger makes and takes, carried by calls. */
export class Evidence {
  readonly #ledger: Ledger;
  readonly #calls: PeerCaller;
  readonly #peerKey: (peer: OrgId) => Uint8Array;
  readonly #running = new Map<OrgId, Promise<void>>();

  constructor(ledger: Ledger, calls: PeerCaller, peerKey: (peer: OrgId) => Uint8Array) {
    this.#ledger = ledger;
    this.#calls = calls;
    this.#peerKey = peerKey;
  }

  /**
   * Sends both our heads to a peer and takes its own, each cosigned by who receives it. One exchange at a time for each
   * peer; the first after a start asks beforehand what the peer holds of us.
   */
  exchange(peer: OrgId): Promise<void> {
    const before = this.#running.get(peer) ?? Promise.resolve();
    const next = before.catch(() => {}).then(() => this.#exchange(peer));
    this.#running.set(peer, next);
    const done = () => {
      if (this.#running.get(peer) === next) this.#running.delete(peer);
    };
    next.then(done, done);
    return next;
  }

  readonly handlers: PeerHandlers = {
    'Evidence/Exchange': async ({ peer }, update) => {
      const { reply } = await this.#ledger.acceptHead(peer, this.#peerKey(peer), update);
      const kind = update.origin.endsWith('/master') ? 'master' : 'channel';
      return { reply, head: this.#ownHead(peer, kind) };
    },
    'Evidence/Acknowledge': async ({ peer }, reply) => {
      this.#ledger.recordCosignature(peer, this.#peerKey(peer), reply);
      return {};
    },
    'Evidence/Held': async ({ peer }) => this.#ledger.held(peer),
    'Evidence/Entries': async ({ peer }, { from, to }) => ({ entries: this.#ledger.mirroredEntries(peer, from, to) }),
  };

  async #exchange(peer: OrgId): Promise<void> {
    await this.#ledger.openChannel(peer, this.#peerKey(peer));
    if (this.#ledger.needsHandshake(peer)) await this.#handshake(peer);
    for (const kind of ['channel', 'master'] as const) await this.#heads(peer, kind);
  }

  async #heads(peer: OrgId, kind: LogKind): Promise<void> {
    const key = this.#peerKey(peer);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { reply, head } = await this.#calls.call(peer, 'Evidence/Exchange', this.#ledger.headUpdateFor(peer, kind));
      if (reply != null) this.#ledger.recordCosignature(peer, key, reply);
      if (head != null) {
        const accepted = await this.#ledger.acceptHead(peer, key, head);
        await this.#calls.call(peer, 'Evidence/Acknowledge', accepted.reply);
      }
      if (reply == null || !this.#ledger.peerIsBehind(peer, kind)) return;
    }
    throw new CounterfoilError('peer.error', `The heads of the ledger could not be brought to ${peer}.`);
  }

  async #handshake(peer: OrgId): Promise<void> {
    const held = await this.#calls.call(peer, 'Evidence/Held', {});
    let state = this.#ledger.completeHandshake(peer, held);
    while (state.state === 'refill') {
      const { from, to } = state;
      const { entries } = await this.#calls.call(peer, 'Evidence/Entries', { from, to });
      state = await this.#ledger.refill(peer, from, entries);
    }
  }

  /** Our head for the answer; none while the ledger may not sign, which its own exchange will settle. */
  #ownHead(peer: OrgId, kind: LogKind): HeadUpdate | null {
    try {
      return this.#ledger.headUpdateFor(peer, kind);
    } catch (error) {
      const { code } = CounterfoilError.from(error);
      if (code === 'ledger.unconfirmed' || code === 'ledger.behind') return null;
      throw error;
    }
  }
}
