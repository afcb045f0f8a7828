import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { CounterfoilError, type OrgId } from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import { decodeRequest, encodeRequest } from './codec.js';
import { explainFailure } from './tls-failure.js';

const ERROR_KEY = 'counterfoil-error-bin';
const NOTICE_KEY = 'counterfoil-notice-bin';
const CORRELATION_KEY = 'counterfoil-correlation';
/** Trailing metadata must fit the header limits of HTTP/2 implementations. */
const MESSAGE_CHARS = 1000;
const BODY_BYTES = 16 * 1024;

/** Metadata of a call: its correlation id. */
export function callMetadata(correlation: string): Metadata {
  const metadata = new Metadata();
  metadata.set(CORRELATION_KEY, correlation);
  return metadata;
}

/** The caller's correlation id, or undefined when it sent none that may be shown. */
export function correlationOf(metadata: Metadata): string | undefined {
  const value = metadata.get(CORRELATION_KEY)[0];
  return typeof value === 'string' && /^[\x21-\x7e]{1,64}$/.test(value) ? value : undefined;
}

/** The JSON body of an error for the other side: nothing internal, bounded. */
export function encodeError(error: CounterfoilError): Uint8Array {
  const { code, message, hint, correlation } = error.toBody();
  const body = { code, message: message.slice(0, MESSAGE_CHARS), hint: hint.slice(0, MESSAGE_CHARS), correlation };
  return Buffer.from(JSON.stringify(body), 'utf8');
}

/** The error that the other side sent; undefined when the bytes are none. Its texts are made safe to show. */
export function decodeError(bytes: Uint8Array): CounterfoilError | undefined {
  if (bytes.length > BODY_BYTES) return undefined;
  try {
    const body = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
    const { code, message, hint, correlation } = body;
    if (typeof code !== 'string' || typeof message !== 'string') return undefined;
    return CounterfoilError.fromBody({
      code,
      message: harmless(message),
      ...(typeof hint === 'string' ? { hint: harmless(hint) } : {}),
      ...(typeof correlation === 'string' ? { correlation: harmless(correlation) } : {}),
    });
  } catch {
    return undefined;
  }
}

const harmless = (text: string) => text.slice(0, MESSAGE_CHARS).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');

/** An error as the status that ends a call. `notice`: our signed notice, for a peer that does not know it yet. */
export function toStatus(
  error: CounterfoilError,
  notice?: Signed,
): Partial<StatusObject> & { code: status; details: string } {
  const metadata = new Metadata();
  metadata.set(ERROR_KEY, Buffer.from(encodeError(error)));
  if (notice !== undefined) metadata.set(NOTICE_KEY, encodeRequest('Peering/Notify', { notice }));
  return { code: error.grpcStatus, details: error.code, metadata };
}

/** A notice that came with a refusal, still to be verified. */
export function noticeIn(error: unknown): Signed | undefined {
  const bytes = (error as Partial<ServiceError>).metadata?.get(NOTICE_KEY)[0];
  if (!(bytes instanceof Buffer)) return undefined;
  try {
    return decodeRequest('Peering/Notify', bytes).notice ?? undefined;
  } catch {
    return undefined;
  }
}

export interface Called {
  peer: OrgId;
  endpoint: string;
  correlation: string;
  /** Set for a stream of which something has arrived. */
  underway?: boolean;
}

/** What a failed call means: the other side's own error, or why it could not be reached or understood. */
export function fromStatus(error: unknown, called: Called): CounterfoilError {
  if (error instanceof CounterfoilError) return error;
  const { code, details = '', metadata } = error as Partial<ServiceError>;
  const body = metadata?.get(ERROR_KEY)[0];
  const told = body instanceof Buffer ? decodeError(body) : undefined;
  if (told !== undefined) {
    told.correlation ??= called.correlation;
    return told;
  }
  const options = { cause: error, correlation: called.correlation };
  if (called.underway && (code === status.UNAVAILABLE || code === status.INTERNAL || code === status.UNKNOWN))
    return new CounterfoilError('stream.incomplete', `The stream from ${called.peer} was cut.`, options);
  switch (code) {
    case status.CANCELLED:
      return new CounterfoilError('cancelled', 'The call was cancelled.', options);
    case status.RESOURCE_EXHAUSTED:
      return new CounterfoilError(
        'limit.exceeded',
        `A message to or from ${called.peer} is larger than allowed.`,
        options,
      );
    case status.UNIMPLEMENTED:
      return new CounterfoilError(
        'protocol.version',
        `${called.peer} runs a release that does not know this call.`,
        options,
      );
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
      return explainFailure(details, called, options);
    default:
      return new CounterfoilError('peer.error', `${called.peer} failed without saying why.`, options);
  }
}
