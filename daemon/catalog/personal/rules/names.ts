import { type Context, CREDITS, personBeside } from '../context.js';
import type { Profile } from '../profile.js';
import type { Verdict } from '../verdict.js';

/** Column names that say nothing of what is in them. */
const NOUN = {
  full_name: 'first and last names that people have',
  first_name: 'known first names',
  last_name: 'known last names',
};

/** A column of people's names, by what people are called and by what stands beside it. */
export function byNames(profile: Profile, context: Context): Verdict | undefined {
  const { header, reading } = profile.leaf;
  if (reading !== 'text') return undefined;
  const match = header.matches.find((each) => each.entity === 'name');
  const about = header.matches[0];
  if (
    about?.strength === 'turned' ||
    (about !== undefined && about.entity !== 'name' && about.strength === 'clear' && !isRoleId(about.entity))
  )
    return undefined;
  if (match === undefined && header.thing !== undefined) return undefined;
  if (header.words.some((word) => CREDITS.has(word)) && !context.reachable) return undefined;
  if (profile.cells === 0) {
    if (match?.role === undefined || match.strength !== 'clear' || match.role === 'host') return undefined;
    return { entity: 'full_name', share: 0, noun: '', confidence: 0.8, header: match };
  }
  const known = namesIn(profile, {
    eased: match?.role !== undefined,
    told: match?.strength === 'clear' && context.thing === undefined,
  });
  if (match === undefined) return known;
  if (match.role !== undefined || known !== undefined) return named(profile, context, match.role, known);
  const like = profile.best('name_like');
  const neighbour = personBeside(context, profile.leaf);
  if (
    neighbour === undefined ||
    match.strength !== 'clear' ||
    context.thing !== undefined ||
    like < 0.8 ||
    hasWords(profile)
  )
    return undefined;
  if (profile.distinctShare('first_name', 'last_name', 'full_name', 'half_name') < 0.1) return undefined;
  return {
    entity: kindOfName(profile, context),
    share: like,
    kinds: ['name_like'],
    noun: 'words as names are',
    confidence: 0.65,
    header: match,
    neighbour,
  };
}

/** A header such as patient_name, or "name" over values that are names. */
function named(
  profile: Profile,
  context: Context,
  role: string | undefined,
  known: Verdict | undefined,
): Verdict | undefined {
  const match = profile.leaf.header.matches.find((each) => each.entity === 'name')!;
  if (role === undefined) {
    if (context.thing !== undefined && known !== undefined && known.share < 0.75) return undefined;
    return {
      ...known!,
      entity: kindOfName(profile, context, known!),
      header: match,
      confidence: known!.confidence + 0.05,
    };
  }
  const like = profile.best('name_like');
  if (known === undefined && (role === 'host' || like < 0.6 || hasWords(profile))) return undefined;
  const entity =
    known === undefined || known.entity === 'full_name' ? 'full_name' : kindOfName(profile, context, known);
  return {
    entity,
    share: known?.share ?? like,
    kinds: known?.kinds ?? ['name_like'],
    noun: known?.noun ?? 'words as names are',
    confidence: 0.9,
    header: match,
  };
}

const isRoleId = (entity: string): boolean =>
  entity === 'customer_id' || entity === 'person_id' || entity === 'employee_id' || entity === 'student_id';

const hasWords = (profile: Profile): boolean =>
  profile.distinctShare('common_words', 'organisation') > 0.25 && profile.distinctShare('full_name') < 0.4;

/** "Nom" beside "prénom" is the last name, "nome" beside "cognome" the first. */
function kindOfName(profile: Profile, context: Context, known?: Verdict): 'full_name' | 'first_name' | 'last_name' {
  if (profile.distinctShare('full_name', 'half_name') > 0.4 && known?.entity !== 'last_name') return 'full_name';
  if (context.entities.has('first_name') && !context.entities.has('last_name')) return 'last_name';
  if (context.entities.has('last_name') && !context.entities.has('first_name')) return 'first_name';
  return (known?.entity as 'first_name' | 'last_name' | undefined) ?? 'full_name';
}

/** Distinct values from which on fewer known ones are enough: no other words come near that many. */
const MANY = 40;

/** Fewer values than these prove nothing by themselves: any few words are somebody's name. */
const FEW = { full: 4, single: 6 };

/**
 * By dictionaries alone. Junk, places and firms speak against it. `eased`: the header names a role that people have.
 * `told`: it says that these are names; then a few values will do, if all of them are.
 */
function namesIn(profile: Profile, { eased, told }: { eased: boolean; told: boolean }): Verdict | undefined {
  const few = (least: number, sure: boolean) => !eased && profile.sampled < least && !(told && sure);
  const against = profile.distinctShare('organisation', 'common_words');
  const ease = eased ? 0.15 : 0;
  const full = profile.distinctShare('full_name');
  const wide = profile.distinctShare('full_name', 'half_name');
  if (
    !few(FEW.full, wide === 1 && full > 0) &&
    (full > 0.5 - ease || (full > 0.3 - ease && wide > 0.75 - ease)) &&
    against < 0.15 &&
    against < full / 3
  )
    return {
      entity: 'full_name',
      share: wide,
      kinds: ['full_name', 'half_name'],
      noun: NOUN.full_name,
      confidence: Math.min(0.95, 0.65 + wide * 0.3),
    };
  const first = profile.distinctShare('first_name');
  const last = profile.distinctShare('last_name');
  const places = profile.distinctShare('city', 'country', 'state');
  const most = Math.max(first, last);
  const needed = profile.sampled >= MANY && profile.distinctShare('word') > 0.8 ? 0.4 : 0.6 - ease;
  if (most < needed || places > most * 0.4 || against > 0.12 || few(FEW.single, first === 1 && profile.sampled > 1))
    return undefined;
  const entity = first >= last ? 'first_name' : 'last_name';
  return { entity, share: most, kinds: [entity], noun: NOUN[entity], confidence: Math.min(0.9, 0.55 + most * 0.35) };
}
