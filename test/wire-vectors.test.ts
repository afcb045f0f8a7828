import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeFrame, encodeFrame } from '../daemon/edge/peer/flight/frame.js';
import { fromHex, hex, LIMITS, orgId, utf8 } from '../daemon/foundation/index.js';
import { fingerprint } from '../daemon/identity/index.js';
import { parseInvite, parseReply, readEnrolment, readWelcome } from '../daemon/invite/index.js';
import { coded } from './support/errors.js';
import { repoRoot } from './support/repo.js';

interface Vectors {
  enrolment: {
    now: string;
    inviter: { id: string; fingerprint: string };
    joiner: { id: string; fingerprint: string };
    id: string;
    invite: string;
    reply: string;
    welcome: { document: string; signature: string };
    transcript: string;
    words: string;
  };
  flight: { header: string; metadata: string; body: string; descriptor?: string; message: string }[];
}

const vectors = JSON.parse(readFileSync(join(repoRoot, 'test', 'vectors', 'wire.json'), 'utf8')) as Vectors;

test('golden: an invite, its reply and its welcome are read, and give the words that they gave', () => {
  const { now: time, inviter, joiner, welcome, ...golden } = vectors.enrolment;
  const now = Date.parse(time);
  const self = { id: orgId(joiner.id), fingerprint: joiner.fingerprint };
  const invite = parseInvite(golden.invite, now, self);
  assert.equal(invite.id, golden.id);
  assert.equal(fingerprint(invite.inviter.key), inviter.fingerprint);
  assert.equal(invite.expires - invite.notBefore, LIMITS.inviteTtlMs);
  const enrolment = readEnrolment(parseReply(golden.reply), now);
  assert.equal(fingerprint(enrolment.key), joiner.fingerprint);
  const signed = {
    document: utf8(welcome.document),
    signature: fromHex(welcome.signature),
    key: fromHex(inviter.fingerprint),
  };
  const seen = readWelcome(invite, enrolment, signed);
  assert.equal(hex(seen.transcript), golden.transcript);
  assert.equal(seen.words, golden.words);

  assert.throws(() => parseInvite(golden.invite, now + LIMITS.inviteTtlMs, self), coded('invite.expired'));
  assert.throws(() => parseInvite(golden.invite, now, { ...self, id: orgId('other.example') }), coded('invite.bound'));
  const other = { ...signed, document: utf8(welcome.document.replace(/"nonce":"../, '"nonce":"00')) };
  assert.throws(() => readWelcome(invite, enrolment, other), coded('invite.invalid'));
});

test('golden: data messages are written and read as they were', () => {
  for (const golden of vectors.flight) {
    const part = (name: 'header' | 'metadata' | 'body') => fromHex(golden[name]);
    const frame = { header: part('header'), metadata: part('metadata'), body: part('body') };
    const descriptor = golden.descriptor === undefined ? undefined : fromHex(golden.descriptor);
    const message = encodeFrame(frame, descriptor);
    const bytes = new Uint8Array(message.length);
    message.copy(bytes);
    assert.equal(hex(bytes), golden.message);
    const read = decodeFrame(bytes);
    assert.deepEqual(
      [hex(read.header), hex(read.metadata), hex(read.body)],
      [golden.header, golden.metadata, golden.body],
    );
    assert.equal(read.descriptor && hex(read.descriptor), golden.descriptor);
  }
});
