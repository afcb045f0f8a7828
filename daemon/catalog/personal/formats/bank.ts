import creditCardType from 'credit-card-type';
import { isValidIBAN } from 'ibantools';
import { luhn } from './checksums.js';

/** Schemes whose numbers people carry; the library's other patterns are wider than what is issued. */
const SCHEMES = new Set([
  'visa',
  'mastercard',
  'american-express',
  'discover',
  'jcb',
  'diners-club',
  'unionpay',
  'maestro',
  'elo',
  'hiper',
  'mir',
]);

/** Whether a scheme issues numbers that begin so and are that long. One in five runs of sixteen digits does. */
export function hasIssuer(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19) return false;
  if (digits.length === 13) return digits[0] === '4';
  return creditCardType(digits).some(
    (type) =>
      SCHEMES.has(type.type) &&
      (type.type !== 'maestro' || digits.length === 16) &&
      type.lengths.includes(digits.length),
  );
}

/** A card number: an issuer's prefix and length, and Luhn (ISO/IEC 7812-1). */
export function isCard(digits: string): boolean {
  return luhn(digits) && hasIssuer(digits) && !/^(\d)\1+$/.test(digits);
}

/** ISO 13616: country, length, structure and modulus 97. */
export function isIban(text: string): boolean {
  return isValidIBAN(text.replace(/[\s-]/g, '').toUpperCase());
}
