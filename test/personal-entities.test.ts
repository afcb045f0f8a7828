import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakerDE, fakerEN_US } from '@faker-js/faker';
import { KINDS } from '../bench/pii/columns.js';
import { Random } from '../bench/pii/random.js';
import { HARD } from '../bench/pii/things.js';
import { type PersonalFinding, personalDetector } from '../daemon/catalog/index.js';
import { type Table, tableOf } from './support/tables.js';

const ROWS = 300;
const JUNK = [null, '', '   ', 'N/A', 'see file', '?', 'unknown', 'x-1'];

/** Values of a kind, a tenth of them nulls, blanks and junk. */
function values(entity: string, seed: number, dirty: boolean): unknown[] {
  const kind = KINDS.find((each) => each.entity === entity)!;
  const random = new Random(seed);
  const faker = seed % 2 === 0 ? fakerEN_US : fakerDE;
  faker.seed(seed);
  return Array.from({ length: ROWS }, () => {
    const value = kind.make(faker, random);
    if (!dirty || !random.chance(0.1)) return value;
    return random.chance(0.3) ? ` ${value} ` : random.pick(JUNK);
  });
}

function look({ schema, batch }: Table): PersonalFinding[] {
  const detector = personalDetector(schema);
  detector.update(batch);
  return detector.findings();
}

const LIKE: Record<string, string[]> = { street_address: ['address'], es_nif: ['tax_id'], de_tax_id: ['tax_id'] };

/** The entity that a column is found to be, beside a column of last names. */
function found(name: string, column: readonly unknown[]): string | undefined {
  const table = tableOf(['last_name', name], [column.map((_, row) => `Miller${row % 7 === 0 ? 's' : ''}`), column]);
  return look(table).find((each) => each.column === name && each.verdict === 'is')?.entity;
}

for (const { entity, clear, short, shown } of KINDS) {
  test(`${entity} is found by its header, clear or short, clean or dirty`, () => {
    for (const header of [...clear, ...short]) {
      for (const dirty of [false, true]) {
        const is = found(header, values(entity, header.length, dirty));
        assert.ok(
          is === entity || LIKE[entity]?.includes(is ?? '') === true,
          `${header}, ${dirty ? 'dirty' : 'clean'}: ${is}`,
        );
      }
    }
  });

  if (shown !== undefined) {
    test(`${entity} is found by its values alone`, () => {
      for (const seed of [2, 3]) assert.equal(found('col_7', values(entity, seed, true)), entity);
    });
  }

  test(`a header of ${entity} over values that are none is let pass`, () => {
    if (['credential', 'username', 'customer_id', 'employee_id', 'last_name', 'health'].includes(entity)) return;
    const random = new Random(5);
    const flags = Array.from({ length: ROWS }, () => random.pick(['true', 'false']));
    assert.equal(found(clear[0]!, flags), undefined);
  });
}

test('a table of what only looks like personal data comes out clean, with its headers and without', () => {
  const names = Object.keys(HARD);
  const alarms: string[] = [];
  for (const seed of [1, 2, 3]) {
    const random = new Random(seed);
    fakerEN_US.seed(seed);
    for (const headless of [false, true]) {
      for (const [at, name] of names.entries()) {
        const column = Array.from({ length: ROWS }, (_, row) => HARD[name]!(fakerEN_US, random, row));
        const header = headless ? `col_${at}` : name;
        for (const each of look(tableOf([header], [column]))) alarms.push(`${name}: ${each.entity} ${each.evidence}`);
      }
    }
  }
  assert.ok(alarms.length <= names.length * 6 * 0.005, alarms.join('\n'));
});

