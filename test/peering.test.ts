import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CounterfoilError, type ErrorCode, hex, sha256 } from '../daemon/foundation/index.js';
import { readCertificate } from '../daemon/identity/index.js';
import {
  PEER_EVENTS,
  PEER_STATES,
  PEER_TABLE,
  type PeerEvent,
  type PeerFlags,
  refuseUnless,
  stateOf,
  stepPeer,
} from '../daemon/peering/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { PeeringRooms, sharedIdentity } from './support/peering.js';
import { until } from './support/until.js';

const flags = fc.record({
  welcomed: fc.boolean(),
  confirmedHere: fc.boolean(),
  confirmedThere: fc.boolean(),
  suspendedHere: fc.boolean(),
  suspendedThere: fc.boolean(),
  revokedHere: fc.boolean(),
  revokedThere: fc.boolean(),
});
const NEW: PeerFlags = {
  welcomed: true,
  confirmedHere: false,
  confirmedThere: false,
  suspendedHere: false,
  suspendedThere: false,
  revokedHere: false,
  revokedThere: false,
};

test('the table of peer states is total, and its laws hold in every state for every event', async () => {
  for (const state of PEER_STATES) assert.deepEqual(Object.keys(PEER_TABLE[state]).sort(), [...PEER_EVENTS].sort());
  await fc.assert(
    fc.property(flags, fc.constantFrom(...PEER_EVENTS), (before, event) => {
      const after = stepPeer(before, event);
      if (after === undefined) return;
      const [from, to] = [stateOf(before), stateOf(after)];
      if (from === 'revoked') assert.equal(to, 'revoked');
      if (to === 'active') assert.ok(after.welcomed && after.confirmedHere && after.confirmedThere);
      if (to === 'active') assert.ok(!after.suspendedHere && !after.suspendedThere);
      if (from === 'invited') assert.ok(event === 'welcome' || to === 'revoked' || after === before);
      assert.equal(stepPeer(after, event) ?? after, after, 'an event that happens again changes nothing');
    }),
    { numRuns: 2000 },
  );
});

test('two sides that tell each other of every step end in the same state, whatever their order', async () => {
  const told: Partial<Record<PeerEvent, PeerEvent>> = {
    confirm: 'peer-confirm',
    suspend: 'peer-suspend',
    resume: 'peer-resume',
    revoke: 'peer-revoke',
  };
  const step = fc.tuple(fc.constantFrom(0, 1), fc.constantFrom('confirm', 'suspend', 'resume', 'revoke', 'deliver'));
  await fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const sides: [PeerFlags, PeerFlags] = [NEW, NEW];
      const queues: [PeerEvent[], PeerEvent[]] = [[], []];
      const deliver = (to: number) => {
        const event = queues[to]!.shift();
        if (event === undefined) return;
        const next = stepPeer(sides[to]!, event);
        assert.ok(next, `${event} in ${stateOf(sides[to]!)} must be taken`);
        sides[to] = next;
      };
      for (const [side, act] of steps) {
        if (act === 'deliver') deliver(side);
        else {
          const next = stepPeer(sides[side]!, act as PeerEvent);
          if (next === undefined || next === sides[side]) continue;
          sides[side] = next;
          queues[1 - side]!.push(told[act as PeerEvent]!);
        }
      }
      for (const side of [0, 1]) while (queues[side]!.length > 0) deliver(side);
      assert.equal(stateOf(sides[0]), stateOf(sides[1]));
    }),
    { numRuns: 500 },
  );
});

async function two(names: [string, string] = ['acme.example', 'vendor.example']) {
  const clock = new ManualClock();
  const [a, b] = await Promise.all(names.map((name) => sharedIdentity(name, clock)));
  const [acme, vendor] = [new PeeringRooms(a!, clock), new PeeringRooms(b!, clock)];
  vendor.inviter = async (request) => (await acme.meeting.admit(request)).welcome;
  return { clock, acme, vendor };
}

