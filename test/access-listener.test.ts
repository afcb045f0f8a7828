import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { mayAs, ROLES } from '../daemon/access/index.js';
import { operations } from '../daemon/edge/admin/operations/index.js';
import { RULES } from '../daemon/edge/admin/rules.js';
import { LIMITS } from '../daemon/foundation/index.js';
import { HOME_TOKEN, listener, PASSWORD } from './support/listener.js';
import { until } from './support/until.js';

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
