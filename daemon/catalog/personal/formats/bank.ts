import creditCardType from 'credit-card-type';
import { countrySpecs } from 'ibantools';
import { luhn } from './checksums.js';

/** Schemes whose numbers people carry, by the names of the library that knows their prefixes and lengths. */
const SCHEMES = [
  'visa',
  'mastercard',
  'american-express',
  'discover',
  'jcb',
  'diners-club',
  'unionpay',
  'elo',
  'mir',
  'maestro',
];

const PREFIX = 6;
const SHORTEST = 12;

/** For each of the first six digits, the lengths that are issued: bit 0 stands for twelve digits. */
const ISSUED = issued();

function issued(): Uint8Array {
  const table = new Uint8Array(10 ** PREFIX);
  const issue = (from: string, to: string, lengths: readonly number[]) => {
    const bits = lengths.reduce((sum, length) => sum | (1 << (length - SHORTEST)), 0);
    const last = Number(to.slice(0, PREFIX).padEnd(PREFIX, '9'));
    for (let at = Number(from.slice(0, PREFIX).padEnd(PREFIX, '0')); at <= last; at++) table[at]! |= bits;
  };
  for (const scheme of SCHEMES) {
    const { patterns, lengths } = creditCardType.getTypeInfo(scheme);
    for (const pattern of patterns) {
      const [from, to] = (Array.isArray(pattern) ? pattern : [pattern, pattern]).map(String) as [string, string];
      if (from.length > 1 || scheme !== 'maestro') issue(from, to, lengths);
    }
  }
  // Old numbers that are still about, of which the library does not know.
  issue('4', '4', [13]);
  issue('1800', '1800', [15]);
  issue('2131', '2131', [15]);
  return table;
}

/** Whether a scheme issues numbers that begin so and are that long. One in five runs of sixteen digits does. */
export function hasIssuer(digits: string): boolean {
  let prefix = 0;
  for (let at = 0; at < PREFIX; at++) prefix = prefix * 10 + digits.charCodeAt(at) - 48;
  return (ISSUED[prefix]! & (1 << (digits.length - SHORTEST))) !== 0;
}

/** A card number: an issuer's prefix and length, and Luhn (ISO/IEC 7812-1). */
export function isCard(digits: string): boolean {
  return (
    digits.length >= SHORTEST && digits.length <= 19 && luhn(digits) && hasIssuer(digits) && !/^(\d)\1+$/.test(digits)
  );
}

/**
 * An IBAN without separators, in capitals (ISO 13616): country, length and modulus 97. The national check digits inside are not
 * asked for: test data and some banks get them wrong.
 */
export function passesIban(plain: string): boolean {
  if (countrySpecs[plain.slice(0, 2)]?.chars !== plain.length) return false;
  let rest = 0;
  for (let at = 4; at < plain.length + 4; at++) {
    const code = plain.charCodeAt(at % plain.length);
    rest = code >= 65 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97;
  }
  return rest === 1;
}
