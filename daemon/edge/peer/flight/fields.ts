import { CounterfoilError } from '../../../foundation/index.js';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** Field numbers and lengths fit 32 bits: longer varints occur only as values of fields that are skipped. */
const MOST_VARINT_BYTES = 10;

/**
 * Reads the length-delimited fields of a protobuf message (encoding guide of Protocol Buffers), without copying: each
 * is a view of `message`. Fields of other wire types are skipped, groups refused. `batch.invalid` when malformed.
 */
export function readFields(message: Uint8Array, visit: (field: number, value: Uint8Array) => void): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (let bytes = 0; bytes < MOST_VARINT_BYTES; bytes++) {
      const byte = message[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return value;
    }
    throw malformed();
  };
  const skip = (count: number): number => {
    const from = at;
    if (count > message.length - at) throw malformed();
    at += count;
    return from;
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (field === 0 || field >= 2 ** 29) throw malformed();
    switch (tag % 8) {
      case VARINT:
        varint();
        break;
      case FIXED64:
        skip(8);
        break;
      case FIXED32:
        skip(4);
        break;
      case BYTES: {
        const length = varint();
        const from = skip(length);
        visit(field, message.subarray(from, at));
        break;
      }
      default:
        throw malformed();
    }
  }
}

/** One field of bytes, as a message of its own: `Ticket.ticket`, `PutResult.app_metadata`. */
export function oneField(field: number, value: Uint8Array): Buffer {
  const tag = field * 8 + BYTES;
  const out = Buffer.allocUnsafe(varintBytes(tag) + varintBytes(value.length) + value.length);
  out.set(value, writeVarint(out, writeVarint(out, 0, tag), value.length));
  return out;
}

/** The value of field 1, empty when it was not sent. */
export function fieldOne(message: Uint8Array): Uint8Array {
  let found: Uint8Array = new Uint8Array(0);
  readFields(message, (field, value) => {
    if (field === 1) found = value;
  });
  return found;
}

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Writes a varint and gives where it ends. */
export function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) target[at++] = (rest % 128) | 0x80;
  target[at++] = rest;
  return at;
}

const malformed = () =>
  new CounterfoilError('batch.invalid', 'The peer sent a data message that is cut short or malformed.');
