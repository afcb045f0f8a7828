import { base64, canonicalJson, equalBytes, fromBase64, type Json, utf8 } from '../foundation/index.js';
import { verifyEd25519 } from './ed25519.js';
import type { Signer } from './signed.js';

/** How one organisation key follows another: both signed it. Keys and signatures are base64. */
export type KeyHandover = {
  org: string;
  old: string;
  new: string;
  oldSignature: string;
  newSignature: string;
};

/** What both keys sign. */
const statement = (org: string, old: Uint8Array, next: Uint8Array): Uint8Array =>
  utf8(`counterfoil/key-rotation/1\n${canonicalJson({ new: base64(next), old: base64(old), org })}`);

/** The handover from a key to its successor. */
export function signHandover(old: Signer, next: Pick<Signer, 'publicKey' | 'sign'>): KeyHandover {
  const bytes = statement(old.id, old.publicKey, next.publicKey);
  return {
    org: old.id,
    old: base64(old.publicKey),
    new: base64(next.publicKey),
    oldSignature: base64(old.sign(bytes)),
    newSignature: base64(next.sign(bytes)),
  };
}

/**
 * The key that a handover puts in place of `current`; undefined when it is none of that organisation and key, or not
 * signed by both. Takes anything: it may come from a peer.
 */
export function successorOf(
  handover: { readonly [key: string]: Json | undefined },
  org: string,
  current: Uint8Array,
): Uint8Array | undefined {
  const { old, new: next, oldSignature, newSignature } = handover;
  if (handover.org !== org) return undefined;
  if (![old, next, oldSignature, newSignature].every((field) => typeof field === 'string')) return undefined;
  try {
    const key = fromBase64(next as string);
    const bytes = statement(org, current, key);
    const sound =
      equalBytes(fromBase64(old as string), current) &&
      verifyEd25519(current, bytes, fromBase64(oldSignature as string)) &&
      verifyEd25519(key, bytes, fromBase64(newSignature as string));
    return sound ? key : undefined;
  } catch {
    return undefined;
  }
}
