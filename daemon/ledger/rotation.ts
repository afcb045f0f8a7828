import { base64, canonicalJson, equalBytes, fromBase64, utf8 } from '../foundation/index.js';
import { type Signer, verifyEd25519 } from '../identity/index.js';
import { decodeEntry, type EntryObject } from './entry.js';

/** What both keys sign when one follows the other. */
const rotationBytes = (org: string, old: Uint8Array, next: Uint8Array): Uint8Array =>
  utf8(`counterfoil/key-rotation/1\n${canonicalJson({ new: base64(next), old: base64(old), org })}`);

/** Fields of a `key.rotated` entry. */
export function rotationFields(old: Signer, next: Signer): Record<string, string> {
  const bytes = rotationBytes(old.id, old.publicKey, next.publicKey);
  return {
    org: old.id,
    old: base64(old.publicKey),
    new: base64(next.publicKey),
    oldSignature: base64(old.sign(bytes)),
    newSignature: base64(next.sign(bytes)),
  };
}

/** The key that a `key.rotated` entry puts in place of `current`; undefined when the entry is of another kind or not valid. */
export function rotatedKey(entry: EntryObject, org: string, current: Uint8Array): Uint8Array | undefined {
  const { old, new: next, oldSignature, newSignature } = entry;
  if (entry.type !== 'key.rotated' || entry.org !== org) return undefined;
  if (![old, next, oldSignature, newSignature].every((field) => typeof field === 'string')) return undefined;
  try {
    const key = fromBase64(next as string);
    const bytes = rotationBytes(org, current, key);
    const sound =
      equalBytes(fromBase64(old as string), current) &&
      verifyEd25519(current, bytes, fromBase64(oldSignature as string)) &&
      verifyEd25519(key, bytes, fromBase64(newSignature as string));
    return sound ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The key in force after a run of entries, each rotation signed by the key before it. */
export function followRotations(bodies: Iterable<Uint8Array>, org: string, from: Uint8Array): Uint8Array {
  let key = from;
  for (const body of bodies) key = rotatedKey(decodeEntry(body, false), org, key) ?? key;
  return key;
}
