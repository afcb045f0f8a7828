import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSync } from '@grpc/proto-loader';
import * as fc from 'fast-check';
import { fieldOne, oneField } from '../daemon/edge/peer/flight/fields.js';
import { decodeFrame, encodeFrame, type WireFrame } from '../daemon/edge/peer/flight/frame.js';
import { CounterfoilError, LIMITS } from '../daemon/foundation/index.js';
import { coded } from './support/errors.js';
import { repoRoot } from './support/repo.js';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' });
const frames = fc.record({ header: bytes(300), metadata: bytes(300), body: bytes(2000) });

/** The message as grpc-js delivers it: in one buffer behind its five bytes of framing. */
function received(frame: WireFrame, descriptor?: Uint8Array): Uint8Array {
  const message = encodeFrame(frame, descriptor);
  const buffer = new Uint8Array(new ArrayBuffer(5 + message.byteLength));
  assert.equal(message.copy(buffer, 5), message.length);
  return buffer.subarray(5);
}

const definition = loadSync('arrow/flight/flight.proto', { includeDirs: [`${repoRoot}/proto`], enums: Number });
const flight = definition['arrow.flight.protocol.FlightService'] as unknown as {
  DoPut: { requestSerialize(value: object): Buffer; requestDeserialize(bytes: Buffer): Record<string, unknown> };
};
const asBuffer = (part: Uint8Array) => Buffer.from(part.buffer, part.byteOffset, part.length);

test('a frame comes back as it was, its body aligned in the buffer it arrives in', async () => {
  await fc.assert(
    fc.property(frames, fc.option(bytes(40), { nil: undefined }), (frame, descriptor) => {
      const got = decodeFrame(received(frame, descriptor));
      assert.deepEqual([got.header, got.metadata, got.body], [frame.header, frame.metadata, frame.body]);
      assert.deepEqual(got.descriptor, descriptor);
      assert.equal(got.body.byteOffset % 8, 0);
    }),
    { numRuns: 500 },
  );
});

test('a body in parts is sent as one, whatever the length of what stands before it', () => {
  for (let length = 0; length < 300; length++) {
    const parts = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)];
    const got = decodeFrame(
      received({ header: new Uint8Array(length), metadata: new Uint8Array(length), body: parts }),
    );
    assert.deepEqual(got.body, Uint8Array.of(1, 2, 3));
    assert.equal(got.body.byteOffset % 8, 0);
  }
});

test('a frame is FlightData as the Arrow format defines it, read and written by another implementation', async () => {
  await fc.assert(
    fc.property(frames, bytes(40), (frame, descriptor) => {
      const theirs = flight.DoPut.requestDeserialize(asBuffer(received(frame, descriptor))) as {
        dataHeader: Buffer;
        dataBody: Buffer;
        flightDescriptor: { type: number; cmd: Buffer };
      };
      assert.ok(theirs.dataHeader.equals(frame.header));
      assert.ok(theirs.dataBody.equals(frame.body));
      assert.equal(theirs.flightDescriptor.type, 2);
      assert.ok(theirs.flightDescriptor.cmd.equals(descriptor));
      const message = flight.DoPut.requestSerialize({
        dataHeader: frame.header,
        dataBody: frame.body,
        flightDescriptor: { type: 2, cmd: descriptor },
      });
      const ours = decodeFrame(message);
      assert.deepEqual([asBuffer(ours.header), asBuffer(ours.body)], [asBuffer(frame.header), asBuffer(frame.body)]);
      assert.equal(ours.metadata.length, 0);
    }),
    { numRuns: 200 },
  );
});

test('hostile messages are refused with a code, cut at any length or with any byte changed, and unknown fields skipped', async () => {
  const whole = received({ header: new Uint8Array(20).fill(1), metadata: Uint8Array.of(7), body: new Uint8Array(50) });
  const refusedOrRead = (message: Uint8Array) => {
    try {
      decodeFrame(message);
    } catch (error) {
      assert.ok(
        error instanceof CounterfoilError && ['batch.invalid', 'batch.too_large'].includes(error.code),
        `${error}`,
      );
    }
  };
  for (let length = 0; length < whole.length; length++) refusedOrRead(whole.subarray(0, length));
  await fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => refusedOrRead(whole.with(at, value))),
  );
  await fc.assert(fc.property(bytes(200), refusedOrRead), { numRuns: 1000 });
  for (const malformed of [
    [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // longer than anything
    [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // a varint without end
    [0x0b, 0x0c], // a group
    [0x02, 0x00], // field 0
    [0x09, 1, 2], // a fixed64 cut short
    [0x1a, 0x02, 0x09, 0x00], // metadata of another version
    [0x1a, 0x02, 0x01, 0x05], // more padding than there is
  ])
    assert.throws(() => decodeFrame(Uint8Array.from(malformed)), coded('batch.invalid'));
  const unknown = Uint8Array.from([0x20, 5, 0x29, 1, 2, 3, 4, 5, 6, 7, 8, 0x35, 1, 2, 3, 4, 0x3a, 1, 9]);
  const frame = decodeFrame(Buffer.concat([unknown, whole, unknown]));
  assert.equal(frame.body.length, 50);
});

test('what is larger than allowed is neither sent nor taken', () => {
  const empty = { header: new Uint8Array(0), metadata: new Uint8Array(0), body: new Uint8Array(0) };
  for (const [part, most] of [
    ['header', LIMITS.schemaMessageBytes],
    ['metadata', LIMITS.frameMetadataBytes],
    ['body', LIMITS.batchBytes],
  ] as const) {
    assert.doesNotThrow(() => encodeFrame({ ...empty, [part]: new Uint8Array(most) }));
    assert.throws(() => encodeFrame({ ...empty, [part]: new Uint8Array(most + 1) }), coded('batch.too_large'));
  }
  const huge = flight.DoPut.requestSerialize({ dataBody: new Uint8Array(LIMITS.batchBytes + 1) });
  assert.throws(() => decodeFrame(huge), coded('batch.too_large'));
});

test('a message of one field is read back', () => {
  for (const length of [0, 1, 127, 128, 20_000]) {
    const value = new Uint8Array(length).fill(3);
    assert.deepEqual(Uint8Array.from(fieldOne(oneField(1, value))), value);
  }
  assert.equal(fieldOne(new Uint8Array(0)).length, 0);
});
