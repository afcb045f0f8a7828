import { z } from 'zod';
import { storageType } from '../../checks/values/access.js';
import { mapTexts } from '../columns.js';
import { defineMask } from '../define.js';
import { ShortHmac } from '../hmac.js';
import { maskKey } from '../keys.js';
import { plainText } from '../plain-text.js';
import { KeyedRandom } from '../random.js';

const FIRST =
  'Ada Alan Amara Ana Anton Aya Ben Bruno Carla Chen Clara Daniel David Diego Elena Emil Emma Eva Fatima Felix Grace Hana Hugo Ida Ines Ivan Jan Jonas Julia Kai Karim Lea Leo Lina Louis Lucas Maja Malik Marie Mario Max Mei Mila Nadia Nina Noah Nora Olga Omar Oscar Paula Pedro Priya Rosa Samir Sara Sofia Tara Theo Tom Vera Viktor Yara Zoe'.split(
    ' ',
  );
const LAST =
  'Abel Adams Ali Bauer Becker Bell Berg Braun Brown Costa Cruz Dahl Diaz Dubois Evans Fischer Ford Fox Garcia Gomez Green Gupta Haas Hall Hansen Ito Jansen Jones Kaya Keller Khan King Klein Kovac Lange Lee Lind Lopez Meyer Mori Moreau Nagy Novak Olsen Park Patel Perez Popov Ricci Rossi Roth Santos Sato Silva Smith Stone Suzuki Tanaka Vogel Wagner Weber White Wolf Young'.split(
    ' ',
  );
const STREETS =
  'Birch Bridge Castle Cedar Church Elm Field Forest Garden Hill Lake Linden Market Meadow Mill Oak Park River School Station'.split(
    ' ',
  );
const PLACES =
  'Ashford Brookfield Clearwater Eastport Fairview Greenville Harbor Kingsbury Lakeside Milltown Northfield Oakdale Riverton Springfield Westbrook Woodstock'.split(
    ' ',
  );
const TRADES =
  'Analytics Energy Foods Garden Labs Logistics Media Metals Motors Optics Paper Shipping Software Textiles Tools Travel'.split(
    ' ',
  );

const pick = (random: KeyedRandom, list: readonly string[]): string => list[random.below(list.length)]!;
const digits = (random: KeyedRandom, count: number): string =>
  Array.from({ length: count }, () => random.below(10)).join('');

/** Invented values: addresses under reserved names (RFC 2606), telephone numbers of the ranges kept for fiction. */
const KINDS = {
  first_name: (random) => pick(random, FIRST),
  last_name: (random) => pick(random, LAST),
  name: (random) => `${pick(random, FIRST)} ${pick(random, LAST)}`,
  email: (random) => `${pick(random, FIRST)}.${pick(random, LAST)}${digits(random, 4)}@example.org`.toLowerCase(),
  phone: (random) => `+1-${200 + random.below(700)}-555-01${digits(random, 2)}`,
  street: (random) => `${1 + random.below(199)} ${pick(random, STREETS)} Street`,
  city: (random) => pick(random, PLACES),
  company: (random) => `${pick(random, LAST)} ${pick(random, TRADES)}`,
} as const satisfies Record<string, (random: KeyedRandom) => string>;

export const fake = defineMask({
  name: 'fake',
  preserves: ['nulls'],
  positional: 'kind',
  describe: {
    summary:
      'Each value becomes an invented one of a kind; equal values equal ones, for one peer. Different values may become the same.',
    accepts: 'text and whole numbers',
    yields: 'text',
    nulls: 'stay',
    parameters: {
      kind: `One of ${Object.keys(KINDS).join(', ')}.`,
      domain: 'Name of what the values are. Default: the name of the column.',
      epoch: 'Number of the key. Default 1.',
    },
    example: 'full_name=fake:name',
  },
  params: {
    kind: z.enum(Object.keys(KINDS) as [keyof typeof KINDS, ...(keyof typeof KINDS)[]]),
    domain: z.string().min(1).max(128).optional(),
    epoch: z.number().int().min(1).max(9999).default(1),
  },
  accepts: (type) => ['utf8', 'int'].includes(storageType(type).name),
  yields: () => ({ name: 'utf8' }),
  masker: (field, { kind, domain = field.name, epoch }, { keys }) => {
    const random = new KeyedRandom(new ShortHmac(maskKey(keys, 'fake', { scope: 'peer' }, domain, epoch)));
    return (column) =>
      mapTexts(column, plainText(column), (text) => {
        random.seed(text);
        return KINDS[kind](random);
      });
  },
});
