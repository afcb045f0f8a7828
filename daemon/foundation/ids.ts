import { randomBytes } from 'node:crypto';
import { base32, sha256 } from './bytes.js';
import { CounterfoilError } from './errors.js';
import { LIMITS } from './limits.js';

/** A party's id: lower-case DNS name syntax (RFC 1123), such as `acme.example`. */
export type OrgId = string & { readonly orgId: unique symbol };

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The text as an organisation id, or `input.invalid`. */
export function orgId(text: string): OrgId {
  const ok = text.length <= LIMITS.orgIdChars && text.split('.').every((label) => LABEL.test(label));
  if (!ok) {
    throw new CounterfoilError('input.invalid', `${printable(text)} is not an organisation id.`, {
      hint: 'Use a lower-case name such as acme.example: letters, digits, hyphens and dots.',
    });
  }
  return text as OrgId;
}

/** Kinds of id that gateways make, and their prefixes. */
export type IdKind = 'agr' | 'trn' | 'inv' | 'cor' | 'inc' | 'rep' | 'sto' | 'msg' | 'tok' | 'ers';

/** A new id: prefix, hyphen, 26 base32 characters; the first 10 grow with time, so ids sort by creation. */
export function newId(kind: IdKind, now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  return `${kind}-${[...base32(bytes)].map((char) => IN_ORDER[BASE32.indexOf(char)]).join('')}`;
}

/** True of a name that a person can read and type: one line, no space at its ends, nothing that changes the direction of text. */
export function isReadableName(text: string, mostChars: number): boolean {
  const length = text.length > 0 && text.length <= mostChars;
  return (
    length &&
    text.isWellFormed() &&
    text.trim() === text &&
    !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text)
  );
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** The same characters in the order in which texts are sorted: the alphabet of base32 has its digits last. */
const IN_ORDER = '234567abcdefghijklmnopqrstuvwxyz';

/** A name as it may be shown on a terminal or in a log: control and direction-changing characters escaped, length bounded. */
export function printable(text: string, most = 120): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being replaced
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  const cut = clean.length > most ? `${clean.slice(0, most)}…` : clean;
  return JSON.stringify(cut).replaceAll('\\\\u', '\\u');
}

/**
 * A name as one path segment: everything but letters, digits, `-`, `_` and inner dots percent-encoded as UTF-8;
 * beyond `LIMITS.pathSegmentBytes` the end is replaced by a hash. Different names give different segments.
 */
export function pathSegment(name: string): string {
  const encoded = [...Buffer.from(name.normalize('NFC'), 'utf8')]
    .map((byte, index) => {
      const char = String.fromCharCode(byte);
      const plain = /[A-Za-z0-9_-]/.test(char) || (char === '.' && index > 0);
      return plain ? char : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
  if (encoded.length <= LIMITS.pathSegmentBytes) return encoded || '%';
  const tail = `%-${base32(sha256(encoded)).slice(0, 26)}`;
  return encoded.slice(0, LIMITS.pathSegmentBytes - tail.length) + tail;
}
