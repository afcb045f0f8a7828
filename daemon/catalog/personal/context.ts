import type { Entity } from './entities.js';
import type { Leaf } from './leaves.js';

/** What the table around a column says. */
export interface Context {
  /** A column that identifies people, as evidence for its neighbours. */
  person?: string;
  /** A column that says that the rows are things. */
  thing?: string;
  /** A column that says that the rows are sums over people. */
  sum?: string;
  /** The table lists works: films, books, songs. */
  works: boolean;
  entities: ReadonlySet<Entity>;
}

const SUBJECTS = new Set(
  `species breed airport aircraft airline iata icao movie film album song track genre product sku isbn ticker stock hotel restaurant venue station
planet volcano river mountain earthquake storm hurricane ingredient recipe stadium club league team package vehicle car genus bacteria habitat plant
animal magnitude horsepower cylinders flight tournament match division`.split(/\s+/),
);
const SUMS = new Set(
  'count people population pop total percent percentage pct perc rate share number n cases deaths frequency freq households average mean median'.split(
    ' ',
  ),
);
const WORKS = new Set(
  'movie film book album song track title genre imdb isbn publisher rating episode series lyrics chapter novel game rotten mpaa'.split(
    ' ',
  ),
);
export const CREDITS = new Set(
  'director author artist composer actor actress writer producer singer band creator illustrator narrator editor screenwriter lyricist performer cast star starring host developer designer architect'.split(
    ' ',
  ),
);

/** Entities that say that people are in the table. */
export const IDENTIFYING: ReadonlySet<Entity> = new Set<Entity>([
  'first_name',
  'middle_name',
  'last_name',
  'full_name',
  'username',
  'email',
  'birth_date',
  'national_id',
  'us_ssn',
  'us_itin',
  'uk_nino',
  'uk_nhs',
  'de_tax_id',
  'fr_nir',
  'es_nif',
  'it_fiscal_code',
  'nl_bsn',
  'se_personnummer',
  'pl_pesel',
  'ca_sin',
  'au_tfn',
  'in_aadhaar',
  'in_pan',
  'br_cpf',
  'passport',
  'driving_licence',
  'card',
  'iban',
  'medical_record',
  'insurance_number',
  'employee_id',
  'student_id',
  'customer_id',
  'phone',
]);

/** Weaker signs: two of them make people of the rows. */
const QUASI: ReadonlySet<Entity> = new Set<Entity>([
  'age',
  'gender',
  'marital_status',
  'nationality',
  'ethnicity',
  'religion',
  'birth_year',
]);

export function contextOf(leaves: readonly Leaf[], found: ReadonlyMap<Leaf, Entity>): Context {
  const entities = new Set(found.values());
  const person = leaves.find((leaf) => IDENTIFYING.has(found.get(leaf)!));
  const quasi = leaves.filter((leaf) => QUASI.has(found.get(leaf)!));
  const word = (set: ReadonlySet<string>, leaf: Leaf) => leaf.header.words.some((each) => set.has(each));
  const sum = leaves.find(
    (leaf) => leaf.reading === 'number' && !found.has(leaf) && leaf.header.words.length <= 2 && word(SUMS, leaf),
  );
  const thing = leaves.find((leaf) => !found.has(leaf) && word(SUBJECTS, leaf));
  const works = leaves.some((leaf) => word(WORKS, leaf));
  const context: Context = { entities, works };
  if (person !== undefined) context.person = person.name;
  else if (quasi.length >= 3 && sum === undefined) context.person = quasi[0]!.name;
  if (thing !== undefined) context.thing = thing.name;
  if (sum !== undefined) context.sum = sum.name;
  return context;
}
