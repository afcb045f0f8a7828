import {
  type Clock,
  CounterfoilError,
  type EntryType,
  equalBytes,
  hex,
  type Journal,
  LIMITS,
  newId,
  type OrgId,
  printable,
} from '../foundation/index.js';
import { type KeyHandover, readCertificate, type Signed } from '../identity/index.js';
import { type Party, sameWords } from '../invite/index.js';
import { type Database, transaction } from '../store/index.js';
import { afterHandover, keyNamed, recordKey } from './keys.js';
import { type PeerEvent, type PeerState, stepPeer } from './machine.js';
import { EVENT_OF_NOTICE, type NoticeEvent, readNotice, writeNotice } from './notices.js';
import type { Outbox } from './outbox.js';
import { type Peer, PeerTable } from './table.js';
import { isTrusted, matchCertificate } from './trust.js';
import { Turns } from './turns.js';

export interface PeeringOptions {
  db: Database;
  clock: Clock;
  journal: Journal;
  outbox: Outbox;
  /** How this gateway presents itself now. */
  self: () => Party;
}

export interface PeerChange {
  peer: Peer;
  /** Undefined for a peer that is new; the same state where only its addresses, CA or trust changed. */
  before: PeerState | undefined;
}

/** Who did it, as in ledger entries, and why. */
export interface Act {
  actor?: string | undefined;
  reason?: string | undefined;
}

const ENTRY: Partial<Record<PeerEvent, EntryType>> = {
  confirm: 'peer.confirmed',
  'peer-confirm': 'peer.confirmed',
  suspend: 'peer.suspended',
  'peer-suspend': 'peer.suspended',
  resume: 'peer.resumed',
  'peer-resume': 'peer.resumed',
  revoke: 'peer.revoked',
  'peer-revoke': 'peer.revoked',
};
const NOTICE: Partial<Record<PeerEvent, NoticeEvent>> = {
  confirm: 'confirmed',
  suspend: 'suspended',
  resume: 'resumed',
  revoke: 'revoked',
};

/** The organisations that this gateway knows, and where each relation stands. Each change is in the ledger first. */
export class Peers {
  readonly #options: PeeringOptions;
  readonly #table: PeerTable;
  readonly #turns = new Turns<OrgId>();
  readonly #listeners = new Set<(change: PeerChange) => void>();

  constructor(options: PeeringOptions) {
    this.#options = options;
    this.#table = new PeerTable(options.db);
  }

  list(): Peer[] {
    return this.#table.all();
  }

  find(id: string): Peer | undefined {
    return this.#table.get(id);
  }

  /** The peer, or `peer.not_found`. */
  get(id: string): Peer {
    const peer = this.find(id);
    if (peer === undefined) throw new CounterfoilError('peer.not_found', `${printable(id)} is not a peer.`);
    return peer;
  }

