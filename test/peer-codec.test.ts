import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeReply, decodeRequest, encodeReply, encodeRequest, methodsOf } from '../daemon/edge/peer/codec.js';
import { PEER_SERVICES } from '../daemon/edge/peer/dispatcher.js';
import { decodeError, encodeError, fromStatus } from '../daemon/edge/peer/status.js';
import { CounterfoilError, ERROR_TABLE, type ErrorCode, LIMITS } from '../daemon/foundation/index.js';
import type { PeerMethod, PeerReply, PeerRequest } from '../daemon/peering/index.js';
import { coded } from './support/errors.js';

const bytes = (...values: number[]) => Buffer.from(values);
const signed = { document: bytes(1, 2), signature: bytes(3), key: bytes(4) };
const head = {
  origin: 'acme.example/x',
  oldSize: 3,
  proof: [bytes(1), bytes(2)],
  checkpoint: bytes(9),
  entries: [bytes(5)],
};
const reply = { origin: 'acme.example/x', size: 2 ** 40, cosignature: bytes(7) };
const evidence = {
  transfer: 'trn-1',
  body: bytes(1),
  at: { log: 'l', seq: 2 ** 50, leaf: bytes(8) },
  report: bytes(2),
};
const hello = {
  handovers: [bytes(1), bytes(2)],
  protocolMajor: 1,
  protocolMinor: 4,
  software: 's',
  welcome: signed,
  endpoint: 'h:1',
};
const status = {
  transfer: 't',
  agreement: 'a',
  correlation: 'c',
  state: 'streaming',
  version: 'v',
  rows: 1,
  bytes: 2,
  rowsTotal: 3,
  bytesTotal: Number.MAX_SAFE_INTEGER,
  reasons: bytes(1),
};

/** One full example of every message: what TypeScript says of it, and what the .proto says, must be the same. */
const samples: { [M in PeerMethod]: { request: PeerRequest<M>; reply: PeerReply<M> } } = {
  'Peering/Hello': { request: hello, reply: { ...hello, peerState: 'active' } },
  'Peering/Heartbeat': { request: { head }, reply: { reply, head } },
  'Peering/Notify': { request: { notice: signed }, reply: {} },
  'Peering/SealingKey': { request: {}, reply: { key: signed } },
  'Catalog/List': { request: {}, reply: { entries: [{ agreement: 'a', dataset: 'd', versions: ['v', 'w'] }] } },
  'Agreements/Require': { request: signed, reply: {} },
  'Agreements/Propose': { request: signed, reply: {} },
  'Agreements/Decide': { request: signed, reply: {} },
  'Agreements/DryRun': { request: { agreement: 'a', version: 'v' }, reply: { report: bytes(1) } },
  'Transfers/Request': {
    request: { agreement: 'a', version: 'v' },
    reply: { transfer: 't', correlation: 'c', version: 'v' },
  },
  'Transfers/Offer': {
    request: {
      transfer: 't',
      correlation: 'c',
      agreement: 'a',
      view: signed,
      versionManifest: bytes(1),
      columnKeys: { 'naïve ": column': bytes(1), constructor: bytes(2) },
      providerReport: bytes(3),
      offered: evidence.at,
    },
    reply: {},
  },
  'Transfers/Push': { request: { transfer: 't', start: 77, before: 'u', rate: 1_000_000 }, reply: {} },
  'Transfers/Report': { request: status, reply: status },
  'Transfers/Cancel': { request: { transfer: 't', reason: 'r' }, reply: {} },
  'Transfers/Acknowledge': { request: signed, reply: {} },
  'Transfers/Sent': { request: evidence, reply: {} },
  'Transfers/Receipt': { request: evidence, reply: {} },
  'Reports/Attest': { request: { transfer: 't', envelope: bytes(4) }, reply: {} },
  'Custody/Deleted': { request: signed, reply: {} },
  'Custody/Erase': { request: signed, reply: {} },
  'Custody/Erased': { request: signed, reply: {} },
  'Evidence/Exchange': { request: head, reply: { reply, head } },
  'Evidence/Acknowledge': { request: reply, reply: {} },
  'Evidence/Held': {
    request: {},
    reply: { checkpoint: bytes(1), size: 2, mirrored: 3, masterCheckpoint: bytes(4), masterSize: 5 },
  },
  'Evidence/Entries': { request: { from: 1, to: 2 }, reply: { entries: [bytes(1), bytes()] } },
};

