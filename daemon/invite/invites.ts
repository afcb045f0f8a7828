import {
  type Clock,
  CounterfoilError,
  equalBytes,
  hex,
  type Journal,
  LIMITS,
  newId,
  type OrgId,
  printable,
  rfc3339,
  sha256,
} from '../foundation/index.js';
import {
  certificateFingerprint,
  fingerprint,
  privateKeyFromSeed,
  rawPublicKey,
  type Signed,
  signDocument,
} from '../identity/index.js';
import type { Database } from '../store/index.js';
import { type Acquaintance, type EnrolmentRequest, type Joiner, readEnrolment } from './enrolment.js';
import { checkBinding, checkTimes, type Party, secretSeed, writeInvite } from './invite.js';
import { type InviteRow, InviteTable } from './table.js';
import { transcriptOf, wordsOf } from './words.js';

/** What the admin sees of an invite. Times are RFC 3339. */
export interface InviteSummary {
  id: string;
  state: 'open' | 'expired' | 'used' | 'revoked' | 'void';
  createdAt: string;
  expiresAt: string;
  for: OrgId | null;
  forKey: string | null;
  exchange: boolean;
  wrongTries: number;
  usedBy: OrgId | null;
}

/** An enrolment that may be carried out: the invite is good for it, or was used by exactly it before. */
export interface VerifiedEnrolment extends Acquaintance {
  joiner: Joiner;
  welcome: Signed;
  /** True when this very enrolment was carried out before and its answer was lost. */
  repeated: boolean;
}

interface Options {
  db: Database;
  clock: Clock;
  journal: Journal;
  /** How this gateway presents itself now: read each time, because certificates and addresses change. */
  self: () => Party;
}

/** The inviter's side: makes, lists and revokes invites, and decides whether an enrolment may use one. */
export class Invites {
  readonly #table: InviteTable;
  readonly #options: Options;
  readonly #listeners = new Set<() => void>();

  constructor(options: Options) {
    this.#table = new InviteTable(options.db);
    this.#options = options;
  }

