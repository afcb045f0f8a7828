import * as insz from 'stdnum/lib/cjs/be/nn.js';
import * as ssn from 'stdnum/lib/cjs/ch/ssn.js';
import * as run from 'stdnum/lib/cjs/cl/rut.js';
import * as ric from 'stdnum/lib/cjs/cn/ric.js';
import * as rc from 'stdnum/lib/cjs/cz/rc.js';
import * as cpr from 'stdnum/lib/cjs/dk/cpr.js';
import * as ik from 'stdnum/lib/cjs/ee/ik.js';
import * as hetu from 'stdnum/lib/cjs/fi/hetu.js';
import * as curp from 'stdnum/lib/cjs/mx/curp.js';
import * as fodselsnummer from 'stdnum/lib/cjs/no/fodselsnummer.js';
import * as cnp from 'stdnum/lib/cjs/ro/cnp.js';
import * as tckimlik from 'stdnum/lib/cjs/tr/tckimlik.js';
import * as idnr from 'stdnum/lib/cjs/za/idnr.js';

interface Validator {
  validate: (value: string) => { isValid: boolean };
}

/** Korean resident numbers have no check digit since October 2020; the day of birth that they begin with is one. */
const rrn: Validator = {
  validate: (value) => ({ isValid: isDay(Number(value.slice(2, 4)), Number(value.slice(4, 6))) }),
};

const isDay = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31;

/**
 * Personal numbers of more states, with the form in which they are written. All have a date of birth or two check digits in
 * them, so that few runs of digits pass by chance. They are reported as `national_id`.
 */
const NUMBERS: readonly (readonly [RegExp, Validator])[] = [
  [/^\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]$/, hetu],
  [/^\d{6} ?\d{5}$/, fodselsnummer],
  [/^756\.?\d{4}\.?\d{4}\.?\d{2}$/, ssn],
  [/^\d{2}[.-]?\d{2}[.-]?\d{2}[.-]?\d{3}[.-]?\d{2}$/, insz],
  [/^\d{6}\/\d{3,4}$/, rc],
  [/^\d{6}-\d{4}$/, cpr],
  [/^[1-8]\d{10}$/, ik],
  [/^\d{6}-[1-8]\d{6}$/, rrn],
  [/^[1-9]\d{12}$/, cnp],
  [/^[1-9]\d{10}$/, tckimlik],
  [/^\d{13}$/, idnr],
  [/^\d{17}[\dX]$/i, ric],
  [/^[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d$/i, curp],
  [/^\d{1,2}\.?\d{3}\.?\d{3}-[\dK]$/i, run],
];

export function isOtherNational(text: string): boolean {
  return NUMBERS.some(([form, validator]) => {
    if (!form.test(text)) return false;
    try {
      return validator.validate(text).isValid;
    } catch {
      return false;
    }
  });
}
