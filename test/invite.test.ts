import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { hex, LIMITS, orgId } from '../daemon/foundation/index.js';
import { Identity, signDocument } from '../daemon/identity/index.js';
import {
  type EnrolmentRequest,
  Invites,
  isReply,
  type Party,
  parseInvite,
  parseReply,
  readEnrolment,
  readWelcome,
  sameWords,
  writeEnrolment,
  writeReply,
} from '../daemon/invite/index.js';
import { openDatabase } from '../daemon/store/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { MemoryJournal } from './support/journal.js';
import { partyOf } from './support/party.js';

const HOUR = 3600_000;
const known = new Map<string, Party>();

before(async () => {
  const clock = new ManualClock();
  await Promise.all(
    ['acme.example', 'vendor.example', 'mallory.example'].map(async (id) => {
      const identity = await Identity.create({ home: temporaryFolder({ after }), id: orgId(id), clock });
      known.set(id, partyOf(identity, { endpoint: `${id}:8443`, enrol: `${id}:8444` }));
    }),
  );
});

const self = (party: Party) => ({ id: party.id, fingerprint: fingerprintOf(party) });
const fingerprintOf = (party: Party) => hex(signDocument(party.signer, 'x', {}).key);

function setUp() {
  const clock = new ManualClock();
  const journal = new MemoryJournal();
  const [acme, vendor, mallory] = ['acme', 'vendor', 'mallory'].map((name) => known.get(`${name}.example`)!) as [
    Party,
    Party,
    Party,
  ];
  const invites = new Invites({ db: openDatabase(':memory:'), clock, journal, self: () => acme });
  const enrol = (text: string, who: Party): EnrolmentRequest =>
    writeEnrolment(parseInvite(text, clock.now(), self(who)), who, clock.now());
  return { clock, journal, acme, vendor, mallory, invites, enrol };
}

test('an invite is read as it was made, and both sides of the enrolment see the same six words', async () => {
  const { clock, journal, acme, vendor, invites, enrol } = setUp();
  const made = await invites.create({ for: vendor.id, forKey: fingerprintOf(vendor) });
  assert.match(made.invite, /^cfi1[A-Za-z0-9_-]+$/);
  assert.ok(made.invite.length <= 2953, `fits a QR code: ${made.invite.length}`);
  const broken = `  ${made.invite.replace(/.{60}/g, '$&\r\n')}\n`;
  const invite = parseInvite(broken, clock.now(), self(vendor));
  assert.equal(invite.id, made.id);
  assert.equal(invite.inviter.name, acme.name);
  assert.equal(invite.enrol, 'acme.example:8444');

  const request = enrol(made.invite, vendor);
  const verified = invites.verify(parseReply(writeReply(request)));
  assert.equal(verified.joiner.endpoint, 'vendor.example:8443');
  const seen = readWelcome(invite, readEnrolment(request, clock.now()), verified.welcome);
  assert.equal(seen.words, verified.words);
  assert.match(seen.words, /^([a-z]+ ){5}[a-z]+$/);
  assert.ok(sameWords(`  ${seen.words.toUpperCase().replaceAll(' ', ' - ')}`, seen.words));
  assert.ok(!sameWords(seen.words.split(' ').slice(1).join(' '), seen.words));
  invites.consume(verified);
  assert.deepEqual(
    invites.list().map(({ id, state, usedBy }) => ({ id, state, usedBy })),
    [{ id: made.id, state: 'used', usedBy: vendor.id }],
  );
  assert.deepEqual(journal.types(), ['invite.created']);
  assert.equal(isReply(writeReply(request)), true);
  assert.equal(isReply(made.invite), false);
});

