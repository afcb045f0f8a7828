import { type Clock, CounterfoilError, type ErrorCode, LIMITS, newId, type OrgId } from '../foundation/index.js';
import { type Database, migrate } from '../store/index.js';
import type { PeerMethod, PeerRequest } from './messages.js';

/** A message that must reach a peer, however long that takes. */
export interface OutboxMessage {
  id: string;
  peer: OrgId;
  /** `Service/Method`. */
  method: PeerMethod;
  /** The request, encoded. */
  payload: Uint8Array;
  correlation: string;
  attempts: number;
}

/** A message that the peer refused for good. */
export interface UndeliverableMessage {
  id: string;
  peer: OrgId;
  method: PeerMethod;
  correlation: string;
  code: ErrorCode;
  message: string;
}

interface Options {
  db: Database;
  clock: Clock;
  /** Protocol bytes of a request. */
  encode: <M extends PeerMethod>(method: M, request: PeerRequest<M>) => Uint8Array;
}

const MIGRATIONS = [
  `CREATE TABLE outbox (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     peer TEXT NOT NULL,
     method TEXT NOT NULL,
     payload BLOB NOT NULL,
     correlation TEXT NOT NULL,
     created INTEGER NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0,
     code TEXT,
     message TEXT
   ) STRICT;
   CREATE INDEX outbox_waiting ON outbox (peer, number) WHERE code IS NULL`,
];

/** Failures after which the same message may yet be accepted. Any other is the peer's final answer. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'peer.unreachable',
  'peer.tls',
  'peer.not_active',
  'peer.suspended',
  'ledger.unavailable',
  'store.full',
  'limit.exceeded',
  'internal',
  'cancelled',
  'stream.incomplete',
]);

/** How often `settled` looks. */
const SETTLED_LOOK_MS = 10;

/** A failure without a code of ours (a fault in the peer, or between) is given this many chances. */
const UNNAMED_TRIES = 10;

/**
 * Durable messages to peers: in order for each peer, tried until delivered, each under an id that the peer sees again
 * when a delivery is repeated (handlers are idempotent). `enqueue` belongs in the transaction of what it tells of.
 */
export class Outbox {
  readonly #db: Database;
  readonly #options: Options;
  readonly #waiting = new Map<OrgId, NodeJS.Timeout>();
  readonly #busy = new Set<OrgId>();
  readonly #listeners = new Set<(message: UndeliverableMessage) => void>();
  #deliver: ((message: OutboxMessage) => Promise<void>) | undefined;

  constructor(options: Options) {
    migrate(options.db, 'outbox', MIGRATIONS);
    this.#db = options.db;
    this.#options = options;
  }

  /** Adds a message. Synchronous: call it inside a transaction; it is sent after that has ended. */
  enqueue<M extends PeerMethod>(peer: OrgId, method: M, request: PeerRequest<M>, correlation: string): string {
    const now = this.#options.clock.now();
    const { count } = this.#db.prepare('SELECT count(*) AS count FROM outbox WHERE peer = ?').get(peer) as {
      count: number;
    };
    if (count >= LIMITS.outboxPerPeer)
      throw new CounterfoilError('limit.exceeded', `${count} messages are waiting for ${peer} already.`);
    const id = newId('msg', now);
    this.#db
      .prepare('INSERT INTO outbox (id, peer, method, payload, correlation, created) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, peer, method, this.#options.encode(method, request), correlation, now);
    setImmediate(() => this.wake(peer));
    return id;
  }

  /** Forgets what was not sent yet. */
  clear(peer: OrgId): void {
    this.#db.prepare('DELETE FROM outbox WHERE peer = ?').run(peer);
  }

  /** How many messages wait for a peer. */
  waiting(peer: OrgId): number {
    const row = this.#db.prepare('SELECT count(*) AS n FROM outbox WHERE peer = ? AND code IS NULL').get(peer);
    return (row as { n: number }).n;
  }

