import { CounterfoilError, equalBytes, hex, type OrgId, sha256 } from '../foundation/index.js';
import type { Signed } from '../identity/index.js';
import {
  type EnrolmentRequest,
  type Invite,
  type Invites,
  isReply,
  type Joiner,
  parseInvite,
  parseReply,
  readEnrolment,
  readWelcome,
  type VerifiedEnrolment,
  writeEnrolment,
  writeReply,
} from '../invite/index.js';
import { transaction } from '../store/index.js';
import type { Act, PeeringOptions, Peers } from './peers.js';
import type { Peer } from './table.js';
import { checkDistinctCa } from './trust.js';
import { Turns } from './turns.js';

interface Options extends Omit<PeeringOptions, 'outbox'> {
  peers: Peers;
  invites: Invites;
  /** Asks the inviter's enrolment listener. Rejects with the inviter's code, or `peer.unreachable` or `peer.tls`. */
  dial: (invite: Invite, request: EnrolmentRequest) => Promise<Signed>;
}

/** What accepting a text led to. */
export interface Accepted {
  peer: Peer;
  /** The text that the inviter needs, where it was not dialled. */
  reply?: string;
}

/** How two organisations become each other's peers. The roles are told apart by who made the invite. */
export class Meeting {
  readonly #options: Options;
  readonly #invites = new Turns<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * Takes a text that the other side wrote: an invite (this gateway joins, by dialling or with `exchange` by a reply
   * text), or a reply to an invite of this gateway.
   */
  async accept(text: string, options: { exchange?: boolean | undefined } & Act = {}): Promise<Accepted> {
    if (isReply(text)) return { peer: (await this.admit(parseReply(text), options.actor)).peer };
    const { clock, self } = this.#options;
    const party = self();
    const fingerprint = hex(sha256(party.signer.publicKey));
    const invite = parseInvite(text, clock.now(), { id: party.id, fingerprint });
    const request = await this.#join(text, invite);
    if (options.exchange || invite.enrol === undefined)
      return { peer: this.#options.peers.get(invite.inviter.id), reply: writeReply(request) };
    try {
      return { peer: await this.welcome(invite.inviter.id, await this.#options.dial(invite, request), options.actor) };
    } catch (error) {
      await this.#giveUp(invite, CounterfoilError.from(error));
      throw error;
    }
  }

  /**
   * The inviter's side: enrols a joiner, using its invite up in the same transaction, and gives the answer that reveals
   * this side's nonce. The same request again gets the same answer. Errors: those of `Invites.verify`, `peer.exists`.
   */
  async admit(request: EnrolmentRequest, actor?: string): Promise<{ peer: Peer; welcome: Signed }> {
    const { peers, invites, clock } = this.#options;
    const { id, invite } = readEnrolment(request, clock.now());
    // Alone with the invite too: of two joiners that come at once, only the one that is enrolled gets into the ledger.
    const { welcome } = await this.#invites.take(invite, () =>
      peers.exclusively(id, async (table, current) => {
        const verified = invites.verify(request);
        if (current !== undefined && equalBytes(current.enrolment, verified.joiner.digest)) return verified;
        if (verified.repeated || (current !== undefined && current.state !== 'revoked')) throw exists(id);
        checkDistinctCa(verified.joiner.ca, othersThan(peers, id));
        await this.#record(id, verified.joiner.key, verified.joiner.ca, invite, actor ?? `peer:${id}`);
        transaction(this.#options.db, () => {
          invites.consume(verified);
          peers.forget(id);
          table.put(this.#joinerRow(verified));
        });
        return verified;
      }),
    );
    invites.announce();
    return { peer: peers.get(id), welcome };
  }

  /** The joiner's side: takes the inviter's answer, from the enrolment listener or from its first call. Idempotent. */
  async welcome(id: OrgId, welcome: Signed, actor?: string): Promise<Peer> {
    const { peers, clock, self } = this.#options;
    await peers.exclusively(id, async (table, current) => {
      if (current?.pending === undefined) return;
      const party = self();
      const fingerprint = hex(sha256(party.signer.publicKey));
      const request = parseReply(current.pending.reply);
      const joiner = readEnrolment(request, clock.now());
      // At the time of the enrolment: the invite may have expired since, the relation has not.
      const invite = parseInvite(current.pending.invite, joiner.ts, { id: party.id, fingerprint });
      const { transcript, words } = readWelcome(invite, joiner, welcome);
      await this.#record(id, invite.inviter.key, invite.ca, invite.id, actor ?? `peer:${id}`);
      const now = clock.now();
      table.put({ ...current, welcomed: true, transcript, words, pending: undefined, changed: now, lastSeen: now });
    });
    return peers.get(id);
  }

  /** Writes down that we asked, before asking: the same request is made again after a crash. */
  #join(text: string, invite: Invite): Promise<EnrolmentRequest> {
    const { peers, clock, self } = this.#options;
    const id = invite.inviter.id;
    return peers.exclusively(id, async (table, current) => {
      if (current?.state === 'invited' && current.invite === invite.id && current.pending !== undefined)
        return parseReply(current.pending.reply);
      if (current !== undefined && current.state !== 'revoked' && current.state !== 'invited') throw exists(id);
      checkDistinctCa(invite.ca, othersThan(peers, id));
      const request = writeEnrolment(invite, self(), clock.now());
      transaction(this.#options.db, () => {
        peers.forget(id);
        table.put(inviterRow(text, invite, request, clock.now()));
      });
      return request;
    });
  }

  /**
   * An invite that the inviter refused leaves nothing behind. After any other failure the inviter may have enrolled this
   * gateway, and the same request can be made again.
   */
  async #giveUp(invite: Invite, error: CounterfoilError): Promise<void> {
    if (!error.code.startsWith('invite.') && !REFUSALS.has(error.code)) return;
    await this.#options.peers.exclusively(invite.inviter.id, async (table, current) => {
      if (current?.state === 'invited' && current.invite === invite.id) table.remove(invite.inviter.id);
    });
  }

  async #record(peer: OrgId, key: Uint8Array, ca: Uint8Array, invite: string, actor: string): Promise<void> {
    await this.#options.journal.record('master', {
      type: 'peer.enrolled',
      actor,
      fields: { peer, key: hex(sha256(key)), ca: hex(sha256(ca)), invite },
    });
  }

  #joinerRow(verified: VerifiedEnrolment): Omit<Peer, 'state'> {
    const { joiner, words, transcript, welcome } = verified;
    const facts = { role: 'inviter', welcomed: true, words, transcript, welcome, pending: undefined } as const;
    return { ...blank(joiner, this.#options.clock.now()), ...facts, invite: joiner.invite, enrolment: joiner.digest };
  }
}

