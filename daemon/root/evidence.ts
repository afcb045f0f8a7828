import { CounterfoilError, type OrgId } from '../foundation/index.js';
import type { HeadReply, HeadUpdate, Ledger } from '../ledger/index.js';
import type { EntryEvidence, PeerCaller, PeerContext, PeerHandlers, Peers } from '../peering/index.js';

/** Rounds of one exchange: a log that does not fit into one message goes in several. */
const MOST_ROUNDS = 1000;

type LogKind = 'channel' | 'master';

type EntryHandler = (context: PeerContext, evidence: EntryEvidence) => Promise<Record<string, never>>;

interface Parts {
  ledger: Ledger;
  calls: PeerCaller;
  peers: Peers;
}

/** The exchange of ledger heads between two gateways: what the ledger makes and takes, carried by calls. */
export class Evidence {
  readonly #ledger: Ledger;
  readonly #calls: PeerCaller;
  readonly #peers: Peers;
  readonly #running = new Map<OrgId, Promise<void>>();

  constructor({ ledger, calls, peers }: Parts) {
    this.#ledger = ledger;
    this.#calls = calls;
    this.#peers = peers;
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

  /** Refuses to exchange data while the ledger cannot bear witness to it. `ledger.unavailable`, `ledger.behind`. */
  mayExchange(): void {
    if (!this.#ledger.healthy)
      throw new CounterfoilError('ledger.unavailable', 'The ledger of this gateway cannot be written.');
    if (this.#ledger.lostHeads.length > 0)
      throw new CounterfoilError(
        'ledger.behind',
        'The ledger of this gateway was restored from an older copy, and that was not declared yet.',
      );
  }

  readonly handlers: PeerHandlers = {
    'Evidence/Exchange': async ({ peer }, update) => {
      // Our own log names the peer's key before a head under it is held, whoever asks first.
      await this.#ledger.openChannel(peer, this.#key(peer));
      const reply = await this.#accept(peer, update);
      const kind = update.origin.endsWith('/master') ? 'master' : 'channel';
      return { reply, head: this.#ownHead(peer, kind) };
    },
    'Evidence/Acknowledge': async ({ peer }, reply) => {
      this.#ledger.recordCosignature(peer, this.#key(peer), reply);
      return {};
    },
    'Evidence/Held': async ({ peer }) => this.#ledger.held(peer),
    'Evidence/Entries': async ({ peer }, { from, to }) => ({ entries: this.#ledger.mirroredEntries(peer, from, to) }),
  };

  /** The handlers given, keeping as evidence what a peer signed and what they find to contradict the exchange. */
  keeping(handlers: PeerHandlers): PeerHandlers {
    const { 'Transfers/Sent': sent, 'Transfers/Receipt': receipt, 'Transfers/Acknowledge': acknowledge } = handlers;
    return {
      ...handlers,
      ...(sent && { 'Transfers/Sent': this.#keepingEntry(sent) }),
      ...(receipt && { 'Transfers/Receipt': this.#keepingEntry(receipt) }),
      ...(acknowledge && {
        'Transfers/Acknowledge': (context, signed) =>
          acknowledge(context, signed).catch((error: unknown) =>
            this.#refuse(context.peer, signed.key, { kind: 'acknowledgement', ...signed }, error),
          ),
      }),
    };
  }

  /** Both carry an entry of the peer, signed by itself. */
  #keepingEntry(handler: EntryHandler): EntryHandler {
    return (context, evidence) =>
      handler(context, evidence).catch((error: unknown) =>
        this.#refuse(context.peer, undefined, { entry: evidence.body }, error),
      );
  }

  async #refuse(
    peer: OrgId,
    fingerprint: Uint8Array | undefined,
    what: Parameters<Ledger['keepContradiction']>[0]['what'],
    error: unknown,
  ): Promise<never> {
    const known = CounterfoilError.from(error);
    if (known.code !== 'peer.evidence') throw error;
    const key = fingerprint === undefined ? this.#key(peer) : this.#peers.keyNamed(peer, fingerprint);
    throw await this.#ledger.keepContradiction({ peer, key, what, contradicts: known.message });
  }

  async #exchange(peer: OrgId): Promise<void> {
    await this.#ledger.openChannel(peer, this.#key(peer));
    if (this.#ledger.needsHandshake(peer)) await this.#handshake(peer);
    for (const kind of ['channel', 'master'] as const) await this.#heads(peer, kind);
  }

  async #heads(peer: OrgId, kind: LogKind): Promise<void> {
    for (let round = 0, idle = 0; round < MOST_ROUNDS; round++) {
      const { reply, head } = await this.#calls.call(peer, 'Evidence/Exchange', this.#ledger.headUpdateFor(peer, kind));
      // First the head: it may say under which key the peer cosigns.
      const own = head == null ? undefined : await this.#accept(peer, head);
      const cosigned = reply != null && this.#ledger.recordCosignature(peer, this.#key(peer), reply);
      if (own !== undefined) await this.#calls.call(peer, 'Evidence/Acknowledge', own);
      if (reply == null || !this.#ledger.peerIsBehind(peer, kind)) return;
      // Without a cosignature it says what it holds, and the next head begins there; a second time, it does not want to.
      if (!cosigned && ++idle > 1)
        throw new CounterfoilError(
          'peer.error',
          `${peer} takes the heads of this ledger, but does not countersign them.`,
        );
    }
    throw new CounterfoilError('peer.error', `The heads of the ledger could not be brought to ${peer}.`);
  }

  async #accept(peer: OrgId, update: HeadUpdate): Promise<HeadReply> {
    const { reply } = await this.#ledger.acceptHead(peer, this.#key(peer), update);
    const { handovers, revoked } = this.#ledger.keys.ofPeer(peer);
    for (const handover of handovers) await this.#peers.keyRotated(peer, handover);
    for (const key of revoked) await this.#peers.keyRevoked(peer, key);
    return reply;
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

  #key = (peer: OrgId): Uint8Array => this.#peers.get(peer).key;
}