  /** Messages that a peer refused for good, oldest first: `LIMITS.undeliverableKept` of them. */
  undeliverable(peer: OrgId): UndeliverableMessage[] {
    return this.#db
      .prepare(
        `SELECT id, peer, method, correlation, code, message FROM outbox
         WHERE peer = ? AND code IS NOT NULL ORDER BY number`,
      )
      .all(peer) as UndeliverableMessage[];
  }

  /** Resolves when nothing waits for a peer any more, at the latest after `ms`: for who tells a person that it is done. */
  async settled(peer: OrgId, ms: number): Promise<void> {
    for (const end = Date.now() + ms; this.#db.open && this.waiting(peer) > 0 && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, SETTLED_LOOK_MS));
    }
  }

  /** Calls back when a peer refused a message for good. Returns what ends it. */
  onUndeliverable(listener: (message: UndeliverableMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts delivering with `deliver`, which resolves when the peer has accepted the message. */
  start(deliver: (message: OutboxMessage) => Promise<void>): void {
    this.#deliver = deliver;
    const peers = this.#db.prepare('SELECT DISTINCT peer FROM outbox WHERE code IS NULL').all() as { peer: OrgId }[];
    for (const { peer } of peers) this.wake(peer);
  }

  stop(): void {
    this.#deliver = undefined;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** Tries a peer's messages now: it was just reached, or there is a new one. */
  wake(peer: OrgId): void {
    clearTimeout(this.#waiting.get(peer));
    this.#waiting.delete(peer);
    if (this.#deliver === undefined || this.#busy.has(peer)) return;
    this.#busy.add(peer);
    void this.#drain(peer).finally(() => {
      this.#busy.delete(peer);
      // A message that came while the last one failed for good, or a wake during the drain.
      if (this.#deliver !== undefined && !this.#waiting.has(peer) && this.#next(peer) !== undefined) this.wake(peer);
    });
  }

  async #drain(peer: OrgId): Promise<void> {
    for (;;) {
      const message = this.#next(peer);
      if (message === undefined || this.#deliver === undefined) return;
      try {
        await this.#deliver(message);
      } catch (error) {
        if (this.#deliver === undefined) return;
        if (!this.#failed(message, CounterfoilError.from(error))) return;
        continue;
      }
      if (this.#db.open) this.#db.prepare('DELETE FROM outbox WHERE id = ?').run(message.id);
    }
  }

  /** True when the message is out of the way. */
  #failed(message: OutboxMessage, error: CounterfoilError): boolean {
    const again = PASSING.has(error.code) || (error.code === 'peer.error' && message.attempts < UNNAMED_TRIES);
    if (again) {
      this.#db.prepare('UPDATE outbox SET attempts = attempts + 1 WHERE id = ?').run(message.id);
      const wait = Math.min(LIMITS.retryMs * 2 ** Math.min(message.attempts, 16), LIMITS.retryMostMs);
      const timer = setTimeout(() => this.wake(message.peer), wait * (0.5 + Math.random() / 2)).unref();
      this.#waiting.set(message.peer, timer);
      return false;
    }
    this.#db.prepare('UPDATE outbox SET code = ?, message = ? WHERE id = ?').run(error.code, error.message, message.id);
    this.#db
      .prepare(
        `DELETE FROM outbox WHERE code IS NOT NULL AND peer = ? AND number NOT IN
           (SELECT number FROM outbox WHERE code IS NOT NULL AND peer = ? ORDER BY number DESC LIMIT ?)`,
      )
      .run(message.peer, message.peer, LIMITS.undeliverableKept);
    const { id, peer, method, correlation } = message;
    for (const listener of this.#listeners)
      listener({ id, peer, method, correlation, code: error.code, message: error.message });
    return true;
  }

  #next(peer: OrgId): OutboxMessage | undefined {
    if (!this.#db.open) return undefined;
    return this.#db
      .prepare(
        `SELECT id, peer, method, payload, correlation, attempts FROM outbox
         WHERE peer = ? AND code IS NULL ORDER BY number LIMIT 1`,
      )
      .get(peer) as OutboxMessage | undefined;
  }
}
