import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Access } from '../daemon/access/index.js';
import { type AdminService, startAdminServer } from '../daemon/edge/index.js';
import { LIMITS, silentLog } from '../daemon/foundation/index.js';
import { accessAdmin } from '../daemon/root/admin/access.js';
import { openDatabase } from '../daemon/store/index.js';
import { cannedAdmin } from './support/canned-admin.js';
import { ManualClock } from './support/clock.js';
import { temporaryFolder } from './support/folder.js';
import { freePort } from './support/homes.js';
import { MemoryJournal } from './support/journal.js';
import { type Forged, forgedProvider, openIdSettings } from './support/openid.js';

/** An admin listener whose people sign in at a provider; everything else behind it is canned. */
async function gateway(t: TestContext, issuer: string) {
  const clock = new ManualClock();
  const journal = new MemoryJournal();
  const db = openDatabase(':memory:');
  const firstToken = join(temporaryFolder(t), 'first.token');
  const openid = openIdSettings(issuer);
  const access = new Access({ db, clock, journal, firstToken, passwordCost: 10, openid });
  const { service } = cannedAdmin();
  const own = { id: 'acme.example', org: 'Acme', software: '0' };
  const server = await startAdminServer(
    {
      ...{ token: 'x', id: own.id, software: '0', log: silentLog, openid: access.openid },
      service: { ...service, access: accessAdmin({ access, gateway: own }) } as AdminService,
      people: { ofSession: (secret, active) => access.sessions.principal(secret, active), ofToken: () => undefined },
      health: () => ({ ready: true, reasons: [], warnings: [] }),
    },
    { host: '127.0.0.1', port: 0 },
  );
  t.after(async () => {
    await server.close();
    db.close();
  });
  const base = `http://127.0.0.1:${server.address.port}`;
  return { base, access, journal, clock, db };
}

/** One browser, as far as cookies go. */
class Jar {
  readonly #cookies = new Map<string, string>();

  async get(url: string, headers: Record<string, string> = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie, ...headers } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') this.#cookies.delete(name!);
      else this.#cookies.set(name!, value!);
    }
    const text = await response.text();
    return {
      ...{
        status: response.status,
        location: response.headers.get('location') ?? '',
        set: response.headers.getSetCookie(),
      },
      json: text.startsWith('{') ? JSON.parse(text) : undefined,
    };
  }
}

const HTML = { accept: 'text/html' };

test('who the provider vouches for is signed in, with the role that their groups give them now', async (t) => {
  const { issuer, state } = await forgedProvider(t);
  const { base, access, journal } = await gateway(t, issuer);
  const signIn = async (forged: Forged, to = '/datasets?add') => {
    const jar = new Jar();
    const { status, location, set } = await jar.get(`${base}/v1/openid/begin?to=${encodeURIComponent(to)}`, HTML);
    assert.equal(status, 303);
    assert.match(set[0]!, /-openid=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const asked = new URL(location).searchParams;
    assert.equal(asked.get('redirect_uri'), `${base}/v1/openid/return`);
    assert.equal(asked.get('code_challenge_method'), 'S256');
    for (const name of ['state', 'nonce', 'code_challenge']) assert.match(asked.get(name)!, /^[\w-]{43}$/, name);
    Object.assign(state, { nonce: asked.get('nonce'), forged });
    const back = await jar.get(`${base}/v1/openid/return?code=c&state=${asked.get('state')}`, HTML);
    return { jar, back, session: (await jar.get(`${base}/v1/session`)).json };
  };
  const first = await signIn({});
  assert.equal(first.back.location, '/datasets?add');
  assert.match(
    first.back.set[0]!,
    /^__Host-counterfoil-[0-9a-f]{12}=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  assert.deepEqual(first.session.user, { name: 'ada', role: 'steward', via: 'session' });
  assert.equal(first.session.openid, 'Acme login');

  const again = await signIn({ claims: { groups: ['audit', 'data-admins'] } });
  assert.equal(again.session.user.role, 'administrator');
  assert.deepEqual(
    journal.entries.map(({ draft: { actor, fields } }) => [actor, ...Object.values(fields ?? {})]),
    [
      ['gateway', 'user.add steward openid', 'ada'],
      ['admin:ada', 'session.open'],
      ['gateway', 'user.change role administrator openid', 'ada'],
      ['admin:ada', 'session.open'],
    ],
  );
  // Another name at the provider is the same person still; a group inside another claim, or a single one, counts as well.
  const renamed = await signIn({ claims: { preferred_username: 'countess', groups: 'audit' } });
  assert.deepEqual([renamed.session.user.name, renamed.session.user.role], ['ada', 'auditor']);
  // One that an administrator has made without a password is taken by who comes with that name.
  await access.users.add({ name: 'bob@acme.example', role: 'auditor' }, 'admin');
  const bob = await signIn({ claims: { sub: 'id-bob', preferred_username: 'Bob@acme.example' } });
  assert.deepEqual([bob.session.user.name, bob.session.user.role], ['bob@acme.example', 'steward']);
  // Only paths of the page are gone to.
  for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])
    assert.equal((await signIn({}, to)).back.location, '/');
});

