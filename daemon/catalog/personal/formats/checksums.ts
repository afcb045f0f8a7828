/** Luhn (ISO/IEC 7812-1 annex B) over a string of digits; one in ten runs passes by chance. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at--, double = !double) {
    const digit = digits.charCodeAt(at) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

/** Weighted sum of the digits, each by the weight at its place. */
function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += (digits.charCodeAt(at) - 48) * weights[at]!;
  return sum;
}

/** US bank routing number: weights 3, 7, 1, and the first two digits name a Federal Reserve district. */
export function abaRouting(digits: string): boolean {
  if (digits.length !== 9) return false;
  const district = Number(digits.slice(0, 2));
  const known =
    district <= 12
      ? district > 0
      : (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district === 80;
  return known && weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

/** UK NHS number: weights 10 to 2, modulus 11. The same sum as an ISBN-10, which may end in X. */
export function nhsNumber(digits: string): boolean {
  return (
    digits.length === 10 && digits !== '0000000000' && weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}

/** US National Provider Identifier: Luhn with the prefix 80840. */
export function npi(digits: string): boolean {
  return digits.length === 10 && (digits[0] === '1' || digits[0] === '2') && luhn(`80840${digits}`);
}

/** IMEI: 15 digits, Luhn, and a reporting body that exists (3GPP TS 23.003; GSMA TS.06). */
export function imei(digits: string): boolean {
  return digits.length === 15 && /^(?:01|10|3[0-5]|4[4-59]|5[0-4]|8[6]|9[1-9])/.test(digits) && luhn(digits);
}

/** Digits stand for themselves; letters for the values of ISO 3779's transliteration, in this order. */
const VIN_VALUES: ReadonlyMap<string, number> = new Map(
  [...'0123456789ABCDEFGHJKLMNPRSTUVWXYZ'].map((sign, at) => [sign, Number('012345678912345678123457923456789'[at])]),
);
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** Vehicle identification number with the check digit of ISO 3779 as North America and China use it. */
export function vinChecked(text: string): boolean {
  let sum = 0;
  for (let at = 0; at < 17; at++) sum += (VIN_VALUES.get(text[at]!) ?? 0) * VIN_WEIGHTS[at]!;
  const rest = sum % 11;
  return text[8] === (rest === 10 ? 'X' : String(rest));
}

/** The control letter of a Spanish DNI or NIE, by modulus 23. */
export function nifLetter(text: string): string {
  const digits = text.replace(/[^XYZ\d]/g, '').replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits.slice(0, 8)) % 23]!;
}

/** Whether the two check digits of a Brazilian CPF hold: modulus 11, twice. */
export function cpfDigits(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  const check = (count: number): number => {
    let sum = 0;
    for (let at = 0; at < count; at++) sum += (digits.charCodeAt(at) - 48) * (count + 1 - at);
    return ((sum * 10) % 11) % 10;
  };
  return digits.length === 11 && check(9) === Number(digits[9]) && check(10) === Number(digits[10]);
}

const ODD_PLACES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** The last letter of an Italian tax code, from the fifteen signs before it (decree of 23 December 1976). */
export function fiscalCodeSign(text: string): string {
  let sum = 0;
  for (let at = 0; at < 15; at++) {
    const code = text.charCodeAt(at);
    const value = code >= 65 ? code - 65 : code - 48;
    sum += at % 2 === 0 ? ODD_PLACES[value]! : value;
  }
  return String.fromCharCode(65 + (sum % 26));
}
