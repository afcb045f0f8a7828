import { isValidPhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { parse } from 'tldts';

const EMAIL =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62}$/u;

/** Top-level names that RFC 2606 and RFC 6762 keep out of the public tree, as test data and office networks use them. */
const PRIVATE_TOPS = new Set(['test', 'example', 'invalid', 'local', 'localhost', 'internal', 'lan', 'corp', 'home']);

const tops = new Map<string, boolean>();

/** An address whose domain ends in a public suffix of the ICANN section, or in a reserved one. */
export function isEmail(text: string): boolean {
  if (text.length > 254 || !EMAIL.test(text)) return false;
  if (text.includes('..') || text.startsWith('.') || text.includes('.@')) return false;
  const top = text.slice(text.lastIndexOf('.') + 1).toLowerCase();
  let known = tops.get(top);
  if (known === undefined) {
    known = PRIVATE_TOPS.has(top) || parse(`a.${top}`).isIcann === true;
    if (tops.size < 4096) tops.set(top, known);
  }
  return known;
}

/** `mailto:` and `Name <address>` are written in address columns too. */
export function bareEmail(text: string): string {
  const inner = /<([^<>\s]+@[^<>\s]+)>$/.exec(text);
  return (inner?.[1] ?? text).replace(/^mailto:/i, '');
}

const PHONE_LIKE = /^(?:tel[.:]?\s*)?[+(]?[\d][\d\s().\-/–+]*\d\)?(?:\s*(?:x|ext\.?|extension|#)\s*\d{1,6})?$/i;

/** What could be a phone number where a header says that it is one: 7 to 15 digits (ITU-T E.164). */
export function isPhoneLike(text: string, digits: number): boolean {
  return digits >= 6 && digits <= 20 && PHONE_LIKE.test(text);
}

/** Grouped as North Americans write it, or with a leading zero or a bracket. */
const NATIONAL = [
  ['US', /^(?:\+?1[\s.-]?)?\(?[2-9]\d{2}\)?[\s.\-/]{1,2}[2-9]\d{2}[\s.-]\d{4}(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?$/i],
] as const;

/** Countries that national numbers (with a trunk zero or brackets) are tried in. */
const TRIED = ['GB', 'DE', 'FR', 'IT', 'NL', 'SE', 'CH', 'AT', 'BE', 'ES', 'PL', 'BR', 'IN', 'AU', 'JP'] as const;

/** A number that its country's numbering plan knows: international, or national and written in groups. */
export function isPhone(text: string, digits: number): boolean {
  if (digits < 8 || digits > 20 || !PHONE_LIKE.test(text)) return false;
  const stripped = text.replace(/\s*(?:x|ext\.?|extension|#)\s*\d{1,6}$/i, '');
  if (/^(?:tel[.:]?\s*)?(?:\+|00[1-9])/.test(stripped)) {
    const number = parsePhoneNumberFromString(stripped.replace(/^\D*00/, '+').replace('(0)', ''));
    return number?.isValid() === true || number?.isPossible() === true;
  }
  for (const [country, shape] of NATIONAL) if (shape.test(text)) return isPossiblePlan(stripped, country);
  if (!/[\s()\-./]/.test(stripped) || !/^\(?0\d/.test(stripped)) return false;
  return TRIED.some((country) => isValidPhoneNumber(stripped, country));
}

/** The exchange 555 of films and generators is no valid number, but it is written as one. */
function isPossiblePlan(text: string, country: 'US'): boolean {
  return parsePhoneNumberFromString(text, country)?.isPossible() === true;
}
