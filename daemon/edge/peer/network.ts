import { type Address, formatAddress } from '../../config/index.js';
import { type Clock, CounterfoilError, type Journal, LIMITS, type Log, type OrgId } from '../../foundation/index.js';
import type { Identity, KeyHandover } from '../../identity/index.js';
import type { Invites } from '../../invite/index.js';
import type { Meeting, Outbox, OutboxMessage, PeerHandlers, Peers } from '../../peering/index.js';
import { PeerCalls, type Reachability } from './calls.js';
import { PeerChannels } from './channels.js';
import { Contacts } from './contacts.js';
import { Departures } from './departures.js';
import { Dispatcher } from './dispatcher.js';
import { EnrolmentListener } from './enrolment.js';
import { FlightClient, type StreamOptions } from './flight/fetch.js';
import type { ReceivedFrame, WireFrame } from './flight/frame.js';
import { type FlightHandlers, FlightServer } from './flight/serve.js';
import { Guard } from './guard.js';
import { Heartbeats } from './heartbeats.js';
import { Hello } from './hello.js';
import type { LinkEnd } from './link.js';
import { PeerListener } from './listener.js';

export interface NetworkOptions {
  identity: Identity;
  peers: Peers;
  invites: Invites;
  meeting: Meeting;
  outbox: Outbox;
  journal: Journal;
  clock: Clock;
  log: Log;
  /** Null where this gateway is not to be dialled. */
  listen: { peer: Address | null; enrol: Address | null };
  /** Host that others dial, and the port where it is not the one listened on. Null: this gateway cannot be dialled. */
  advertise: { host: string; port?: number | undefined } | null;
  /** Name and release, for the other side's logs. */
  software: string;
  /** How this gateway's organisation keys followed each other, oldest first. */
  handovers?: () => readonly KeyHandover[];
  limits?: { heartbeatMs?: number; callTimeoutMs?: number; streamsPerPeer?: number };
}

/** What the rooms answer to peers, and what happens with each heartbeat. */
export interface NetworkHandlers {
  calls: PeerHandlers;
  flight: FlightHandlers;
  /** Called for each peer that can be reached, at every heartbeat and when it arrives: exchange of ledger heads. */
  heartbeat?: (peer: OrgId) => Promise<void>;
}

/** Everything between this gateway and others: listeners, connections, calls, data streams, heartbeats, the outbox. */
export class PeerNetwork {
  readonly calls: PeerCalls;
  readonly #options: NetworkOptions;
  readonly #channels: PeerChannels;
  readonly #dispatcher: Dispatcher;
  readonly #flightServer: FlightServer;
  readonly #flightClient: FlightClient;
  readonly #hello: Hello;
  readonly #contacts: Contacts;
  readonly #departures: Departures;
  readonly #heartbeats: Heartbeats;
  readonly #links = new Map<OrgId, LinkEnd>();
  readonly #listener: PeerListener | undefined;
  readonly #enrolment: EnrolmentListener | undefined;
  readonly #endings: (() => void)[] = [];
  readonly #reached = new Set<(peer: OrgId) => void>();
  #peerPort = 0;
  #closed = false;

