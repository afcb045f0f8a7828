import { ENTITIES, type Entity } from '../entities.js';
import type { Profile } from '../profile.js';
import type { Verdict } from '../verdict.js';
import { RULES } from './rules.js';

/** Headers of bare numbers that pass checksums of people's numbers, or look like them, and are none. */
const OTHER_NUMBERS = new Set(
  `isbn issn ean upc gtin sku asin epoch timestamp time version release build order invoice transaction tracking serial batch lot part product item
article shipment parcel container ticket receipt barcode model row index sequence seq checksum hash revision commit firmware oid meter asset station
quantity amount price total sum volume weight distance`.split(/\s+/),
);

export const namesOtherNumber = (words: readonly string[]): boolean => words.some((word) => OTHER_NUMBERS.has(word));

/** Entities that values show without a header, checked from the surest to the least sure. */
const PROVABLE = ENTITIES.filter((entity) => RULES[entity].proof !== undefined);

/** What the values are by themselves. */
export function byValues(profile: Profile): Verdict | undefined {
  if (profile.cells === 0 || (profile.leaf.reading !== 'text' && profile.leaf.reading !== 'number')) return undefined;
  const { words } = profile.leaf.header;
  const otherNumber = namesOtherNumber(words);
  let best: Verdict | undefined;
  for (const entity of PROVABLE) {
    const verdict = prove(profile, entity);
    if (verdict === undefined) continue;
    if (otherNumber && isBareNumber(profile, entity)) continue;
    if (best === undefined || weight(verdict) > weight(best)) best = verdict;
  }
  return best;
}

function prove(profile: Profile, entity: Entity): Verdict | undefined {
  const { proof, noun, readings } = RULES[entity];
  if (proof === undefined || !readings.includes(profile.leaf.reading)) return undefined;
  const share = entity === 'phone' ? phoneShare(profile) : profile.best(proof.kind);
  if (share < proof.share || profile.distinct < (proof.distinct ?? 1)) return undefined;
  if (proof.and !== undefined && profile.both(proof.kind, proof.and) < share * backing(entity)) {
    if (!(entity === 'uk_nhs' && profile.both('uk_nhs', 'marked') > 0.8)) return undefined;
  }
  const few = profile.distinct < 5 ? 0.1 : 0;
  const confidence = Math.min(0.97, 0.75 + 0.2 * share - few);
  return {
    entity,
    share,
    kinds: [proof.kind],
    noun,
    confidence,
    ...(proof.chance === undefined ? {} : { chance: proof.chance }),
  };
}

/** Where some numbers have what only phone numbers have, those in the same groups are phone numbers too. */
function phoneShare(profile: Profile): number {
  const valid = profile.best('phone');
  return valid > 0.4 && profile.best('phone_marked') > 0.1 ? profile.best('phone', 'phone_like') : valid;
}

/** How much of the share must have the second kind too. Addresses in one small network have small numbers in places. */
function backing(entity: Entity): number {
  return entity === 'ip_address' ? 0.5 : 0.9;
}

/** Where several are proven the rarer one counts: a number that passes a test of 1 % also passes one of 10 % now and then. */
function weight({ share, chance }: Verdict): number {
  return share - (chance ?? 0);
}

const BARE: ReadonlySet<Entity> = new Set<Entity>([
  'uk_nhs',
  'de_tax_id',
  'nl_bsn',
  'ca_sin',
  'au_tfn',
  'in_aadhaar',
  'imei',
  'npi',
  'card',
  'pl_pesel',
  'se_personnummer',
  'ip_address',
  'vin',
  'us_ssn',
  'phone',
  'postcode',
  'br_cpf',
  'fr_nir',
  'national_id',
]);

function isBareNumber(profile: Profile, entity: Entity): boolean {
  return BARE.has(entity) && (entity === 'ip_address' || entity === 'vin' || profile.both('marked') < 0.5);
}
