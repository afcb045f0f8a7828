import { randomBytes } from 'node:crypto';
import { type Clock, CounterfoilError, hex, LIMITS, sha256 } from '../foundation/index.js';
import type { OpenIdUsers } from './openid-users.js';
import type { Begun, Provider } from './provider.js';
import type { Sessions } from './sessions.js';

interface Options {
  provider: Provider;
  users: OpenIdUsers;
  sessions: Sessions;
  clock: Clock;
  /** Name of the provider, for the button. */
  label: string;
  /** Where people come back to, where that is not told by the address they came from. */
  redirectUri: string | undefined;
}

/** A sign-in under way in one browser, or why it came to nothing. */
interface Attempt {
  until: number;
  begun?: { by: Begun; to: string };
  failure?: CounterfoilError;
}

/**
 * Signing in with OpenID Connect. What has begun is kept in memory under the hash of a secret that only the browser's
 * cookie has, works once, and is forgotten after LIMITS.openidAttemptMs or a restart.
 */
export class OpenId {
  readonly #options: Options;
  readonly #attempts = new Map<string, Attempt>();

  constructor(options: Options) {
    this.#options = options;
  }

  get label(): string {
    return this.#options.label;
  }

  /**
   * Where the browser goes, and the secret for its cookie. `own` is where it comes back to unless config.yaml says
   * otherwise; `to` is the path that is opened in the end.
   */
  async begin(own: string, to: string): Promise<{ url: string; attempt: string }> {
    const { provider, redirectUri = own } = this.#options;
    const { url, begun } = await provider.begin(redirectUri);
    return { url: url.href, attempt: this.#keep({ begun: { by: begun, to } }) };
  }

  /** The session of a browser that has come back. `openid.failed`, `openid.role`, `openid.user`. */
  async finish(attempt: string | undefined, query: string): Promise<{ secret: string; to: string }> {
    const { provider, users, sessions } = this.#options;
    const begun = this.#take(attempt);
    if (begun === undefined)
      throw new CounterfoilError('openid.failed', 'This sign-in did not begin in this browser, or too long ago.');
    const user = await users.of(await provider.finish(query, begun.by));
    return { secret: await sessions.open(user.name), to: begun.to };
  }

  /** Keeps why a sign-in failed, for the page to tell. Returns the secret for the cookie. */
  failed(failure: CounterfoilError): string {
    return this.#keep({ failure });
  }

  /** Why the last sign-in of a browser failed. */
  failure(attempt: string | undefined): CounterfoilError | undefined {
    return attempt === undefined ? undefined : this.#live(attempt)?.failure;
  }

  #keep(what: Omit<Attempt, 'until'>): string {
    const now = this.#options.clock.now();
    for (const [key, { until }] of this.#attempts) {
      if (until > now && this.#attempts.size < LIMITS.openidAttempts) break;
      this.#attempts.delete(key);
    }
    const secret = randomBytes(32).toString('base64url');
    this.#attempts.set(keyOf(secret), { ...what, until: now + LIMITS.openidAttemptMs });
    return secret;
  }

  #take(attempt: string | undefined): Attempt['begun'] {
    if (attempt === undefined) return undefined;
    const begun = this.#live(attempt)?.begun;
    this.#attempts.delete(keyOf(attempt));
    return begun;
  }

  #live(attempt: string): Attempt | undefined {
    const kept = this.#attempts.get(keyOf(attempt));
    return kept !== undefined && kept.until > this.#options.clock.now() ? kept : undefined;
  }
}

const keyOf = (secret: string): string => hex(sha256(secret));
