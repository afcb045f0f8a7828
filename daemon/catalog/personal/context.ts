import type { Entity } from './entities.js';
import type { Leaf } from './leaves.js';

/** What the table around a column says. */
export interface Context {
  /** The columns that identify people, as evidence for their neighbours. */
  people: readonly string[];
  /** A column that says that the rows are things. */
  thing?: string;
  /** A column that says that the rows are sums over people. */
  sum?: string;
  /** More than names is known of the people: how to reach them, or who they are. */
  reachable: boolean;
  entities: ReadonlySet<Entity>;
}

const SUBJECTS = new Set(
  `species breed airport aircraft airline iata icao movie film album song track genre product sku isbn ticker stock hotel restaurant venue station
planet volcano river mountain earthquake storm hurricane ingredient recipe stadium club league team package vehicle car genus bacteria habitat plant
animal magnitude horsepower cylinders flight tournament match division store shop branch facility`.split(/\s+/),
);
const SUMS = new Set(
  'count people population pop total percent percentage pct perc rate share number n cases deaths frequency freq households average mean median'.split(
    ' ',
  ),
);
/** Roles in which people are named with their works, which is no secret of theirs. */
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
  'person_id',
  'phone',
]);

/** Weaker signs: this many of them make people of the rows. */
const FEW = 2;
const QUASI: ReadonlySet<Entity> = new Set<Entity>([
  'age',
  'gender',
  'marital_status',
  'nationality',
  'ethnicity',
  'religion',
  'birth_year',
  'health',
]);

const NAMES: ReadonlySet<Entity> = new Set<Entity>([
  'first_name',
  'middle_name',
  'last_name',
  'full_name',
  'username',
  'person_id',
]);

export function contextOf(leaves: readonly Leaf[], found: ReadonlyMap<Leaf, Entity>): Context {
  const entities = new Set(found.values());
  const identified = leaves.filter((leaf) => IDENTIFYING.has(found.get(leaf)!));
  const quasi = leaves.filter((leaf) => QUASI.has(found.get(leaf)!));
  const word = (set: ReadonlySet<string>, leaf: Leaf) => leaf.header.words.some((each) => set.has(each));
  const sum = leaves.find(
    (leaf) => leaf.reading === 'number' && !found.has(leaf) && leaf.header.words.length <= 2 && word(SUMS, leaf),
  );
  const thing = leaves.find((leaf) => !found.has(leaf) && word(SUBJECTS, leaf));
  const reachable = [...entities].some((entity) => IDENTIFYING.has(entity) && !NAMES.has(entity));
  const people =
    identified.length > 0
      ? identified
      : quasi.length >= FEW && quasi.some((leaf) => found.get(leaf) !== 'health') && sum === undefined
        ? quasi
        : [];
  const context: Context = { entities, reachable, people: people.map((leaf) => leaf.name) };
  if (thing !== undefined) context.thing = thing.name;
  if (sum !== undefined) context.sum = sum.name;
  return context;
}

/** A column other than this one that says that there are people in the table. */
export function personBeside(context: Context, leaf: Leaf): string | undefined {
  return context.people.find((name) => name !== leaf.name);
}
