import * as oidc from 'openid-client';
import { CounterfoilError, LIMITS, printable } from '../foundation/index.js';
import type { Role } from './roles.js';

/** An OpenID Connect provider, as config.yaml names it. */
export interface OpenIdSettings {
  /** https, or http on loopback. */
  issuer: string;
  clientId: string;
  /** Undefined for a public client, which PKCE alone protects. */
  clientSecret: string | undefined;
  /** On the button. */
  label: string;
  scopes: string;
  /** Where the provider sends people back to; undefined: the address they came from. */
  redirectUri: string | undefined;
  /** The claim that becomes the name of a user. */
  nameClaim: string;
  /** The claim that holds groups or roles; `realm_access.roles` looks inside another. */
  roleClaim: string;
  /** The groups of each role. Who is in none of them does not get in. */
  roles: Readonly<Record<Role, readonly string[]>>;
}

/** What only this gateway knows of a sign-in that has begun. */
export interface Begun {
  state: string;
  nonce: string;
  verifier: string;
  redirectUri: string;
}

/** What the provider says of a person, checked. */
export interface Claims {
  /** Issuer and subject: the same person for ever. */
  subject: string;
  all: Readonly<Record<string, unknown>>;
}

/**
 * Talks to the provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1; RFC
 * 7636; RFC 9207), the signature of the ID token checked too. Errors: `openid.failed`, `openid.unreachable`.
 */
export class Provider {
  readonly #settings: OpenIdSettings;
  #known: Promise<oidc.Configuration> | undefined;

  constructor(settings: OpenIdSettings) {
    this.#settings = settings;
  }

  async begin(redirectUri: string): Promise<{ url: URL; begun: Begun }> {
    const config = await this.#configuration();
    const begun = {
      ...{ state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() },
      redirectUri,
    };
    const url = oidc.buildAuthorizationUrl(config, {
      ...{ redirect_uri: redirectUri, scope: this.#settings.scopes, state: begun.state, nonce: begun.nonce },
      code_challenge: await oidc.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    });
    return { url, begun };
  }

  /** `query` is what came back with the browser, with its question mark. */
  async finish(query: string, { state, nonce, verifier, redirectUri }: Begun): Promise<Claims> {
    const config = await this.#configuration();
    try {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await oidc.authorizationCodeGrant(config, new URL(query, redirectUri), checks);
      const claims = tokens.claims()!;
      const more = await this.#userInfo(config, tokens.access_token, claims);
      return { subject: `${claims.iss} ${claims.sub}`, all: { ...more, ...claims } };
    } catch (error) {
      // Keys and addresses of the provider may have changed: they are asked for anew the next time.
      this.#known = undefined;
      throw told(error);
    }
  }

  /** Many providers keep groups out of the ID token, which is to stay small. */
  async #userInfo(config: oidc.Configuration, token: string, claims: oidc.IDToken): Promise<object> {
    const { nameClaim, roleClaim } = this.#settings;
    const wanted = [nameClaim, roleClaim].some((name) => claimOf(claims, name) === undefined);
    if (!wanted || config.serverMetadata().userinfo_endpoint === undefined) return {};
    return oidc.fetchUserInfo(config, token, claims.sub);
  }

  #configuration(): Promise<oidc.Configuration> {
    this.#known ??= this.#discovered().catch((error: unknown) => {
      this.#known = undefined;
      throw told(error);
    });
    return this.#known;
  }

  async #discovered(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const server = new URL(issuer);
    const metadata = { [oidc.clockTolerance]: LIMITS.openidSkewMs / 1000 };
    const client = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    return oidc.discovery(server, clientId, metadata, client, {
      [oidc.customFetch]: boundedFetch,
      timeout: LIMITS.openidMs / 1000,
      execute: [oidc.enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [])],
    });
  }
}

/** A claim by its name, or inside another by dots. */
export function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (claims[name] !== undefined) return claims[name];
  return name.split('.').reduce<unknown>((at, key) => {
    const isMap = typeof at === 'object' && at !== null && Object.hasOwn(at, key);
    return isMap ? (at as Record<string, unknown>)[key] : undefined;
  }, claims);
}

/** An answer of the provider is small; one without end is cut off. */
const boundedFetch: oidc.CustomFetch = async (url, options) => {
  const response = await fetch(url, options as RequestInit);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > LIMITS.openidBodyBytes)
      throw new CounterfoilError('openid.failed', 'The provider answers more than openidBodyBytes.');
    parts.push(part);
  }
  const body = bytes === 0 ? null : Buffer.concat(parts);
  return new Response(body, { status: response.status, headers: response.headers });
};

/** What the library says, in words. Nothing of a token is repeated. */
function told(error: unknown): CounterfoilError {
  const chain = causes(error);
  const known = chain.find((each) => each instanceof CounterfoilError);
  if (known !== undefined) return known;
  if (error instanceof oidc.AuthorizationResponseError)
    return failed(`The provider did not sign this person in: ${printable(error.error)}.`, error);
  if (error instanceof oidc.ResponseBodyError)
    return failed(`The provider refused this gateway: ${printable(error.error)}.`, error);
  const codes = chain.map((each) => String((each as { code?: unknown }).code ?? ''));
  const isAway = codes.some((code) => /^(E[A-Z]+|UND_ERR_.*|OAUTH_TIMEOUT|CERT_.*|.*_CERT.*)$/.test(code));
  if (isAway)
    return new CounterfoilError('openid.unreachable', 'The provider that signs people in does not answer.', {
      cause: error,
    });
  const claim = chain.map((each) => (each as { claim?: unknown }).claim).find((each) => typeof each === 'string');
  const of = new RegExp(`"(${CHECKED.join('|')})"`).exec(chain.map(messageOf).join(' '))?.[1] ?? claim;
  if (codes.includes('OAUTH_JWT_TIMESTAMP_CHECK_FAILED'))
    return failed('The ID token of the provider is not of this time: it has expired, or a clock is wrong.', error);
  if (of !== undefined)
    return failed(`What the provider sent is not meant for this sign-in: ${of} is not right.`, error);
  if (chain.some((each) => /signature/i.test(messageOf(each))))
    return failed('The ID token is not signed with a key of the provider.', error);
  return failed('What the provider sent is not as OpenID Connect demands.', error);
}

/** What binds an answer to one sign-in at one gateway, as the library names it. */
const CHECKED = ['state', 'nonce', 'iss', 'aud', 'azp', 'sub', 'issuer'];

const failed = (message: string, cause: unknown) => new CounterfoilError('openid.failed', message, { cause });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

function causes(error: unknown): object[] {
  const chain: object[] = [];
  for (
    let at = error;
    typeof at === 'object' && at !== null && chain.length < 8;
    at = (at as { cause?: unknown }).cause
  )
    chain.push(at);
  return chain;
}
