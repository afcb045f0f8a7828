import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../daemon/foundation/index.js';
import { meeting, OFFER, odcs, rule } from './support/agreements.js';
import { coded } from './support/errors.js';

test('the effective contract is the stricter meet, and says what a mask makes meaningless', async (t) => {
  const { acme, vendor, table } = meeting(t);
  acme.contract = [
    rule({ id: 'born', check: 'range', columns: ['born'], min: '1900-01-01' }),
    rule({ id: 'mail', check: 'format', columns: ['email'], format: 'email' }),
    rule({ id: 'given', check: 'null', columns: ['email', 'country'] }),
    rule({ id: 'one', check: 'unique', columns: ['email'] }),
    rule({ id: 'pii', check: 'pii.absent', entities: ['phone'] }),
    rule({ id: 'countries', check: 'in_set', columns: ['country'], values: ['DE', 'FR', 'XX'] }),
    rule({
      id: 'shape',
      check: 'schema.match',
      fields: [
        { name: 'id', type: 'int64' },
        { name: 'email', type: 'string', nullable: false },
        { name: 'born' },
        { name: 'country' },
      ],
    }),
  ];
  await vendor.agreements.setRequirements({
    ...{ peer: 'acme.example', dataset: 'customers' },
    contract: JSON.stringify([
      rule({ id: 'born', check: 'range', columns: ['born'], max: '2020-01-01' }),
      rule({ id: 'pii', check: 'pii.absent', entities: ['iban'] }),
      rule({ id: 'where', check: 'in_set', columns: ['country'], values: ['DE', 'FR', 'IT'] }),
      rule({ id: 'secret', check: 'row_count', min: 5, side: 'consumer' }),
      rule({ id: 'tokens', check: 'length', columns: ['email'], min: 30 }),
    ]),
  });
  await table.deliver();
  const { id } = await acme.agreements.offer({
    ...OFFER,
    policy: { columns: { email: { op: 'token' }, country: { op: 'keep' } } },
  });
  const { effective, conflicts } = acme.agreements.show(id);
  assert.deepEqual(conflicts, []);
  const rules = new Map(effective.rules.map((each) => [each.id, each]));
  assert.deepEqual([rules.get('born')!.min, rules.get('born')!.max], ['1900-01-01', '2020-01-01']);
  assert.deepEqual(rules.get('pii')!.entities, ['phone', 'iban']);
  assert.deepEqual(rules.get('countries')!.values, ['DE', 'FR']);
  assert.deepEqual([...rules.keys()].sort(), ['born', 'countries', 'given', 'one', 'pii', 'shape', 'tokens']);
  assert.deepEqual(effective.merged, [
    { rule: 'born', requirement: 'consumer.born' },
    { rule: 'pii', requirement: 'consumer.pii' },
    { rule: 'countries', requirement: 'where' },
  ]);
  assert.deepEqual(effective.notApplied, [
    { rule: 'mail', columns: ['email'], reason: '"email" is masked' },
    { rule: 'shape', columns: ['email'], reason: '"email" is masked' },
  ]);
  assert.deepEqual(effective.onMasked, [{ rule: 'tokens', columns: ['email'] }]);
  await table.deliver();
  await vendor.agreements.accept(id);
  await table.deliver();
  assert.deepEqual(
    vendor.agreements.terms(id, acme.id).ownRules.map((each) => (each as { id: string }).id),
    ['secret'],
  );
  const said = [
    ...acme.journal.entries.map(({ draft }) => JSON.stringify(draft)),
    JSON.stringify(acme.agreements.show(id)),
  ];
  assert.equal(
    said.some((text) => text.includes('secret')),
    false,
    'what the consumer keeps to itself never leaves it',
  );
});

