import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import type { Ends } from './member.js';

const CLIENT = { id: 'counterfoil', secret: 'the secret of the client' };

/** The settings of a gateway for a provider of this file. */
export const openIdSettings = (issuer: string) => ({
  ...{ issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, label: 'Acme login', redirectUri: undefined },
  ...{ scopes: 'openid profile', nameClaim: 'preferred_username', roleClaim: 'groups' },
  roles: { administrator: ['data-admins'], steward: ['data-team'], auditor: ['audit'] },
});

/** A real provider on loopback. Whoever types a name is that person; `groups` says what they are in. */
export async function realProvider(
  t: Ends,
  redirectUri: string,
  groups: Record<string, readonly string[]>,
): Promise<string> {
  const { issuer, serve } = await listening(t);
  const said = { warn: console.warn, info: console.info };
  // It tells what it thinks of being used in a test.
  Object.assign(console, { warn: () => undefined, info: () => undefined });
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    cookies: { keys: ['only for this test'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: `id-${accountId}`, preferred_username: accountId, groups: groups[accountId] ?? [] }),
    }),
    loadExistingGrant: async ({ oidc }: { oidc: GrantContext }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
  Object.assign(console, said);
  serve(provider.callback());
  return issuer;
}

interface GrantContext {
  provider: { Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> } };
  client: { clientId: string };
  session: { accountId: string };
}

/** What a forged provider answers when a code is handed in. */
export interface Forged {
  /** Changes of the claims of a good ID token. */
  claims?: Record<string, unknown>;
  /** Signs with a key that is not published. */
  foreignKey?: boolean;
  /** Answers this instead of tokens. */
  answer?: { status: number; body: string };
}

/** A provider that says what a test wants of it, signed or not. */
export async function forgedProvider(t: Ends) {
  const { issuer, serve } = await listening(t);
  const [key, foreign] = [keyPair(), keyPair()];
  const jwk = { ...key.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' };
  const state = { nonce: '', forged: {} as Forged, asked: [] as string[] };
  const tokens = () => {
    const { claims, foreignKey, answer } = state.forged;
    if (answer !== undefined) return answer;
    const now = Math.floor(Date.now() / 1000);
    const good = { iss: issuer, aud: CLIENT.id, sub: 'id-ada', nonce: state.nonce, iat: now, exp: now + 60 };
    const all = { ...good, preferred_username: 'ada', groups: ['data-team'], ...claims };
    const id_token = signed(foreignKey ? foreign.privateKey : key.privateKey, all);
    return { status: 200, body: JSON.stringify({ access_token: 'a', token_type: 'Bearer', id_token }) };
  };
  serve((request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url!, issuer);
    state.asked.push(pathname);
    const json = (body: unknown) => ({ status: 200, body: JSON.stringify(body) });
    const { status, body } =
      pathname === '/token' ? tokens() : json(pathname === '/jwks' ? { keys: [jwk] } : metadata(issuer));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  return { issuer, state };
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
});

async function listening(t: Ends): Promise<{ issuer: string; serve(listener: RequestListener): void }> {
  let listener: RequestListener = (_, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    serve: (next) => {
      listener = next;
    },
  };
}

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A JWT (RFC 7519), signed with RS256. */
function signed(key: KeyObject, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
