import { type HeaderEntity, PHRASES, type Phrase } from './phrases.js';
import { headerWords } from './tokens.js';
import { NEUTRAL, PLACEHOLDERS, ROLES, THINGS, TURNING } from './words.js';

/**
 * What a header says. `clear`: it names the entity and nothing else. `likely`: there are words in it that are not known.
 * `turned`: it names the entity, but as a property of it or of a thing (email_sent, product_name).
 */
export interface HeaderMatch {
  entity: HeaderEntity;
  strength: 'clear' | 'likely' | 'turned';
  /** Its words are common: the values must bear it out. */
  common?: true;
  /** It is personal only in a table in which there are people. */
  people?: true;
  /** A role in the header, such as patient. */
  role?: string;
}

export interface Header {
  words: readonly string[];
  matches: readonly HeaderMatch[];
  /** The header names a thing, such as product or airport. */
  thing?: string;
}

const isDigits = (word: string) => /^\d+$/.test(word);

/** Reads a header; parents are the names of the structs around it. */
export function readHeader(name: string, parents: readonly string[] = []): Header {
  const own = headerWords(name);
  const words = [...parents.flatMap((parent) => headerWords(parent)), ...own];
  const head = own.findLast((word) => !isDigits(word) && word !== 'number' && word !== 'id') ?? own.at(-1);
  const found = new Map<HeaderEntity, HeaderMatch & { score: number }>();
  for (const phrase of PHRASES) {
    if (!phrase.words.every((word) => words.includes(word)) || !phrase.words.some((word) => own.includes(word)))
      continue;
    const rest = words.filter((word) => !phrase.words.includes(word));
    const strength = judge(phrase, rest, parents.length > 0 ? own : words);
    const score =
      phrase.words.length * 2 +
      (head !== undefined && phrase.words.includes(head) ? 3 : 0) -
      (strength === 'turned' ? 4 : 0);
    const before = found.get(phrase.entity);
    if (before !== undefined && before.score >= score) continue;
    const role = rest.find((word) => ROLES.has(word));
    const match: HeaderMatch & { score: number } = { entity: phrase.entity, strength, score };
    if (role !== undefined) match.role = role;
    if (phrase.people) match.people = true;
    if (phrase.alone) match.common = true;
    found.set(phrase.entity, match);
  }
  const matches = [...found.values()].sort((a, b) => b.score - a.score);
  // column_1 and attribute_2 stand for a name that is not there.
  const unnamed = words.every((word) => isDigits(word) || PLACEHOLDERS.has(word));
  const thing = unnamed ? undefined : words.find((word) => THINGS.has(word));
  return { words, matches: matches.map(({ score: _, ...match }) => match), ...(thing === undefined ? {} : { thing }) };
}

/** Things that a specific phrase may stand beside: a card's bank, a plate's vehicle, a device's address. */
const AT_HOME: Partial<Record<HeaderEntity, readonly string[]>> = {
  ip_address: ['device', 'host', 'server', 'machine', 'network', 'client'],
  mac_address: ['device', 'host', 'server', 'machine', 'network', 'port'],
  vin: ['vehicle', 'car'],
  licence_plate: ['vehicle', 'car'],
  imei: ['device', 'mobile'],
  insurance_number: ['plan', 'policy', 'company'],
  medical_record: ['hospital', 'clinic'],
  birth_place: ['city', 'country', 'state'],
};

/** Of whatever a header may also name, these stay what they are: a shop has an e-mail address that is one. */
const SOLID: ReadonlySet<HeaderEntity> = new Set<HeaderEntity>([
  'email',
  'iban',
  'card',
  'us_ssn',
  'national_id',
  'passport',
  'driving_licence',
  'birth_date',
  'ip_address',
  'mac_address',
  'vin',
  'imei',
  'first_name',
  'last_name',
  'credential',
]);

/** Unknown words from which on a header is a sentence about something else. */
const SENTENCE = 3;