test('numbers of people are found in integer columns', () => {
  for (const [header, entity] of [
    ['ssn', 'us_ssn'],
    ['card_no', 'card'],
    ['nhs_number', 'uk_nhs'],
    ['bsn', 'nl_bsn'],
    ['pesel', 'pl_pesel'],
    ['account_number', 'bank_account'],
  ] as const) {
    const digits = values(entity, 4, false).map((value) => Number(String(value).replace(/\D/g, '')));
    assert.equal(found(header, digits), entity, header);
  }
  const phones = Array.from({ length: ROWS }, (_, row) => 2_125_550_000 + row * 7);
  assert.equal(found('phone', phones), 'phone');
  assert.equal(found('created', phones), undefined);
});

test('dates are of birth when the header says so and they can be', () => {
  const days = (first: number, step: number) =>
    Array.from({ length: ROWS }, (_, row) => new Date((first + row * step) * 86_400_000));
  const table = (name: string, dates: readonly Date[]) => {
    const detector = personalDetector({ fields: [{ name, type: { name: 'date', unit: 'd' }, nullable: true }] });
    const data = new Uint8Array(Int32Array.from(dates, (date) => date.getTime() / 86_400_000).buffer);
    detector.update({
      rows: dates.length,
      columns: [{ type: { name: 'date', unit: 'd' }, rows: dates.length, nulls: 0, data }],
    });
    return detector.findings().map((each) => each.entity);
  };
  assert.deepEqual(table('birth_date', days(-10_000, 60)), ['birth_date']);
  assert.deepEqual(table('dob', days(-10_000, 60)), ['birth_date']);
  assert.deepEqual(table('order_date', days(-10_000, 60)), []);
  assert.deepEqual(table('dob', days(90_000, 60)), [], 'dates after 2200 are nobody’s');
});

test('images under a header of photos are found by their first bytes', () => {
  const photo = (bytes: number[]) => {
    const type = { name: 'binary' } as const;
    const detector = personalDetector({ fields: [{ name: 'photo', type, nullable: true }] });
    const data = Uint8Array.from([...bytes, ...bytes]);
    const offsets = Int32Array.from([0, bytes.length, 2 * bytes.length]);
    detector.update({ rows: 2, columns: [{ type, rows: 2, nulls: 0, data, offsets }] });
    return detector.findings().map((each) => each.entity);
  };
  assert.deepEqual(photo([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70]), ['face_image']);
  assert.deepEqual(photo([1, 2, 3, 4, 5, 6, 7, 8]), []);
});

test('places, ages and the like are personal beside people and not in tables of things or sums', () => {
  const rows = 40;
  const cities = Array.from({ length: rows }, (_, row) => ['Lyon', 'Turin', 'Gent', 'Aachen'][row % 4]);
  const ages = Array.from({ length: rows }, (_, row) => 18 + ((row * 7) % 60));
  const sexes = Array.from({ length: rows }, (_, row) => ['male', 'female'][row % 2]);
  const counts = Array.from({ length: rows }, (_, row) => 1000 + row * 37);
  const entities = (table: Table) => look(table).map((each) => each.entity);
  assert.deepEqual(entities(tableOf(['city', 'population'], [cities, counts])), []);
  assert.deepEqual(entities(tableOf(['city', 'email'], [cities, ages.map((age) => `p${age}@acme.example`)])), [
    'city',
    'email',
  ]);
  assert.deepEqual(entities(tableOf(['sex', 'age', 'people'], [sexes, ages, counts])), []);
  assert.deepEqual(entities(tableOf(['sex', 'species'], [sexes, cities])), []);
  assert.deepEqual(entities(tableOf(['sex', 'age'], [sexes, ages])), ['gender', 'age']);
});

test('no value of the data is in a finding or in a state', () => {
  const canary = 'zebulon.quackenbush@acme.example';
  const detector = personalDetector({ fields: [{ name: 'email', type: { name: 'utf8' }, nullable: true }] });
  const { batch } = tableOf(['email'], [Array.from({ length: 20 }, () => canary)]);
  detector.update(batch);
  const text = Buffer.from(detector.serialise()).toString('latin1') + JSON.stringify(detector.findings());
  for (const part of ['zebulon', 'quackenbush', 'acme']) assert.ok(!text.includes(part));
});