test('an answer of the provider that is not meant for this sign-in opens nothing, and says why', async (t) => {
  const { issuer, state } = await forgedProvider(t);
  const { base, access, clock } = await gateway(t, issuer);
  await access.users.add({ name: 'carl', role: 'steward', password: 'correct horse battery' }, 'admin');
  const begin = async (jar: Jar) => {
    const { location } = await jar.get(`${base}/v1/openid/begin`, HTML);
    const asked = new URL(location).searchParams;
    state.nonce = asked.get('nonce')!;
    return asked.get('state')!;
  };
  const hour = Math.floor(Date.now() / 1000) - 3600;
  const cases: [string, Forged, string, RegExp][] = [
    ['a nonce of another sign-in', { claims: { nonce: 'x'.repeat(43) } }, 'openid.failed', /nonce is not right/],
    ['no nonce', { claims: { nonce: undefined } }, 'openid.failed', /nonce is not right/],
    ['another issuer', { claims: { iss: 'https://evil.example' } }, 'openid.failed', /iss(uer)? is not right/],
    ['another audience', { claims: { aud: 'somebody-else' } }, 'openid.failed', /aud is not right/],
    ['an expired token', { claims: { iat: hour - 60, exp: hour } }, 'openid.failed', /has expired/],
    ['a key that is not published', { foreignKey: true }, 'openid.failed', /not signed with a key of the provider/],
    ['no token', { answer: { status: 200, body: '{}' } }, 'openid.failed', /not as OpenID Connect demands/],
    ['no JSON', { answer: { status: 200, body: '<p>' } }, 'openid.failed', /not as OpenID Connect demands/],
    ['a refusal', { answer: { status: 400, body: '{"error":"invalid_grant"}' } }, 'openid.failed', /invalid_grant/],
    [
      'an answer without end',
      { answer: { status: 200, body: ' '.repeat(LIMITS.openidBodyBytes + 1) } },
      'openid.failed',
      /openidBodyBytes/,
    ],
    ['an unknown group', { claims: { groups: ['cleaners'] } }, 'openid.role', /none of their groups has a role/],
    ['no group', { claims: { groups: undefined } }, 'openid.role', /none of their groups has a role/],
    ['groups as a map', { claims: { groups: { 0: 'data-admins' } } }, 'openid.role', /none of their groups/],
    ['no name', { claims: { preferred_username: undefined } }, 'openid.user', /no claim preferred_username/],
    ['a name that is none', { claims: { preferred_username: '../<b>' } }, 'openid.user', /not a name for a user/],
    ['the name of a local user', { claims: { preferred_username: 'carl' } }, 'openid.user', /another user carl/],
  ];
  for (const [what, forged, code, message] of cases) {
    const jar = new Jar();
    state.forged = forged;
    const back = await jar.get(`${base}/v1/openid/return?code=c&state=${await begin(jar)}`);
    assert.equal(back.json?.error.code, code, `${what}: ${JSON.stringify(back.json)}`);
    assert.match(back.json.error.message, message, what);
    assert.equal((await jar.get(`${base}/v1/session`)).json.user, null, what);
  }
  assert.deepEqual(
    access.users.list().map(({ name }) => name),
    ['carl'],
  );

  state.forged = {};
  const refused = async (jar: Jar, query: string, message: RegExp) => {
    const { json } = await jar.get(`${base}/v1/openid/return${query}`);
    assert.equal(json.error.code, 'openid.failed');
    assert.match(json.error.message, message);
  };
  const jar = new Jar();
  await begin(jar);
  await refused(jar, `?code=c&state=${'s'.repeat(43)}`, /state is not right/);
  await refused(jar, `?code=c&state=${await begin(new Jar())}`, /did not begin in this browser/);
  const denied = await begin(jar);
  await refused(jar, `?error=access_denied&state=${denied}`, /did not sign this person in: .*access_denied/);
  const late = await begin(jar);
  clock.advance(LIMITS.openidAttemptMs);
  await refused(jar, `?code=c&state=${late}`, /too long ago/);
  const once = await begin(jar);
  assert.equal((await jar.get(`${base}/v1/openid/return?code=c&state=${once}`)).status, 303);
  await refused(jar, `?code=c&state=${once}`, /did not begin in this browser/);

  // The page tells it to whom it happened, and to nobody else.
  const page = new Jar();
  state.forged = { claims: { groups: [] } };
  assert.equal((await page.get(`${base}/v1/openid/return?code=c&state=${await begin(page)}`, HTML)).location, '/');
  assert.equal((await page.get(`${base}/v1/session`)).json.openidFailure.code, 'openid.role');
  assert.equal((await new Jar().get(`${base}/v1/session`)).json.openidFailure, null);
  // Who loses their groups loses their sessions; who is disabled here stays out.
  await access.users.change('ada', { disabled: true }, 'admin');
  state.forged = {};
  const back = await page.get(`${base}/v1/openid/return?code=c&state=${await begin(page)}`);
  assert.equal(back.json.error.code, 'openid.user');
});

test('sign-ins are begun by the page alone, as many as may be, and a provider that is away is told', async (t) => {
  const { issuer, state } = await forgedProvider(t);
  const { base } = await gateway(t, issuer);
  const foreign = await new Jar().get(`${base}/v1/openid/begin`, { 'sec-fetch-site': 'cross-site' });
  assert.equal(foreign.json.error.code, 'admin.origin');
  const begun: (string | undefined)[] = [];
  for (let tries = 0; tries <= LIMITS.signInsPerMinute; tries++)
    begun.push((await new Jar().get(`${base}/v1/openid/begin`)).json?.error.code);
  assert.equal(begun[0], undefined);
  assert.equal(begun.at(-1), 'admin.too_many');
  assert.deepEqual(state.asked, ['/.well-known/openid-configuration'], 'and the provider is asked once for all');

  const away = await gateway(t, `http://127.0.0.1:${await freePort()}`);
  const { json } = await new Jar().get(`${away.base}/v1/openid/begin`);
  assert.equal(json.error.code, 'openid.unreachable');
});
