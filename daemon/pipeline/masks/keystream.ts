import { createCipheriv, createHmac } from 'node:crypto';

/**
 * Numbers that nobody foretells who lacks the key, and that key and place give again: the stream of AES-256-CTR, made at
 * once for as many as are needed. Who knows some of them learns nothing of the others, so that a peer that knows some true
 * values cannot reckon what was done to the rest.
 */
export function keystream(key: Uint8Array, place: string, words: number): Uint32Array {
  const own = createHmac('sha256', key).update(place).digest();
  const cipher = createCipheriv('aes-256-ctr', own, new Uint8Array(16));
  const bytes = new Uint8Array(words * 4);
  const stream = cipher.update(bytes);
  bytes.set(stream);
  return new Uint32Array(bytes.buffer);
}

/** From 0 up to, not including, 1, with 53 bits, of the two words of a place. */
export const unitAt = (stream: Uint32Array, at: number): number =>
  (stream[2 * at]! * 0x20_0000 + (stream[2 * at + 1]! >>> 11)) / 2 ** 53;
