import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { ManualClock } from './support/clock.js';
import { Member } from './support/member.js';
import { until } from './support/until.js';

const HOUR = 3_600_000;
const clocks = { acme: new ManualClock(), vendor: new ManualClock(), lab: new ManualClock() };
const make = (name: keyof typeof clocks) =>
  Member.make({ after }, `${name}.example`, { overrides: { clock: clocks[name] } });
const [acme, vendor, lab] = await Promise.all([make('acme'), make('vendor'), make('lab')]);

interface Made {
  id: string;
  invite: string;
  exchange: boolean;
}
const invite = (more: object = {}) => acme.admin.post<Made>('/v1/invites', more);
const accept = (member: Member, text: string, exchange = false) =>
  member.admin.post<{ reply?: string }>('/v1/invites/accept', { text, exchange });
const peersOf = async (member: Member) =>
  (await member.admin.get<{ peers: { id: string }[] }>('/v1/peers')).peers.map(({ id }) => id);

/** Nobody has become a peer of anybody by it. */
async function refused(code: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: { code?: string; message: string; hint?: string }) => {
    assert.equal(error.code, code, error.message);
    assert.ok(error.hint, 'says what to do');
    return true;
  });
  for (const member of [acme, vendor, lab]) assert.deepEqual(await peersOf(member), [], member.id);
}

afterEach(async () => {
  const { invites } = await acme.admin.get<{ invites: { id: string; state: string }[] }>('/v1/invites');
  for (const { id, state } of invites) if (state === 'open') await acme.admin.post(`/v1/invites/${id}/revoke`, {});
});

test('an invite that was cut short, changed, or is no invite', async () => {
  const { invite: text } = await invite();
  await refused('invite.invalid', accept(vendor, text.slice(0, -20)));
  const at = Math.floor(text.length / 2);
  await refused(
    'invite.invalid',
    accept(vendor, `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`),
  );
  await refused('invite.invalid', accept(vendor, 'please let us in'));
});

test('an invite for another organisation, and the own one', async () => {
  const { invite: text } = await invite({ for: lab.id });
  await refused('invite.bound', accept(vendor, text));
  await assert.rejects(accept(acme, text), { code: 'invite.bound' });
});

test('an invite that has expired, at whoever looks, and a clock that is wrong', async () => {
  const { invite: text } = await invite({ ttl: '1h' });
  clocks.vendor.advance(2 * HOUR);
  await refused('invite.expired', accept(vendor, text));
  clocks.vendor.advance(-4 * HOUR);
  await refused('invite.clock', accept(vendor, text));
  clocks.vendor.advance(2 * HOUR);
  const { reply } = await accept(vendor, text, true);
  clocks.acme.advance(2 * HOUR);
  await assert.rejects(accept(acme, reply!), { code: 'invite.expired' });
  assert.deepEqual(await peersOf(acme), []);
  clocks.acme.advance(-2 * HOUR);
});

test('an invite that was withdrawn, and one that was used', async () => {
  const withdrawn = await invite();
  await invite(); // one more that is outstanding: without any nobody is listened to
  await acme.admin.post(`/v1/invites/${withdrawn.id}/revoke`, {});
  await assert.rejects(accept(lab, withdrawn.invite), { code: 'invite.revoked' });
  assert.deepEqual(await peersOf(acme), []);
  const { invite: text } = await invite();
  await accept(vendor, text);
  await until('enrolled', async () => (await peersOf(acme)).includes(vendor.id));
  await assert.rejects(accept(lab, text), { code: 'invite.used' });
  assert.deepEqual(await peersOf(acme), [vendor.id]);
  assert.deepEqual(await peersOf(lab), []);
});
