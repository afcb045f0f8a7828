import {
  dialEnrolment,
  encodeRequest,
  type FlightHandlers,
  PeerNetwork,
  PROTOCOLS,
} from '../../daemon/edge/peer/index.js';
import { type Clock, type OrgId, silentLog, systemClock } from '../../daemon/foundation/index.js';
import { type Identity, readCertificate } from '../../daemon/identity/index.js';
import { Invites, type Party } from '../../daemon/invite/index.js';
import { Meeting, Outbox, type PeerHandlers, Peers } from '../../daemon/peering/index.js';
import { type Database, openDatabase } from '../../daemon/store/index.js';
import { MemoryJournal } from './journal.js';
import { until } from './until.js';

interface Options {
  /** False: a gateway that others cannot dial. */
  reachable?: boolean;
  clock?: Clock;
  handlers?: PeerHandlers;
  flight?: Partial<FlightHandlers>;
  limits?: { heartbeatMs?: number; callTimeoutMs?: number; streamsPerPeer?: number };
  /** Where others are told to dial, instead of the listener itself. */
  advertise?: { host: string; port: number };
  /** The database of a gateway that was stopped before. */
  db?: Database;
}

const noFlight: FlightHandlers = {
  async *onGet() {},
  async *onPut() {},
};

/** The rooms up to peering and the wire of one gateway, on real ports, with its database in memory. */
export class TestGateway {
  readonly journal = new MemoryJournal();
  readonly db: Database;
  readonly outbox: Outbox;
  readonly invites: Invites;
  readonly peers: Peers;
  readonly meeting: Meeting;
  readonly network: PeerNetwork;
  readonly #options: Options;

  constructor(
    readonly identity: Identity,
    options: Options = {},
  ) {
    this.#options = options;
    this.db = options.db ?? openDatabase(':memory:');
    const clock = options.clock ?? systemClock;
    const reachable = options.reachable ?? true;
    const self = (): Party => ({
      id: identity.id,
      name: identity.id,
      signer: identity,
      ca: readCertificate(identity.tls.ca).raw,
      endpoint: this.network.endpoint,
      enrol: this.network.enrolEndpoint,
      genesis: '00'.repeat(32),
      protocols: PROTOCOLS,
    });
    const common = { db: this.db, clock, journal: this.journal, self };
    this.outbox = new Outbox({ db: this.db, clock, encode: encodeRequest });
    this.invites = new Invites(common);
    this.peers = new Peers({ ...common, outbox: this.outbox });
    this.meeting = new Meeting({ ...common, peers: this.peers, invites: this.invites, dial: dialEnrolment });
    this.network = new PeerNetwork({
      identity,
      peers: this.peers,
      invites: this.invites,
      meeting: this.meeting,
      outbox: this.outbox,
      journal: this.journal,
      clock,
      log: silentLog,
      listen: reachable
        ? { peer: { host: '127.0.0.1', port: 0 }, enrol: { host: '127.0.0.1', port: 0 } }
        : { peer: null, enrol: null },
      advertise: reachable ? (options.advertise ?? { host: '127.0.0.1' }) : null,
      software: 'counterfoil test',
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
  }

  get id(): OrgId {
    return this.identity.id;
  }

  async start(t: { after(work: () => Promise<void>): void }): Promise<this> {
    await this.network.listen();
    this.network.start({ calls: this.#options.handlers ?? {}, flight: { ...noFlight, ...this.#options.flight } });
    t.after(() => this.stop());
    return this;
  }

  async stop(): Promise<void> {
    await this.network.close();
    if (this.db.open) this.db.close();
  }

  state(other: TestGateway): string | undefined {
    return this.peers.find(other.id)?.state;
  }

  /** Makes `other` a peer by an online invite; both stay `enrolled`. */
  async enrol(other: TestGateway): Promise<void> {
    const { invite } = await this.invites.create({ exchange: this.network.enrolEndpoint === undefined });
    await this.network.syncEnrolment();
    const { reply } = await other.meeting.accept(invite);
    if (reply !== undefined) await this.meeting.accept(reply);
    await until('the words', () => other.peers.get(this.id).words !== undefined);
  }

  /** Makes `other` an active peer. */
  async befriend(other: TestGateway): Promise<void> {
    await this.enrol(other);
    const { words = '' } = this.peers.get(other.id);
    await Promise.all([this.peers.confirm(other.id, words), other.peers.confirm(this.id, words)]);
    await until('both active', () => this.state(other) === 'active' && other.state(this) === 'active');
  }
}
