import { atLeast } from '../chance.js';
import type { Entity } from '../entities.js';
import { INSIDE, type InsideEntity } from '../forms.js';
import type { Profile } from '../profile.js';
import { namesOtherNumber } from './by-values.js';

export interface Contained {
  entity: InsideEntity;
  cells: number;
  confidence: number;
  why: string;
}

/** Chance findings are let pass when as many would be there by chance in one column of fifty. */
const UNLIKELY = 0.02;

const NOUN: Record<InsideEntity, string> = {
  email: 'a valid e-mail address',
  phone: 'a phone number',
  card: 'a card number with a valid check digit',
  iban: 'a valid IBAN',
  us_ssn: 'a possible Social Security number in its usual groups',
  uk_nino: 'a National Insurance number',
  it_fiscal_code: 'a valid Italian tax code',
  es_nif: 'a valid Spanish DNI or NIE',
  br_cpf: 'a valid CPF number',
  ip_address: 'an IP address',
  mac_address: 'a MAC address',
  url_with_user: 'an address with a user in it',
  birth_date: 'a date said to be of birth',
  credential: 'a key, token or password',
};

const CONFIDENCE: Partial<Record<InsideEntity, number>> = {
  phone: 0.8,
  es_nif: 0.75,
  birth_date: 0.8,
  ip_address: 0.8,
  us_ssn: 0.85,
};

/** Runs of digits of which it takes more than luck that some pass. */
const FEW = 10;

/** A column of invoice numbers that are written like these is one of invoice numbers. */
const NUMERIC: ReadonlySet<Entity> = new Set<Entity>(['us_ssn', 'phone', 'card', 'br_cpf', 'es_nif', 'ip_address']);

/** Codes in which a card or a phone number can be seen by chance. */
const CODED: ReadonlySet<Entity> = new Set<Entity>([
  'iban',
  'imei',
  'ip_address',
  'mac_address',
  'vin',
  'fr_nir',
  'vat_id',
  'credential',
  'biometric',
  'url_with_user',
  'br_cpf',
  'birth_date',
  'card',
]);

/** What some cells have in them, beside what the column is. */
export function contained(profile: Profile, is: Entity | undefined): Contained[] {
  if (profile.leaf.reading !== 'text' || profile.cells === 0) return [];
  const found: Contained[] = [];
  for (const entity of INSIDE) {
    const cells = profile.tally(entity);
    if (cells === 0 || entity === is || (is !== undefined && isPartOf(entity, is))) continue;
    if (cells > profile.cells * 0.2 && namesOtherNumber(profile.leaf.header.words) && NUMERIC.has(entity)) continue;
    const doubt = doubts(entity, cells, profile);
    if (doubt === undefined) continue;
    found.push({ entity, cells, confidence: CONFIDENCE[entity] ?? doubt, why: NOUN[entity] });
  }
  return found;
}

/** The confidence in it; undefined when chance explains it as well. */
function doubts(entity: InsideEntity, cells: number, profile: Profile): number | undefined {
  switch (entity) {
    case 'card':
      return cardConfidence(profile);
    case 'es_nif':
      return atLeast(cells, profile.tally('nif_shapes'), 1 / 23) < 0.05 ? 0.75 : undefined;
    case 'ip_address':
      return profile.tally('narrow_quads') > 20 * cells || profile.leaf.header.words.includes('version')
        ? undefined
        : 0.8;
    case 'phone': {
      // Codes in three groups, some of which could be North American numbers.
      const share = cells / profile.cells;
      return profile.proseShare < 0.2 &&
        share > 0.02 &&
        profile.best('phone') < 0.75 &&
        profile.best('phone_like') > 0.5
        ? undefined
        : 0.8;
    }
    default:
      return 0.9;
  }
}

function cardConfidence(profile: Profile): number | undefined {
  if (profile.tally('card_marked') > 0) return 0.95;
  const runs = profile.tally('issuer_runs');
  const passes = profile.tally('issuer_passes');
  const others = profile.tally('other_runs');
  // Numbers that no issuer gives pass Luhn too: then it is how the numbers of this column are made.
  const chance = others >= 5 ? Math.max(0.1, profile.tally('other_passes') / others) : 0.1;
  if (chance > 0.5) return undefined;
  if (profile.proseShare > 0.5 && runs <= 3 && others <= 3) return 0.7;
  return atLeast(passes, runs + others, chance * 0.2) < UNLIKELY &&
    atLeast(passes, runs, chance) < (runs <= FEW ? 0.2 : 0.001)
    ? 0.7
    : undefined;
}

function isPartOf(entity: InsideEntity, is: Entity): boolean {
  if (entity === 'card' || entity === 'phone' || entity === 'us_ssn')
    return (
      CODED.has(is) ||
      is === 'phone' ||
      is === 'us_ssn' ||
      is === 'customer_id' ||
      is === 'medical_record' ||
      is === 'bank_account' ||
      is === 'national_id'
    );
  if (entity === 'email') return is === 'url_with_user' || is === 'username';
  if (entity === 'credential') return is === 'url_with_user' || is === 'face_image';
  return false;
}
