import type { Entity } from '../personal/index.js';

/** What a preset does with a column of some kinds: an operator that each type of column can take, else the column is dropped. */
export type PresetMask = 'drop' | 'token' | 'token_random' | 'year' | 'age' | 'birth_year' | 'zip3';

export interface Identifier {
  /** As the law lists it. */
  name: string;
  entities: readonly Entity[];
  mask: PresetMask;
  /** Kinds that are masked as the others, and that the rule does not forbid afterwards: what is left of them may stay. */
  mayRemain?: true;
}

/** 45 CFR 164.514(b)(2)(i): the eighteen identifiers of the safe harbor, in its order. */
export const HIPAA: readonly Identifier[] = [
  { name: 'Names', entities: ['first_name', 'middle_name', 'last_name', 'full_name'], mask: 'drop' },
  {
    name: 'Geographic subdivisions smaller than a state',
    entities: ['street_address', 'address', 'house_number', 'city', 'county', 'birth_place', 'coordinates'],
    mask: 'drop',
  },
  {
    name: 'ZIP codes, but for the first three digits of areas with more than 20 000 people',
    entities: ['postcode'],
    mask: 'zip3',
  },
  { name: 'Dates, but for the year', entities: ['death_date'], mask: 'year' },
  { name: 'Dates of birth, whose year tells ages over 89', entities: ['birth_date'], mask: 'drop' },
  { name: 'Ages over 89, and years that tell them', entities: ['age'], mask: 'age', mayRemain: true },
  { name: 'Years of birth that tell ages over 89', entities: ['birth_year'], mask: 'birth_year', mayRemain: true },
  { name: 'Telephone and fax numbers', entities: ['phone'], mask: 'drop' },
  { name: 'Email addresses', entities: ['email'], mask: 'drop' },
  {
    name: 'Social Security numbers, and numbers of other states like them',
    entities: [
      ...(['us_ssn', 'us_itin', 'national_id', 'uk_nino', 'uk_nhs', 'de_tax_id', 'fr_nir', 'es_nif'] as const),
      ...(['it_fiscal_code', 'nl_bsn', 'se_personnummer', 'pl_pesel', 'ca_sin', 'au_tfn'] as const),
      ...(['in_aadhaar', 'in_pan', 'br_cpf'] as const),
    ],
    mask: 'drop',
  },
  { name: 'Medical record numbers', entities: ['medical_record'], mask: 'token_random' },
  { name: 'Health plan beneficiary numbers', entities: ['insurance_number'], mask: 'token_random' },
  {
    name: 'Account numbers',
    entities: ['bank_account', 'iban', 'card', 'routing_number', 'customer_id'],
    mask: 'token_random',
  },
  {
    name: 'Certificate and licence numbers',
    entities: ['driving_licence', 'passport', 'npi', 'tax_id', 'vat_id'],
    mask: 'drop',
  },
  { name: 'Vehicle identifiers and licence plates', entities: ['vin', 'licence_plate'], mask: 'drop' },
  { name: 'Device identifiers and serial numbers', entities: ['imei', 'mac_address'], mask: 'drop' },
  { name: 'Web addresses', entities: ['profile_url', 'url_with_user'], mask: 'drop' },
  { name: 'IP addresses', entities: ['ip_address'], mask: 'drop' },
  { name: 'Biometric identifiers', entities: ['biometric', 'genetic'], mask: 'drop' },
  { name: 'Full-face photographs', entities: ['face_image'], mask: 'drop' },
  {
    name: 'Any other unique number, characteristic or code',
    entities: ['username', 'employee_id', 'student_id', 'person_id', 'credential'],
    mask: 'token_random',
  },
];

/** Art. 9(1) and 10 GDPR. */
export const SPECIAL: readonly Identifier[] = [
  { name: 'Racial or ethnic origin', entities: ['ethnicity'], mask: 'drop' },
  { name: 'Political opinions', entities: ['political_opinion'], mask: 'drop' },
  { name: 'Religious or philosophical beliefs', entities: ['religion'], mask: 'drop' },
  { name: 'Trade union membership', entities: ['union_membership'], mask: 'drop' },
  { name: 'Genetic data', entities: ['genetic'], mask: 'drop' },
  { name: 'Biometric data', entities: ['biometric', 'face_image'], mask: 'drop' },
  { name: 'Health', entities: ['health', 'medical_record'], mask: 'drop' },
  { name: 'Sex life or sexual orientation', entities: ['sexual_orientation'], mask: 'drop' },
  { name: 'Criminal convictions and offences', entities: ['criminal_record'], mask: 'drop' },
];

/** What names a person directly: to be replaced by what only its holder can join. */
export const DIRECT: readonly Identifier[] = [
  {
    name: 'Names and addresses',
    entities: ['first_name', 'middle_name', 'last_name', 'full_name', 'street_address', 'address', 'house_number'],
    mask: 'drop',
  },
  {
    name: 'Ways to reach a person',
    entities: ['email', 'phone', 'profile_url', 'url_with_user', 'username'],
    mask: 'token',
  },
  {
    name: 'Numbers of a person',
    entities: [
      ...HIPAA.find(({ entities }) => entities.includes('us_ssn'))!.entities,
      ...(['passport', 'driving_licence', 'tax_id', 'iban', 'card', 'bank_account', 'insurance_number'] as const),
      ...(['customer_id', 'employee_id', 'student_id', 'person_id'] as const),
    ],
    mask: 'token',
  },
  {
    name: 'Online identifiers and vehicles',
    entities: ['ip_address', 'mac_address', 'imei', 'vin', 'licence_plate'],
    mask: 'token',
  },
  { name: 'Credentials', entities: ['credential'], mask: 'drop' },
];

/** Cal. Civ. Code 1798.140(ae): sensitive personal information. */
export const SENSITIVE: readonly Identifier[] = [
  {
    name: 'Government identifiers',
    entities: ['us_ssn', 'us_itin', 'national_id', 'driving_licence', 'passport'],
    mask: 'drop',
  },
  { name: 'Accounts with their access', entities: ['bank_account', 'card', 'iban', 'credential'], mask: 'drop' },
  { name: 'Precise geolocation', entities: ['coordinates'], mask: 'drop' },
  {
    name: 'Origin, beliefs, union membership',
    entities: ['ethnicity', 'religion', 'union_membership', 'nationality'],
    mask: 'drop',
  },
  { name: 'Genetic and biometric data', entities: ['genetic', 'biometric', 'face_image'], mask: 'drop' },
  {
    name: 'Health, sex life and sexual orientation',
    entities: ['health', 'medical_record', 'sexual_orientation'],
    mask: 'drop',
  },
];