async function enrolled() {
  const rooms = await two();
  const { invite } = await rooms.acme.invites.create({});
  await rooms.vendor.meeting.accept(invite);
  rooms.acme.sendTo(rooms.vendor);
  rooms.vendor.sendTo(rooms.acme);
  return rooms;
}

async function active() {
  const rooms = await enrolled();
  const { acme, vendor } = rooms;
  const words = acme.peers.get('vendor.example').words!;
  await acme.peers.confirm('vendor.example', words);
  await vendor.peers.confirm('acme.example', words);
  await until('both active', () => acme.state(vendor) === 'active' && vendor.state(acme) === 'active');
  return rooms;
}

test('an enrolment makes peers of both, with the same words; data may flow only after both confirmations', async () => {
  const { acme, vendor } = await enrolled();
  const [there, here] = [acme.peers.get('vendor.example'), vendor.peers.get('acme.example')];
  assert.equal(here.words, there.words);
  assert.deepEqual([acme.state(vendor), vendor.state(acme)], ['enrolled', 'enrolled']);
  assert.equal(hex(sha256(there.key)), vendor.identity.fingerprint);
  assert.equal(there.endpoint, 'vendor.example:7443');
  assert.throws(() => acme.peers.active('vendor.example'), coded('peer.not_active'));

  await assert.rejects(acme.peers.confirm('vendor.example', 'one two three four five six'), coded('peer.words'));
  await acme.peers.confirm('vendor.example', there.words!.toUpperCase());
  await until('the notice', () => vendor.peers.get('acme.example').confirmedThere);
  assert.equal(vendor.state(acme), 'enrolled');
  assert.equal(acme.state(vendor), 'enrolled');
  await vendor.peers.confirm('acme.example', here.words!, { actor: 'admin:jo' });
  await until('active', () => acme.state(vendor) === 'active');
  assert.equal(vendor.state(acme), 'active');
  assert.equal(acme.peers.active('vendor.example').id, 'vendor.example');

  assert.deepEqual(
    acme.journal.entries.map(({ draft }) => [draft.type, draft.actor, draft.fields?.by]),
    [
      ['invite.created', 'admin', undefined],
      ['peer.enrolled', 'peer:vendor.example', undefined],
      ['peer.confirmed', 'admin', 'us'],
      ['peer.confirmed', 'peer:vendor.example', 'peer'],
    ],
  );
  assert.deepEqual(
    vendor.journal.entries.map(({ draft }) => [draft.type, draft.actor]),
    [
      ['peer.enrolled', 'peer:acme.example'],
      ['peer.confirmed', 'peer:acme.example'],
      ['peer.confirmed', 'admin:jo'],
    ],
  );
});

test('an enrolment by exchanged texts shows the words to the joiner when the inviter reveals its nonce', async () => {
  const { acme, vendor } = await two();
  const { invite } = await acme.invites.create({ exchange: true });
  const accepted = await vendor.meeting.accept(invite);
  assert.match(accepted.reply!, /^cfr1/);
  assert.equal(accepted.peer.state, 'invited');
  assert.equal((await vendor.meeting.accept(invite)).reply, accepted.reply, 'the same text again is the same reply');
  await assert.rejects(vendor.peers.confirm('acme.example', 'x'), coded('peer.state'));

  const { peer } = await acme.meeting.accept(accepted.reply!);
  await vendor.meeting.welcome(acme.identity.id, peer.welcome!);
  await vendor.meeting.welcome(acme.identity.id, peer.welcome!);
  assert.equal(vendor.peers.get('acme.example').words, peer.words);
  assert.equal(vendor.state(acme), 'enrolled');
  assert.equal(vendor.journal.types().filter((type) => type === 'peer.enrolled').length, 1);
});

