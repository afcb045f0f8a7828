import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dialEnrolment } from '../daemon/edge/peer/index.js';
import { CounterfoilError, LIMITS, systemClock } from '../daemon/foundation/index.js';
import { parseInvite, writeEnrolment } from '../daemon/invite/index.js';
import { coded } from './support/errors.js';
import { TestGateway } from './support/gateway.js';
import { partyOf } from './support/party.js';
import { sharedIdentity } from './support/peering.js';
import { until } from './support/until.js';

type Options = ConstructorParameters<typeof TestGateway>[1];

async function gateway(t: TestContext, id: string, options: Options = {}): Promise<TestGateway> {
  return new TestGateway(await sharedIdentity(id, systemClock), options).start(t);
}

const echo: Options = {
  handlers: {
    'Transfers/Request': async ({ peer, correlation }, { agreement }) => {
      if (agreement === 'not theirs') throw new CounterfoilError('agreement.not_found', 'There is no such agreement.');
      if (agreement === 'crash') throw new TypeError('a secret internal');
      return { transfer: peer, correlation, version: agreement };
    },
  },
};

test('two gateways enrol online, see the same words, and call each other both ways', async (t) => {
  const [acme, vendor] = await Promise.all([gateway(t, 'acme.example', echo), gateway(t, 'vendor.example', echo)]);
  assert.equal(acme.network.enrolmentOpen, false);
  const { invite } = await acme.invites.create({});
  await acme.network.syncEnrolment();
  assert.equal(acme.network.enrolmentOpen, true);
  const { peer } = await vendor.meeting.accept(invite);
  assert.equal(peer.words, acme.peers.get(vendor.id).words);
  await until('the enrolment listener to close', () => !acme.network.enrolmentOpen);

  const ask = (from: TestGateway, to: TestGateway, agreement = 'a') =>
    from.network.calls.call(to.id, 'Transfers/Request', { agreement, version: '' }, { correlation: 'cor-1' });
  await assert.rejects(ask(acme, vendor), coded('peer.not_active'));
  await acme.peers.confirm(vendor.id, peer.words!);
  await vendor.peers.confirm(acme.id, peer.words!);
  await until('active', () => acme.state(vendor) === 'active' && vendor.state(acme) === 'active');

  assert.deepEqual(await ask(acme, vendor), { transfer: 'acme.example', correlation: 'cor-1', version: 'a' });
  assert.deepEqual(await ask(vendor, acme), { transfer: 'vendor.example', correlation: 'cor-1', version: 'a' });
  await assert.rejects(ask(acme, vendor, 'not theirs'), (error: CounterfoilError) => {
    assert.equal(error.code, 'agreement.not_found');
    assert.equal(error.message, 'There is no such agreement.');
    assert.equal(error.correlation, 'cor-1');
    return true;
  });
  await assert.rejects(ask(acme, vendor, 'crash'), (error: CounterfoilError) => {
    assert.equal(error.code, 'internal');
    assert.doesNotMatch(JSON.stringify(error.toBody()), /secret/);
    return true;
  });
  await assert.rejects(
    acme.network.calls.call(vendor.id, 'Transfers/Cancel', { transfer: 'x', reason: '' }),
    coded('protocol.version'),
  );
  await assert.rejects(ask(acme, vendor, 'x'.repeat(2 ** 20)), coded('limit.exceeded'));
});

test('a gateway that cannot be dialled is called through the Link that it keeps open, in either role', async (t) => {
  for (const inviter of ['acme', 'hidden']) {
    const acme = await gateway(t, 'acme.example', echo);
    const hidden = await gateway(t, 'hidden.example', { ...echo, reachable: false });
    // A hidden inviter has no enrolment listener: its invites are used by exchanged texts.
    await (inviter === 'acme' ? acme.befriend(hidden) : hidden.befriend(acme));
    await until('the link', () => acme.network.reachability(hidden.id) === 'link');
    assert.equal(hidden.network.reachability(acme.id), 'direct');
    assert.deepEqual([await acme.network.probe(hidden.id), await hidden.network.probe(acme.id)], ['link', 'direct']);
    const ask = (from: TestGateway, to: TestGateway, agreement: string) =>
      from.network.calls.call(to.id, 'Transfers/Request', { agreement, version: '' }, { correlation: 'cor-1' });
    assert.deepEqual(await ask(acme, hidden, 'a'), { transfer: 'acme.example', correlation: 'cor-1', version: 'a' });
    assert.deepEqual(await ask(hidden, acme, 'a'), { transfer: 'hidden.example', correlation: 'cor-1', version: 'a' });
    await assert.rejects(ask(acme, hidden, 'not theirs'), coded('agreement.not_found', /no such agreement/));
    await assert.rejects(ask(acme, hidden, 'crash'), coded('internal', /^Something went wrong inside/));
    const many = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(acme, hidden, `${n}`)));
    assert.deepEqual(
      many.map(({ version }) => Number(version)),
      Array.from({ length: 50 }, (_, n) => n),
    );
    await hidden.stop();
    await until('the link to end', () => acme.network.reachability(hidden.id) === 'none');
    await assert.rejects(ask(acme, hidden, 'a'), coded('peer.unreachable', /gave no address/));
    await acme.stop();
  }
});

