import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { hex } from '../foundation/index.js';

/** DER of an Ed25519 SubjectPublicKeyInfo and of a PKCS #8 key up to the 32 raw bytes (RFC 8410). */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The raw 32 bytes of an Ed25519 key's public half. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  const der = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return Uint8Array.from(der.subarray(PUBLIC_PREFIX.length));
}

/** The private key whose seed (RFC 8032 section 5.1.5) is these 32 bytes. */
export function privateKeyFromSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== KEY_BYTES) throw new RangeError('an Ed25519 seed has 32 bytes');
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

export function signEd25519(key: KeyObject, message: Uint8Array): Uint8Array {
  return Uint8Array.from(sign(null, message, key));
}

/** False for a wrong signature and for anything that is no key or no signature at all. Never throws. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  try {
    return verify(null, message, publicKeyObject(publicKey), signature);
  } catch {
    return false;
  }
}

const MOST_KEYS = 1000;
const keys = new Map<string, KeyObject>();

/** Making a key object takes as long as a third of a verification, and a gateway has few peers. */
function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const name = hex(publicKey);
  let key = keys.get(name);
  if (key === undefined) {
    key = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, publicKey]), format: 'der', type: 'spki' });
    if (keys.size >= MOST_KEYS) keys.clear();
    keys.set(name, key);
  }
  return key;
}

/** How a public key is named: SHA-256 of its raw 32 bytes, in hex. */
export function fingerprint(publicKey: Uint8Array): string {
  return hex(createHash('sha256').update(publicKey).digest());
}