test('a peer cannot be enrolled twice, and an enrolment whose answer was lost is answered again', async () => {
  const { acme, vendor } = await two();
  const { invite } = await acme.invites.create({});
  const answer = vendor.inviter!;
  vendor.inviter = async (request) => {
    await answer(request);
    throw new CounterfoilError('peer.unreachable', 'The connection was cut.');
  };
  await assert.rejects(vendor.meeting.accept(invite), coded('peer.unreachable'));
  assert.deepEqual([acme.state(vendor), vendor.state(acme)], ['enrolled', 'invited']);
  vendor.inviter = answer;
  assert.equal((await vendor.meeting.accept(invite)).peer.state, 'enrolled');
  assert.equal(acme.journal.types().filter((type) => type === 'peer.enrolled').length, 1);

  const second = await acme.invites.create({});
  await assert.rejects(vendor.meeting.accept(second.invite), coded('peer.exists'));
  assert.equal(acme.invites.list().find(({ id }) => id === second.id)?.state, 'open');
});

test('of two joiners that come at once with one invite, one is enrolled and one is in no ledger', async () => {
  const { acme, vendor, clock } = await two();
  const other = new PeeringRooms(await sharedIdentity('other.example', clock), clock);
  other.inviter = vendor.inviter;
  const { invite } = await acme.invites.create({});
  const results = await Promise.allSettled([vendor.meeting.accept(invite), other.meeting.accept(invite)]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(acme.peers.list().length, 1);
  assert.equal(acme.journal.types().filter((type) => type === 'peer.enrolled').length, 1);
  assert.equal(vendor.peers.list().length + other.peers.list().length, 1, 'the refused one keeps nothing');
});

test('suspending, resuming and revoking end and restore access on both sides, and say who did it', async () => {
  const { acme, vendor } = await active();
  await acme.peers.suspend('vendor.example', { reason: 'audit\nunder way' });
  assert.throws(() => acme.peers.active('vendor.example'), coded('peer.suspended', /by acme\.example/));
  await until('suspended there', () => vendor.state(acme) === 'suspended');
  assert.equal(vendor.peers.get('acme.example').reason, 'audit\\u000aunder way');
  assert.throws(() => vendor.peers.active('acme.example'), coded('peer.suspended', /by acme\.example/));
  await assert.rejects(vendor.peers.resume('acme.example'), coded('peer.state', /only it can resume/));
  await vendor.peers.suspend('acme.example');
  await until('both suspended', () => acme.peers.get('vendor.example').suspendedThere);
  await acme.peers.resume('vendor.example');
  assert.equal(acme.state(vendor), 'suspended');
  await vendor.peers.resume('acme.example');
  await until('resumed', () => acme.state(vendor) === 'active' && vendor.state(acme) === 'active');

  assert.equal(acme.peers.trustedCas().length, 1);
  await vendor.peers.revoke('acme.example');
  await until('revoked there', () => acme.state(vendor) === 'revoked');
  assert.throws(() => acme.peers.active('vendor.example'), coded('peer.revoked', /ended by vendor\.example/));
  assert.equal(acme.peers.trustedCas().length, 0);
  assert.equal(vendor.peers.trustedCas().length, 1, 'trusted until the peer is known to have the notice');
  vendor.peers.farewellDelivered(acme.identity.id);
  assert.equal(vendor.peers.trustedCas().length, 0);
  await assert.rejects(acme.peers.resume('vendor.example'), coded('peer.state'));
});

test('a revoked organisation can be enrolled anew, and old notices mean nothing then', async () => {
  const { acme, vendor } = await active();
  acme.outbox.stop();
  const kept: Parameters<Parameters<typeof acme.outbox.start>[0]>[0][] = [];
  acme.outbox.start(async (message) => {
    kept.push(message);
    await vendor.take(acme, message);
  });
  await acme.peers.revoke('vendor.example');
  await until('revoked', () => vendor.state(acme) === 'revoked');
  const { invite } = await acme.invites.create({});
  await vendor.meeting.accept(invite);
  assert.deepEqual([acme.state(vendor), vendor.state(acme)], ['enrolled', 'enrolled']);
  await assert.rejects(vendor.take(acme, kept[0]!), coded('input.invalid', /another relation/));
  assert.equal(vendor.state(acme), 'enrolled');
});

test('a notice that arrives again, late, from another, or changed has no effect', async () => {
  const { acme, vendor, clock } = await active();
  const other = new PeeringRooms(await sharedIdentity('other.example', clock), clock);
  acme.outbox.stop();
  const sent: Parameters<typeof vendor.take>[1][] = [];
  acme.outbox.start(async (message) => void sent.push(message));
  await acme.peers.suspend('vendor.example');
  await acme.peers.resume('vendor.example');
  await until('two notices', () => sent.length === 2);
  const [suspended, resumed] = sent as [(typeof sent)[0], (typeof sent)[0]];
  await vendor.take(acme, suspended);
  assert.equal(vendor.state(acme), 'suspended');
  await vendor.take(acme, resumed);
  await vendor.take(acme, suspended);
  assert.equal(vendor.state(acme), 'active');
  await assert.rejects(vendor.take(other, suspended), coded('peer.not_found'));
  const forged = JSON.parse(Buffer.from(suspended.payload).toString());
  forged.notice.document = forged.notice.document.replace(/.$/, '0');
  await assert.rejects(
    vendor.take(acme, { ...suspended, payload: Buffer.from(JSON.stringify(forged)) }),
    coded('input.invalid'),
  );
});

test('nothing changes when the ledger cannot be written', async () => {
  const { acme, vendor } = await active();
  acme.journal.broken = true;
  for (const act of ['suspend', 'revoke'] as const)
    await assert.rejects(acme.peers[act]('vendor.example'), coded('ledger.unavailable'));
  assert.equal(acme.state(vendor), 'active');
  assert.equal(acme.outbox.waiting(vendor.identity.id), 0);
  vendor.journal.broken = true;
  const { invite } = await vendor.invites.create({}).catch(() => ({ invite: undefined }));
  assert.equal(invite, undefined);
});

test('a certificate is the peer it names only if the CA pinned for that peer issued it', async () => {
  const { acme, vendor, clock } = await active();
  const other = await sharedIdentity('other.example', clock);
  const leaf = (identity: typeof other) => readCertificate(identity.tls.certificate).raw;
  assert.equal(acme.peers.peerOfCertificate(leaf(vendor.identity)).id, 'vendor.example');
  assert.throws(() => acme.peers.peerOfCertificate(leaf(other)), coded('peer.tls', /not a peer/));
  assert.throws(() => acme.peers.peerOfCertificate(readCertificate(vendor.identity.tls.ca).raw), coded('peer.tls'));
  clock.advance(91 * 24 * 3600_000);
  assert.throws(() => acme.peers.peerOfCertificate(leaf(vendor.identity)), coded('peer.tls', /expired/));
});

test('the outbox keeps order, tries again after passing failures, and sets aside what is refused for good', async () => {
  const { acme, vendor } = await active();
  const peer = vendor.identity.id;
  const failures: (ErrorCode | undefined)[] = ['peer.unreachable', undefined, 'agreement.invalid', undefined];
  const seen: string[] = [];
  const refused: string[] = [];
  acme.outbox.stop();
  acme.outbox.onUndeliverable((message) => refused.push(`${message.code} ${message.correlation}`));
  for (const name of ['one', 'two', 'three'])
    acme.outbox.enqueue(peer, 'Transfers/Cancel', { transfer: name, reason: '' }, name);
  acme.outbox.start(async (message) => {
    seen.push(message.correlation);
    const code = failures.shift();
    if (code !== undefined) throw new CounterfoilError(code, 'no');
  });
  await until('the first failure', () => seen.length === 1);
  acme.outbox.wake(peer);
  await until('all gone', () => acme.outbox.waiting(peer) === 0);
  assert.deepEqual(seen, ['one', 'one', 'two', 'three']);
  assert.deepEqual(refused, ['agreement.invalid two']);
});

test('a state is refused in words that are right on both sides', async () => {
  const { acme } = await active();
  const peer = acme.peers.get('vendor.example');
  assert.doesNotThrow(() => refuseUnless(peer, ['active', 'suspended'], acme.identity.id));
  assert.throws(
    () => refuseUnless({ ...peer, state: 'enrolled' }, ['active'], acme.identity.id),
    coded('peer.not_active', /between acme\.example and vendor\.example is enrolled/),
  );
});