  /** Makes an invite. `ttlMs` is at most `LIMITS.inviteTtlMostMs`; `notBefore` (epoch ms) is now unless given. */
  async create(terms: {
    ttlMs?: number | undefined;
    notBefore?: number | undefined;
    for?: OrgId | undefined;
    forKey?: string | undefined;
    /** Leaves the enrolment listener closed: the joiner is to answer with a reply text. */
    exchange?: boolean | undefined;
    actor?: string | undefined;
  }): Promise<{ id: string; invite: string; expiresAt: string }> {
    const now = this.#options.clock.now();
    const ttl = terms.ttlMs ?? LIMITS.inviteTtlMs;
    if (!Number.isSafeInteger(ttl) || ttl <= 0 || ttl > LIMITS.inviteTtlMostMs)
      throw new CounterfoilError('input.invalid', 'An invite is valid for more than no time and for at most 7 days.');
    if (terms.forKey !== undefined && !/^[0-9a-f]{64}$/.test(terms.forKey))
      throw new CounterfoilError('input.invalid', 'A key fingerprint is 64 lower-case hexadecimal digits.');
    if (this.#open().length >= LIMITS.invitesOpen)
      throw new CounterfoilError('limit.exceeded', `There are ${LIMITS.invitesOpen} open invites. Revoke some first.`);
    const notBefore = terms.notBefore ?? now;
    const row = {
      id: newId('inv', now),
      created: now,
      notBefore,
      expires: notBefore + ttl,
      for: terms.for,
      forKey: terms.forKey,
      exchange: terms.exchange ?? false,
    };
    const self = this.#options.self();
    const { text, secret, nonce, digest } = writeInvite(row.exchange ? { ...self, enrol: undefined } : self, row);
    await this.#options.journal.record('master', {
      type: 'invite.created',
      actor: terms.actor ?? 'admin',
      fields: { invite: row.id, expires: rfc3339(row.expires), for: terms.for },
    });
    this.#table.insert({ ...row, secretHash: secretHash(secret), nonce, digest });
    this.#changed();
    return { id: row.id, invite: text, expiresAt: rfc3339(row.expires) };
  }

  list(): InviteSummary[] {
    return this.#table.all().map((row) => this.#summary(row));
  }

  /** Withdraws an open invite. `invite.not_found`, or `invite.used` when it is open no more. */
  async revoke(id: string, actor = 'admin'): Promise<InviteSummary> {
    const row = this.#table.get(id);
    if (row === undefined)
      throw new CounterfoilError('invite.not_found', `There is no invite ${printable(id)}.`, {
        hint: 'Run "invite list" to see the invites of this gateway.',
      });
    if (row.state === 'used') throw used(row);
    if (row.state === 'open') {
      await this.#options.journal.record('master', {
        type: 'invite.revoked',
        actor,
        fields: { invite: id },
      });
      this.#table.close(id, 'revoked');
      this.#changed();
    }
    return this.#summary(this.#table.get(id)!);
  }

  /** When (epoch ms) the last invite that needs the enrolment listener expires; undefined when there is none. */
  listenUntil(): number | undefined {
    const waiting = this.#open().filter((row) => !row.exchange);
    return waiting.length === 0 ? undefined : Math.max(...waiting.map((row) => row.expires));
  }

  /** Calls back when invites were made, used, revoked or voided. Returns what ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Decides whether an enrolment may be carried out. Nothing is changed, but wrong tries are counted.
   * Errors: `invite.invalid`, `invite.not_found`, `invite.bound`, `invite.used`, `invite.revoked`, `invite.expired`,
   * `invite.clock`.
   */
  verify(request: EnrolmentRequest): VerifiedEnrolment {
    const now = this.#options.clock.now();
    const self = this.#options.self();
    const joiner = readEnrolment(request, now);
    if (joiner.inviter.id !== self.id || joiner.inviter.key !== fingerprint(self.signer.publicKey))
      throw new CounterfoilError('invite.bound', 'The reply answers an invite of another organisation.', {
        hint: 'Give the text to the organisation whose invite it answers.',
      });
    const row = this.#table.get(joiner.invite);
    if (row === undefined) throw new CounterfoilError('invite.not_found', 'This gateway made no such invite.');
    const repeated = row.state === 'used' && row.enrolment !== undefined && equalBytes(row.enrolment, joiner.digest);
    if (!repeated) this.#check(row, joiner, now);
    return { joiner, repeated, ...this.#welcome(self, row, joiner) };
  }

  /** Uses the invite up. Call it in the transaction that enrols the joiner. `invite.used` when another was first. */
  consume(verified: VerifiedEnrolment): void {
    const { joiner } = verified;
    if (!this.#table.close(joiner.invite, 'used', { by: joiner.id, enrolment: joiner.digest })) {
      const row = this.#table.get(joiner.invite);
      throw row === undefined ? new CounterfoilError('invite.not_found', 'The invite is gone.') : closed(row);
    }
  }

  /** Tells those who wait on changes. Call it after the transaction in which invites were consumed. */
  announce(): void {
    this.#changed();
  }

  #open(): InviteRow[] {
    const now = this.#options.clock.now();
    return this.#table.all().filter((row) => row.state === 'open' && row.expires > now);
  }

  #check(row: InviteRow, joiner: Joiner, now: number): void {
    if (row.state !== 'open') throw closed(row);
    checkTimes(row, now);
    if (joiner.ts > now + LIMITS.clockSkewMs || joiner.ts < row.notBefore - LIMITS.clockSkewMs)
      throw new CounterfoilError(
        'invite.clock',
        `The joiner wrote its enrolment at ${rfc3339(joiner.ts)}; the clock of the inviter says ${rfc3339(now)}.`,
      );
    try {
      if (!equalBytes(sha256(joiner.secretKey), row.secretHash) || joiner.commitment !== hex(sha256(row.nonce)))
        throw new CounterfoilError('invite.invalid', 'The enrolment does not know the secret of the invite.');
      checkBinding(row, { id: joiner.id, fingerprint: fingerprint(joiner.key) });
    } catch (error) {
      if (this.#table.countWrongTry(row.id, LIMITS.inviteWrongTries) >= LIMITS.inviteWrongTries) this.#changed();
      throw error;
    }
  }

  #welcome(self: Party, row: InviteRow, joiner: Joiner): Acquaintance & { welcome: Signed } {
    const welcome = signDocument(self.signer, 'welcome', {
      v: 1,
      invite: row.id,
      enrolment: hex(joiner.digest),
      nonce: hex(row.nonce),
    });
    const inviter = {
      id: self.id,
      key: self.signer.publicKey,
      ca: certificateFingerprint(self.ca),
      nonce: row.nonce,
    };
    const transcript = transcriptOf(inviter, { ...joiner, ca: joiner.caFingerprint }, row.digest);
    return { welcome, transcript, words: wordsOf(transcript) };
  }

  #summary(row: InviteRow): InviteSummary {
    const expired = row.state === 'open' && row.expires <= this.#options.clock.now();
    return {
      id: row.id,
      state: expired ? 'expired' : row.state,
      createdAt: rfc3339(row.created),
      expiresAt: rfc3339(row.expires),
      for: row.for ?? null,
      forKey: row.forKey ?? null,
      exchange: row.exchange,
      wrongTries: row.wrongTries,
      usedBy: row.usedBy ?? null,
    };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

const secretHash = (secret: Uint8Array) => sha256(rawPublicKey(privateKeyFromSeed(secretSeed(secret))));

const used = (row: InviteRow) =>
  new CounterfoilError('invite.used', `Invite ${row.id} was used already.`, {
    hint: 'An invite works once. If it was not you who used it, tell the inviter at once.',
  });

function closed(row: InviteRow): CounterfoilError {
  if (row.state === 'used') return used(row);
  const why = row.state === 'void' ? 'became void after too many wrong tries' : 'was withdrawn by its maker';
  return new CounterfoilError('invite.revoked', `Invite ${row.id} ${why}.`);
}