test('a text cut short at any length, or with any character changed, is refused as such', async () => {
  const { clock, vendor, invites, enrol } = setUp();
  const text = (await invites.create({})).invite;
  const reply = writeReply(enrol(text, vendor));
  for (let length = 0; length < text.length; length++)
    assert.throws(() => parseInvite(text.slice(0, length), clock.now(), self(vendor)), coded('invite.invalid'));
  for (let length = 0; length < reply.length; length++)
    assert.throws(() => parseReply(reply.slice(0, length)), coded('invite.invalid'));
  await fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09-_ü\u0000'), (at, char) => {
      fc.pre(text[at] !== char);
      const changed = text.slice(0, at) + char + text.slice(at + 1);
      assert.throws(() => parseInvite(changed, clock.now(), self(vendor)), coded('invite.invalid'));
    }),
  );
  for (const nonsense of ['', 'cfi1', 'hello', reply, 'cfi1'.repeat(10_000)])
    assert.throws(() => parseInvite(nonsense, clock.now(), self(vendor)), coded('invite.invalid'));
});

test('a forged invite is refused, though its check is right', async () => {
  const { clock, acme, vendor, mallory } = setUp();
  // Mallory signs, but says that it is Acme's key.
  const impostor = {
    ...acme,
    signer: { id: acme.id, publicKey: acme.signer.publicKey, sign: (bytes: Uint8Array) => mallory.signer.sign(bytes) },
  };
  const invites = new Invites({
    db: openDatabase(':memory:'),
    clock,
    journal: new MemoryJournal(),
    self: () => impostor,
  });
  const text = (await invites.create({})).invite;
  assert.throws(() => parseInvite(text, clock.now(), self(vendor)), coded('invite.invalid', /not signed/));
});

test('an invite is refused when expired, before its time, for another organisation or key, and by its own maker', async () => {
  const { clock, acme, vendor, mallory, invites } = setUp();
  const text = (await invites.create({ ttlMs: HOUR, exchange: true })).invite;
  assert.equal(parseInvite(text, clock.now(), self(vendor)).enrol, undefined);
  assert.equal(invites.listenUntil(), undefined);
  const read =
    (at: number, who = vendor) =>
    () =>
      parseInvite(text, clock.now() + at, self(who));
  assert.throws(read(HOUR), coded('invite.expired', /clock of this machine/));
  assert.throws(read(-HOUR), coded('invite.clock'));
  assert.doesNotThrow(read(-LIMITS.clockSkewMs));
  assert.throws(read(0, acme), coded('invite.bound', /itself/));

  const bound = (await invites.create({ for: vendor.id })).invite;
  assert.throws(() => parseInvite(bound, clock.now(), self(mallory)), coded('invite.bound'));
  const keyed = (await invites.create({ forKey: fingerprintOf(vendor) })).invite;
  assert.throws(() => parseInvite(keyed, clock.now(), self(mallory)), coded('invite.bound'));
  await assert.rejects(invites.create({ ttlMs: LIMITS.inviteTtlMostMs + 1 }), coded('input.invalid'));
  await assert.rejects(invites.create({ forKey: 'xyz' }), coded('input.invalid'));
});

test('the inviter refuses what expired, was used, was revoked, or comes from a wrong clock', async () => {
  const { clock, vendor, mallory, invites, enrol } = setUp();
  const expired = enrol((await invites.create({ ttlMs: HOUR })).invite, vendor);
  clock.advance(HOUR);
  assert.throws(() => invites.verify(expired), coded('invite.expired'));

  const once = (await invites.create({})).invite;
  const [first, second] = [enrol(once, vendor), enrol(once, mallory)];
  invites.consume(invites.verify(first));
  assert.throws(() => invites.verify(second), coded('invite.used'));
  assert.equal(invites.verify(first).repeated, true, 'the same request again gets the same answer');

  const withdrawn = await invites.create({});
  const request = enrol(withdrawn.invite, vendor);
  await invites.revoke(withdrawn.id);
  assert.throws(() => invites.verify(request), coded('invite.revoked'));
  await assert.rejects(invites.revoke('inv-nothing'), coded('invite.not_found'));

  const timed = (await invites.create({})).invite;
  const early = enrol(timed, vendor);
  clock.advance(-HOUR);
  assert.throws(() => invites.verify(early), coded('invite.clock'));
});

