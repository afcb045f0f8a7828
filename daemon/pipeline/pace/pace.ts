import { type Clock, CounterfoilError, type OrgId, rfc3339 } from '../../foundation/index.js';
import { Bucket, type Time } from './bucket.js';
import { Lanes } from './lanes.js';
import { isOpen, opensAt, type TimeWindow } from './windows.js';

/** How much is exchanged with one peer, and when. */
export interface PeerPace {
  /** Data streams at once, each way. */
  streams: number;
  /** Bytes of data streams a second over all of them; null: as many as go. */
  sendBytesPerSecond: number | null;
  receiveBytesPerSecond: number | null;
  /** None: at any time. */
  windows: readonly TimeWindow[];
}

interface Options {
  clock: Clock;
  of(peer: OrgId): PeerPace;
  /** Data streams in all, each way. */
  streams: number;
  time?: Time;
}

type Way = 'send' | 'receive';

/** Holds what is exchanged with peers to the pace that is set for each. */
export class Pace {
  readonly #options: Options;
  readonly #lanes: Record<Way, Lanes<OrgId>>;
  readonly #buckets = new Map<string, Bucket>();
  /** Peers whose window was closed when it was looked at last. */
  #closed = new Set<OrgId>();

  constructor(options: Options) {
    this.#options = options;
    const lanes = () => new Lanes<OrgId>(options.streams, (peer) => options.of(peer).streams);
    this.#lanes = { send: lanes(), receive: lanes() };
  }

  of(peer: OrgId): PeerPace {
    return this.#options.of(peer);
  }

  /** When data may go to and from a peer again; undefined while it may. */
  waitsUntil(peer: OrgId): number | undefined {
    const now = this.#options.clock.now();
    const { windows } = this.of(peer);
    return isOpen(windows, now) ? undefined : opensAt(windows, now);
  }

  /** For each batch: `transfer.waiting` outside of the time windows of the peer. */
  mustBeOpen(peer: OrgId): void {
    const until = this.waitsUntil(peer);
    if (until === undefined) return;
    throw new CounterfoilError(
      'transfer.waiting',
      `The time window of ${peer} is closed; it waits until ${rfc3339(until)}.`,
    );
  }

  /** Streams of a peer under way, one way. */
  running(peer: OrgId, way: Way): number {
    return this.#lanes[way].running(peer);
  }

  /** A place for sending to a peer that asks for data; `transfer.waiting` where all are taken. */
  enterNow(peer: OrgId): () => void {
    this.mustBeOpen(peer);
    const leave = this.#lanes.send.tryEnter(peer);
    if (leave !== undefined) return leave;
    throw new CounterfoilError('transfer.waiting', `${waitsForTurn(this.running(peer, 'send'))} here.`);
  }

  /** A place for receiving, in turn. `onWait` is told why it waits, if it does. */
  enter(peer: OrgId, signal: AbortSignal, onWait: (reason: CounterfoilError) => void): Promise<() => void> {
    this.mustBeOpen(peer);
    const lanes = this.#lanes.receive;
    if (!lanes.isFree(peer))
      onWait(new CounterfoilError('transfer.waiting', `${waitsForTurn(lanes.running(peer))} with ${peer}.`));
    return lanes.enter(peer, signal);
  }

  /** Waits until so many bytes may go. `asked`: what the other side would have at most, bytes a second. */
  async take(peer: OrgId, way: Way, bytes: number, signal: AbortSignal, asked?: number): Promise<void> {
    const own = this.of(peer)[way === 'send' ? 'sendBytesPerSecond' : 'receiveBytesPerSecond'];
    const rate = Math.min(own ?? Number.POSITIVE_INFINITY, asked ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(rate)) return;
    const key = `${way} ${peer}`;
    const bucket = this.#buckets.get(key) ?? new Bucket(this.#options.time);
    this.#buckets.set(key, bucket);
    await bucket.take(bytes, rate, signal);
  }

  /** Those of these peers whose window has opened since the last look. */
  opened(peers: readonly OrgId[]): OrgId[] {
    const closed = new Set(peers.filter((peer) => this.waitsUntil(peer) !== undefined));
    const opened = [...this.#closed].filter((peer) => !closed.has(peer));
    this.#closed = closed;
    return opened;
  }
}

const waitsForTurn = (running: number): string =>
  `It waits for its turn: ${running} data stream${running === 1 ? ' is' : 's are'} under way`;
