import type { Reading } from '../column-state.js';
import type { Entity } from '../entities.js';
import type { Kind } from '../kinds.js';

/**
 * How an entity is known.
 * `bond` says what else must be in the table: `self` nothing; `quasi` (age, gender, …) is personal unless the table is of
 * things or of sums; `place` (city, coordinates, …) is personal only where people are in the table.
 */
export interface Rule {
  noun: string;
  bond: 'self' | 'quasi' | 'place';
  /** Types a column can have. */
  readings: readonly Reading[];
  /** Under a clear header, at least half of the values must be of one of these kinds. */
  plausible: readonly Kind[];
  /** Without a header: the share of values that must be of this kind (and of `and`). */
  proof?: { kind: Kind; share: number; and?: Kind; distinct?: number; chance?: number };
}

const TEXT: readonly Reading[] = ['text'];
const EITHER: readonly Reading[] = ['text', 'number'];

/** At least five letters and digits, of which one is a digit: numbers that are given to people are no small ones. */
const LONG_CODES: readonly Kind[] = ['long_code', 'marked', 'hex_like'];
const CODES: readonly Kind[] = ['code_like', 'digits', 'word', 'marked', 'hex_like'];

export const RULES: Readonly<Record<Entity, Rule>> = {
  first_name: { noun: 'known first names', bond: 'self', readings: TEXT, plausible: ['name_like'] },
  middle_name: { noun: 'words as names are', bond: 'self', readings: TEXT, plausible: ['name_like', 'word'] },
  last_name: { noun: 'words as last names are', bond: 'self', readings: TEXT, plausible: ['name_like'] },
  full_name: { noun: 'names of people', bond: 'self', readings: TEXT, plausible: ['name_like', 'full_name'] },
  username: {
    noun: 'words without spaces',
    bond: 'self',
    readings: EITHER,
    plausible: ['word', 'code_like', 'email', 'profile_url'],
  },
  email: {
    noun: 'valid e-mail addresses',
    bond: 'self',
    readings: TEXT,
    plausible: ['email'],
    proof: { kind: 'email', share: 0.7 },
  },
  phone: {
    noun: 'phone numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['phone', 'phone_like'],
    proof: { kind: 'phone', share: 0.75, distinct: 3 },
  },
  street_address: {
    noun: 'streets with a number',
    bond: 'self',
    readings: TEXT,
    plausible: ['street_address', 'words', 'word', 'long_text'],
    proof: { kind: 'street_address', share: 0.65, distinct: 3 },
  },
  address: { noun: 'addresses', bond: 'self', readings: TEXT, plausible: ['street_address', 'words', 'long_text'] },
  house_number: {
    noun: 'house numbers',
    bond: 'place',
    readings: EITHER,
    plausible: ['code_like', 'digits', 'words', 'word'],
  },
  city: { noun: 'words as cities are', bond: 'place', readings: TEXT, plausible: ['word', 'words'] },
  county: { noun: 'words as counties are', bond: 'place', readings: TEXT, plausible: ['word', 'words'] },
  state: { noun: 'words as states are', bond: 'place', readings: TEXT, plausible: ['word', 'words'] },
  country: { noun: 'words as countries are', bond: 'place', readings: TEXT, plausible: ['word', 'words'] },
  postcode: {
    noun: 'postcodes',
    bond: 'place',
    readings: EITHER,
    plausible: ['postcode', 'code_like'],
    proof: { kind: 'sure_postcode', share: 0.85, distinct: 5 },
  },
  birth_date: {
    noun: 'dates since 1890',
    bond: 'self',
    readings: ['text', 'date', 'number'],
    plausible: ['past_date'],
  },
  birth_year: { noun: 'years', bond: 'self', readings: ['text', 'number'], plausible: ['year_like'] },
  birth_place: { noun: 'words as places are', bond: 'self', readings: TEXT, plausible: ['word', 'words'] },
  death_date: { noun: 'dates', bond: 'self', readings: ['text', 'date'], plausible: ['date_like', 'past_date'] },
  age: { noun: 'whole numbers up to 120', bond: 'quasi', readings: EITHER, plausible: ['age_like'] },
  gender: {
    noun: 'words for a gender',
    bond: 'quasi',
    readings: EITHER,
    plausible: ['gender'],
    proof: { kind: 'gender', share: 0.9, and: 'marked', distinct: 2 },
  },
  nationality: { noun: 'words', bond: 'quasi', readings: TEXT, plausible: ['word', 'words', 'country'] },
  marital_status: {
    noun: 'words for a marital status',
    bond: 'quasi',
    readings: TEXT,
    plausible: ['marital_status'],
    proof: { kind: 'marital_status', share: 0.9, and: 'marked', distinct: 3 },
  },
  national_id: {
    noun: 'codes',
    bond: 'self',
    readings: EITHER,
    plausible: LONG_CODES,
    proof: { kind: 'national_id', share: 0.85, distinct: 12, chance: 0.03 },
  },
  us_ssn: {
    noun: 'possible Social Security numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['us_ssn', 'us_itin'],
    proof: { kind: 'us_ssn', share: 0.85, and: 'grouped_ssn', distinct: 3 },
  },
  us_itin: {
    noun: 'possible ITINs',
    bond: 'self',
    readings: EITHER,
    plausible: ['us_itin'],
    proof: { kind: 'us_itin', share: 0.85, and: 'grouped_ssn', distinct: 3 },
  },
  uk_nino: {
    noun: 'valid National Insurance numbers',
    bond: 'self',
    readings: TEXT,
    plausible: ['uk_nino'],
    proof: { kind: 'uk_nino', share: 0.8, distinct: 3 },
  },
  uk_nhs: {
    noun: 'valid NHS numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['uk_nhs'],
    proof: { kind: 'uk_nhs', share: 0.95, and: 'nhs_range', distinct: 20, chance: 0.09 },
  },
  de_tax_id: {
    noun: 'valid German tax ids',
    bond: 'self',
    readings: EITHER,
    plausible: ['de_tax_id'],
    proof: { kind: 'de_tax_id', share: 0.85, distinct: 12, chance: 0.03 },
  },
  fr_nir: {
    noun: 'valid French social security numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['fr_nir'],
    proof: { kind: 'fr_nir', share: 0.8, distinct: 5, chance: 0.01 },
  },
  es_nif: {
    noun: 'valid Spanish DNI or NIE',
    bond: 'self',
    readings: TEXT,
    plausible: ['es_nif'],
    proof: { kind: 'es_nif', share: 0.8, distinct: 5, chance: 0.04 },
  },
  it_fiscal_code: {
    noun: 'valid Italian tax codes',
    bond: 'self',
    readings: TEXT,
    plausible: ['it_fiscal_code'],
    proof: { kind: 'it_fiscal_code', share: 0.75, distinct: 3 },
  },
  nl_bsn: {
    noun: 'numbers that pass the test of eleven',
    bond: 'self',
    readings: EITHER,
    plausible: ['nl_bsn'],
    proof: { kind: 'nl_bsn', share: 0.95, distinct: 30, chance: 0.09 },
  },
  se_personnummer: {
    noun: 'valid personal numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['se_personnummer'],
    proof: { kind: 'se_personnummer', share: 0.85, distinct: 10, chance: 0.03 },
  },
  pl_pesel: {
    noun: 'valid PESEL numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['pl_pesel'],
    proof: { kind: 'pl_pesel', share: 0.85, distinct: 10, chance: 0.03 },
  },
  ca_sin: {
    noun: 'numbers that pass Luhn',
    bond: 'self',
    readings: EITHER,
    plausible: ['ca_sin'],
    proof: { kind: 'ca_sin', share: 0.85, and: 'marked', distinct: 10, chance: 0.1 },
  },
  au_tfn: {
    noun: 'valid tax file numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['au_tfn'],
    proof: { kind: 'au_tfn', share: 0.9, and: 'marked', distinct: 10, chance: 0.09 },
  },
  in_aadhaar: {
    noun: 'valid Aadhaar numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['in_aadhaar'],
    proof: { kind: 'in_aadhaar', share: 0.9, distinct: 20, chance: 0.08 },
  },
  in_pan: {
    noun: 'well-formed PANs',
    bond: 'self',
    readings: TEXT,
    plausible: ['in_pan'],
    proof: { kind: 'in_pan', share: 0.85, distinct: 5 },
  },
  br_cpf: {
    noun: 'valid CPF numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['br_cpf'],
    proof: { kind: 'br_cpf', share: 0.8, distinct: 5, chance: 0.01 },
  },
  passport: { noun: 'codes', bond: 'self', readings: EITHER, plausible: LONG_CODES },
  driving_licence: { noun: 'codes', bond: 'self', readings: EITHER, plausible: LONG_CODES },
  tax_id: { noun: 'codes', bond: 'self', readings: EITHER, plausible: LONG_CODES },
  vat_id: {
    noun: 'valid VAT numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['vat_id', 'code_like', 'es_nif'],
    proof: { kind: 'vat_id', share: 0.85, distinct: 3, chance: 0.1 },
  },
  iban: {
    noun: 'valid IBANs',
    bond: 'self',
    readings: TEXT,
    plausible: ['iban', 'iban_like'],
    proof: { kind: 'iban', share: 0.75, chance: 0.01 },
  },
  card: {
    noun: 'valid card numbers',
    bond: 'self',
    readings: EITHER,
    plausible: ['card', 'luhn'],
    proof: { kind: 'card', share: 0.8, distinct: 4, chance: 0.02 },
  },
  bank_account: { noun: 'codes', bond: 'self', readings: EITHER, plausible: LONG_CODES },
  routing_number: { noun: 'codes', bond: 'self', readings: EITHER, plausible: ['routing_number', ...LONG_CODES] },
  ip_address: {
    noun: 'IP addresses',
    bond: 'self',
    readings: TEXT,
    plausible: ['ip_address'],
    proof: { kind: 'ip_address', share: 0.8, and: 'wide_ip', distinct: 2 },
  },
  mac_address: {
    noun: 'MAC addresses',
    bond: 'self',
    readings: TEXT,
    plausible: ['mac_address', 'hex_like', 'code_like'],
    proof: { kind: 'mac_address', share: 0.8 },
  },
  imei: {
    noun: 'valid IMEIs',
    bond: 'self',
    readings: EITHER,
    plausible: ['imei', 'luhn', 'digits'],
    proof: { kind: 'imei', share: 0.95, distinct: 12, chance: 0.03 },
  },
  vin: {
    noun: 'vehicle identification numbers',
    bond: 'self',
    readings: TEXT,
    plausible: ['vin', 'code_like'],
    proof: { kind: 'vin', share: 0.8, distinct: 4, chance: 0.09 },
  },
  licence_plate: { noun: 'codes', bond: 'self', readings: TEXT, plausible: LONG_CODES },
  profile_url: {
    noun: 'addresses of profiles',
    bond: 'self',
    readings: TEXT,
    plausible: ['profile_url', 'url_like', 'word'],
    proof: { kind: 'profile_url', share: 0.7, distinct: 3 },
  },
  url_with_user: {
    noun: 'addresses with a user in them',
    bond: 'self',
    readings: TEXT,
    plausible: ['url_with_user'],
    proof: { kind: 'url_with_user', share: 0.7 },
  },
  coordinates: { noun: 'degrees', bond: 'place', readings: EITHER, plausible: ['degrees', 'number'] },
  medical_record: { noun: 'codes', bond: 'self', readings: EITHER, plausible: CODES },
  insurance_number: {
    noun: 'codes',
    bond: 'self',
    readings: EITHER,
    plausible: LONG_CODES,
    proof: { kind: 'insurance_number', share: 0.85, distinct: 5 },
  },
  npi: {
    noun: 'valid NPIs',
    bond: 'self',
    readings: EITHER,
    plausible: ['npi', 'digits'],
    proof: { kind: 'npi', share: 0.95, distinct: 20, chance: 0.1 },
  },
  biometric: {
    noun: 'values',
    bond: 'self',
    readings: ['text', 'binary', 'number'],
    plausible: ['hex_like', 'long_text', 'code_like', 'word', 'number'],
  },
  face_image: {
    noun: 'images',
    bond: 'self',
    readings: ['text', 'binary'],
    plausible: ['image_url', 'url_like', 'long_text'],
  },
  employee_id: { noun: 'codes', bond: 'self', readings: EITHER, plausible: CODES },
  student_id: { noun: 'codes', bond: 'self', readings: EITHER, plausible: CODES },
  customer_id: { noun: 'codes', bond: 'self', readings: EITHER, plausible: CODES },
  person_id: { noun: 'codes', bond: 'self', readings: EITHER, plausible: CODES },
  ethnicity: {
    noun: 'words for an ethnic group',
    bond: 'quasi',
    readings: TEXT,
    plausible: ['ethnicity', 'religion'],
    proof: { kind: 'ethnicity', share: 0.75, distinct: 3 },
  },
  religion: {
    noun: 'words for a religion',
    bond: 'quasi',
    readings: TEXT,
    plausible: ['religion', 'other_word'],
    proof: { kind: 'religion', share: 0.85, distinct: 3 },
  },
  political_opinion: { noun: 'words', bond: 'quasi', readings: TEXT, plausible: ['word', 'words'] },
  union_membership: { noun: 'words', bond: 'quasi', readings: ['text', 'none'], plausible: ['truth', 'word', 'words'] },
  health: {
    noun: 'words or codes',
    bond: 'quasi',
    readings: ['text', 'none', 'number'],
    plausible: ['word', 'words', 'code_like', 'truth', 'long_text'],
  },
  genetic: {
    noun: 'words or codes',
    bond: 'self',
    readings: TEXT,
    plausible: ['word', 'words', 'code_like', 'long_text'],
  },
  sexual_orientation: { noun: 'words', bond: 'self', readings: TEXT, plausible: ['word', 'words'] },
  criminal_record: {
    noun: 'values',
    bond: 'quasi',
    readings: ['text', 'none', 'number'],
    plausible: ['truth', 'word', 'words', 'number', 'long_text'],
  },
  credential: {
    noun: 'keys or passwords',
    bond: 'self',
    readings: EITHER,
    plausible: ['credential', 'hex_like', 'code_like', 'word', 'long_text', 'digits'],
    proof: { kind: 'credential', share: 0.7 },
  },
  salary: { noun: 'amounts', bond: 'place', readings: EITHER, plausible: ['number', 'code_like', 'word', 'words'] },
};
