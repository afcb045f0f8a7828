import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { CounterfoilError } from '../foundation/index.js';

/** DER of an X25519 PKCS #8 key up to the 32 raw bytes, and the length of what stands before them in its public half (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_PREFIX_BYTES = 12;
const KEY_BYTES = 32;
const TAG_BYTES = 16;

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** The raw public half of an X25519 private key, 32 bytes each. */
export function sealingPublicKey(privateKey: Uint8Array): Uint8Array {
  const der = Buffer.concat([PRIVATE_PREFIX, privateKey]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return Uint8Array.from(key.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX_BYTES));
}

/**
 * Seals bytes so that only the holder of a key opens them: HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256 and AES-256-GCM. Gives the encapsulated key (32 bytes), the ciphertext, and its tag (16 bytes).
 */
export async function sealTo(publicKey: Uint8Array, info: Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(buffer(publicKey));
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: buffer(info) }, buffer(plain));
  return Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]);
}

/** What was sealed; `key.invalid` when it was sealed to another key or for something else. */
export async function openSealed(privateKey: Uint8Array, info: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(buffer(privateKey));
    const enc = buffer(sealed.subarray(0, KEY_BYTES));
    return new Uint8Array(
      await suite.open({ recipientKey, enc, info: buffer(info) }, buffer(sealed.subarray(KEY_BYTES))),
    );
  } catch (error) {
    throw new CounterfoilError('key.invalid', 'A sealed key does not open: it was sealed to another key.', {
      cause: error,
      hint: 'Open it with the gateway that it was sent to. If its keys/sealing.key was replaced, restore the old one.',
    });
  }
}

/** Bytes of a sealed key of 32 bytes. */
export const SEALED_KEY_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES;

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
