import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../access/index.js';
import { CounterfoilError, hex, LIMITS, sha256 } from '../../foundation/index.js';
import { Buckets } from './buckets.js';

/** Who sessions and API tokens stand for. The composition root gives it. */
export interface People {
  /** `active`: a person did something, which puts the idle time-out off. */
  ofSession(secret: string, active: boolean): Principal | undefined;
  ofToken(text: string): Principal | undefined;
}

/** The cookies of one request and its answer. */
export interface SessionCookie {
  /** Of the session, as the request carries it. */
  secret: string | undefined;
  set(secret: string): void;
  clear(): void;
  /** Of a sign-in with OpenID Connect that has begun or failed. */
  attempt: string | undefined;
  /** An empty one takes it away. */
  setAttempt(secret: string): void;
}

interface Options {
  /** The home's own token: an administrator without a name. */
  token: string;
  people?: People | undefined;
  /** Organisation id: gateways on one host share the cookies of it, whatever their ports (RFC 6265, section 8.5). */
  id?: string | undefined;
  tls: boolean;
}

/** What the page sends when its person has done something since the last request. */
const ACTIVE = 'counterfoil-active';

/** Says who makes a request: by bearer token, or by the session cookie of the page. */
export class Callers {
  readonly #options: Options;
  readonly #token: Uint8Array;
  readonly #cookie: string;
  readonly #requests = new Buckets(LIMITS.adminRequestsPerSecond, LIMITS.adminRequestsPerSecond * 10);
  readonly #signIns = new Buckets(LIMITS.signInsPerMinute / 60, LIMITS.signInsPerMinute);

  constructor(options: Options) {
    this.#options = options;
    this.#token = sha256(options.token);
    this.#cookie = `__Host-counterfoil-${hex(sha256(options.id ?? '')).slice(0, 12)}`;
  }

  /** Null for nobody. `admin.origin` for a request that another page makes, `admin.too_many`. */
  identify(request: FastifyRequest): Principal | null {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const principal = bearer === undefined ? this.#bySession(request) : this.#byToken(bearer);
    const caller = principal === undefined ? `from ${request.ip}` : `${principal.via} ${principal.actor}`;
    if (principal?.via !== 'home-token') this.#requests.take(caller);
    return principal ?? null;
  }

  /** Whether whoever a principal was is still somebody, for answers that go on for long. */
  still(request: FastifyRequest, principal: Principal): boolean {
    if (principal.via === 'home-token') return true;
    const secret = this.#secret(request);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const { people } = this.#options;
    const now = bearer !== undefined ? people?.ofToken(bearer) : secret && people?.ofSession(secret, false);
    return now !== undefined && now !== '' && now.role === principal.role;
  }

  /** Before a password or a first token is looked at: `admin.origin`, `admin.too_many`. */
  admitSignIn(request: FastifyRequest): void {
    this.#refuseForeign(request);
    this.#signIns.take(request.ip);
  }

  /** Before the answer of a provider, which another site has the browser carry here; its sign-in was admitted before. */
  admitReturn(request: FastifyRequest): void {
    this.#requests.take(`from ${request.ip}`);
  }

  unknown(request: FastifyRequest): CounterfoilError {
    if (request.headers.authorization !== undefined)
      return new CounterfoilError('admin.unauthorised', 'The token is not that of this gateway.');
    return this.#secret(request) === undefined
      ? new CounterfoilError('admin.unauthorised', 'The request carries no token.')
      : new CounterfoilError('admin.unauthorised', 'The session has ended.', { hint: 'Sign in again.' });
  }

  cookie(request: FastifyRequest, reply: FastifyReply): SessionCookie {
    // Secure also on loopback, which browsers take for a secure place (W3C Secure Contexts, section 3.1).
    const attributes = 'Path=/; HttpOnly; Secure; SameSite=Strict';
    // Lax: the provider is another site, and leads the browser back here.
    const lax = 'Path=/; HttpOnly; Secure; SameSite=Lax';
    const attemptAge = Math.floor(LIMITS.openidAttemptMs / 1000);
    return {
      secret: this.#secret(request),
      set: (secret) => void reply.header('set-cookie', `${this.#cookie}=${secret}; ${attributes}`),
      clear: () => void reply.header('set-cookie', `${this.#cookie}=; Max-Age=0; ${attributes}`),
      attempt: this.#valueOf(request, `${this.#cookie}-openid`),
      setAttempt: (secret) => {
        const age = secret === '' ? 0 : attemptAge;
        void reply.header('set-cookie', `${this.#cookie}-openid=${secret}; Max-Age=${age}; ${lax}`);
      },
    };
  }

  /** Compares hashes, so that neither content nor length of the token shows in the time it takes. */
  #byToken(bearer: string): Principal | undefined {
    if (timingSafeEqual(sha256(bearer), this.#token))
      return { actor: 'admin', role: 'administrator', name: null, via: 'home-token' };
    return this.#options.people?.ofToken(bearer);
  }

  #bySession(request: FastifyRequest): Principal | undefined {
    const secret = this.#secret(request);
    if (secret === undefined) return undefined;
    this.#refuseForeign(request);
    const active = request.method !== 'GET' || request.headers[ACTIVE] !== undefined;
    return this.#options.people?.ofSession(secret, active);
  }

  #secret(request: FastifyRequest): string | undefined {
    return this.#valueOf(request, this.#cookie);
  }

  #valueOf(request: FastifyRequest, name: string): string | undefined {
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      const at = pair.indexOf('=');
      if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined;
    }
    return undefined;
  }

  /**
   * A cookie is sent along whoever makes the request. SameSite keeps other sites out, not other ports of this host; so a
   * browser has to say that it is this page that asks, by Origin or by Sec-Fetch-Site (W3C Fetch Metadata).
   */
  #refuseForeign(request: FastifyRequest): void {
    const { origin, host } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const own = `${this.#options.tls ? 'https' : 'http'}://${host}`;
    const isOwn =
      origin !== undefined
        ? origin === own
        : site !== undefined
          ? site === 'same-origin' || (site === 'none' && request.method === 'GET')
          : request.method === 'GET';
    if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) return;
    throw new CounterfoilError(
      'admin.origin',
      'Another page tried to do this in the name of somebody who is signed in.',
    );
  }
}
