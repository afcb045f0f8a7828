import {
  type Faker,
  fakerDE,
  fakerEN_GB,
  fakerEN_US,
  fakerES,
  fakerFR,
  fakerIT,
  fakerNL,
  fakerPL,
  fakerPT_BR,
  fakerSV,
} from '@faker-js/faker';
import { Chance } from 'chance';
import { type Batch, type Schema, textColumn } from '../../daemon/columnar/index.js';
import { KINDS } from './columns.js';
import { FOREIGN } from './foreign.js';
import type { ColumnKind } from './kind.js';
import { Random } from './random.js';
import { HARD, THINGS } from './things.js';

export type Heading = 'clear' | 'short' | 'foreign' | 'none';

export interface LabelledTable {
  kind: string;
  schema: Schema;
  batch: Batch;
  /** Per column its entity, undefined for one that is not personal. */
  labels: readonly (string | undefined)[];
}

const LOCALES: Readonly<Record<string, Faker>> = {
  en_US: fakerEN_US,
  en_GB: fakerEN_GB,
  de: fakerDE,
  fr: fakerFR,
  es: fakerES,
  it: fakerIT,
  nl: fakerNL,
  pl: fakerPL,
  sv: fakerSV,
  pt_BR: fakerPT_BR,
};

const JUNK = ['', ' ', 'N/A', '-', 'unknown', 'see notes', '???', 'none', 'TBD', 'x'];

/** A table of people: some columns of personal data, some of none. `dirt` is the share of nulls and junk. */
export function peopleTable(seed: number, heading: Heading, rows: number, dirt: number): LabelledTable {
  const random = new Random(seed);
  const [locale, faker] = random.pick(
    Object.entries(LOCALES).filter(([name]) => heading !== 'foreign' || name in FOREIGN),
  );
  faker.seed(seed);
  const usable = KINDS.filter((kind) => headersFor(kind, heading, locale).length > 0);
  const kinds = [...usable].sort(() => random.next() - 0.5).slice(0, random.int(4, 9));
  if (heading !== 'none') {
    // Age, city and the like are personal beside people, so there is always someone in the table.
    const who = KINDS.find((kind) => kind.entity === 'last_name')!;
    if (!kinds.includes(who)) kinds.push(who);
  }
  const columns = kinds.map((kind, at) => ({
    name: heading === 'none' ? `col_${at + 1}` : random.pick(headersFor(kind, heading, locale)),
    label: kind.entity as string | undefined,
    make: () => kind.make(faker, random),
  }));
  for (const name of ['order_number', 'price', 'product_name', 'epoch', 'due_date']) {
    if (random.chance(0.4))
      columns.push({
        name: heading === 'none' ? `col_${columns.length + 1}` : name,
        label: undefined,
        make: () => String(HARD[name]!(faker, random, 0)),
      });
  }
  const names = new Set<string>();
  const unique = columns.filter(({ name }) => !names.has(name) && names.add(name));
  return assemble(`${heading} ${locale}`, unique, rows, dirt, random);
}

function headersFor(kind: ColumnKind, heading: Heading, locale: string): readonly string[] {
  if (heading === 'clear') return kind.clear;
  if (heading === 'short') return kind.short;
  if (heading === 'foreign') return FOREIGN[locale]?.[kind.entity] ?? [];
  return kind.shown === undefined ? [] : ['col'];
}

export function thingTable(seed: number, rows: number, dirt: number, headless: boolean): LabelledTable {
  const random = new Random(seed);
  const faker = LOCALES.en_US!;
  faker.seed(seed);
  const names = THINGS[seed % THINGS.length]!;
  const columns = names.map((name, at) => ({
    name: headless ? `col_${at + 1}` : name,
    label: undefined,
    make: () => HARD[name]!(faker, random, 0),
  }));
  return assemble(`things ${names.join()}`, columns, rows, dirt, random);
}

/** A table of names that come from another collection than the detector's dictionaries, in columns without headers. */
export function strangersTable(seed: number, rows: number, dirt: number): LabelledTable {
  const random = new Random(seed);
  const chance = new Chance(seed);
  const nationality = random.pick(['en', 'it', 'nl', 'uk', 'de', 'jp', 'es', 'fr'] as const);
  const first = () => chance.first({ nationality: nationality === 'it' ? 'it' : 'en' });
  const last = () => chance.last({ nationality });
  const drafts: [string, () => unknown][] = [
    ['first_name', first],
    ['last_name', last],
    ['full_name', () => `${first()} ${last()}`],
  ];
  const shown = drafts.filter(() => random.chance(0.6));
  const columns = (shown.length > 0 ? shown : drafts).map(([label, make], at) => ({
    name: `col_${at + 1}`,
    label,
    make,
  }));
  return assemble(`strangers ${nationality}`, columns, rows, dirt, random);
}

interface Draft {
  name: string;
  label: string | undefined;
  make: () => unknown;
}

function assemble(kind: string, columns: readonly Draft[], rows: number, dirt: number, random: Random): LabelledTable {
  const values = columns.map(({ make }) =>
    Array.from({ length: rows }, () => {
      const value = String(make());
      if (!random.chance(dirt)) return value;
      if (random.chance(0.4)) return null;
      return random.chance(0.4) ? ` ${value} ` : random.pick(JUNK);
    }),
  );
  return {
    kind,
    schema: { fields: columns.map(({ name }) => ({ name, type: { name: 'utf8' }, nullable: true })) },
    batch: { rows, columns: values.map((column) => textColumn(column)) },
    labels: columns.map(({ label }) => label),
  };
}
