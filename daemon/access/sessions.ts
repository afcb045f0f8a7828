import { randomBytes } from 'node:crypto';
import { type Clock, type Journal, LIMITS, rfc3339, sha256 } from '../foundation/index.js';
import type { Principal } from './roles.js';
import type { AccessTable, SessionRow } from './table.js';

interface Options {
  table: AccessTable;
  clock: Clock;
  journal: Journal;
}

/** A session as its owner sees it. */
export interface SessionTimes {
  since: string;
  /** When it ends unless it is used before. */
  idleAt: string;
  /** When it ends in any case. */
  endsAt: string;
}

/** How often the use of a session is written down. */
const TOUCH_MS = 15_000;

/** Who is signed in. A secret is 32 random bytes in base64url, which only the browser's cookie has. */
export class Sessions {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** A new session; the ledger has it first. */
  async open(name: string): Promise<string> {
    const { table, clock, journal } = this.#options;
    await journal.record('master', {
      type: 'admin.action',
      actor: `admin:${name}`,
      fields: { action: 'session.open' },
    });
    const secret = randomBytes(32).toString('base64url');
    const now = clock.now();
    table.putSession({ secret: sha256(secret), name, created: now, used: now });
    this.#sweep();
    return secret;
  }

  /** Who it is, or undefined. `active`: a person did something, which puts the idle time-out off. */
  principal(secret: string, active: boolean): Principal | undefined {
    const { table, clock } = this.#options;
    const session = this.#live(secret);
    const user = session && table.user(session.name);
    if (session === undefined || user === undefined || user.disabled === 1) return undefined;
    const now = clock.now();
    if (active && now - session.used > TOUCH_MS) table.putSession({ ...session, used: now });
    return { actor: `admin:${user.name}`, role: user.role, name: user.name, via: 'session' };
  }

  times(secret: string): SessionTimes | undefined {
    const session = this.#live(secret);
    if (session === undefined) return undefined;
    return {
      since: rfc3339(session.created),
      idleAt: rfc3339(session.used + LIMITS.sessionIdleMs),
      endsAt: rfc3339(session.created + LIMITS.sessionMs),
    };
  }

  async end(secret: string): Promise<void> {
    const session = this.#live(secret);
    if (session === undefined) return;
    const { table, journal } = this.#options;
    table.endSession(session.secret);
    await journal.record('master', {
      ...{ type: 'admin.action', actor: `admin:${session.name}` },
      fields: { action: 'session.end' },
    });
  }

  #live(secret: string): SessionRow | undefined {
    const now = this.#options.clock.now();
    const session = this.#options.table.session(sha256(secret));
    if (session === undefined) return undefined;
    if (now < session.created + LIMITS.sessionMs && now < session.used + LIMITS.sessionIdleMs) return session;
    this.#options.table.endSession(session.secret);
    return undefined;
  }

  #sweep(): void {
    const now = this.#options.clock.now();
    const bounds = { begun: now - LIMITS.sessionMs, used: now - LIMITS.sessionIdleMs, most: LIMITS.sessionsPerUser };
    this.#options.table.sweepSessions(bounds);
  }
}
