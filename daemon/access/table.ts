import { type Database, migrate } from '../store/index.js';
import type { Role } from './roles.js';

/** Times are milliseconds since the epoch. Secrets are kept as SHA-256 of their random text, passwords as `Passwords` says. */
export interface UserRow {
  name: string;
  role: Role;
  /** Null for somebody who signs in with OpenID Connect only. */
  password: string | null;
  /** Issuer and subject of an OpenID Connect identity; null without one. */
  subject: string | null;
  disabled: 0 | 1;
  created: number;
  seen: number | null;
  failures: number;
  locked: number | null;
}

export interface SessionRow {
  secret: Uint8Array;
  name: string;
  created: number;
  used: number;
}

export interface TokenRow {
  id: string;
  label: string;
  secret: Uint8Array;
  role: Role;
  /** The user who made it; null when it was made with the home's own token. */
  maker: string | null;
  created: number;
  expires: number | null;
  used: number | null;
}

const MIGRATIONS = [
  `CREATE TABLE access_user (
     name TEXT PRIMARY KEY,
     role TEXT NOT NULL CHECK (role IN ('auditor', 'steward', 'administrator')),
     password TEXT,
     subject TEXT UNIQUE,
     disabled INTEGER NOT NULL DEFAULT 0,
     created INTEGER NOT NULL,
     seen INTEGER,
     failures INTEGER NOT NULL DEFAULT 0,
     locked INTEGER
   ) STRICT;
   CREATE TABLE access_session (
     secret BLOB PRIMARY KEY,
     name TEXT NOT NULL REFERENCES access_user (name) ON DELETE CASCADE,
     created INTEGER NOT NULL,
     used INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX access_session_by_name ON access_session (name);
   CREATE TABLE access_token (
     id TEXT PRIMARY KEY,
     label TEXT NOT NULL,
     secret BLOB NOT NULL UNIQUE,
     role TEXT NOT NULL CHECK (role IN ('auditor', 'steward', 'administrator')),
     maker TEXT REFERENCES access_user (name) ON DELETE CASCADE,
     created INTEGER NOT NULL,
     expires INTEGER,
     used INTEGER
   ) STRICT;`,
];

/** Users, sessions and API tokens in gateway.db. */
export class AccessTable {
  readonly #db: Database;

  constructor(db: Database) {
    migrate(db, 'access', MIGRATIONS);
    this.#db = db;
  }

  users(): UserRow[] {
    return this.#all<UserRow>('SELECT * FROM access_user ORDER BY name');
  }

  user(name: string): UserRow | undefined {
    return this.#get<UserRow>('SELECT * FROM access_user WHERE name = ?', name);
  }

  userOf(subject: string): UserRow | undefined {
    return this.#get<UserRow>('SELECT * FROM access_user WHERE subject = ?', subject);
  }

  putUser(user: UserRow): void {
    this.#db
      .prepare(
        `INSERT INTO access_user (name, role, password, subject, disabled, created, seen, failures, locked)
         VALUES (@name, @role, @password, @subject, @disabled, @created, @seen, @failures, @locked)
         ON CONFLICT (name) DO UPDATE SET role = @role, password = @password, subject = @subject, disabled = @disabled,
         seen = @seen, failures = @failures, locked = @locked`,
      )
      .run(user);
  }

  /** With sessions and tokens. */
  removeUser(name: string): void {
    this.#db.prepare('DELETE FROM access_user WHERE name = ?').run(name);
  }

  session(secret: Uint8Array): SessionRow | undefined {
    return this.#get<SessionRow>('SELECT * FROM access_session WHERE secret = ?', secret);
  }

  putSession(session: SessionRow): void {
    this.#db
      .prepare(
        `INSERT INTO access_session (secret, name, created, used) VALUES (@secret, @name, @created, @used)
         ON CONFLICT (secret) DO UPDATE SET used = @used`,
      )
      .run(session);
  }

  endSession(secret: Uint8Array): void {
    this.#db.prepare('DELETE FROM access_session WHERE secret = ?').run(secret);
  }

  endSessionsOf(name: string, but?: Uint8Array): void {
    this.#db.prepare('DELETE FROM access_session WHERE name = ? AND secret IS NOT ?').run(name, but ?? null);
  }

  /** Of each user the newest `most` stay, and none that began or was used before a time. */
  sweepSessions(bounds: { begun: number; used: number; most: number }): void {
    this.#db
      .prepare(
        `DELETE FROM access_session WHERE created < @begun OR used < @used OR secret IN (
           SELECT secret FROM (
             SELECT secret, row_number() OVER (PARTITION BY name ORDER BY used DESC) AS place FROM access_session
           ) WHERE place > @most)`,
      )
      .run(bounds);
  }

  tokens(): TokenRow[] {
    return this.#all<TokenRow>('SELECT * FROM access_token ORDER BY created DESC');
  }

  token(id: string): TokenRow | undefined {
    return this.#get<TokenRow>('SELECT * FROM access_token WHERE id = ?', id);
  }

  tokenOf(secret: Uint8Array): TokenRow | undefined {
    return this.#get<TokenRow>('SELECT * FROM access_token WHERE secret = ?', secret);
  }

  putToken(token: TokenRow): void {
    this.#db
      .prepare(
        `INSERT INTO access_token (id, label, secret, role, maker, created, expires, used)
         VALUES (@id, @label, @secret, @role, @maker, @created, @expires, @used)
         ON CONFLICT (id) DO UPDATE SET used = @used`,
      )
      .run(token);
  }

  removeToken(id: string): void {
    this.#db.prepare('DELETE FROM access_token WHERE id = ?').run(id);
  }

  #all<T>(sql: string): T[] {
    return this.#db.prepare(sql).all() as T[];
  }

  #get<T>(sql: string, key: string | Uint8Array): T | undefined {
    return this.#db.prepare(sql).get(key) as T | undefined;
  }
}