test('a call is given up when its time is over or its caller cancels, directly and through a Link', async (t) => {
  const never: Options = {
    limits: { callTimeoutMs: 300 },
    handlers: { 'Transfers/Request': () => new Promise(() => undefined) },
  };
  const [acme, hidden] = [
    await gateway(t, 'acme.example', never),
    await gateway(t, 'hidden.example', { ...never, reachable: false }),
  ];
  await acme.befriend(hidden);
  await until('the link', () => acme.network.reachability(hidden.id) === 'link');
  for (const [from, to] of [
    [acme, hidden],
    [hidden, acme],
  ] as const) {
    const ask = (signal?: AbortSignal) =>
      from.network.calls.call(to.id, 'Transfers/Request', { agreement: '', version: '' }, { signal });
    await assert.rejects(ask(), coded('peer.unreachable'));
    const controller = new AbortController();
    const waiting = ask(controller.signal);
    setImmediate(() => controller.abort());
    await assert.rejects(waiting, coded('cancelled'));
  }
});

test('a suspended peer is refused at once and let in again; a revoked one is told and cut off', async (t) => {
  const [acme, vendor] = await Promise.all([gateway(t, 'acme.example', echo), gateway(t, 'vendor.example', echo)]);
  await acme.befriend(vendor);
  const ask = () => vendor.network.calls.call(acme.id, 'Transfers/Request', { agreement: 'a', version: '' });
  await ask();
  await acme.peers.suspend(vendor.id, { reason: 'audit' });
  await until('told', () => vendor.state(acme) === 'suspended');
  await assert.rejects(ask(), coded('peer.suspended', /by acme\.example/));
  await acme.peers.resume(vendor.id);
  await until('told', () => vendor.state(acme) === 'active');
  await ask();

  await acme.peers.revoke(vendor.id, { reason: 'contract ended' });
  await until('told', () => vendor.state(acme) === 'revoked');
  await assert.rejects(ask(), coded('peer.revoked', /ended by acme\.example/));
  assert.equal(vendor.peers.get(acme.id).reason, 'contract ended');
  await until('the farewell to be acknowledged', () => acme.peers.trustedCas().length === 0);
  assert.equal(acme.outbox.waiting(vendor.id), 0);
  await until('no connection', () => vendor.network.reachability(acme.id) === 'none');
});

test('a peer that ignores its suspension is refused by the other side, and that is in the ledger', async (t) => {
  const [acme, vendor] = await Promise.all([gateway(t, 'acme.example', echo), gateway(t, 'vendor.example', echo)]);
  await acme.befriend(vendor);
  // Vendor never hears of it, as if it chose not to.
  acme.outbox.stop();
  await acme.peers.suspend(vendor.id);
  const ask = () => vendor.network.calls.call(acme.id, 'Transfers/Request', { agreement: 'a', version: '' });
  for (let n = 0; n < 3; n++)
    await assert.rejects(ask(), coded('peer.suspended', /between acme.example and vendor.example/));
  const refusals = acme.journal.entries.filter(({ draft }) => draft.type === 'call.refused');
  assert.equal(refusals.length, 1, 'once a minute');
  assert.equal(refusals[0]!.draft.fields?.peer, vendor.id);
});

test('a peer that was away when it was revoked is told with the signed notice when it calls', async (t) => {
  const acme = await gateway(t, 'acme.example', echo);
  const hidden = await gateway(t, 'hidden.example', { ...echo, reachable: false });
  await acme.befriend(hidden);
  acme.outbox.stop();
  await acme.peers.revoke(hidden.id);
  // Its next call, whatever it is, brings the notice.
  await assert.rejects(
    hidden.network.calls.call(acme.id, 'Transfers/Request', { agreement: 'a', version: '' }),
    coded('peer.revoked'),
  );
  await until('told', () => hidden.state(acme) === 'revoked');
  assert.ok(hidden.peers.get(acme.id).revokedThere);
  assert.equal(hidden.journal.types().at(-1), 'peer.revoked');
});

