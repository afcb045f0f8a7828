import { CounterfoilError, canonicalJson, equalBytes, fromHex, type Json, utf8 } from '../foundation/index.js';
import { fingerprint, verifyEd25519 } from './ed25519.js';

/** A document with its signature, as it is stored and sent (message `Signed` of the protocol). */
export interface Signed {
  /** The exact bytes that were signed; RFC 8785 JSON for every kind that Counterfoil defines. */
  document: Uint8Array;
  /** Ed25519, 64 bytes. */
  signature: Uint8Array;
  /** SHA-256 of the signer's raw public key. */
  key: Uint8Array;
}

/** What signs in the organisation's name. The ledger signs its checkpoints with one. */
export interface Signer {
  /** The organisation. */
  readonly id: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 signature over exactly these bytes, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

const KIND = /^[a-z][a-z0-9-]{0,39}$/;

/** What is signed: the kind first, so that a signature over one kind of document is never one over another. */
function message(kind: string, document: Uint8Array): Uint8Array {
  if (!KIND.test(kind)) throw new RangeError(`${kind} is no kind of document`);
  return Buffer.concat([utf8(`counterfoil/${kind}/1\n`), document]);
}

/** Signs a document: JSON in its canonical form, bytes as they are. */
export function signDocument(
  signer: Pick<Signer, 'publicKey' | 'sign'>,
  kind: string,
  document: Json | Uint8Array,
): Signed {
  const bytes = document instanceof Uint8Array ? document : utf8(canonicalJson(document));
  return {
    document: bytes,
    signature: signer.sign(message(kind, bytes)),
    key: fromHex(fingerprint(signer.publicKey)),
  };
}

/** True when `publicKey` (raw, 32 bytes) made this signature over this kind of document. Never throws on hostile input. */
export function verifySigned(signed: Signed, kind: string, publicKey: Uint8Array): boolean {
  return (
    equalBytes(signed.key, fromHex(fingerprint(publicKey))) &&
    verifyEd25519(publicKey, message(kind, signed.document), signed.signature)
  );
}

/**
 * The JSON value of canonical bytes. Anything that is not exactly what `canonicalJson` writes (other spacing, order,
 * repeated keys, broken UTF-8) is refused with `input.invalid`, so that one document has one digest.
 */
export function parseCanonical(bytes: Uint8Array): Json {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as Json;
    if (equalBytes(utf8(canonicalJson(value)), bytes)) return value;
  } catch (error) {
    throw new CounterfoilError('input.invalid', 'A signed document is not JSON in canonical form.', { cause: error });
  }
  throw new CounterfoilError('input.invalid', 'A signed document is not JSON in canonical form.');
}
