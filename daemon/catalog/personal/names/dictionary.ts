import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fold } from '../header/tokens.js';

const require = createRequire(import.meta.url);

/** Names and places that people know, folded. */
export interface Dictionary {
  first: ReadonlySet<string>;
  last: ReadonlySet<string>;
  /** Parts of names of which it is not known whether they are first or last. */
  either: ReadonlySet<string>;
  cities: ReadonlySet<string>;
  countries: ReadonlySet<string>;
  states: ReadonlySet<string>;
}

let loaded: Dictionary | undefined;

/** Loaded when the first text column is looked at: it takes a third of a second and some 30 MB. */
export function dictionary(): Dictionary {
  loaded ??= load();
  return loaded;
}

/** What locales say of people and places; definitions are lists, or lists by gender, of texts or weighted texts. */
interface Locale {
  person?: Readonly<Record<string, unknown>>;
  location?: Readonly<Record<string, unknown>>;
}

function load(): Dictionary {
  const { allLocales } = require('@faker-js/faker') as typeof import('@faker-js/faker');
  const first = new Set<string>();
  const last = new Set<string>();
  const cities = new Set<string>();
  const countries = new Set<string>();
  const states = new Set<string>();
  for (const locale of Object.values(allLocales) as Locale[]) {
    addAll(first, locale.person?.first_name);
    addAll(last, locale.person?.last_name);
    addAll(cities, locale.location?.city_name);
    addAll(countries, locale.location?.country);
    addAll(states, locale.location?.state);
    addAll(states, locale.location?.county);
  }
  for (const name of [...first]) for (const part of name.split(' ')) if (part.length > 2) first.add(part);
  const file = join(dirname(require.resolve('@cspell/dict-people-names')), 'dict', 'people-names.txt');
  const either = new Set(
    readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .map(fold)
      .filter((name) => /^\p{L}/u.test(name)),
  );
  return { first, last, either, cities, countries, states };
}

function addAll(into: Set<string>, definition: unknown): void {
  if (typeof definition === 'string') {
    const text = fold(definition).trim();
    if (text.length > 1 || /\P{Script=Latin}/u.test(text)) into.add(text);
  } else if (Array.isArray(definition)) for (const each of definition) addAll(into, each);
  else if (typeof definition === 'object' && definition !== null) {
    const { value } = definition as { value?: unknown };
    if (typeof value === 'string') addAll(into, value);
    else for (const each of Object.values(definition)) addAll(into, each);
  }
}