test('contradictions are listed, and forbid acceptance until they are settled', async (t) => {
  const { acme, vendor, table } = meeting(t);
  acme.contract = [rule({ id: 'born', check: 'range', columns: ['born'], min: '1950-01-01' })];
  const { id } = await acme.agreements.offer({ ...OFFER, policy: { columns: { email: { op: 'drop' } } } });
  await table.deliver();
  const set = await vendor.agreements.setRequirements({
    ...{ peer: 'acme.example', dataset: 'customers' },
    contract: JSON.stringify([
      rule({ id: 'old', check: 'range', columns: ['born'], max: '1940-01-01' }),
      rule({ id: 'mail', check: 'null', columns: ['email'] }),
      rule({ id: 'typed', check: 'schema.match', mode: 'superset', fields: [{ name: 'country', type: 'integer' }] }),
    ]),
  });
  assert.deepEqual(set.agreements, [id]);
  assert.deepEqual(
    set.conflicts.map(({ path }) => path),
    ['old', 'mail', 'typed'],
  );
  assert.match(
    set.conflicts[0]!.message,
    /provider's range on "born" \(min "1950-01-01"\).*consumer's range on "born" \(max "1940-01-01"\)/,
  );
  assert.match(set.conflicts[1]!.message, /no column "email"/);
  assert.match(set.conflicts[2]!.message, /"country" is utf8, not integer/);
  await table.deliver();
  const countered = acme.agreements.get(id);
  assert.deepEqual([countered.state, countered.revision, countered.waitingFor], ['countered', 2, 'us']);
  await assert.rejects(acme.agreements.accept(id), coded('agreement.conflict'));
  await vendor.agreements.setRequirements({ peer: 'acme.example', dataset: 'customers', contract: '[]' });
  await table.deliver();
  assert.match(acme.agreements.show(id).changes.join('\n'), /settled: "old"/);
  assert.equal((await acme.agreements.accept(id)).state, 'agreed');
  await table.deliver();
  assert.deepEqual([acme.agreements.get(id).state, vendor.agreements.get(id).state], ['active', 'active']);
});
const CONTRACT = `
apiVersion: v3.1.0
kind: DataContract
id: customers
version: 1.0.0
status: active
schema:
  - name: customers
    properties:
      - { name: id, logicalType: integer, physicalType: int64, required: true, unique: true }
      - { name: email, logicalType: string, logicalTypeOptions: { format: email } }
      - { name: born, logicalType: date, logicalTypeOptions: { minimum: "1900-01-01" } }
      - { name: country, logicalType: string }
`;
const NEEDS = `
apiVersion: v3.1.0
kind: DataContract
id: needs
version: 1.0.0
status: proposed
schema:
  - name: customers
    properties:
      - { name: born, logicalType: date, logicalTypeOptions: { maximum: "2020-01-01" } }
    quality:
      - { type: library, metric: rowCount, mustBeGreaterOrEqualTo: 10 }
      - type: custom
        engine: counterfoil
        implementation: { id: countries, check: set_coverage, columns: [country], values: [DE, FR] }
      - type: custom
        engine: counterfoil
        implementation: { id: mine, check: unique, columns: [email], side: consumer }
`;

test('two ODCS documents become one effective contract', async (t) => {
  const { acme, vendor, table } = meeting(t);
  acme.dataset = { ...acme.dataset, contract: odcs(CONTRACT) };
  await vendor.agreements.setRequirements({ peer: 'acme.example', dataset: 'customers', contract: NEEDS });
  await table.deliver();
  const { id } = await acme.agreements.offer(OFFER);
  const { effective, conflicts } = acme.agreements.show(id);
  assert.deepEqual(conflicts, []);
  assert.deepEqual(effective.rules.map((each) => each.check).sort(), [
    'null',
    'range',
    'row_count',
    'schema.match',
    'schema.match',
    'set_coverage',
    'unique',
  ]);
  const born = effective.rules.find((each) => each.check === 'range')!;
  assert.deepEqual([born.min, born.max], ['1900-01-01', '2020-01-01']);
  assert.ok(effective.notApplied.some(({ rule: name }) => name === 'email.format'));
  await table.deliver();
  assert.equal(vendor.agreements.requirements(acme.id, 'customers'), NEEDS);
  await vendor.agreements.accept(id);
  await table.deliver();
  assert.deepEqual(
    vendor.agreements.terms(id, acme.id).ownRules.map((each) => (each as { id: string }).id),
    ['mine'],
  );
});

test('the other side is told what no check looks at, in what both sign', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const left = [{ path: 'schema[0].quality[0]', reason: 'it is text for people' }];
  acme.dataset = { ...acme.dataset, contract: { ...acme.dataset.contract, notEvaluated: left } };
  const { id } = await acme.agreements.offer(OFFER);
  await table.deliver();
  assert.deepEqual(vendor.agreements.show(id).document.contract.provider.notEvaluated, left);
  await vendor.agreements.accept(id);
  await table.deliver();
  assert.equal(acme.agreements.show(id).state, 'active');
  assert.deepEqual(table.refused, []);
  const many = Array.from({ length: 500 }, (_, at) => ({ path: `${at}`.padEnd(2000, 'x'), reason: 'y'.repeat(900) }));
  acme.dataset = { ...acme.dataset, contract: { ...acme.dataset.contract, notEvaluated: many } };
  const next = await acme.agreements.offer(OFFER);
  await table.deliver();
  assert.equal(
    vendor.agreements.show(next.id).document.contract.provider.notEvaluated!.length,
    LIMITS.notEvaluatedTold,
  );
});
