import type { OrgId } from '../foundation/index.js';
import type { Signed } from '../identity/index.js';
import { type Database, migrate } from '../store/index.js';
import { type PeerFlags, type PeerState, stateOf } from './machine.js';

/** What this side answers an enrolment with, or waits for. */
export type PeerRole = 'inviter' | 'joiner';

export interface FormerKey {
  readonly key: Uint8Array;
  readonly until: number;
}

/** A peer as it is kept. Times are milliseconds since the epoch. */
export interface Peer extends PeerFlags {
  readonly id: OrgId;
  /** The organisation's name as it gave it: hostile text, to be shown with `printable`. */
  readonly name: string;
  /** Raw Ed25519 organisation key. */
  readonly key: Uint8Array;
  /** Keys that it followed: what they signed is still taken until then (milliseconds since the epoch). */
  readonly formerKeys: readonly FormerKey[];
  /** DER of the CA that is pinned for it. */
  readonly ca: Uint8Array;
  /** `host:port` of its peer listener; undefined when it cannot be dialled. */
  readonly endpoint: string | undefined;
  /** Leaf hash of its ledger's first entry, hex. */
  readonly genesis: string;
  /** What this side was in the enrolment. */
  readonly role: PeerRole;
  readonly invite: string;
  /** SHA-256 of the enrolment document: names this relation, apart from an earlier one with the same organisation. */
  readonly enrolment: Uint8Array;
  /** Six words, as soon as they can be known. */
  readonly words: string | undefined;
  readonly transcript: Uint8Array | undefined;
  readonly state: PeerState;
  readonly reason: string | undefined;
  readonly created: number;
  readonly changed: number;
  readonly lastSeen: number | undefined;
  /** Number of the last notice sent and of the last one accepted. */
  readonly noticeSent: number;
  readonly noticeSeen: number;
  /** The inviter's answer, which the joiner may still need. */
  readonly welcome: Signed | undefined;
  /** Our signed notice of revocation while the peer has not acknowledged it. */
  readonly farewell: Signed | undefined;
  /** A joiner's invite text and request until it is welcomed. */
  readonly pending: { invite: string; reply: string } | undefined;
}

const MIGRATIONS = [
  `CREATE TABLE peer (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL CHECK (state IN ('invited', 'enrolled', 'active', 'suspended', 'revoked')),
     enrolment BLOB NOT NULL,
     key BLOB NOT NULL,
     ca BLOB NOT NULL,
     created INTEGER NOT NULL,
     changed INTEGER NOT NULL,
     last_seen INTEGER,
     notice_sent INTEGER NOT NULL DEFAULT 0,
     notice_seen INTEGER NOT NULL DEFAULT 0,
     endpoint TEXT,
     facts TEXT NOT NULL
   ) STRICT`,
];

interface Stored {
  id: OrgId;
  state: PeerState;
  enrolment: Buffer;
  key: Buffer;
  ca: Buffer;
  created: number;
  changed: number;
  last_seen: number | null;
  notice_sent: number;
  notice_seen: number;
  endpoint: string | null;
  facts: string;
}

/** Bytes in the JSON of `facts` are base64. */
interface Facts extends PeerFlags {
  name: string;
  genesis: string;
  role: PeerRole;
  invite: string;
  words: string | undefined;
  transcript: string | undefined;
  reason: string | undefined;
  welcome: PackedSigned | undefined;
  farewell: PackedSigned | undefined;
  pending: { invite: string; reply: string } | undefined;
  formerKeys?: { key: string; until: number }[];
}

type PackedSigned = [document: string, signature: string, key: string];

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytes = (base64: string) => Buffer.from(base64, 'base64');
const packSigned = (signed: Signed): PackedSigned => [text(signed.document), text(signed.signature), text(signed.key)];
const unpackSigned = ([document, signature, key]: PackedSigned): Signed => ({
  document: bytes(document),
  signature: bytes(signature),
  key: bytes(key),
});

/** The tables `peer` and `peer_ca` of gateway.db. */
export class PeerTable {
  readonly #db: Database;

  constructor(db: Database) {
    migrate(db, 'peering', MIGRATIONS);
    this.#db = db;
  }

  all(): Peer[] {
    return (this.#db.prepare('SELECT * FROM peer ORDER BY id').all() as Stored[]).map(fromStored);
  }

  get(id: string): Peer | undefined {
    const row = this.#db.prepare('SELECT * FROM peer WHERE id = ?').get(id) as Stored | undefined;
    return row && fromStored(row);
  }

  /** Writes a peer as a whole; `state` is what follows from its flags. */
  put(peer: Omit<Peer, 'state'>): void {
    const facts: Facts = {
      name: peer.name,
      genesis: peer.genesis,
      role: peer.role,
      invite: peer.invite,
      welcomed: peer.welcomed,
      confirmedHere: peer.confirmedHere,
      confirmedThere: peer.confirmedThere,
      suspendedHere: peer.suspendedHere,
      suspendedThere: peer.suspendedThere,
      revokedHere: peer.revokedHere,
      revokedThere: peer.revokedThere,
      words: peer.words,
      reason: peer.reason,
      pending: peer.pending,
      formerKeys: peer.formerKeys.map(({ key, until }) => ({ key: text(key), until })),
      transcript: peer.transcript && text(peer.transcript),
      welcome: peer.welcome && packSigned(peer.welcome),
      farewell: peer.farewell && packSigned(peer.farewell),
    };
    this.#db
      .prepare(
        `INSERT INTO peer (id, state, enrolment, key, ca, created, changed, last_seen, notice_sent, notice_seen, endpoint, facts)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, enrolment = excluded.enrolment, key = excluded.key,
           ca = excluded.ca, created = excluded.created, changed = excluded.changed, last_seen = excluded.last_seen,
           notice_sent = excluded.notice_sent, notice_seen = excluded.notice_seen, endpoint = excluded.endpoint,
           facts = excluded.facts`,
      )
      .run(
        peer.id,
        stateOf(peer),
        peer.enrolment,
        peer.key,
        peer.ca,
        peer.created,
        peer.changed,
        peer.lastSeen ?? null,
        peer.noticeSent,
        peer.noticeSeen,
        peer.endpoint ?? null,
        JSON.stringify(facts),
      );
  }

  remove(id: OrgId): void {
    this.#db.prepare('DELETE FROM peer WHERE id = ?').run(id);
  }
}

function fromStored(row: Stored): Peer {
  const {
    transcript,
    welcome,
    farewell,
    words,
    reason,
    pending,
    formerKeys = [],
    ...facts
  } = JSON.parse(row.facts) as Facts;
  return {
    ...facts,
    id: row.id,
    state: row.state,
    enrolment: row.enrolment,
    key: row.key,
    ca: row.ca,
    created: row.created,
    changed: row.changed,
    lastSeen: row.last_seen ?? undefined,
    noticeSent: row.notice_sent,
    noticeSeen: row.notice_seen,
    endpoint: row.endpoint ?? undefined,
    words,
    reason,
    pending,
    formerKeys: formerKeys.map(({ key, until }) => ({ key: bytes(key), until })),
    transcript: transcript === undefined ? undefined : bytes(transcript),
    welcome: welcome && unpackSigned(welcome),
    farewell: farewell && unpackSigned(farewell),
  };
}