  constructor(options: NetworkOptions) {
    this.#options = options;
    const { identity, peers, meeting, log, limits = {} } = options;
    const guard = new Guard({
      ...options,
      self: identity.id,
      limits: { streamsPerPeer: limits.streamsPerPeer ?? LIMITS.streamsPerPeer },
    });
    this.#channels = new PeerChannels({ peers, tls: () => identity.tls });
    this.calls = new PeerCalls({
      peers,
      self: identity.id,
      channels: this.#channels,
      linkFrom: (peer) => this.#links.get(peer),
      callTimeoutMs: limits.callTimeoutMs ?? LIMITS.callTimeoutMs,
      noticed: (peer, notice) => {
        peers.notice(peer, notice).catch((error: unknown) => log.warn({ err: error, peer }, 'a notice was refused'));
      },
    });
    const failed = (peer: OrgId, error: unknown) => this.calls.failed(peer, error);
    const endpoint = () => this.endpoint;
    const { software, handovers = () => [] } = options;
    this.#hello = new Hello({ peers, meeting, calls: this.calls, endpoint, software, handovers });
    this.#dispatcher = new Dispatcher(guard, this.#hello.handlers);
    this.#flightServer = new FlightServer({ guard, dispatcher: this.#dispatcher });
    this.#flightClient = new FlightClient({ peers, self: identity.id, channels: this.#channels, failed });
    this.#contacts = new Contacts({
      peers,
      log,
      failed,
      channels: this.#channels,
      dispatcher: this.#dispatcher,
      greet: (peer) => this.#hello.greet(peer),
      arrived: (peer) => this.#arrived(peer),
    });
    this.#departures = new Departures({
      peers,
      self: identity.id,
      abortStreams: (peer, reason) => {
        this.#flightServer.abort(peer, reason);
        this.#flightClient.abort(peer, reason);
      },
      disconnect: (peer) => this.#disconnect(peer),
    });
    this.#heartbeats = new Heartbeats({
      ...options,
      hello: this.#hello,
      intervalMs: limits.heartbeatMs ?? LIMITS.heartbeatMs,
      reachable: (peer) => this.reachability(peer) !== 'none',
    });
    const { peer, enrol } = options.listen;
    const linked = (link: LinkEnd) => this.#linked(link);
    if (peer !== null)
      this.#listener = new PeerListener({
        ...options,
        guard,
        dispatcher: this.#dispatcher,
        flight: this.#flightServer,
        linked,
      });
    if (enrol !== null && options.advertise !== null)
      this.#enrolment = new EnrolmentListener({ ...options, meeting: () => meeting, address: enrol });
  }

  /** Opens the listeners. Their ports, and so the addresses in invites, are known from then on. */
  async listen(): Promise<void> {
    const { peer } = this.#options.listen;
    if (this.#listener !== undefined && peer !== null) this.#peerPort = await this.#listener.listen(peer);
    await this.#enrolment?.prepare();
  }

  /** Begins to answer, to dial, and to deliver what waits. */
  start(handlers: NetworkHandlers): void {
    const { peers, outbox, identity } = this.#options;
    this.#dispatcher.add(handlers.calls);
    this.#flightServer.serve(handlers.flight);
    this.#endings.push(
      peers.onChange(({ peer }) => {
        this.#departures.changed(peer);
        this.#contacts.changed(peer);
      }),
      identity.onRenewed(() => this.#contacts.renew()),
    );
    this.#contacts.start();
    outbox.start((message) => this.#deliver(message));
    this.#heartbeats.start(handlers.heartbeat);
  }

  /** `host:port` of the peer listener as others dial it; undefined when this gateway cannot be dialled. */
  get endpoint(): string | undefined {
    return this.#listener === undefined ? undefined : this.#advertised(this.#peerPort, true);
  }

  /** `host:port` as bound; undefined without a peer listener. */
  get listening(): string | undefined {
    const { peer } = this.#options.listen;
    return peer === null || this.#peerPort === 0 ? undefined : formatAddress({ host: peer.host, port: this.#peerPort });
  }

  /** `host:port` of the enrolment listener as others dial it. */
  get enrolEndpoint(): string | undefined {
    return this.#enrolment === undefined ? undefined : this.#advertised(this.#enrolment.port, false);
  }

  /** Opens or closes the enrolment listener as invites ask for; await it before handing out an invite. */
  async syncEnrolment(): Promise<void> {
    await this.#enrolment?.sync();
  }

  get enrolmentOpen(): boolean {
    return this.#enrolment?.open ?? false;
  }

  reachability(peer: OrgId): Reachability {
    return this.calls.reachability(peer);
  }

  /**
   * Greets a peer now and says how it was reached: dialled, wherever that works, even while there is a Link. Rejects
   * with the cause when it was not reached at all.
   */
  async probe(peer: OrgId): Promise<Reachability> {
    this.#contacts.hurry(peer);
    const link = this.#links.get(peer)?.open ?? false;
    try {
      await this.#hello.greet(peer, { direct: true });
      return 'direct';
    } catch (error) {
      if (!link) throw error;
    }
    await this.#hello.greet(peer);
    return 'link';
  }

  /** Calls back when a peer can be reached again. Returns what ends it. */
  onReached(listener: (peer: OrgId) => void): () => void {
    this.#reached.add(listener);
    return () => this.#reached.delete(listener);
  }

  /** See `FlightClient.doGet`. */
  doGet(peer: OrgId, ticket: Uint8Array, options?: StreamOptions): AsyncGenerator<ReceivedFrame, void> {
    return this.#flightClient.doGet(peer, ticket, options);
  }

  /** See `FlightClient.doPut`. */
  doPut(
    peer: OrgId,
    descriptor: Uint8Array,
    frames: AsyncIterable<WireFrame>,
    options?: StreamOptions,
  ): AsyncGenerator<Uint8Array, void> {
    return this.#flightClient.doPut(peer, descriptor, frames, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#dispatcher.close();
    for (const end of this.#endings) end();
    this.#departures.close();
    this.#heartbeats.stop();
    this.#options.outbox.stop();
    this.#contacts.stop();
    for (const link of this.#links.values()) link.close();
    this.#channels.close();
    await this.#enrolment?.close();
    this.#listener?.close();
  }

  #advertised(port: number, own: boolean): string | undefined {
    const { advertise } = this.#options;
    if (advertise === null || port === 0) return undefined;
    return formatAddress({ host: advertise.host, port: own ? (advertise.port ?? port) : port });
  }

  #linked(link: LinkEnd): void {
    const before = this.#links.get(link.peer);
    this.#links.set(link.peer, link);
    before?.close();
    this.#arrived(link.peer);
  }

  #arrived(peer: OrgId): void {
    if (this.#closed) return;
    this.#contacts.hurry(peer);
    this.#options.outbox.wake(peer);
    for (const listener of this.#reached) listener(peer);
    this.#heartbeats.headsWith(peer);
  }

  async #deliver(message: OutboxMessage): Promise<void> {
    const { peers } = this.#options;
    const revoked = peers.find(message.peer)?.state === 'revoked';
    try {
      await this.calls.send(message.peer, message.method, message.payload, { correlation: message.correlation });
    } catch (error) {
      // A peer that refuses our certificate, or says that it has ended the relation, knows already.
      const { code } = CounterfoilError.from(error);
      if (!revoked || (code !== 'peer.tls' && code !== 'peer.revoked')) throw error;
    }
    if (revoked) peers.farewellDelivered(message.peer);
  }

  #disconnect(peer: OrgId): void {
    this.#links.get(peer)?.close();
    this.#links.delete(peer);
    this.#listener?.disconnect(peer);
    this.#channels.drop(peer);
  }
}