test('messages wait in the outbox while a peer is away and arrive in order when it is back', async (t) => {
  const cancelled: string[] = [];
  const note: Options = {
    handlers: {
      'Transfers/Cancel': async (_, { transfer }) => {
        cancelled.push(transfer);
        return {};
      },
    },
  };
  const acme = await gateway(t, 'acme.example');
  const hidden = await gateway(t, 'hidden.example', { ...note, reachable: false });
  await acme.befriend(hidden);
  await hidden.network.close();
  await until('away', () => acme.network.reachability(hidden.id) === 'none');
  for (const transfer of ['one', 'two', 'three'])
    acme.outbox.enqueue(hidden.id, 'Transfers/Cancel', { transfer, reason: '' }, transfer);
  await until('a failed try', () => acme.outbox.waiting(hidden.id) === 3);
  const back = new TestGateway(hidden.identity, { ...note, reachable: false, db: hidden.db });
  await back.start(t);
  await until('all', () => cancelled.length === 3);
  assert.deepEqual(cancelled, ['one', 'two', 'three']);
});

test('an enrolment refused by the inviter says why at the joiner, and leaves nothing there', async (t) => {
  const [acme, vendor] = await Promise.all([gateway(t, 'acme.example'), gateway(t, 'vendor.example')]);
  const made = await acme.invites.create({});
  await acme.network.syncEnrolment();
  acme.journal.broken = true;
  await assert.rejects(vendor.meeting.accept(made.invite), coded('ledger.unavailable'));
  acme.journal.broken = false;
  assert.equal(vendor.state(acme), 'invited', 'to be tried again');
  await vendor.meeting.accept(made.invite);
  await vendor.peers.revoke(acme.id);
  await until('told', () => acme.state(vendor) === 'revoked');
  await acme.invites.create({});
  await acme.network.syncEnrolment();
  await assert.rejects(vendor.meeting.accept(made.invite), coded('invite.used'));
  await acme.network.close();
  const other = await gateway(t, 'other.example');
  await assert.rejects(
    other.meeting.accept(made.invite),
    coded('peer.unreachable', /Nothing listens at acme\.example/),
  );
});

test('too many enrolments in a minute are refused, and wrong ones void the invite', async (t) => {
  const [acme, vendor] = [await gateway(t, 'acme.example'), await sharedIdentity('vendor.example', systemClock)];
  await acme.invites.create({});
  const { invite: text } = await acme.invites.create({});
  await acme.network.syncEnrolment();
  const invite = parseInvite(text, Date.now(), vendor);
  const wrong = writeEnrolment({ ...invite, secret: new Uint8Array(32) }, partyOf(vendor), Date.now());
  const codes: string[] = [];
  for (let n = 0; n < LIMITS.enrolmentsPerMinute + 1; n++)
    await dialEnrolment(invite, wrong).catch((error: CounterfoilError) => codes.push(error.code));
  assert.deepEqual(codes.slice(0, 6), [...Array(5).fill('invite.invalid'), 'invite.revoked']);
  assert.equal(codes.at(-1), 'limit.exceeded');
  assert.equal(codes.length, LIMITS.enrolmentsPerMinute + 1);
});

test('a leaf is renewed while calls and streams run, and both old connections and new handshakes work', async (t) => {
  const [acme, vendor] = await Promise.all([gateway(t, 'acme.example', echo), gateway(t, 'vendor.example', echo)]);
  await acme.befriend(vendor);
  const ask = (from: TestGateway, to: TestGateway) =>
    from.network.calls.call(to.id, 'Transfers/Request', { agreement: 'a', version: '' });
  await ask(vendor, acme);
  const before = acme.identity.tls.certificate;
  assert.equal(await acme.identity.renew(true), true);
  assert.notEqual(acme.identity.tls.certificate, before);
  await Promise.all([ask(vendor, acme), ask(acme, vendor)]);
  await vendor.identity.renew(true);
  await until('the new links', () => acme.network.reachability(vendor.id) === 'direct');
  await Promise.all([ask(vendor, acme), ask(acme, vendor)]);
});
