import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { PRESETS, parseContract, personalDetector, presetMasks, presetRules } from '../daemon/catalog/index.js';
import type { DataType } from '../daemon/columnar/index.js';
import { orgId } from '../daemon/foundation/index.js';
import { compileChecks } from '../daemon/pipeline/checks/index.js';
import { planMasks } from '../daemon/pipeline/masks/index.js';
import { DATE, day, INT64, OPTIONS, TEXT, tableOf } from './support/checks.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';

const ROWS = 60;
const all = (make: (row: number) => unknown): unknown[] => Array.from({ length: ROWS }, (_, row) => make(row));
const pad = (row: number, width: number): string => String(row).padStart(width, '0');

/** A Luhn check digit behind digits. */
function luhn(digits: string): string {
  const sum = [...digits].reverse().reduce((total, char, at) => {
    const value = Number(char) * (at % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + String((10 - (sum % 10)) % 10);
}

/** For each identifier of the safe harbor a column that is one, in the order of the law. */
const COLUMNS: Record<string, { type: DataType; values: unknown[] }> = {
  patient_name: {
    type: TEXT,
    values: all(
      (row) =>
        `${['Mary', 'John', 'Linda', 'James', 'Susan'][row % 5]} ${['Smith', 'Johnson', 'Miller', 'Davis'][row % 4]}`,
    ),
  },
  street_address: { type: TEXT, values: all((row) => `${100 + row} Main Street`) },
  zip_code: { type: TEXT, values: all((row) => pad(10001 + row * 37, 5)) },
  date_of_death: { type: DATE, values: all((row) => day('2021-03-04') + row) },
  date_of_birth: { type: DATE, values: all((row) => day('1950-03-04') + row * 100) },
  age: { type: INT64, values: all((row) => BigInt(40 + row)) },
  phone_number: { type: TEXT, values: all((row) => `+1 212-555-${pad(row + 1000, 4)}`) },
  fax_number: { type: TEXT, values: all((row) => `+1 212-736-${pad(row + 2000, 4)}`) },
  email: { type: TEXT, values: all((row) => `person${row}@example.com`) },
  ssn: { type: TEXT, values: all((row) => `${pad(100 + row, 3)}-45-${pad(6700 + row, 4)}`) },
  medical_record_number: { type: TEXT, values: all((row) => `MRN${pad(7_000_000 + row * 13, 8)}`) },
  health_plan_member_id: { type: TEXT, values: all((row) => `W${pad(80_000_000 + row * 17, 9)}`) },
  account_number: { type: TEXT, values: all((row) => pad(4_000_123_000 + row * 7, 10)) },
  drivers_license: { type: TEXT, values: all((row) => `D${pad(1_234_500 + row * 3, 7)}`) },
  license_plate: { type: TEXT, values: all((row) => `ABC ${pad(1000 + row, 4)}`) },
  imei: { type: TEXT, values: all((row) => luhn(`35693803564${pad(380 + row, 3)}`)) },
  profile_url: { type: TEXT, values: all((row) => `https://www.facebook.com/person.${row}`) },
  ip_address: { type: TEXT, values: all((row) => `93.184.${row}.34`) },
  fingerprint_hash: {
    type: TEXT,
    values: all((row) => Buffer.from(`template ${row} ${'x'.repeat(60)}`).toString('base64')),
  },
  patient_photo: { type: TEXT, values: all((row) => `face_${pad(row, 5)}.jpg`) },
  employee_id: { type: TEXT, values: all((row) => `E${pad(55_000 + row * 11, 6)}`) },
};

const TERMS = { presets: ['hipaa-safe-harbor'] };
const NOW = Date.parse('2026-06-15T12:00:00Z');

function findingsOf({ schema, batch }: ReturnType<typeof tableOf>) {
  const detector = personalDetector(schema);
  detector.update(batch);
  return detector.findings();
}

test('each of the eighteen identifiers of the safe harbor is caught as it is, and gone after the masks', (t) => {
  const table = tableOf(COLUMNS);
  const findings = findingsOf(table);
  const [rule] = presetRules(TERMS);
  const policy = { columns: presetMasks(TERMS, table.schema, findings, NOW) };
  const keys = {
    ...{ root: new Uint8Array(32), organisation: orgId('a.example'), peer: orgId('b.example') },
    ...{ agreement: 'agr-1', version: 'v-1', vault: join(temporaryFolder(t), 'vault.db') },
  };
  const run = (schema: typeof table.schema, batch: typeof table.batch) => {
    const checks = compileChecks([rule], schema, { ...OPTIONS, detector: personalDetector });
    checks.update(batch, 0);
    return checks.finish().results[0]!;
  };
  for (const [at, field] of table.schema.fields.entries()) {
    // Beside a name, so that it is a table about people.
    const places = at === 0 ? [0] : [0, at];
    const schema = { fields: places.map((place) => table.schema.fields[place]!) };
    const batch = { rows: ROWS, columns: places.map((place) => table.batch.columns[place]!) };
    const caught = run(schema, batch);
    if (field.name === 'age') assert.equal(policy.columns.age?.op, 'top_code');
    else {
      assert.equal(caught.status, 'fail', field.name);
      assert.match(caught.message, new RegExp(field.name), `${field.name} is not what was caught`);
    }
    assert.ok(policy.columns[field.name] !== undefined, `${field.name} has no mask`);
  }
  const plan = planMasks(table.schema, policy, keys);
  const masked = plan.apply(table.batch, 0);
  const left = run(plan.schema, masked);
  assert.equal(left.status, 'pass', left.message);
  const ages = masked.columns[plan.columns.findIndex(({ name }) => name === 'age')]!;
  const most = Math.max(...Array.from(new BigInt64Array(ages.data!.slice().buffer), Number));
  assert.equal(most, 90);
});

const contract = (properties: string, version = 'v3.1.0') => `apiVersion: ${version}
kind: DataContract
id: c
version: 1.0.0
status: active
schema:
  - name: d
    properties: [{name: x, logicalType: string}]
customProperties:
${properties}`;

test('a preset becomes an ordinary rule that can be seen; one that does not exist is a fault of the contract', () => {
  const read = (text: string) => parseContract(contract(text), { dataset: 'd' });
  const { rules } = read('  - {property: presets, value: [gdpr, ccpa]}');
  assert.deepEqual(
    rules.map((rule) => (rule as { id: string }).id),
    ['schema', 'gdpr.absent', 'ccpa.absent'],
  );
  const both = read('  - {property: presets, value: [gdpr]}\n  - {property: art9Condition, value: "gdpr:9.2.a"}');
  assert.equal(both.rules.length, 1); // special categories may be there
  assert.throws(
    () => read('  - {property: presets, value: [hippa]}'),
    coded('contract.invalid', /hippa.*hipaa-safe-harbor, gdpr, ccpa/),
  );
  for (const { summary } of PRESETS) assert.match(summary, /^Checks for/);
});