  /** The peer if data may flow now, else `peer.not_found`, `peer.not_active`, `peer.suspended` or `peer.revoked`. */
  active(id: string): Peer {
    const peer = this.get(id);
    refuseUnless(peer, ['active'], this.#options.self().id);
    return peer;
  }

  /** This side's administrator has compared the words. `peer.words` when they are not those of this relation. */
  confirm(id: string, words: string, act: Act = {}): Promise<Peer> {
    return this.#decide(id, 'confirm', act, (peer) => {
      if (peer.words === undefined)
        throw new CounterfoilError('peer.state', `The six words for ${peer.id} are not known yet.`, {
          hint: 'They appear when the two gateways have met once, or when the reply text was accepted.',
        });
      if (!sameWords(words, peer.words))
        throw new CounterfoilError('peer.words', `These are not the six words that this gateway has for ${peer.id}.`);
    });
  }

  suspend(id: string, act: Act = {}): Promise<Peer> {
    return this.#decide(id, 'suspend', act);
  }

  resume(id: string, act: Act = {}): Promise<Peer> {
    return this.#decide(id, 'resume', act, (peer) => {
      if (peer.state === 'suspended' && !peer.suspendedHere)
        throw new CounterfoilError('peer.state', `${peer.id} suspended this relation; only it can resume it.`);
    });
  }

  revoke(id: string, act: Act = {}): Promise<Peer> {
    return this.#decide(id, 'revoke', act);
  }

  /**
   * Takes a signed notice of a peer. Idempotent: an old one changes nothing. `input.invalid` when it is not this
   * peer's about this relation; `peer.words` when the two sides confirmed different words.
   */
  notice(id: OrgId, signed: Signed): Promise<void> {
    return this.#turns.take(id, async () => {
      const peer = this.get(id);
      const known = { ...peer, key: keyNamed(peer, signed.key, this.#now()) };
      const notice = readNotice(signed, known, this.#options.self().id);
      if (notice.seq <= peer.noticeSeen) return;
      if (notice.event === 'confirmed' && peer.transcript !== undefined && notice.transcript !== hex(peer.transcript))
        throw new CounterfoilError('peer.words', `${peer.id} confirmed other words than this gateway shows.`);
      await this.#apply(peer, EVENT_OF_NOTICE[notice.event], {
        actor: `peer:${peer.id}`,
        reason: notice.reason,
        noticeSeen: notice.seq,
      });
    });
  }

  /**
   * Takes a handover of a peer's organisation key, signed by the old and the new one; in the ledger first. For a while
   * both are accepted. Idempotent. `evidence.invalid` when it does not follow from the key that is known.
   */
  keyRotated(id: OrgId, handover: KeyHandover): Promise<void> {
    return this.#turns.take(id, async () => {
      const peer = this.get(id);
      const next = afterHandover(peer, handover, this.#now());
      if (next === undefined || peer.state === 'revoked') return;
      await recordKey(this.#options.journal, id, { handover });
      this.#table.put({ ...this.get(id), ...next, changed: this.#now() });
      this.#announce(id, peer.state);
    });
  }

  /** A peer has revoked a key of its: what that signed is not accepted any more, from now on. Idempotent. */
  keyRevoked(id: OrgId, key: Uint8Array): Promise<void> {
    return this.#turns.take(id, async () => {
      const peer = this.get(id);
      const formerKeys = peer.formerKeys.filter((former) => !equalBytes(former.key, key));
      if (formerKeys.length === peer.formerKeys.length) return;
      await recordKey(this.#options.journal, id, { revoked: key });
      this.#table.put({ ...this.get(id), formerKeys });
    });
  }

  /** The key of a peer for a signature that names its key by this fingerprint; see `keyNamed`. `peer.not_found`. */
  keyNamed(id: OrgId, fingerprint: Uint8Array): Uint8Array {
    return keyNamed(this.get(id), fingerprint, this.#now());
  }

  /** All keys that a peer had since the two met, the present one first; for what it signed in the past. `peer.not_found`. */
  allKeys(id: OrgId): Uint8Array[] {
    const { key, formerKeys } = this.get(id);
    return [key, ...formerKeys.map((former) => former.key)];
  }

  /** Notes that a revoked peer has our notice: nothing more is said to it, and its certificates are refused. */
  farewellDelivered(id: OrgId): void {
    const peer = this.find(id);
    if (peer?.farewell === undefined) return;
    this.#table.put({ ...peer, farewell: undefined });
    this.#announce(id, peer.state);
  }

  /** Notes what a peer said when it was met: when, and where it can be dialled. */
  met(id: OrgId, endpoint: string | undefined): void {
    const peer = this.find(id);
    if (peer === undefined || peer.state === 'revoked') return;
    this.#table.put({ ...peer, endpoint, lastSeen: this.#now() });
    if (endpoint !== peer.endpoint) this.#announce(id, peer.state);
  }

  /** DER of every CA that the peer listener accepts now. */
  trustedCas(): Uint8Array[] {
    return this.list()
      .filter((peer) => isTrusted(peer, this.#now()))
      .map((peer) => peer.ca);
  }

  /** The peer whose certificate (DER) this is. `peer.tls` when it is none's. */
  peerOfCertificate(der: Uint8Array): Peer {
    return matchCertificate(readCertificate(der), (id) => this.find(id), this.#options.clock);
  }

  /** Calls back after each change. Returns what ends it. */
  onChange(listener: (change: PeerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs `work` alone among changes of this peer. For enrolments, which write the peer themselves. */
  exclusively<T>(id: OrgId, work: (table: PeerTable, current: Peer | undefined) => Promise<T>): Promise<T> {
    return this.#turns.take(id, async () => {
      const before = this.find(id);
      const result = await work(this.#table, before);
      const after = this.find(id);
      if (after !== undefined) this.#announce(id, before?.state);
      else if (before !== undefined) this.#emit({ peer: { ...before, state: 'revoked' }, before: before.state });
      return result;
    });
  }

  /** Forgets what was to be told to an earlier peer of this id. Call it in the transaction that enrols the new one. */
  forget(id: OrgId): void {
    this.#options.outbox.clear(id);
  }

  #decide(id: string, event: PeerEvent, act: Act, check?: (peer: Peer) => void): Promise<Peer> {
    const known = this.get(id).id;
    return this.#turns.take(known, async () => {
      const peer = this.get(known);
      if (stepPeer(peer, event) === undefined)
        throw new CounterfoilError('peer.state', `${peer.id} is ${peer.state}; it cannot be ${PAST[event]} now.`);
      check?.(peer);
      return this.#apply(peer, event, { actor: act.actor ?? 'admin', reason: act.reason });
    });
  }

  async #apply(peer: Peer, event: PeerEvent, act: Act & { noticeSeen?: number }): Promise<Peer> {
    const flags = stepPeer(peer, event);
    if (flags === undefined)
      throw new CounterfoilError(
        'peer.not_active',
        `The relation is ${peer.state} here; this cannot happen to it yet.`,
      );
    const noticeSeen = act.noticeSeen ?? peer.noticeSeen;
    if (flags === peer) {
      if (noticeSeen !== peer.noticeSeen) this.#table.put({ ...peer, noticeSeen });
      return peer;
    }
    const reason = act.reason === undefined ? undefined : oneLine(act.reason);
    await this.#options.journal.record('master', {
      type: ENTRY[event]!,
      actor: act.actor ?? 'admin',
      fields: { peer: peer.id, by: event.startsWith('peer-') ? 'peer' : 'us', reason },
    });
    transaction(this.#options.db, () => {
      // Read again: what was met or delivered in the meantime is kept.
      const now = this.get(peer.id);
      const next = { ...now, ...flags, noticeSeen, changed: this.#now(), reason: reason ?? undefined };
      const told = NOTICE[event];
      if (flags.revokedHere || flags.revokedThere) this.#options.outbox.clear(peer.id);
      if (told === undefined) return this.#table.put({ ...next, farewell: undefined });
      const seq = now.noticeSent + 1;
      const transcript = told === 'confirmed' && now.transcript !== undefined ? hex(now.transcript) : undefined;
      const signed = this.#tell(now, { seq, event: told, reason, transcript });
      this.#table.put({ ...next, noticeSent: seq, farewell: told === 'revoked' ? signed : undefined });
    });
    this.#announce(peer.id, peer.state);
    return this.get(peer.id);
  }

  #tell(peer: Peer, notice: Parameters<typeof writeNotice>[2]): Signed {
    const signed = writeNotice(this.#options.self(), peer, notice, this.#now());
    this.#options.outbox.enqueue(peer.id, 'Peering/Notify', { notice: signed }, newId('cor', this.#now()));
    return signed;
  }

  #announce(id: OrgId, before: PeerState | undefined): void {
    this.#emit({ peer: this.get(id), before });
  }

  #emit(change: PeerChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

const PAST: Record<PeerEvent, string> = {
  welcome: 'enrolled',
  confirm: 'confirmed',
  'peer-confirm': 'confirmed',
  suspend: 'suspended',
  'peer-suspend': 'suspended',
  resume: 'resumed',
  'peer-resume': 'resumed',
  revoke: 'revoked',
  'peer-revoke': 'revoked',
};

const oneLine = (text: string) => printable(text, LIMITS.reasonChars).slice(1, -1);

/**
 * Refuses a peer that is in none of these states, saying which it is in and who decided that: in words that are right
 * on both sides.
 */
export function refuseUnless(peer: Peer, states: readonly PeerState[], self: OrgId): void {
  if (states.includes(peer.state)) return;
  const relation = `The relation between ${self} and ${peer.id}`;
  const by = (here: boolean) => (here ? self : peer.id);
  if (peer.state === 'revoked')
    throw new CounterfoilError('peer.revoked', `${relation} was ended by ${by(peer.revokedHere)}.`);
  if (peer.state === 'suspended')
    throw new CounterfoilError('peer.suspended', `${relation} was suspended by ${by(peer.suspendedHere)}.`);
  throw new CounterfoilError('peer.not_active', `${relation} is ${peer.state} at ${self}, not active.`);
}
