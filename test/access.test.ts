import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Role } from '../daemon/access/index.js';
import { LIMITS } from '../daemon/foundation/index.js';
import { coded } from './support/errors.js';
import { PASSWORD, room } from './support/listener.js';

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
