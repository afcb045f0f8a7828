import { type Clock, CounterfoilError, orgId, utf8 } from '../../daemon/foundation/index.js';
import { Identity, type Signed } from '../../daemon/identity/index.js';
import { type EnrolmentRequest, Invites } from '../../daemon/invite/index.js';
import { Meeting, Outbox, type OutboxMessage, Peers } from '../../daemon/peering/index.js';
import { openDatabase } from '../../daemon/store/index.js';
import { temporaryFolder } from './folder.js';
import { MemoryJournal } from './journal.js';
import { partyOf } from './party.js';

/** Identities are slow to make, so tests of one file share them. */
const identities = new Map<string, Promise<Identity>>();

/** The home of a shared identity. */
export const homeOf = (id: string): string => homes.get(id)!;

const homes = new Map<string, string>();

/** A test's own `after` would remove the keys while later tests of the file still use them. */
const endOfFile = { after: (work: () => void) => void process.once('exit', work) };

export function sharedIdentity(id: string, clock: Clock): Promise<Identity> {
  const known = identities.get(id);
  if (known !== undefined) return known;
  const home = temporaryFolder(endOfFile);
  homes.set(id, home);
  const made = Identity.create({ home, id: orgId(id), clock });
  identities.set(id, made);
  return made;
}

/** The rooms `invite` and `peering` of one gateway, without the wire: a test carries the messages. */
export class PeeringRooms {
  readonly journal = new MemoryJournal();
  readonly db = openDatabase(':memory:');
  readonly outbox: Outbox;
  readonly invites: Invites;
  readonly peers: Peers;
  readonly meeting: Meeting;
  /** Answers this gateway's enrolment requests. */
  inviter: ((request: EnrolmentRequest) => Promise<Signed>) | undefined;

  constructor(
    readonly identity: Identity,
    readonly clock: Clock,
  ) {
    const addresses = { endpoint: `${identity.id}:7443`, enrol: `${identity.id}:7444` };
    const common = { db: this.db, clock, journal: this.journal, self: () => partyOf(identity, addresses) };
    this.outbox = new Outbox({ db: this.db, clock, encode: (_, request) => utf8(JSON.stringify(request, bytesAsHex)) });
    this.invites = new Invites(common);
    this.peers = new Peers({ ...common, outbox: this.outbox });
    this.meeting = new Meeting({
      ...common,
      peers: this.peers,
      invites: this.invites,
      dial: async (_, request) => {
        if (this.inviter === undefined) throw new CounterfoilError('peer.unreachable', 'Nobody answers.');
        return this.inviter(request);
      },
    });
  }

  /** Delivers this gateway's messages to `other` from now on. */
  sendTo(other: PeeringRooms): void {
    this.outbox.start((message) => other.take(this, message));
  }

  async take(from: PeeringRooms, message: OutboxMessage): Promise<void> {
    const { notice } = JSON.parse(Buffer.from(message.payload).toString('utf8'), hexAsBytes) as { notice: Signed };
    await this.peers.notice(from.identity.id, notice);
  }

  state(other: PeeringRooms): string | undefined {
    return this.peers.find(other.identity.id)?.state;
  }
}

const bytesAsHex = (_: string, value: unknown) =>
  value instanceof Uint8Array
    ? `hex:${Buffer.from(value).toString('hex')}`
    : typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value
      ? `hex:${Buffer.from(value.data as number[]).toString('hex')}`
      : value;
const hexAsBytes = (_: string, value: unknown) =>
  typeof value === 'string' && value.startsWith('hex:') ? Buffer.from(value.slice(4), 'hex') : value;
