import { CounterfoilError, LIMITS, lengthPrefixed, sha256, utf8 } from '../foundation/index.js';

const CHECK_BYTES = 4;

/**
 * Parts as a text that people copy: prefix, then base64url of `LP(part)… ‖ first 4 bytes of
 * SHA-256(prefix ‖ LP(part)…)`. The check tells a bad copy from a forgery; the signature inside is what is trusted.
 */
export function encodeText(prefix: string, parts: readonly Uint8Array[]): string {
  const body = Buffer.concat(parts.map(lengthPrefixed));
  return prefix + Buffer.concat([body, checkOf(prefix, body)]).toString('base64url');
}

/**
 * The parts of a text. White space anywhere in it is ignored, because mail programs break lines.
 * `invite.invalid` when it is cut short, mistyped, too long, or of another kind.
 */
export function decodeText(prefix: string, text: string, count: number): Uint8Array[] {
  if (text.length > LIMITS.inviteBytes) throw invalid(`The text is longer than any that starts with "${prefix}".`);
  const clean = text.replace(/\s+/g, '');
  if (!clean.startsWith(prefix)) throw invalid(`The text does not start with "${prefix}".`);
  const coded = clean.slice(prefix.length);
  const bytes = Buffer.from(coded, 'base64url');
  const body = bytes.subarray(0, -CHECK_BYTES);
  if (bytes.toString('base64url') !== coded || !checkOf(prefix, body).equals(bytes.subarray(-CHECK_BYTES)))
    throw invalid('The text is not complete, or a character of it was changed.');
  return split(body, count);
}

function split(body: Buffer, count: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at + 4 <= body.length && parts.length < count) {
    const end = at + 4 + body.readUInt32LE(at);
    if (end > body.length) break;
    parts.push(body.subarray(at + 4, end));
    at = end;
  }
  // More parts than this release knows are a newer release's, and tolerated.
  if (parts.length < count) throw invalid('The text is not complete.');
  return parts;
}

function checkOf(prefix: string, body: Uint8Array): Buffer {
  return Buffer.from(sha256(utf8(prefix), body).subarray(0, CHECK_BYTES));
}

function invalid(message: string): CounterfoilError {
  return new CounterfoilError('invite.invalid', message, {
    hint: 'Copy the whole text again, from its first to its last character, or use the file.',
  });
}
