import type { Entity } from '../entities.js';
import type { HeaderMatch } from '../header/match.js';
import type { Kind } from '../kinds.js';
import type { Profile } from '../profile.js';
import type { Verdict } from '../verdict.js';
import { NATIONAL, NATIONAL_FAMILY } from './national.js';
import { RULES } from './rules.js';

/** Least share of plausible values under a header that says it all, and under one with unknown words in it. */
const CLEAR_SHARE = 0.5;
const LIKELY_SHARE = 0.7;

/** What the header says, if the values do not speak against it. */
export function byHeader(profile: Profile): Verdict | undefined {
  for (const match of profile.leaf.header.matches) {
    if (match.entity === 'name' || match.strength === 'turned') continue;
    const verdict = NATIONAL_FAMILY.has(match.entity)
      ? national(profile, match, match.entity)
      : confirm(profile, match, match.entity);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function confirm(profile: Profile, match: HeaderMatch, entity: Entity): Verdict | undefined {
  const rule = RULES[entity];
  const { leaf } = profile;
  if (leaf.type.name !== 'null' && !rule.readings.includes(leaf.reading)) return undefined;
  if (leaf.reading === 'none' && leaf.type.name !== 'bool' && leaf.type.name !== 'null') return undefined;
  const base: Verdict = {
    entity,
    header: match,
    confidence: match.strength === 'clear' ? 0.8 : 0.6,
    share: 0,
    noun: rule.noun,
  };
  if (profile.cells === 0 || leaf.reading === 'none' || leaf.reading === 'binary')
    return hasImages(profile, entity) ? base : undefined;
  const kinds = plausibleKinds(entity, match, profile);
  const share = profile.best(...kinds);
  if (share < (match.strength === 'clear' ? CLEAR_SHARE : LIKELY_SHARE) || speaksAgainst(entity, profile))
    return undefined;
  const proven = rule.proof === undefined ? 0 : profile.best(rule.proof.kind);
  const confidence =
    (match.strength === 'clear' ? 0.85 : 0.65) + 0.1 * Math.max(0, share * 2 - 1) + (proven > 0.8 ? 0.04 : 0);
  return { ...base, share, confidence, kinds };
}

const SORTS = ['word', 'words', 'code_like'] as const;

/** Groups have names of their own in many tables: under a header that leaves no doubt, a few words that come again will do. */
function plausibleKinds(entity: Entity, match: HeaderMatch, profile: Profile): readonly Kind[] {
  const { plausible } = RULES[entity];
  if (entity === 'marital_status' && profile.leaf.header.words.includes('married')) return [...plausible, 'truth'];
  if (entity !== 'ethnicity' && entity !== 'religion' && entity !== 'marital_status') return plausible;
  const sorted = profile.distinct <= 60 && profile.distinct * 2 <= profile.cells && profile.share('truth') < 0.5;
  return sorted && match.strength === 'clear' && match.common !== true ? [...plausible, ...SORTS] : plausible;
}

function hasImages(profile: Profile, entity: Entity): boolean {
  if (profile.leaf.reading !== 'binary' || entity !== 'face_image' || profile.cells === 0) return true;
  return profile.tally('images') * 2 >= profile.cells;
}

/** Values that the loose kinds let pass and that are something else all the same. */
function speaksAgainst(entity: Entity, profile: Profile): boolean {
  const { leaf } = profile;
  switch (entity) {
    case 'first_name':
    case 'middle_name':
    case 'last_name':
    case 'full_name':
      return (
        profile.share('truth') > 0.9 ||
        (profile.best('organisation', 'common_words') > 0.4 && profile.best('full_name') < 0.3)
      );
    case 'age':
      return onlySteps(profile) || (leaf.reading === 'number' && (profile.least < 0 || profile.most > 130));
    case 'city':
    case 'county':
    case 'state':
    case 'country':
    case 'nationality':
    case 'birth_place':
    case 'political_opinion':
    case 'sexual_orientation':
      return profile.share('truth') > 0.8;
    case 'birth_date':
      return leaf.reading === 'number' ? profile.best('past_date') < 0.9 : false;
    case 'health':
      return leaf.reading === 'number' && profile.distinct > 2;
    case 'criminal_record':
      return leaf.reading === 'number' && profile.distinct > 20;
    case 'card':
      return profile.best('card') < 0.3 && profile.best('luhn') < 0.7;
    case 'credential':
      return profile.share('truth') > 0.9 || (profile.share('past_date') > 0.9 && leaf.reading !== 'text');
    case 'address':
    case 'street_address':
      return profile.share('truth') > 0.5 || profile.best('organisation') > 0.5;
    case 'coordinates':
      return leaf.reading === 'number' && (profile.least < -180.001 || profile.most > 360.001);
    case 'passport':
    case 'driving_licence':
    case 'tax_id':
    case 'national_id':
    case 'bank_account':
    case 'medical_record':
    case 'insurance_number':
    case 'employee_id':
    case 'student_id':
    case 'customer_id':
    case 'person_id':
    case 'routing_number':
      return looksLikeWords(profile) || (leaf.type.name === 'float' && profile.best('digits') < 0.5);
    default:
      return false;
  }
}

/** An id has digits, or is a code of its own for nearly each row; words that come again and again are categories. */
function looksLikeWords(profile: Profile): boolean {
  if (profile.share('truth') > 0.9 && profile.distinct <= 3 && profile.cells > 3) return true;
  return profile.best('code_like', 'digits', 'hex_like', 'marked') < 0.5 && profile.distinct < profile.cells * 0.5;
}

/** Ages in steps of five years are groups in a table of sums. */
function onlySteps(profile: Profile): boolean {
  return profile.distinct >= 5 && profile.distinctShare('age_step') > 0.95;
}

/** The header says that it is a number a state gives; the values say which. */
function national(profile: Profile, match: HeaderMatch, entity: Entity): Verdict | undefined {
  if (profile.cells === 0 || entity === 'vat_id') return confirm(profile, match, entity);
  const own = (NATIONAL as readonly Entity[]).includes(entity) ? profile.best(entity as (typeof NATIONAL)[number]) : 0;
  let best: { entity: (typeof NATIONAL)[number]; share: number } | undefined;
  for (const each of NATIONAL) {
    const share = profile.best(each) * (RULES[each].proof?.chance === 0.09 || each === 'us_ssn' ? 0.95 : 1);
    if (share > 0.6 && (best === undefined || share > best.share)) best = { entity: each, share };
  }
  if (own >= 0.5 && (best === undefined || own >= best.share - 0.3)) return confirm(profile, match, entity);
  const unknown = entity === 'tax_id' ? 'tax_id' : 'national_id';
  if (best !== undefined && !(best.entity === 'us_ssn' && !saysSocial(match)))
    return confirm(profile, match, best.entity);
  return confirm(profile, match, unknown) ?? undefined;
}

/** Nine digits are a possible Social Security number nine times in ten, so the header must say it. */
function saysSocial(match: HeaderMatch): boolean {
  return match.entity === 'us_ssn' || match.entity === 'tax_id';
}
