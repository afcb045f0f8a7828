import { z } from 'zod';
import { base64, CounterfoilError, fromBase64, type Json, LIMITS } from '../foundation/index.js';
import { parseCanonical, type Signed, type Signer, signDocument } from '../identity/index.js';

/**
 * What one side says to a revision, signed as kind `decision`. `accept` carries its signature over the revision itself;
 * `activate` says that the other's was verified.
 */
export interface Decision {
  v: 1;
  agreement: string;
  revision: number;
  /** Digest of the revision, hex. */
  digest: string;
  decision: 'accept' | 'activate' | 'reject' | 'terminate';
  /** Base64 of the signature over the document of kind `agreement`; only with `accept`. */
  signature?: string | undefined;
  reason?: string | undefined;
  at: string;
}

const shape = z.strictObject({
  v: z.literal(1),
  agreement: z.string().max(60),
  revision: z.int().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  decision: z.enum(['accept', 'activate', 'reject', 'terminate']),
  signature: z.string().length(88).optional(),
  reason: z.string().max(LIMITS.reasonChars).optional(),
  at: z.string().max(30),
});

export const signDecision = (signer: Signer, decision: Decision): Signed =>
  signDocument(signer, 'decision', decision as unknown as Json);

/** The decision that these bytes are, or `agreement.invalid`. Whose signature is on it is for the caller to verify. */
export function readDecision(signed: Signed): Decision {
  const result = shape.safeParse(parseCanonical(signed.document));
  if (!result.success || (result.data.decision === 'accept') !== (result.data.signature !== undefined))
    throw new CounterfoilError('agreement.invalid', 'The decision of the peer is malformed.', { cause: result.error });
  return result.data;
}

/** The acceptor's signature over the revision, as bytes. */
export function signatureOf(decision: Decision): Uint8Array {
  try {
    return fromBase64(decision.signature ?? '');
  } catch (error) {
    throw new CounterfoilError('agreement.signature', 'The acceptance of the peer carries no readable signature.', {
      cause: error,
    });
  }
}

/** This side's signature over a revision's bytes, for an acceptance. */
export const acceptanceOf = (signer: Signer, document: Uint8Array): string =>
  base64(signDocument(signer, 'agreement', document).signature);
