import { wordlist } from '@scure/bip39/wordlists/english.js';
import { lengthPrefixed, sha256, utf8 } from '../foundation/index.js';

/** What both sides of an enrolment put into the transcript. */
export interface TranscriptSide {
  id: string;
  /** Raw Ed25519 organisation key, 32 bytes. */
  key: Uint8Array;
  /** SHA-256 of the CA's DER, 32 bytes. */
  ca: Uint8Array;
  /** 32 random bytes. */
  nonce: Uint8Array;
}

const WORDS = 6;
const BITS_PER_WORD = 11;

/**
 * Digest of everything that the two sides must agree on. The inviter's nonce is committed in the invite and revealed
 * only after the joiner's, so nobody in between can choose nonces until two transcripts show the same words.
 */
export function transcriptOf(inviter: TranscriptSide, joiner: TranscriptSide, inviteDigest: Uint8Array): Uint8Array {
  const side = ({ id, key, ca, nonce }: TranscriptSide) => [utf8(id), key, ca, nonce].map(lengthPrefixed);
  return sha256(utf8('counterfoil/transcript/1\n'), ...side(inviter), ...side(joiner), lengthPrefixed(inviteDigest));
}

/** Six words of the BIP-39 English list: the first 66 bits of SHA-256("counterfoil/words/1\n" ‖ transcript). */
export function wordsOf(transcript: Uint8Array): string {
  let value = 0n;
  for (const byte of sha256(utf8('counterfoil/words/1\n'), transcript)) value = (value << 8n) | BigInt(byte);
  const words = Array.from({ length: WORDS }, (_, place) => {
    const shift = BigInt(256 - BITS_PER_WORD * (place + 1));
    return wordlist[Number((value >> shift) & 2047n)]!;
  });
  return words.join(' ');
}

/** True when a person typed these words: case, spacing, commas and hyphens do not matter. */
export function sameWords(typed: string, words: string): boolean {
  const list = typed
    .toLowerCase()
    .split(/[\s,.·-]+/)
    .filter((word) => word !== '');
  return list.join(' ') === words;
}
