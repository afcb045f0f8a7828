import type { Entity } from '../entities.js';

/** Numbers that states give to people: a header says that it is one, the values say which. */
export const NATIONAL = [
  'us_ssn',
  'us_itin',
  'uk_nino',
  'uk_nhs',
  'de_tax_id',
  'fr_nir',
  'es_nif',
  'it_fiscal_code',
  'nl_bsn',
  'se_personnummer',
  'pl_pesel',
  'ca_sin',
  'au_tfn',
  'in_aadhaar',
  'in_pan',
  'br_cpf',
] as const satisfies readonly Entity[];

/** Headers under which a more special national number may stand. */
export const NATIONAL_FAMILY: ReadonlySet<Entity> = new Set<Entity>([...NATIONAL, 'national_id', 'tax_id']);
