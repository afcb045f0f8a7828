import * as tfn from 'stdnum/lib/cjs/au/tfn.js';
import * as cpf from 'stdnum/lib/cjs/br/cpf.js';
import * as sin from 'stdnum/lib/cjs/ca/sin.js';
import * as idnr from 'stdnum/lib/cjs/de/idnr.js';
import * as dni from 'stdnum/lib/cjs/es/dni.js';
import * as nie from 'stdnum/lib/cjs/es/nie.js';
import * as nir from 'stdnum/lib/cjs/fr/nir.js';
import * as nino from 'stdnum/lib/cjs/gb/nino.js';
import * as aadhaar from 'stdnum/lib/cjs/in/aadhaar.js';
import * as pan from 'stdnum/lib/cjs/in/pan.js';
import * as codicefiscale from 'stdnum/lib/cjs/it/codicefiscale.js';
import * as bsn from 'stdnum/lib/cjs/nl/bsn.js';
import * as pesel from 'stdnum/lib/cjs/pl/pesel.js';
import * as personnummer from 'stdnum/lib/cjs/se/personnummer.js';
import type { Validated } from '../kinds.js';
import { isCard } from './bank.js';
import { abaRouting, imei, luhn, nhsNumber, npi } from './checksums.js';

/** US Social Security number: areas 000, 666 and 900 to 999, group 00 and serial 0000 are never issued. */
export function isSsn(digits: string): boolean {
  return (
    /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) &&
    !/^(\d)\1{8}$/.test(digits) &&
    digits !== '123456789' &&
    digits !== '078051120'
  );
}

/** US Individual Taxpayer number: begins with 9, its group is 50–65, 70–88, 90–92 or 94–99. */
export function isItin(digits: string): boolean {
  return /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(digits);
}

const passes = (validator: { validate: (value: string) => { isValid: boolean } }, text: string): boolean => {
  try {
    return validator.validate(text).isValid;
  } catch {
    return false;
  }
};

/** Kinds of number that a string of digits alone may be. Each by its checksum; most pass one run in ten. */
export function digitKinds(digits: string, found: Set<string>): void {
  const add = (kind: Validated) => found.add(kind);
  switch (digits.length) {
    case 9:
      if (isSsn(digits)) add('us_ssn');
      if (isItin(digits)) add('us_itin');
      if (abaRouting(digits)) add('routing_number');
      if (passes(bsn, digits)) add('nl_bsn');
      if (passes(sin, digits)) add('ca_sin');
      if (passes(tfn, digits)) add('au_tfn');
      break;
    case 10:
      if (nhsNumber(digits)) {
        add('uk_nhs');
        if (/^(?:4|6|7[0-9]|3[2-9])/.test(digits)) found.add('nhs_range');
      }
      if (npi(digits)) add('npi');
      if (passes(personnummer, `${digits.slice(0, 6)}-${digits.slice(6)}`)) add('se_personnummer');
      break;
    case 11:
      if (passes(idnr, digits)) add('de_tax_id');
      if (passes(pesel, digits)) add('pl_pesel');
      if (passes(cpf, digits)) add('br_cpf');
      break;
    case 12:
      if (passes(aadhaar, digits)) add('in_aadhaar');
      if (/^(?:19|20)/.test(digits) && passes(personnummer, digits)) add('se_personnummer');
      break;
    case 15:
      if (passes(nir, digits)) add('fr_nir');
      if (imei(digits)) add('imei');
      break;
    default:
  }
  if (digits.length >= 12 && digits.length <= 19 && isCard(digits)) add('card');
  if (digits.length >= 8 && luhn(digits)) found.add('luhn');
}

/** Kinds of number that have letters in them. `text` is upper case, without separators. */
export function letterKinds(text: string, found: Set<string>): void {
  const add = (kind: Validated) => found.add(kind);
  if (text.length === 9 && /^[A-Z]{2}\d{6}[A-D]$/.test(text) && passes(nino, text)) add('uk_nino');
  if (text.length === 9 && /^\d{8}[A-Z]$/.test(text) && passes(dni, text)) add('es_nif');
  if (text.length === 9 && /^[XYZ]\d{7}[A-Z]$/.test(text) && passes(nie, text)) add('es_nif');
  if (
    text.length === 16 &&
    /^[A-Z]{6}[\dLMNPQRSTUV]{2}[A-EHLMPRST][\dLMNPQRSTUV]{2}[A-Z][\dLMNPQRSTUV]{3}[A-Z]$/.test(text) &&
    passes(codicefiscale, text)
  )
    add('it_fiscal_code');
  if (text.length === 10 && /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(text) && passes(pan, text)) add('in_pan');
  if (text.length === 15 && /^\d{6}[AB\d]\d{8}$/.test(text) && passes(nir, text)) add('fr_nir');
  // Medicare Beneficiary Identifier (CMS): letters without S, L, O, I, B, Z at fixed places.
  if (
    /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/.test(
      text,
    )
  )
    add('insurance_number');
}
