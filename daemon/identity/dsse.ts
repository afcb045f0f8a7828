import { z } from 'zod';
import { base64, CounterfoilError, fromBase64, utf8 } from '../foundation/index.js';
import { fingerprint, verifyEd25519 } from './ed25519.js';
import type { Signer } from './signed.js';

/** A DSSE 1.0 envelope as JSON: the payload, and the signatures of whoever stands by it. */
export interface Envelope {
  /** Media type of the payload. */
  payloadType: string;
  /** Base64. */
  payload: string;
  /** `keyid` is the hex SHA-256 of the signer's raw key, a hint only; `sig` is base64 of 64 bytes Ed25519. */
  signatures: readonly { keyid: string; sig: string }[];
}

const SIGNATURES = 8;

const envelopeShape = z.strictObject({
  payloadType: z.string().max(200),
  payload: z.base64(),
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: z.string().length(88) }))
    .max(SIGNATURES),
});

/** The bytes that are signed: the pre-authentication encoding of DSSE 1.0. No other signature of ours begins like it. */
function preAuthentication(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return Buffer.concat([utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload]);
}

const signatureOf = (signer: Pick<Signer, 'publicKey' | 'sign'>, type: string, payload: Uint8Array) => ({
  keyid: fingerprint(signer.publicKey),
  sig: base64(signer.sign(preAuthentication(type, payload))),
});

/** A payload with one signature. */
export function signEnvelope(
  signer: Pick<Signer, 'publicKey' | 'sign'>,
  payloadType: string,
  payload: Uint8Array,
): Envelope {
  return { payloadType, payload: base64(payload), signatures: [signatureOf(signer, payloadType, payload)] };
}

/** The same payload with one signature more; the same envelope where this key has signed it already. */
export function countersign(signer: Pick<Signer, 'publicKey' | 'sign'>, envelope: Envelope): Envelope {
  if (isSignedBy(envelope, signer.publicKey)) return envelope;
  const own = signatureOf(signer, envelope.payloadType, fromBase64(envelope.payload));
  return { ...envelope, signatures: [...envelope.signatures, own] };
}

/** True when this key (raw, 32 bytes) has signed the payload. Never throws on an envelope that was read. */
export function isSignedBy(envelope: Envelope, publicKey: Uint8Array): boolean {
  const message = preAuthentication(envelope.payloadType, fromBase64(envelope.payload));
  const keyid = fingerprint(publicKey);
  return envelope.signatures.some(
    (each) => each.keyid === keyid && verifyEd25519(publicKey, message, Buffer.from(each.sig, 'base64')),
  );
}

/** An envelope from its JSON text; `input.invalid` for anything else. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  try {
    const envelope = envelopeShape.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    fromBase64(envelope.payload);
    return envelope;
  } catch (error) {
    throw new CounterfoilError('input.invalid', 'A signed report is not a DSSE envelope.', { cause: error });
  }
}
