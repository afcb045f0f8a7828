import type { OrgId } from './ids.js';
import type { Json } from './jcs.js';

/** Which log an entry belongs to: the gateway's own, or the channel with one peer. */
export type LogName = 'master' | { peer: OrgId };

/** Every type of ledger entry. docs/LEDGER.md gives the fields of each; the ledger refuses any other. */
export type EntryType =
  | 'genesis'
  | 'gateway.started'
  | 'gateway.stopped'
  | 'admin.action'
  | 'key.added'
  | 'key.rotated'
  | 'key.revoked'
  | 'channel.opened'
  | 'channel.head'
  | 'ledger.restored'
  | 'restore.acknowledged'
  | 'payload.erased'
  | 'time.token'
  | 'witness.head'
  | 'invite.created'
  | 'invite.revoked'
  | 'peer.enrolled'
  | 'peer.confirmed'
  | 'peer.suspended'
  | 'peer.resumed'
  | 'peer.revoked'
  | 'peer.evidence'
  | 'call.refused'
  | 'dataset.added'
  | 'finding.overridden'
  | 'finding.restored'
  | 'version.published'
  | 'version.shredded'
  | 'requirements.set'
  | 'agreement.proposed'
  | 'agreement.countered'
  | 'agreement.signed'
  | 'agreement.rejected'
  | 'agreement.terminated'
  | 'agreement.expired'
  | 'agreement.blocked'
  | 'checks.passed'
  | 'checks.failed'
  | 'checks.compared'
  | 'transfer.offered'
  | 'transfer.accepted'
  | 'transfer.refused'
  | 'transfer.acknowledged'
  | 'acknowledgement.recorded'
  | 'transfer.sent'
  | 'transfer.landed'
  | 'transfer.rejected'
  | 'transfer.cancelled'
  | 'transfer.failed'
  | 'receipt.recorded'
  | 'data.deleted'
  | 'data.erased';

/** What a room asks to be recorded. The ledger adds `v, log, seq, prev, ts, incarnation` and, for a channel, `peer`. */
export interface EntryDraft {
  type: EntryType;
  /** Who did it: `gateway`, `admin`, `admin:<name>`, or `peer:<org id>`. */
  actor: string;
  /** Ids and digests the type needs: ASCII keys, integers within ±(2^53-1), no floats. Digests are lower-case hex. */
  fields?: { readonly [key: string]: Json | undefined };
  /** The other party's entry that this one answers. */
  refs?: readonly EntryRef[];
  /** True where the type carries the organisation's own signature (`transfer.sent`, `transfer.landed`, `transfer.rejected`). */
  sign?: boolean;
  /** Personal or bulky bytes: only a salted commitment goes into the entry. */
  payload?: Uint8Array;
}

/** Where an entry stands. `leaf` is its RFC 6962 leaf hash in hex. */
export interface EntryRef {
  log: string;
  seq: number;
  leaf: string;
}

/** A recorded entry, with the exact bytes that were hashed (and signed, where the type is signed). */
export interface RecordedEntry extends EntryRef {
  body: Uint8Array;
}

/**
 * The door through which every room leaves evidence. Resolves when the entry is durable; rejects with
 * `ledger.unavailable` when it is not, and then the action must not be taken.
 */
export interface Journal {
  record(log: LogName, draft: EntryDraft): Promise<RecordedEntry>;
  /**
   * The newest entry of a type whose subject (its field `transfer`, else `agreement`, else `version`) is this id. Lets a
   * step that was interrupted between its entry and its own table see that the entry is there.
   */
  find(log: LogName, type: EntryType, subject: string): RecordedEntry | undefined;
}

/** Records an entry unless the log has one of this type and subject already: for steps that may run again after a crash. */
export async function recordOnce(
  journal: Journal,
  log: LogName,
  subject: string,
  draft: EntryDraft,
): Promise<RecordedEntry> {
  return journal.find(log, draft.type, subject) ?? (await journal.record(log, draft));
}