test('two enrolments that both passed cannot both use an invite', async () => {
  const { vendor, mallory, invites, enrol } = setUp();
  const text = (await invites.create({})).invite;
  const [first, second] = [invites.verify(enrol(text, vendor)), invites.verify(enrol(text, mallory))];
  invites.consume(first);
  assert.throws(() => invites.consume(second), coded('invite.used'));
});

test('five wrong tries void an invite, and the sixth with the right secret fails', async () => {
  const { clock, vendor, invites, enrol } = setUp();
  const made = await invites.create({});
  const invite = parseInvite(made.invite, clock.now(), self(vendor));
  let changes = 0;
  invites.onChange(() => changes++);
  for (let guess = 1; guess <= 5; guess++) {
    const wrong = writeEnrolment({ ...invite, secret: new Uint8Array(32).fill(guess) }, vendor, clock.now());
    assert.throws(() => invites.verify(wrong), coded('invite.invalid', /does not know the secret/));
  }
  assert.throws(() => invites.verify(enrol(made.invite, vendor)), coded('invite.revoked', /void/));
  assert.equal(invites.listenUntil(), undefined);
  assert.equal(changes, 1);
});

test('an enrolment that was changed, or answers the invite of another, is refused', async () => {
  const { clock, vendor, mallory, invites, enrol } = setUp();
  const request = enrol((await invites.create({})).invite, vendor);
  const changed = (part: Uint8Array) => Uint8Array.from(part, (byte, at) => (at === 40 ? byte ^ 1 : byte));
  for (const bad of [
    { ...request, proof: changed(request.proof) },
    { ...request, ca: mallory.ca },
    { ...request, enrolment: { ...request.enrolment, signature: changed(request.enrolment.signature) } },
    { ...request, enrolment: signDocument(mallory.signer, 'enrolment', request.enrolment.document) },
  ])
    assert.throws(() => invites.verify(bad), coded('invite.invalid'));
  const others = new Invites({
    db: openDatabase(':memory:'),
    clock,
    journal: new MemoryJournal(),
    self: () => mallory,
  });
  assert.throws(() => others.verify(request), coded('invite.bound'));
  const fresh = new Invites({
    db: openDatabase(':memory:'),
    clock,
    journal: new MemoryJournal(),
    self: () => known.get('acme.example')!,
  });
  assert.throws(() => fresh.verify(request), coded('invite.not_found'));
});

test('someone in between, with keys of its own, makes the words differ and cannot open the commitment', async () => {
  const { clock, vendor, mallory, invites, enrol } = setUp();
  const real = (await invites.create({})).invite;
  const malloryInvites = new Invites({
    db: openDatabase(':memory:'),
    clock,
    journal: new MemoryJournal(),
    self: () => mallory,
  });
  const fake = (await malloryInvites.create({})).invite;
  const atAcme = invites.verify(enrol(real, mallory));
  const vendorsRequest = enrol(fake, vendor);
  const atMallory = malloryInvites.verify(vendorsRequest);
  const fakeInvite = parseInvite(fake, clock.now(), self(vendor));
  const joiner = readEnrolment(vendorsRequest, clock.now());
  assert.notEqual(readWelcome(fakeInvite, joiner, atMallory.welcome).words, atAcme.words);
  // Passing Acme's answer on does not help: it opens another commitment, for another enrolment.
  assert.throws(() => readWelcome(fakeInvite, joiner, atAcme.welcome), coded('invite.invalid'));
});

test('an invite is not made when the ledger cannot be written', async () => {
  const { journal, invites } = setUp();
  journal.broken = true;
  await assert.rejects(invites.create({}), coded('ledger.unavailable'));
  assert.equal(invites.list().length, 0);
});