function judge(
  { entity, words: phrase, alone }: Phrase,
  rest: readonly string[],
  scope: readonly string[],
): HeaderMatch['strength'] {
  let unknown = 0;
  let thing = false;
  for (const word of rest) {
    if (isDigits(word) || NEUTRAL.has(word) || ROLES.has(word)) continue;
    if (AT_HOME[entity]?.includes(word) === true || SAME[entity]?.includes(word) === true) continue;
    if (TURNING.has(word) && scope.includes(word)) return 'turned';
    if (THINGS.has(word)) thing = true;
    else unknown++;
  }
  if (thing) return SOLID.has(entity) && entity !== 'last_name' && entity !== 'first_name' ? 'likely' : 'turned';
  if (phrase.length === 1 && rest.includes('id') && ID_TURNS.has(entity)) return 'turned';
  if (rest.includes('code') && CODE_TURNS.has(entity)) return 'turned';
  if (unknown >= SENTENCE || (unknown > 0 && alone)) return 'turned';
  return unknown === 0 ? 'clear' : 'likely';
}

/** An id of an address or a city is a key of a table, not the address. */
const ID_TURNS: ReadonlySet<HeaderEntity> = new Set<HeaderEntity>([
  'name',
  'address',
  'street_address',
  'city',
  'county',
  'state',
  'country',
  'gender',
  'ethnicity',
  'religion',
  'health',
  'phone',
  'salary',
  'nationality',
  'birth_date',
  'marital_status',
]);

/** Codes of places and products are in catalogues of places and products. */
const CODE_TURNS: ReadonlySet<HeaderEntity> = new Set<HeaderEntity>([
  'name',
  'city',
  'street_address',
  'address',
  'phone',
]);

/** Words of the entity itself that a shorter phrase of it leaves over, such as "address" beside "city". */
const SAME: Partial<Record<HeaderEntity, readonly string[]>> = {
  email: ['mail', 'address', 'electronic'],
  phone: ['phone', 'mobile', 'fax', 'cell', 'country', 'area'],
  street_address: ['address', 'street', 'house', 'line', 'name'],
  address: ['address', 'street', 'city', 'line'],
  city: ['address', 'name', 'place', 'residence'],
  county: ['address', 'name'],
  state: ['address', 'name', 'province', 'region', 'code'],
  country: ['address', 'name', 'code', 'residence'],
  postcode: ['address', 'city'],
  card: ['credit', 'debit', 'bank', 'payment', 'account'],
  us_ssn: ['social', 'security', 'insurance'],
  iban: ['bank', 'account', 'code'],
  bank_account: ['bank'],
  routing_number: ['bank', 'code'],
  national_id: ['national', 'identity', 'card', 'document', 'code', 'insurance', 'birth', 'tax'],
  passport: ['document'],
  birth_date: ['year', 'date', 'time', 'timestamp'],
  age: ['year', 'years', 'group'],
  coordinates: ['location', 'geo', 'gps', 'coordinates', 'place', 'address'],
  medical_record: ['record', 'medical', 'health'],
  face_image: ['url', 'image', 'path', 'profile'],
  credential: ['hash', 'password', 'card', 'code', 'token', 'key', 'app'],
  first_name: ['name'],
  last_name: ['name'],
  customer_id: ['account', 'code'],
  health: ['code', 'description', 'status', 'condition', 'medical', 'type'],
  ethnicity: ['description', 'label', 'code', 'group'],
  gender: ['description', 'label', 'code', 'birth'],
  marital_status: ['description', 'label', 'code', 'status'],
  username: ['account', 'social', 'login', 'name'],
  religion: ['description', 'code', 'label'],
  nationality: ['description', 'code', 'label', 'status'],
  licence_plate: ['registration', 'licence', 'state'],
  driving_licence: ['state', 'class'],
  salary: ['amount', 'total', 'year', 'net', 'gross'],
};
