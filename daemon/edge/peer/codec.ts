import { fileURLToPath } from 'node:url';
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import type { EnrolmentRequest } from '../../invite/index.js';
import type { PeerMethods } from '../../peering/index.js';

/** The stream of requests and answers inside `Peering.Link`. */
export interface LinkFrame {
  id: number;
  method: string;
  payload: Uint8Array;
  correlation: string;
  error: Uint8Array;
}

/** The calls between peers, and the messages beside them. */
interface WireMethods extends PeerMethods {
  'Enrolment/Enrol': {
    request: { enrolment?: Signed | null; ca: EnrolmentRequest['ca']; proof: EnrolmentRequest['proof'] };
    reply: { welcome?: Signed | null };
  };
  'Peering/Link': { request: LinkFrame; reply: LinkFrame };
}

type Method = keyof WireMethods;
type Request<M extends Method> = WireMethods[M]['request'];
type Reply<M extends Method> = WireMethods[M]['reply'];

// From dist/daemon/edge/peer/ to the root of the package.
const PROTO = fileURLToPath(new URL('../../../../proto/', import.meta.url));
const PACKAGE = 'counterfoil.v1';

const definitions = loadSync('counterfoil/v1/counterfoil.proto', {
  includeDirs: [PROTO],
  longs: Number,
  defaults: true,
  arrays: true,
  objects: true,
});

function definitionOf(method: string): MethodDefinition<object, object> | undefined {
  const [service = '', name = ''] = method.split('/');
  const found = definitions[`${PACKAGE}.${service}`];
  if (found === undefined || 'format' in found || !Object.hasOwn(found, name)) return undefined;
  return found[name] as MethodDefinition<object, object>;
}

function known(method: string): MethodDefinition<object, object> {
  const found = definitionOf(method);
  if (found === undefined) throw new CounterfoilError('protocol.version', 'This gateway does not know the call.');
  return found;
}

/** `Service/Method` of every method of a service, from the protocol definition. */
export function methodsOf(service: string): string[] {
  const found = definitions[`${PACKAGE}.${service}`];
  if (found === undefined || 'format' in found) throw new RangeError(`no service ${service}`);
  return Object.keys(found).map((name) => `${service}/${name}`);
}

/** `/counterfoil.v1.Service/Method`. */
export const pathOf = (method: string): string => known(method).path;

export function encodeRequest<M extends Method>(method: M, request: Request<M>): Buffer {
  return bounded(known(method).requestSerialize(request), mostBytes(method));
}

export function encodeReply<M extends Method>(method: M, reply: Reply<M>): Buffer {
  return bounded(known(method).responseSerialize(reply));
}

/** `input.invalid` when the bytes are not the request of this method. Unknown fields are ignored. */
export function decodeRequest<M extends Method>(method: M, bytes: Uint8Array): Request<M> {
  return decoded(bytes, (buffer) => known(method).requestDeserialize(buffer) as Request<M>, mostBytes(method));
}

export function decodeReply<M extends Method>(method: M, bytes: Uint8Array): Reply<M> {
  return decoded(bytes, (buffer) => known(method).responseDeserialize(buffer) as Reply<M>);
}

/** A Link carries the messages of every call. */
function mostBytes(method: Method): number {
  if (method === 'Peering/Link') return LIMITS.offerMessageBytes + FRAME_BYTES;
  return method === 'Transfers/Offer' ? LIMITS.offerMessageBytes : LIMITS.controlMessageBytes;
}

function decoded<T>(bytes: Uint8Array, read: (buffer: Buffer) => T, most?: number): T {
  const buffer = bounded(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), most);
  try {
    return read(buffer);
  } catch (error) {
    throw new CounterfoilError('input.invalid', 'The other side sent a message that is not of the protocol.', {
      hint: 'Upgrade the older of the two gateways.',
      cause: error,
    });
  }
}

/** Room for a Link frame around a message of full size. */
const FRAME_BYTES = 4096;

function bounded(bytes: Buffer, most: number = LIMITS.controlMessageBytes): Buffer {
  if (bytes.length > most)
    throw new CounterfoilError(
      'limit.exceeded',
      `A message between the gateways has ${bytes.length} bytes; at most ${most} are allowed.`,
    );
  return bytes;
}
