import { CounterfoilError, LIMITS } from '../../../foundation/index.js';
import { readFields, varintBytes, writeVarint } from './fields.js';

/** One message of a data stream, as the pipeline gives and gets it. */
export interface WireFrame {
  /** Arrow message, raw flatbuffer without the 8-byte prefix. */
  header: Uint8Array;
  /** What Counterfoil says about the batch: opaque here. */
  metadata: Uint8Array;
  /** Arrow body; empty for a schema. Several parts are sent as one. */
  body: Uint8Array | readonly Uint8Array[];
}

/** A frame that was received: views of one buffer, the body at a multiple of 8 bytes in it. */
export interface ReceivedFrame {
  header: Uint8Array;
  metadata: Uint8Array;
  body: Uint8Array;
}

/** What grpc-js needs of a serialised message: it copies it once, into the framed buffer that goes to the socket. */
export interface GatherMessage {
  readonly length: number;
  readonly byteLength: number;
  copy(target: Uint8Array, offset?: number): number;
}

const DESCRIPTOR = 1;
const HEADER = 2;
const METADATA = 3;
const BODY = 1000;
const COMMAND_TYPE = 2;
const DESCRIPTOR_COMMAND = 2;
/** gRPC's own prefix, in front of the message in the receiver's buffer: compressed flag and length. */
const GRPC_PREFIX = 5;
/** app_metadata = version, number of padding bytes, that many zero bytes, the record. */
const METADATA_VERSION = 1;
const METADATA_PREFIX = 2;
const ALIGNMENT = 8;

const tagBytes = (field: number) => varintBytes(field * 8 + 2);
const fieldBytes = (field: number, length: number) => tagBytes(field) + varintBytes(length) + length;

/**
 * A frame as FlightData (docs/WIRE.md), ready to be copied into place: no part of the body is copied before. The
 * metadata is padded so that the body starts at a multiple of 8 bytes in the buffer of a grpc-js receiver.
 * `descriptor` is the command of the first message of a DoPut.
 */
export function encodeFrame(frame: WireFrame, descriptor?: Uint8Array): GatherMessage {
  const parts: readonly Uint8Array[] = frame.body instanceof Uint8Array ? [frame.body] : frame.body;
  const bodyLength = parts.reduce((sum, part) => sum + part.length, 0);
  checkSizes(frame.header.length, frame.metadata.length, bodyLength);
  const command = descriptor === undefined ? undefined : encodeCommand(descriptor);
  const before = (command?.length ?? 0) + fieldBytes(HEADER, frame.header.length);
  const bodyPrefix = tagBytes(BODY) + varintBytes(bodyLength);
  let padding = 0;
  const metadataLength = () => METADATA_PREFIX + padding + frame.metadata.length;
  const bodyAt = () => before + fieldBytes(METADATA, metadataLength()) + bodyPrefix;
  // Crossing a varint boundary skips one remainder, so the search may go once around more.
  while ((GRPC_PREFIX + bodyAt()) % ALIGNMENT !== 0) padding++;
  const length = bodyAt() + bodyLength;

  const copy = (target: Uint8Array, offset = 0): number => {
    let at = offset;
    const field = (number: number, size: number) => {
      at = writeVarint(target, writeVarint(target, at, number * 8 + 2), size);
    };
    const put = (bytes: Uint8Array) => {
      target.set(bytes, at);
      at += bytes.length;
    };
    if (command !== undefined) put(command);
    field(HEADER, frame.header.length);
    put(frame.header);
    field(METADATA, metadataLength());
    target[at++] = METADATA_VERSION;
    target[at++] = padding;
    target.fill(0, at, at + padding);
    at += padding;
    put(frame.metadata);
    field(BODY, bodyLength);
    for (const part of parts) put(part);
    return at - offset;
  };
  return { length, byteLength: length, copy };
}

/** FlightData.flight_descriptor with type CMD. */
function encodeCommand(command: Uint8Array): Uint8Array {
  const inner = 2 + fieldBytes(DESCRIPTOR_COMMAND, command.length);
  const out = new Uint8Array(fieldBytes(DESCRIPTOR, inner));
  let at = writeVarint(out, writeVarint(out, 0, DESCRIPTOR * 8 + 2), inner);
  out[at++] = 1 * 8; // field 1 (type), varint
  out[at++] = COMMAND_TYPE;
  at = writeVarint(out, writeVarint(out, at, DESCRIPTOR_COMMAND * 8 + 2), command.length);
  out.set(command, at);
  return out;
}

/**
 * Reads FlightData from a peer, without copying. Unknown fields are skipped. `batch.invalid` when malformed,
 * `batch.too_large` beyond the limits. `descriptor` is the command, where the message has one.
 */
export function decodeFrame(message: Uint8Array): ReceivedFrame & { descriptor: Uint8Array | undefined } {
  const nothing = new Uint8Array(0);
  let descriptor: Uint8Array | undefined;
  let [header, metadata, body]: Uint8Array[] = [nothing, nothing, nothing];
  readFields(message, (field, value) => {
    if (field === DESCRIPTOR) descriptor = decodeCommand(value);
    else if (field === HEADER) header = value;
    else if (field === METADATA) metadata = value;
    else if (field === BODY) body = value;
  });
  const record = decodeMetadata(metadata!);
  checkSizes(header!.length, record.length, body!.length);
  return { header: header!, metadata: record, body: body!, descriptor };
}

function decodeCommand(descriptor: Uint8Array): Uint8Array {
  let command: Uint8Array = new Uint8Array(0);
  readFields(descriptor, (field, value) => {
    if (field === DESCRIPTOR_COMMAND) command = value;
  });
  return command;
}

function decodeMetadata(metadata: Uint8Array): Uint8Array {
  if (metadata.length === 0) return metadata;
  const [version, padding = 0] = metadata;
  if (version !== METADATA_VERSION || METADATA_PREFIX + padding > metadata.length)
    throw new CounterfoilError(
      'batch.invalid',
      'The peer sent a data message whose metadata this release cannot read.',
    );
  return metadata.subarray(METADATA_PREFIX + padding);
}

function checkSizes(header: number, metadata: number, body: number): void {
  if (header > LIMITS.schemaMessageBytes || metadata > LIMITS.frameMetadataBytes || body > LIMITS.batchBytes)
    throw new CounterfoilError(
      'batch.too_large',
      `A data message has ${header} bytes of header, ${metadata} of metadata and ${body} of body; ` +
        `at most ${LIMITS.schemaMessageBytes}, ${LIMITS.frameMetadataBytes} and ${LIMITS.batchBytes} are allowed.`,
    );
}
