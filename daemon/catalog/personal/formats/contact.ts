import {
  getCountries,
  getCountryCallingCode,
  isValidPhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import { parse } from 'tldts';

const EMAIL =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62}$/u;

/** Top-level names that RFC 2606 and RFC 6762 keep out of the public tree, as test data and office networks use them. */
const PRIVATE_TOPS = new Set(['test', 'example', 'invalid', 'local', 'localhost', 'internal', 'lan', 'corp', 'home']);

const tops = new Map<string, boolean>();
const TOPS = 4096;

function isTop(top: string): boolean {
  let known = tops.get(top);
  if (known === undefined) {
    known = PRIVATE_TOPS.has(top) || parse(`a.${top}`).isIcann === true;
    if (tops.size < TOPS) tops.set(top, known);
  }
  return known;
}

/** An address whose domain ends in a public suffix of the ICANN section, or in a reserved one. */
export function isEmail(text: string): boolean {
  if (text.length > 254 || !EMAIL.test(text)) return false;
  if (text.includes('..') || text.startsWith('.') || text.includes('.@')) return false;
  return isTop(text.slice(text.lastIndexOf('.') + 1).toLowerCase());
}

const LOCAL = Uint8Array.from({ length: 256 }, (_, byte) => (/[\w.%+-]/.test(String.fromCharCode(byte)) ? 1 : 0));
const [AT, DOT, DASH] = [64, 46, 45];

/** The same for a cell that is one address of the usual signs, straight from its bytes; false says nothing. */
export function isPlainEmail(data: Buffer, start: number, end: number): boolean {
  const at = data.indexOf(AT, start);
  if (
    at <= start ||
    at - start > 64 ||
    end - at < 4 ||
    end - start > 254 ||
    data[start] === DOT ||
    data[at - 1] === DOT
  )
    return false;
  for (let place = start; place < at; place++)
    if (LOCAL[data[place]!] === 0 || (data[place] === DOT && data[place + 1] === DOT)) return false;
  let label = at + 1;
  for (let place = at + 1; place < end; place++) {
    const byte = data[place]!;
    if (byte === DOT) {
      if (place === label || data[place - 1] === DASH) return false;
      label = place + 1;
    } else if (
      !(
        (byte >= 97 && byte <= 122) ||
        (byte >= 65 && byte <= 90) ||
        (byte >= 48 && byte <= 57) ||
        (byte === DASH && place !== label)
      )
    )
      return false;
  }
  return label > at + 1 && end - label >= 2 && isTop(data.toString('latin1', label, end).toLowerCase());
}

/** `mailto:` and `Name <address>` are written in address columns too. */
export function bareEmail(text: string): string {
  const inner = /<([^<>\s]+@[^<>\s]+)>$/.exec(text);
  return (inner?.[1] ?? text).replace(/^mailto:/i, '');
}

const PHONE_LIKE = /^(?:tel[.:]?\s*)?(?:\(?\+|\()?\d[\d\s().\-/–+]*\d\)?(?:\s*(?:x|ext\.?|extension|#)\s*\d{1,6})?$/i;

/** What could be a phone number where a header says that it is one: 7 to 15 digits (ITU-T E.164). */
export function isPhoneLike(text: string, digits: number): boolean {
  return digits >= 6 && digits <= 20 && PHONE_LIKE.test(text);
}

/** Signs that only phone numbers have. */
export function isMarkedPhone(text: string): boolean {
  return /^[+(]|^00[1-9]|\)\s*\d|(?:x|ext\.?|#)\s*\d{1,6}$/i.test(text);
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
  if (/^(?:tel[.:]?\s*)?(?:\(?\+|00[1-9])/.test(stripped)) {
    const number = stripped
      .replace(/^\D*00/, '+')
      .replace('(0)', '')
      .replace(/^(\D*)\((\+\d+)\)/, '$1$2');
    return hasCallingCode(number) || parsePhoneNumberFromString(number)?.isPossible() === true;
  }
  for (const [country, shape] of NATIONAL) if (shape.test(text)) return isPossiblePlan(stripped, country);
  if (digits < 10 || !/[\s()\-./]/.test(stripped) || !/^\(?0\d/.test(stripped)) return false;
  return TRIED.some((country) => isValidPhoneNumber(stripped, country));
}

/** The exchange 555 of films and generators is no valid number, but it is written as one. */
function isPossiblePlan(text: string, country: 'US'): boolean {
  return parsePhoneNumberFromString(text, country)?.isPossible() === true;
}

const CALLING_CODES: ReadonlySet<string> = new Set(getCountries().map((country) => getCountryCallingCode(country)));

/** An international number by its calling code and length alone: what the full scan asks of every cell. */
export function hasCallingCode(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 8 || digits.length > 15) return false;
  return [1, 2, 3].some((length) => CALLING_CODES.has(digits.slice(0, length)));
}
