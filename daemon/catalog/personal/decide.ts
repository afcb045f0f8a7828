import { type Context, contextOf, IDENTIFYING, personBeside } from './context.js';
import type { Entity } from './entities.js';
import type { Leaf } from './leaves.js';
import type { Profile } from './profile.js';
import { byHeader } from './rules/by-header.js';
import { byValues } from './rules/by-values.js';
import { byNames } from './rules/names.js';
import { RULES } from './rules/rules.js';
import type { Verdict } from './verdict.js';

/**
 * What each column is. First each by itself; then, with what the table is about, those that need their neighbours: names,
 * and kinds that are personal only beside people.
 */
export function decide(profiles: readonly Profile[]): Map<Profile, Verdict> {
  const alone = new Map<Profile, Verdict>();
  for (const profile of profiles) {
    const verdict = strongest(byHeader(profile), byValues(profile));
    if (verdict !== undefined) alone.set(profile, verdict);
  }
  const context = contextOf(leavesOf(profiles), entitiesOf(alone));
  for (const profile of profiles) {
    const before = alone.get(profile);
    if (before !== undefined && (before.header?.strength === 'clear' || before.confidence > 0.8) && !isRoleOnly(before))
      continue;
    const verdict = byNames(profile, context);
    if (verdict !== undefined) alone.set(profile, verdict);
  }
  const settled = contextOf(leavesOf(profiles), entitiesOf(alone));
  const result = new Map<Profile, Verdict>();
  for (const [profile, verdict] of alone) {
    const bound = bind(verdict, profile, settled);
    if (bound !== undefined) result.set(profile, bound);
  }
  return result;
}

const leavesOf = (profiles: readonly Profile[]): Leaf[] => profiles.map((profile) => profile.leaf);

function entitiesOf(verdicts: ReadonlyMap<Profile, Verdict>): Map<Leaf, Entity> {
  return new Map([...verdicts].map(([profile, verdict]) => [profile.leaf, verdict.entity]));
}

/** A header such as "customer" may stand over a number or over a name. */
function isRoleOnly({ entity }: Verdict): boolean {
  return entity === 'customer_id' || entity === 'person_id' || entity === 'employee_id' || entity === 'student_id';
}

/** Header and values may say different things: what is proven by values wins, unless the header says it more exactly. */
function strongest(header: Verdict | undefined, values: Verdict | undefined): Verdict | undefined {
  if (header === undefined || values === undefined) return header ?? values;
  if (header.entity === values.entity)
    return { ...values, ...header, confidence: Math.min(0.99, Math.max(header.confidence, values.confidence) + 0.02) };
  const proof = RULES[header.entity].proof;
  const solid =
    values.chance === undefined &&
    values.share > 0.8 &&
    values.entity !== 'gender' &&
    values.entity !== 'postcode' &&
    values.entity !== 'street_address';
  if (
    solid &&
    (proof === undefined || header.header?.strength !== 'clear') &&
    header.entity !== 'username' &&
    header.entity !== 'credential'
  )
    return values;
  return header;
}

/** Whether a kind that depends on the table is personal in this one. */
function bind(verdict: Verdict, profile: Profile, context: Context): Verdict | undefined {
  const bond = bondOf(verdict, profile);
  if (bond === 'none') return undefined;
  if (bond === 'self' || verdict.header?.role !== undefined) return verdict;
  const neighbour = personBeside(context, profile.leaf);
  if (neighbour !== undefined) return { ...verdict, neighbour };
  if (bond === 'quasi') return context.thing === undefined && context.sum === undefined ? verdict : undefined;
  const near = context.entities.has('street_address') || context.entities.has('address');
  return near &&
    context.thing === undefined &&
    [...context.entities].some((entity) => IDENTIFYING.has(entity) || entity === 'postcode')
    ? { ...verdict, neighbour: 'an address' }
    : undefined;
}

/** What must be in the table besides. Addresses are of people or of places: the less the header says, the more is asked for. */
function bondOf({ entity, header }: Verdict, { leaf }: Profile): 'self' | 'quasi' | 'place' | 'none' {
  if (header?.people === true) return 'place';
  if (entity !== 'street_address' && entity !== 'address') return RULES[entity].bond;
  if (header !== undefined) return header.strength === 'likely' ? 'place' : 'quasi';
  return leaf.header.thing !== undefined || leaf.header.matches.some((match) => match.strength === 'turned')
    ? 'none'
    : 'quasi';
}