function inviterRow(text: string, invite: Invite, request: EnrolmentRequest, now: number): Omit<Peer, 'state'> {
  const party = { ...invite.inviter, ca: invite.ca, endpoint: invite.endpoint, genesis: invite.genesis };
  return {
    ...blank(party, now),
    role: 'joiner',
    welcomed: false,
    words: undefined,
    transcript: undefined,
    welcome: undefined,
    pending: { invite: text, reply: writeReply(request) },
    invite: invite.id,
    enrolment: sha256(request.enrolment.document),
  };
}

function blank(party: Pick<Joiner, 'id' | 'name' | 'key' | 'ca' | 'endpoint' | 'genesis'>, now: number) {
  return {
    id: party.id,
    name: party.name,
    key: party.key,
    formerKeys: [],
    ca: party.ca,
    endpoint: party.endpoint,
    genesis: party.genesis,
    created: now,
    changed: now,
    lastSeen: undefined,
    noticeSent: 0,
    noticeSeen: 0,
    confirmedHere: false,
    confirmedThere: false,
    suspendedHere: false,
    suspendedThere: false,
    revokedHere: false,
    revokedThere: false,
    reason: undefined,
    farewell: undefined,
  };
}

/** Codes besides `invite.…` with which an inviter refuses for good. */
const REFUSALS: ReadonlySet<string> = new Set(['peer.exists', 'input.invalid', 'protocol.version']);

const othersThan = (peers: Peers, id: OrgId) => peers.list().filter((peer) => peer.id !== id);

const exists = (id: OrgId) =>
  new CounterfoilError('peer.exists', `${id} is a peer of this gateway already.`, {
    hint: `To enrol it anew, run "peer revoke ${id}" on both gateways first.`,
  });
