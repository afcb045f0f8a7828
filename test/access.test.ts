import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Access, mayAs, ROLES, type Role } from '../daemon/access/index.js';
import { operations } from '../daemon/edge/admin/operations/index.js';
import { RULES } from '../daemon/edge/admin/rules.js';
import { type AdminService, startAdminServer } from '../daemon/edge/index.js';
import { LIMITS, silentLog } from '../daemon/foundation/index.js';
import { accessAdmin } from '../daemon/root/admin/access.js';
import { EventHub } from '../daemon/root/events.js';
import { openDatabase } from '../daemon/store/index.js';
import { cannedAdmin } from './support/canned-admin.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { MemoryJournal } from './support/journal.js';
import { until } from './support/until.js';

const PASSWORD = 'correct horse battery';
const HOME_TOKEN = 'token-of-the-home';

function room(t: TestContext) {
  const clock = new ManualClock();
  const journal = new MemoryJournal();
  const db = openDatabase(':memory:');
  t.after(() => db.close());
  const firstToken = join(temporaryFolder(t), 'first.token');
  const access = new Access({ db, clock, journal, firstToken, passwordCost: 10 });
  return { access, clock, journal, firstToken };
}

/** An admin listener with real users; everything behind it is canned. */
async function listener(t: TestContext) {
  const { access, clock, journal, firstToken } = room(t);
  const page = temporaryFolder(t);
  writeFileSync(
    join(page, 'index.html'),
    '<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><title>x</title>',
  );
  writeFileSync(join(page, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const hub = new EventHub();
  t.after(() => hub.close());
  const { service, asked } = cannedAdmin();
  const gateway = { id: 'acme.example', org: 'Acme', software: '0' };
  const recorded: unknown[] = [];
  const server = await startAdminServer(
    {
      ...{ token: HOME_TOKEN, id: 'acme.example', software: '0', log: silentLog, page, events: hub },
      service: { ...service, access: accessAdmin({ access, gateway }) } as AdminService,
      people: {
        ofSession: (secret, active) => access.sessions.principal(secret, active),
        ofToken: (text) => access.ofToken(text),
      },
      record: async (action) => void recorded.push(action),
      health: () => ({ ready: true, reasons: [], warnings: [] }),
    },
    { host: '127.0.0.1', port: 0 },
  );
  t.after(() => server.close());
  const base = `http://127.0.0.1:${server.address.port}`;
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await raw(base + path, method, body, headers);
    return { ...answer, json: /^\{[^\n]*$/.test(answer.text) ? JSON.parse(answer.text) : undefined };
  };
  /** What the page itself sends: its cookie, and what a browser says of where it comes from. */
  const own = (cookie: string) => ({ cookie, origin: base, 'sec-fetch-site': 'same-origin' });
  const signIn = async (name: string, password = PASSWORD) => {
    const answer = await call('POST', '/v1/session', { name, password }, { origin: base });
    assert.equal(answer.status, 200, answer.text);
    return own(answer.headers['set-cookie']![0]!.split(';')[0]!);
  };
  return { access, clock, journal, firstToken, base, call, signIn, own, asked, recorded, hub };
}

/** `fetch` does not let a test set Origin, Cookie and Sec-Fetch-Site. */
function raw(url: string, method: string, body: unknown, headers: Record<string, string>) {
  return new Promise<{
    status: number;
    text: string;
    headers: NodeJS.Dict<string | string[]> & { 'set-cookie'?: string[] };
  }>((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(url, { method, headers: { ...type, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          text: Buffer.concat(chunks).toString(),
          headers: response.headers as never,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test('the token of the first start makes the first administrator, once, and is gone then', async (t) => {
  const { access, firstToken, journal } = room(t);
  const token = access.firstToken()!;
  assert.equal(access.firstToken(), token, 'the same until it is used');
  assert.equal(readFileSync(firstToken, 'utf8').trim(), token);
  const ada = { name: 'Ada', password: PASSWORD };
  await assert.rejects(access.setUp({ ...ada, token: 'another' }), coded('admin.unauthorised'));
  await assert.rejects(access.setUp({ ...ada, token, password: 'short' }), coded('input.invalid', /12 to 256/));
  const two = await Promise.allSettled([access.setUp({ ...ada, token }), access.setUp({ ...ada, name: 'eve', token })]);
  assert.deepEqual(
    two.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  assert.deepEqual([access.firstToken(), existsSync(firstToken)], [undefined, false]);
  await assert.rejects(access.setUp({ ...ada, name: 'eve', token }), coded('setup.done'));
  assert.deepEqual(journal.entries.at(-1)!.draft, {
    ...{ type: 'admin.action', actor: 'admin', fields: { action: 'user.add administrator', target: 'ada' } },
  });
});

test('passwords are kept as scrypt hashes, and easy ones are refused', async (t) => {
  const { access } = room(t);
  for (const password of ['short', 'x'.repeat(300), 'aaaaaaaaaaaaaaaa', 'adaadaadaada'])
    await assert.rejects(access.users.add({ name: 'ada', role: 'auditor', password }, 'admin'), coded('input.invalid'));
  for (const name of ['', 'a b', '../x', 'Ä', 'x'.repeat(41), 'a\nb'])
    await assert.rejects(
      access.users.add({ name, role: 'auditor', password: PASSWORD }, 'admin'),
      coded('input.invalid'),
    );
  await access.users.add({ name: 'ada', role: 'auditor', password: PASSWORD }, 'admin');
  await assert.rejects(
    access.users.add({ name: 'ADA', role: 'auditor', password: PASSWORD }, 'admin'),
    coded('user.exists'),
  );
  assert.equal((await access.users.authenticate('Ada ', PASSWORD)).name, 'ada');
  await assert.rejects(access.users.authenticate('ada', `${PASSWORD}!`), coded('admin.password'));
  await assert.rejects(access.users.authenticate('nobody', PASSWORD), coded('admin.password'));
});

test('wrong passwords lock a name, longer each time, and a right one or an administrator opens it', async (t) => {
  const { access, clock, journal } = room(t);
  await access.users.add({ name: 'ada', role: 'administrator', password: PASSWORD }, 'admin');
  const wrong = () => assert.rejects(access.users.authenticate('ada', 'not this one at all'), coded('admin.password'));
  const locked = (minutes: RegExp) =>
    assert.rejects(access.users.authenticate('ada', PASSWORD), coded('admin.locked', minutes));
  for (let tries = 0; tries < LIMITS.wrongPasswords; tries++) await wrong();
  await locked(/1 more minute\./);
  clock.advance(LIMITS.lockMs);
  await wrong();
  await locked(/2 more minutes/);
  clock.advance(2 * LIMITS.lockMs);
  await access.users.authenticate('ada', PASSWORD);
  await wrong();
  await access.users.authenticate('ada', PASSWORD);
  assert.equal(journal.entries.filter(({ draft }) => draft.fields?.action === 'user.locked').length, 1);
  for (let tries = 0; tries < LIMITS.wrongPasswords; tries++) await wrong();
  await access.users.change('ada', { password: `${PASSWORD} staple` }, 'admin');
  await access.users.authenticate('ada', `${PASSWORD} staple`);
});

test('a session ends when it is idle, when it is old, and when its user is disabled, removed or gets a new password', async (t) => {
  const { access, clock } = room(t);
  await access.users.add({ name: 'root', role: 'administrator', password: PASSWORD }, 'admin');
  await access.users.add({ name: 'ada', role: 'steward', password: PASSWORD }, 'admin');
  const open = async () => (await access.signIn('ada', PASSWORD)).secret;
  const lives = (secret: string, active = false) => access.sessions.principal(secret, active)?.role === 'steward';

  const idle = await open();
  clock.advance(LIMITS.sessionIdleMs - 1);
  assert.equal(lives(idle), true);
  clock.advance(1);
  assert.equal(lives(idle), false, 'asking without doing anything does not keep it');

  const old = await open();
  for (let spent = 0; spent < LIMITS.sessionMs - LIMITS.sessionIdleMs; spent += LIMITS.sessionIdleMs / 2) {
    assert.equal(lives(old, true), true);
    clock.advance(LIMITS.sessionIdleMs / 2);
  }
  clock.advance(LIMITS.sessionIdleMs / 2);
  assert.equal(lives(old, true) && clock.now() < 0, false);
  clock.advance(LIMITS.sessionIdleMs);
  assert.equal(lives(old), false);

  const disabled = await open();
  await access.users.change('ada', { disabled: true }, 'admin:root');
  assert.equal(lives(disabled), false);
  await access.users.change('ada', { disabled: false }, 'admin:root');
  assert.equal(lives(disabled), false, 'enabling does not bring it back');

  const [here, elsewhere] = [await open(), await open()];
  await access.users.changeOwn('ada', PASSWORD, `${PASSWORD} two`, here);
  assert.deepEqual([lives(here), lives(elsewhere)], [true, false]);
  await access.users.remove('ada', 'admin:root');
  assert.equal(lives(here), false);
  assert.equal(access.sessions.principal('nonsense', true), undefined);
});

test('the last administrator cannot be removed, disabled or made less', async (t) => {
  const { access } = room(t);
  await access.users.add({ name: 'ada', role: 'administrator', password: PASSWORD }, 'admin');
  await access.users.add({ name: 'bob', role: 'steward', password: PASSWORD }, 'admin');
  await assert.rejects(access.users.remove('ada', 'admin'), coded('user.last'));
  await assert.rejects(access.users.change('ada', { disabled: true }, 'admin'), coded('user.last'));
  await assert.rejects(access.users.change('ada', { role: 'steward' }, 'admin'), coded('user.last'));
  await access.users.change('bob', { role: 'administrator' }, 'admin');
  await access.users.remove('ada', 'admin');
  assert.deepEqual(
    access.users.list().map(({ name }) => name),
    ['bob'],
  );
});

test('an API token never has more rights than its maker has', async (t) => {
  const { access, clock } = room(t);
  await access.users.add({ name: 'root', role: 'administrator', password: PASSWORD }, 'admin');
  await access.users.add({ name: 'ada', role: 'steward', password: PASSWORD }, 'admin');
  const ada = access.sessions.principal((await access.signIn('ada', PASSWORD)).secret, true)!;
  const make = (label: string, role: Role, ttlMs?: number) => access.tokens.create({ label, role, ttlMs }, ada);
  await assert.rejects(make('x', 'administrator'), coded('admin.forbidden', /a steward cannot give/));
  const { token, id } = await make('nightly', 'steward');
  await assert.rejects(make('nightly', 'auditor'), coded('token.exists'));
  assert.deepEqual(access.ofToken(token), {
    actor: 'admin:ada/nightly',
    role: 'steward',
    name: 'ada',
    via: 'api-token',
  });
  await assert.rejects(
    access.tokens.create({ label: 'y', role: 'auditor', ttlMs: undefined }, access.ofToken(token)!),
    coded('admin.forbidden'),
  );
  await access.users.change('ada', { role: 'auditor' }, 'admin:root');
  assert.equal(access.ofToken(token)?.role, 'auditor');
  await access.users.change('ada', { role: 'administrator' }, 'admin:root');
  assert.equal(access.ofToken(token)?.role, 'steward', 'and not more than it was made with');
  await access.users.change('ada', { disabled: true }, 'admin:root');
  assert.equal(access.ofToken(token), undefined);
  await access.users.change('ada', { disabled: false }, 'admin:root');
  const brief = await make('brief', 'auditor', 1000);
  clock.advance(1000);
  assert.equal(access.ofToken(brief.token), undefined);
  await access.tokens.revoke(id, ada);
  assert.equal(access.ofToken(token), undefined);
  assert.equal(access.ofToken(`${token}x`), undefined);
});

test('every operation has a rule, and each role may call what its rule says and nothing else', async (t) => {
  const names = operations.map(({ name }) => name);
  assert.deepEqual([...names, 'events.follow'].sort(), Object.keys(RULES).sort());
  const { access, call, base } = await listener(t);
  await access.users.add({ name: 'root', role: 'administrator', password: PASSWORD }, 'admin');
  const root = access.sessions.principal((await access.signIn('root', PASSWORD)).secret, true)!;
  for (const role of ROLES) {
    const { token } = await access.tokens.create({ label: role, role, ttlMs: undefined }, root);
    const headers = { authorization: `Bearer ${token}`, origin: base };
    for (const { name, method, path } of operations) {
      const { least } = RULES[name]!;
      const url = path.replace(/:seq/, '0').replace(/:(id|name)/, 'vendor.example');
      const { status, json } = await call(method, url, method === 'GET' ? undefined : {}, headers);
      const isForbidden = status === 403 && /This needs the role/.test(json.error.message);
      assert.equal(isForbidden, least !== 'anyone' && !mayAs(role, least), `${role} calls ${name}: ${status}`);
    }
  }
});

test('signing in sets a cookie that scripts and other sites do not get; signing out ends it', async (t) => {
  const { access, call, signIn, base } = await listener(t);
  await access.users.add({ name: 'ada', role: 'administrator', password: PASSWORD }, 'admin');
  const answer = await call('POST', '/v1/session', { name: 'ada', password: PASSWORD }, { origin: base });
  const [cookie] = answer.headers['set-cookie']!;
  assert.match(cookie!, /^__Host-counterfoil-[0-9a-f]{12}=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  assert.equal(answer.json.user.role, 'administrator');
  assert.equal((await call('POST', '/v1/session', { name: 'ada', password: 'x' }, { origin: base })).status, 401);

  const mine = await signIn('ada');
  assert.equal((await call('GET', '/v1/peers', undefined, mine)).status, 200);
  assert.equal((await call('GET', '/v1/session', undefined, mine)).json.user.name, 'ada');
  await call('POST', '/v1/session/end', {}, mine);
  const after = await call('GET', '/v1/peers', undefined, mine);
  assert.deepEqual([after.status, after.json.error.code], [401, 'admin.unauthorised']);
  assert.equal((await call('GET', '/v1/session', undefined, mine)).json.user, null);
});

test('what another page asks for in the name of somebody who is signed in is refused', async (t) => {
  const { access, call, signIn, base, asked } = await listener(t);
  await access.users.add({ name: 'ada', role: 'administrator', password: PASSWORD }, 'admin');
  const { cookie } = await signIn('ada');
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site' },
    { origin: base, 'sec-fetch-site': 'cross-site' },
    {},
  ];
  for (const headers of foreign) {
    const answer = await call('POST', '/v1/peers/vendor.example/revoke', {}, { cookie, ...headers });
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'admin.origin'], JSON.stringify(headers));
    assert.equal((await call('POST', '/v1/session', { name: 'ada', password: PASSWORD }, headers)).status, 403);
  }
  for (const headers of foreign.slice(0, 5))
    assert.equal(
      (await call('GET', '/v1/peers', undefined, { cookie, ...headers })).status,
      403,
      JSON.stringify(headers),
    );
  assert.deepEqual(asked, []);
});

test('what the rooms leave no entry of is recorded with the name of the person, before it is done', async (t) => {
  const { access, call, signIn, recorded, journal } = await listener(t);
  await access.users.add({ name: 'ada', role: 'administrator', password: PASSWORD }, 'admin');
  const mine = await signIn('ada');
  await call('POST', '/v1/transfers', { agreement: 'agr-1' }, mine);
  await call('POST', '/v1/users', { name: 'bob', role: 'auditor', password: PASSWORD }, mine);
  const [{ correlation, ...action }] = recorded as [{ correlation: string }];
  assert.match(correlation, /^cor-/);
  assert.deepEqual(action, { actor: 'admin:ada', action: 'transfer.start', target: 'agr-1' });
  assert.deepEqual(journal.entries.at(-1)!.draft.actor, 'admin:ada');
});

test('the page is served for every path that a browser opens, with headers that keep others out', async (t) => {
  const { call } = await listener(t);
  const html = { accept: 'text/html,*/*' };
  for (const path of ['/', '/peers/vendor.example', '/setup', '/transfers/gone']) {
    const { status, text, headers } = await call('GET', path, undefined, html);
    assert.equal(status, 200, path);
    const csp = String(headers['content-security-policy']);
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(csp)![1]!;
    assert.ok(text.includes(`nonce="${nonce}"`));
    assert.doesNotMatch(csp, /unsafe/);
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
      assert.ok(csp.includes(part));
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
  }
  assert.equal(
    (await call('GET', '/', undefined, { accept: '*/*' })).status,
    200,
    'a plain client finds it at the root',
  );
  assert.equal((await call('GET', '/logo.svg')).headers['content-type'], 'image/svg+xml');
  assert.equal((await call('GET', '/v1/nothing', undefined, html)).status, 404);
  assert.equal((await call('GET', '/../keys/org.key', undefined, { accept: '*/*' })).status, 404);
  assert.equal((await call('POST', '/peers', {}, html)).status, 404);
});

test('events are told as they happen, from where a page was cut off, and a reset says that too much was missed', async (t) => {
  const { access, base, hub, signIn } = await listener(t);
  await access.users.add({ name: 'ada', role: 'auditor', password: PASSWORD }, 'admin');
  const mine = await signIn('ada');
  const follow = (after?: string) => {
    let text = '';
    let closed = false;
    const headers = { ...mine, ...(after === undefined ? {} : { 'last-event-id': after }) };
    const sent = request(`${base}/v1/events`, { headers }, (response) => {
      assert.equal(response.headers['content-type'], 'text/event-stream');
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('close', () => {
        closed = true;
      });
    });
    sent.end();
    t.after(() => sent.destroy());
    return { has: (what: RegExp) => until(String(what), () => what.test(text)), ended: () => closed };
  };
  const first = follow();
  await first.has(/event: hello/);
  hub.tell('transfer', 'trn-1', () => ({ id: 'trn-1', state: 'old' }));
  hub.tell('transfer', 'trn-1', () => ({ id: 'trn-1', state: 'streaming' }));
  await first.has(/event: transfer\ndata: \{"id":"trn-1"/);
  const here = hub.last;
  hub.changed('peer', 'vendor.example');
  await first.has(/event: peer\ndata: \{"id":"vendor.example"\}/);
  await follow(here).has(/event: peer/);
  await follow('another-1').has(/event: reset/);
  await access.users.change('ada', { role: 'steward' }, 'admin').catch(() => undefined);
  hub.changed('peer', 'vendor.example');
  await first.has(/event: signed-out/);
  await until('the stream ends', () => first.ended());
});

test('a flood of requests or of tries to sign in is held back', async (t) => {
  const { access, call, base } = await listener(t);
  await access.users.add({ name: 'ada', role: 'auditor', password: PASSWORD }, 'admin');
  let refused = 0;
  for (let tries = 0; tries < LIMITS.signInsPerMinute + 5; tries++) {
    const { status } = await call('POST', '/v1/session', { name: 'nobody', password: 'x' }, { origin: base });
    if (status === 429) refused++;
  }
  assert.ok(refused >= 4, `${refused} were refused`);
  assert.equal((await call('GET', '/v1/peers', undefined, { authorization: `Bearer ${HOME_TOKEN}` })).status, 200);
});
