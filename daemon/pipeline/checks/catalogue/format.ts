import validator from 'validator';
import { z } from 'zod';
import { cellCheck, remembered } from '../cells.js';
import { defineCheck, unfit } from '../define.js';
import { storageType, textReader } from '../values/access.js';
import { parseClock, parseDay, parseMoment } from '../values/moments.js';
import { ordinalReader } from '../values/order.js';

type Format = (text: string) => boolean;

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const DURATION = /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;

/** Every format by name. Those with a check digit verify it. */
const FORMATS = {
  email: (text) => PLAIN_EMAIL.test(text) || validator.isEmail(text),
  uri: (text) => /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) && URL.canParse(text),
  hostname: (text) => validator.isFQDN(text, { require_tld: false, allow_numeric_tld: true }),
  ipv4: (text) => validator.isIP(text, 4),
  ipv6: (text) => validator.isIP(text, 6),
  ip: (text) => validator.isIP(text),
  mac: (text) => validator.isMACAddress(text),
  uuid: (text) => UUID.test(text),
  date: (text) => parseDay(text) !== undefined,
  time: (text) => parseClock(text) !== undefined,
  'date-time': (text) => parseMoment(text)?.zoned === true,
  duration: (text) => DURATION.test(text),
  iban: (text) => validator.isIBAN(text.replaceAll(' ', '')),
  bic: (text) => validator.isBIC(text),
  card: (text) =>
    /^\d{12,19}$/.test(text.replaceAll(/[ -]/g, '')) && validator.isCreditCard(text.replaceAll(/[ -]/g, '')),
  luhn: (text) => /^\d+$/.test(text) && validator.isLuhnNumber(text),
  e164: (text) => /^\+[1-9]\d{6,14}$/.test(text),
  isin: (text) => validator.isISIN(text),
  lei: (text) => /^[A-Z0-9]{18}\d{2}$/.test(text) && mod97(text) === 1,
  vat: (text) => isVat(text),
  ean: (text) => validator.isEAN(text),
  isbn: (text) => validator.isISBN(text.replaceAll('-', '')),
  issn: (text) => validator.isISSN(text),
  imei: (text) => validator.isIMEI(text),
  'iso3166-alpha2': (text) => /^[A-Z]{2}$/.test(text) && validator.isISO31661Alpha2(text),
  'iso3166-alpha3': (text) => /^[A-Z]{3}$/.test(text) && validator.isISO31661Alpha3(text),
  'iso3166-numeric': (text) => validator.isISO31661Numeric(text),
  iso4217: (text) => /^[A-Z]{3}$/.test(text) && validator.isISO4217(text),
  'iso639-1': (text) => /^[a-z]{2}$/.test(text) && validator.isISO6391(text),
  semver: (text) => validator.isSemVer(text),
  json: (text) => isJson(text),
  base64: (text) => validator.isBase64(text),
  hex: (text) => /^([0-9a-fA-F]{2})*$/.test(text),
} as const satisfies Record<string, Format>;

/** Addresses as nearly all are: letters and digits with single marks between, so that most need no closer look. */
const PLAIN_EMAIL =
  /^(?=.{1,200}$)(?=[^@]{1,64}@)(?!.*[A-Za-z0-9-]{64})[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,10}$/;

type FormatName = keyof typeof FORMATS;

const FORMAT_NAMES = Object.keys(FORMATS) as [FormatName, ...FormatName[]];

/** Formats made of digits alone, which a whole-number column can hold. */
const NUMERIC: readonly FormatName[] = ['luhn', 'card', 'ean', 'imei'];

export const format = defineCheck({
  name: 'format',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'Every value is written in a known format; check digits are verified.',
    counts: 'Tested: the non-null values. Failed: those not in the format.',
    nulls: 'Not tested.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'For text; luhn, card, ean and imei also for whole numbers. Spaces in IBANs and spaces or hyphens in card numbers are ignored. A date-time needs an offset (RFC 3339).',
    parameters: { format: `One of ${FORMAT_NAMES.join(', ')}.` },
    example: { id: 'currency-code', check: 'format', columns: ['currency'], format: 'iso4217' },
  },
  params: { format: z.enum(FORMAT_NAMES) },
  bind: (rule, fields) => {
    const test = remembered(FORMATS[rule.format]);
    for (const field of fields) {
      const { name } = storageType(field.type);
      if (name === 'utf8' || (name === 'int' && NUMERIC.includes(rule.format))) continue;
      throw unfit(field, `the format ${rule.format} needs text`);
    }
    return cellCheck({
      rule,
      fields,
      fault: `are not in the format ${rule.format}`,
      costly: true,
      test: (column, { type }) => {
        const read = storageType(type).name === 'utf8' ? textReader(column) : digits(ordinalReader(column));
        return (row) => test(read(row));
      },
    });
  },
  meet: (mine, theirs) => (mine.format === theirs.format ? { params: { format: mine.format } } : undefined),
});

const digits =
  (read: (row: number) => number | bigint) =>
  (row: number): string =>
    String(read(row));

/** Remainder by 97 of a code with letters as 10 to 35 (ISO 7064). */
function mod97(text: string): number {
  let rest = 0;
  for (const char of text) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** A VAT number with its country in front; false for countries that the library does not know. */
function isVat(text: string): boolean {
  try {
    return /^[A-Z]{2}/.test(text) && validator.isVAT(text, text.slice(0, 2) as validator.VATCountryCode);
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
