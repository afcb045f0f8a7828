import * as at from 'stdnum/lib/cjs/at/uid.js';
import * as be from 'stdnum/lib/cjs/be/vat.js';
import * as de from 'stdnum/lib/cjs/de/vat.js';
import * as dk from 'stdnum/lib/cjs/dk/cvr.js';
import * as cif from 'stdnum/lib/cjs/es/cif.js';
import * as nif from 'stdnum/lib/cjs/es/nif.js';
import * as fr from 'stdnum/lib/cjs/fr/tva.js';
import * as gb from 'stdnum/lib/cjs/gb/vat.js';
import * as ie from 'stdnum/lib/cjs/ie/vat.js';
import * as it from 'stdnum/lib/cjs/it/iva.js';
import * as nl from 'stdnum/lib/cjs/nl/btw.js';
import * as pl from 'stdnum/lib/cjs/pl/nip.js';
import * as pt from 'stdnum/lib/cjs/pt/nif.js';
import * as se from 'stdnum/lib/cjs/se/vat.js';

interface Validator {
  validate: (value: string) => { isValid: boolean };
}

const BY_COUNTRY: Readonly<Record<string, readonly Validator[]>> = {
  AT: [at],
  BE: [be],
  DE: [de],
  DK: [dk],
  ES: [cif, nif],
  FR: [fr],
  GB: [gb],
  IE: [ie],
  IT: [it],
  NL: [nl],
  PL: [pl],
  PT: [pt],
  SE: [se],
};

/** A VAT number with its country's prefix, valid by that country's checksum. `text` is upper case, without separators. */
export function isVat(text: string): boolean {
  if (!/^[A-Z]{2}[0-9A-Z]{8,12}$/.test(text)) return false;
  const own = text.slice(2);
  return (BY_COUNTRY[text.slice(0, 2)] ?? []).some((validator) => {
    try {
      return validator.validate(own).isValid || validator.validate(text).isValid;
    } catch {
      return false;
    }
  });
}