test('every call between peers is in the protocol, and every message is carried whole', () => {
  const inProtocol = PEER_SERVICES.flatMap(methodsOf).filter((method) => method !== 'Peering/Link');
  assert.deepEqual(Object.keys(samples).sort(), inProtocol.sort());
  for (const method of Object.keys(samples) as PeerMethod[]) {
    const { request, reply: answer } = samples[method];
    assert.deepEqual(decodeRequest(method, encodeRequest(method, request)), request, method);
    assert.deepEqual(decodeReply(method, encodeReply(method, answer)), answer, method);
  }
});

test('a field of a newer release is ignored, and one that an older one does not send has its default', () => {
  const newer = Buffer.concat([
    encodeRequest('Transfers/Cancel', { transfer: 't', reason: 'r' }),
    bytes(0x78, 1, 0xfa, 1, 1, 9),
  ]);
  assert.deepEqual(decodeRequest('Transfers/Cancel', newer), { transfer: 't', reason: 'r' });
  const empty = decodeRequest('Peering/Hello', bytes());
  assert.deepEqual(empty, {
    ...{ protocolMajor: 0, protocolMinor: 0, software: '', welcome: null, endpoint: '', handovers: [] },
  });
});

test('hostile bytes are refused with a code by every message', async () => {
  const methods = Object.keys(samples) as PeerMethod[];
  await fc.assert(
    fc.property(fc.constantFrom(...methods), fc.uint8Array({ maxLength: 60 }), (method, noise) => {
      try {
        decodeRequest(method, noise);
      } catch (error) {
        assert.ok(error instanceof CounterfoilError && error.code === 'input.invalid', String(error));
      }
    }),
    { numRuns: 2000 },
  );
  const deep = Buffer.alloc(200_000, 0x7b); // groups in groups
  assert.throws(() => decodeRequest('Transfers/Cancel', deep), coded('input.invalid'));
  const large = { transfer: 'x'.repeat(LIMITS.controlMessageBytes), reason: '' };
  assert.throws(() => encodeRequest('Transfers/Cancel', large), coded('limit.exceeded'));
  assert.throws(
    () => decodeRequest('Transfers/Cancel', Buffer.alloc(LIMITS.controlMessageBytes + 1)),
    coded('limit.exceeded'),
  );
});

test('an error crosses the wire with its code, sentence, remedy and correlation, and nothing else', () => {
  for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
    const error = new CounterfoilError(code, 'A sentence.', { correlation: 'cor-1', cause: new Error('secret') });
    const bytesOfIt = encodeError(error);
    assert.doesNotMatch(Buffer.from(bytesOfIt).toString(), /secret/);
    const back = decodeError(bytesOfIt)!;
    assert.deepEqual(
      [back.code, back.message, back.hint, back.correlation],
      [code, 'A sentence.', error.hint, 'cor-1'],
    );
  }
  const ugly = Buffer.from(JSON.stringify({ code: 'x.new', message: 'a\u001b[31m\u202eb\nc', hint: 7 }));
  const shown = decodeError(ugly)!;
  assert.equal(shown.code, 'peer.error');
  assert.equal(shown.message, 'a [31m b c');
  for (const bad of [
    '',
    '[]',
    '{"code":1,"message":"x"}',
    '{',
    'null',
    `{"code":"usage","message":"${'x'.repeat(20_000)}"}`,
  ])
    assert.equal(decodeError(Buffer.from(bad)), undefined);
});

test('a status without a body of ours still says what to do', () => {
  const called = { peer: 'acme.example' as never, endpoint: 'h:1', correlation: 'c' };
  const of = (code: number, details = '', underway = false) =>
    fromStatus({ code, details }, { ...called, underway }).code;
  assert.equal(of(1), 'cancelled');
  assert.equal(of(4, 'Deadline exceeded after 1s'), 'peer.unreachable');
  assert.equal(of(8), 'limit.exceeded');
  assert.equal(of(12), 'protocol.version');
  assert.equal(of(13), 'peer.error');
  assert.equal(of(13, '', true), 'stream.incomplete');
  assert.equal(of(14, 'anything'), 'peer.unreachable');
  assert.equal(of(14, 'anything', true), 'stream.incomplete');
});
