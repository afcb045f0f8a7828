import type { Field } from '../../columnar/index.js';
import { storageType } from '../checks/values/access.js';
import type { Literal } from '../checks/values/literal.js';
import { inventing } from './invented.js';
import { type Bounds, between, rawText, spanOf } from './numbers.js';
import { matchingTexts } from './pattern.js';
import type { Draw, Seeded } from './seeded.js';

/** A rule as JSON, as far as it is looked at here. */
export interface RuleText {
  check: string;
  columns?: readonly string[];
  where?: string;
  [parameter: string]: unknown;
}

/** Of ten cells that may be null, one is. */
const NULL_SHARE = 0.1;
const MOST_TRIES = 200;
/** The longest text that a sample has, whatever a contract allows. */
const MOST_CHARS = 1000;

/** How a column is drawn from what a contract says of it: no data is read. */
export function fromContract(field: Field, rules: readonly RuleText[]): Draw {
  const own = rules.filter(({ columns, where }) => columns?.includes(field.name) === true && where === undefined);
  const of = (check: string) => own.filter((rule) => rule.check === check);
  const isUnique = of('unique').some(({ columns }) => columns?.length === 1);
  const mayBeNull = field.nullable && of('null').length === 0 && of('missing').length === 0;
  const forbidden = new Set(of('not_in_set').flatMap(({ values }) => (values as readonly Literal[]).map(String)));
  const filled = differing(valuesOf(field, of, isUnique), isUnique, forbidden);
  return (random, row) => (mayBeNull && random.next() < NULL_SHARE ? null : filled(random, row));
}

type Rules = (check: string) => readonly RuleText[];

function valuesOf(field: Field, of: Rules, isUnique: boolean): Draw {
  const { type } = field;
  const sets = of('in_set').map(({ values }) => (values as readonly Literal[]).map(String));
  if (sets.length > 0) {
    const common = sets.reduce((some, more) => some.filter((value) => more.includes(value)));
    if (common.length > 0) return (random) => random.pick(common);
  }
  const { name } = storageType(type);
  if (name === 'bool') return (random) => String(random.below(2) === 1);
  const format = of('format')[0]?.format as string | undefined;
  if (name === 'utf8') return text(field.name, format, of);
  if (format !== undefined) {
    const invent = inventing(format, field.name);
    return (random, row) => invent(isUnique ? row : random.below(10_000));
  }
  const span = spanOf(type, of('range') as readonly Bounds[]);
  if (!isUnique) return between(type, span);
  return (_random, row) => rawText(type, span[0] + row, [span[0], Math.max(span[1], span[0] + row)]);
}

function text(column: string, format: string | undefined, of: Rules): Draw {
  const pattern = of('regex')[0]?.pattern as string | undefined;
  const matching = pattern === undefined ? undefined : matchingTexts(pattern);
  const lengths = of('length');
  const least = Math.min(MOST_CHARS, Math.max(0, ...lengths.map(({ min }) => Number(min ?? 0))));
  const most = Math.min(MOST_CHARS, ...lengths.map(({ max }) => Number(max ?? MOST_CHARS)));
  const fits = (value: string) => value.length >= least && value.length <= most;
  const invent = inventing(format, column);
  const fallback = (row: number): string => {
    const made = invent(row);
    if (format !== undefined) return made;
    return made.length > most ? made.slice(made.length - most) : made.padStart(least, 'x');
  };
  if (matching === undefined) return (_random, row) => fallback(row);
  return (random, row) => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const made = matching(random);
      if (made !== undefined && fits(made)) return made;
    }
    return fallback(row);
  };
}

/** Draws again while a value is not allowed, or was there already where none may be twice. */
function differing(draw: Draw, isUnique: boolean, forbidden: ReadonlySet<string>): Draw {
  if (!isUnique && forbidden.size === 0) return draw;
  const seen = new Set<string>();
  return (random: Seeded, row: number) => {
    let made = draw(random, row);
    for (let tries = 1; tries < MOST_TRIES && made !== null && (seen.has(made) || forbidden.has(made)); tries++)
      made = draw(random, row + tries);
    if (made !== null && isUnique) seen.add(made);
    return made;
  };
}
