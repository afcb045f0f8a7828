import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { abortable } from '../daemon/edge/peer/flight/abortable.js';
import { FrameWriter } from '../daemon/edge/peer/flight/writer.js';
import { CounterfoilError, LIMITS, systemClock } from '../daemon/foundation/index.js';
import type { PeerHandlers } from '../daemon/peering/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { TestGateway } from './support/gateway.js';
import { PeeringRooms, sharedIdentity } from './support/peering.js';
import { until } from './support/until.js';

async function friends(t: TestContext, handlers: PeerHandlers, reachable = true) {
  const acme = await new TestGateway(await sharedIdentity('acme.example', systemClock), { handlers }).start(t);
  const vendor = new TestGateway(await sharedIdentity('vendor.example', systemClock), { handlers, reachable });
  await acme.befriend(await vendor.start(t));
  return { acme, vendor };
}

test('a peer has at most so many calls open, directly and through a Link', async (t) => {
  for (const reachable of [true, false]) {
    const waiting: (() => void)[] = [];
    const handlers: PeerHandlers = {
      'Transfers/Cancel': () => new Promise((resolve) => waiting.push(() => resolve({}))),
    };
    const { acme, vendor } = await friends(t, handlers, reachable);
    await until('a way', () => acme.network.reachability(vendor.id) === (reachable ? 'direct' : 'link'));
    const ask = () => acme.network.calls.call(vendor.id, 'Transfers/Cancel', { transfer: 't', reason: '' });
    // A greeting or notice of the gateways themselves may be among the calls that are open.
    const refused: string[] = [];
    const open = Array.from({ length: LIMITS.callsPerPeer + 10 }, () =>
      ask().catch((error: CounterfoilError) => refused.push(error.code)),
    );
    await until('the rest to be refused', () => waiting.length + refused.length === open.length);
    assert.ok(waiting.length <= LIMITS.callsPerPeer && waiting.length > LIMITS.callsPerPeer - 5, `${waiting.length}`);
    assert.deepEqual([...new Set(refused)], ['limit.exceeded']);
    for (const answer of waiting) answer();
    await Promise.all(open);
    const before = waiting.length;
    const after = ask();
    await until('room', () => waiting.length === before + 1);
    waiting.at(-1)!();
    await after;
    await acme.stop();
    await vendor.stop();
  }
});

test('another major version of the protocol is refused, another minor version is welcome', async (t) => {
  const { acme, vendor } = await friends(t, {});
  const hello = (protocolMajor: number, protocolMinor: number) =>
    acme.network.calls.call(vendor.id, 'Peering/Hello', { protocolMajor, protocolMinor, software: 'x', endpoint: '' });
  await assert.rejects(hello(2, 0), coded('protocol.version', /version 1 .* version 2/));
  assert.equal((await hello(1, 99)).peerState, 'active');
});

test('an address that a peer sends is taken only in the form of one', async (t) => {
  const { acme, vendor } = await friends(t, {});
  const say = (endpoint: string) =>
    acme.network.calls.call(vendor.id, 'Peering/Hello', { protocolMajor: 1, protocolMinor: 0, software: '', endpoint });
  // The contact of the gateways themselves goes on meanwhile and says the right address again.
  const seen = new Set<string | undefined>();
  vendor.peers.onChange(({ peer }) => seen.add(peer.endpoint));
  await say('gateway.acme.example:7443');
  const bad = ['unix:/etc/passwd', 'http://x:1', 'a:1/../b', `${'x'.repeat(400)}:1`, 'x:', ':1', 'x y:1'];
  for (const endpoint of bad) await say(endpoint);
  assert.ok(seen.has('gateway.acme.example:7443') && seen.has(undefined));
  for (const endpoint of bad) assert.ok(!seen.has(endpoint), endpoint);
});

test('a stream whose reader has stopped is given up', async () => {
  const never = new Writable({ objectMode: true, write: () => undefined });
  const writer = new FrameWriter<string>(never, new AbortController().signal, 30);
  const fill = async () => {
    for (let n = 0; n <= LIMITS.framesAhead; n++) await writer.write('x');
  };
  await assert.rejects(fill(), coded('stream.incomplete', /stopped reading/));
});

test('a stream whose sender has stopped is given up, but a slow reader is not', async () => {
  const source = new PassThrough({ objectMode: true });
  source.write('one');
  source.write('two');
  const taken: string[] = [];
  const read = async () => {
    for await (const value of abortable<string>(source, new AbortController().signal, 60)) {
      taken.push(value);
      if (taken.length === 1) await new Promise((resolve) => setTimeout(resolve, 150));
    }
  };
  await assert.rejects(read(), coded('stream.incomplete', /stopped sending/));
  assert.deepEqual(taken, ['one', 'two']);
});

test('an abort interrupts a source that hangs, and tells it', async () => {
  let returned = false;
  const hanging: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: async () => {
        returned = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const controller = new AbortController();
  const reading = abortable(hanging, controller.signal).next();
  controller.abort(new CounterfoilError('peer.revoked', 'over'));
  await assert.rejects(reading, coded('peer.revoked'));
  assert.ok(returned);
});

test('messages for a peer and open invites are bounded', async () => {
  const clock = new ManualClock();
  const rooms = new PeeringRooms(await sharedIdentity('acme.example', systemClock), clock);
  const peer = (await sharedIdentity('vendor.example', systemClock)).id;
  const enqueue = () => rooms.outbox.enqueue(peer, 'Transfers/Cancel', { transfer: 't', reason: '' }, 'c');
  for (let n = 0; n < LIMITS.outboxPerPeer; n++) enqueue();
  assert.throws(enqueue, coded('limit.exceeded'));
  for (let n = 0; n < LIMITS.invitesOpen; n++) await rooms.invites.create({});
  await assert.rejects(rooms.invites.create({}), coded('limit.exceeded'));
  clock.advance(LIMITS.inviteTtlMs);
  await rooms.invites.create({});
});

test('refused messages are kept for the operator, the newest of them', async () => {
  const rooms = new PeeringRooms(await sharedIdentity('acme.example', systemClock), systemClock);
  const peer = (await sharedIdentity('vendor.example', systemClock)).id;
  for (let n = 0; n < LIMITS.undeliverableKept + 5; n++)
    rooms.outbox.enqueue(peer, 'Transfers/Cancel', { transfer: `${n}`, reason: '' }, `c${n}`);
  rooms.outbox.start(async () => {
    throw new CounterfoilError('transfer.state', 'It has ended.');
  });
  await until('all to be tried', () => rooms.outbox.waiting(peer) === 0);
  const kept = rooms.outbox.undeliverable(peer);
  assert.equal(kept.length, LIMITS.undeliverableKept);
  assert.equal(kept.at(-1)?.correlation, `c${LIMITS.undeliverableKept + 4}`);
  assert.equal(kept[0]?.code, 'transfer.state');
});

test('a revoked peer that stays away is trusted no longer than the time in which it is to be told', async () => {
  const clock = new ManualClock();
  const [acme, vendor] = [
    new PeeringRooms(await sharedIdentity('acme.example', systemClock), clock),
    new PeeringRooms(await sharedIdentity('vendor.example', systemClock), clock),
  ];
  vendor.inviter = async (request) => (await acme.meeting.admit(request)).welcome;
  await vendor.meeting.accept((await acme.invites.create({})).invite);
  await acme.peers.revoke('vendor.example');
  assert.equal(acme.peers.trustedCas().length, 1);
  clock.advance(LIMITS.farewellMs);
  assert.equal(acme.peers.trustedCas().length, 0);
});
