import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AGREEMENT_EVENTS,
  AGREEMENT_STATES,
  AGREEMENT_TABLE,
  type AgreementEvent,
  type AgreementState,
} from '../daemon/agreement/index.js';
import { active, CUSTOMERS, EMAIL, MASKED, meeting, OFFER, rule } from './support/agreements.js';
import { coded } from './support/errors.js';

test('the table of agreement states is total, and nothing leads out of an end', () => {
  const ends: AgreementState[] = ['expired', 'terminated', 'rejected'];
  for (const state of AGREEMENT_STATES) {
    assert.deepEqual(Object.keys(AGREEMENT_TABLE[state]).sort(), [...AGREEMENT_EVENTS].sort());
    for (const event of AGREEMENT_EVENTS) {
      const next = AGREEMENT_TABLE[state][event];
      if (ends.includes(state)) assert.ok(next === 'ignore' || next === 'refuse');
      if (next === 'active') assert.ok(event === 'peer-accept' || event === 'peer-activate');
    }
  }
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...AGREEMENT_EVENTS)), (events: AgreementEvent[]) => {
      let state: AgreementState = 'proposed';
      let signedHere = false;
      for (const event of events) {
        const next: string = AGREEMENT_TABLE[state][event];
        if (next === 'ignore' || next === 'refuse') continue;
        if (event === 'accept' || event === 'peer-accept') signedHere = true;
        if (next === 'active') assert.ok(signedHere, 'nothing is active before someone accepted');
        state = next as AgreementState;
      }
    }),
  );
});

test('offer, accept: both hold the same document with both signatures', async (t) => {
  const { acme, vendor, table, id } = await active(t, {
    purpose: 'evaluation',
    basis: 'gdpr:6.1.b',
    expires: '2026-12-31',
    retain: '30d',
  });
  const [mine, theirs] = [acme.agreements.show(id), vendor.agreements.show(id)];
  assert.deepEqual([mine.state, theirs.state], ['active', 'active']);
  assert.deepEqual([mine.role, theirs.role], ['provider', 'consumer']);
  assert.equal(mine.digest, theirs.digest);
  assert.deepEqual(mine.document, theirs.document);
  assert.deepEqual(
    mine.signatures.map(({ by }) => by),
    ['acme.example', 'vendor.example'],
  );
  assert.deepEqual(mine.signatures, theirs.signatures);
  assert.deepEqual([mine.expires, mine.retain, mine.basis], ['2026-12-31T23:59:59.999Z', '30d', 'gdpr:6.1.b']);
  assert.deepEqual(acme.journal.types(), ['agreement.proposed', 'agreement.signed']);
  assert.deepEqual(vendor.journal.types(), ['agreement.proposed', 'agreement.signed']);
  assert.deepEqual(table.refused, []);
  const terms = vendor.agreements.terms(id, acme.id);
  assert.equal(terms.policyDigest, acme.agreements.terms(id, vendor.id).policyDigest);
  assert.deepEqual(
    terms.schema.fields.map((field) => field.name),
    ['id', 'email', 'born', 'country'],
  );
});

test('an offer takes over what the contract says of masks, rows and terms, and may say otherwise', async (t) => {
  const { acme } = meeting(t);
  acme.dataset = {
    ...acme.dataset,
    policy: { columns: { email: { op: 'token' }, born: { op: 'drop' } }, where: "country = 'FR'" },
    terms: { purpose: 'evaluation', retain: '30d' },
  };
  const plain = { peer: OFFER.peer, dataset: OFFER.dataset };
  const offered = acme.agreements.show((await acme.agreements.offer(plain)).id);
  assert.deepEqual(
    Object.entries(offered.policy.columns).map(([name, { op }]) => [name, op]),
    [
      ['born', 'drop'],
      ['email', 'token'],
    ],
  );
  assert.deepEqual([offered.policy.where, offered.purpose, offered.retain], ["country = 'FR'", 'evaluation', '30d']);
  const policy = { columns: { born: { op: 'keep' } }, where: 'id > 5' };
  const other = acme.agreements.show((await acme.agreements.offer({ ...plain, policy, retain: '12h' })).id);
  assert.equal(other.policy.columns.born?.op, 'keep');
  assert.deepEqual(
    [other.policy.where, other.purpose, other.retain],
    ["(country = 'FR') AND (id > 5)", 'evaluation', '12h'],
  );
  acme.dataset = { ...acme.dataset, policy: { columns: { nothing: { op: 'drop' } } } };
  await assert.rejects(acme.agreements.offer(OFFER), coded('agreement.invalid', /nothing/));
});

test('a field of a struct that looks personal blocks its column; a person who says why not lets it through', async (t) => {
  const { acme } = meeting(t);
  const nested = { ...EMAIL, column: 'country.note', root: 'country' };
  acme.dataset = { ...acme.dataset, findings: [EMAIL, nested] };
  await assert.rejects(acme.agreements.offer(OFFER), (error) => {
    assert.match((error as { hint: string }).hint, /--mask country=OP/);
    return coded('agreement.blocked', /"country" looks like email/)(error);
  });
  const override = { by: 'admin:ada', reason: 'country codes' };
  acme.dataset = { ...acme.dataset, findings: [EMAIL, { ...nested, override }] };
  const { waved, state } = await acme.agreements.offer(OFFER);
  assert.deepEqual([state, waved], ['proposed', [{ column: 'country.note', entity: 'email', ...override }]]);
  acme.dataset = { ...acme.dataset, findings: [EMAIL, { ...nested, override }, { ...nested, entity: 'phone' }] };
  await assert.rejects(acme.agreements.offer(OFFER), coded('agreement.blocked', /phone/));
});

test('a column that looks personal and has no rule blocks the offer, with the flags that decide it', async (t) => {
  const { acme, table } = meeting(t);
  await assert.rejects(acme.agreements.offer({ ...OFFER, policy: { columns: {} } }), (error) => {
    assert.ok(coded('agreement.blocked', /"email" looks like email \(header 'email'\)/)(error));
    assert.match((error as { hint: string }).hint, /--mask email=OP/);
    return true;
  });
  assert.deepEqual(
    acme.journal.entries.map(({ log, draft }) => [log, draft.type, draft.fields!.columns]),
    [['master', 'agreement.blocked', ['email']]],
  );
  assert.deepEqual([table.mail, acme.agreements.list()], [[], []]);
  assert.equal(
    (await acme.agreements.offer({ ...OFFER, policy: { columns: { email: { op: 'keep' } } } })).state,
    'proposed',
  );
});

test('a policy that cannot be is agreement.invalid', async (t) => {
  const { acme } = meeting(t);
  const offer = (policy: unknown) => acme.agreements.offer({ ...OFFER, policy });
  await assert.rejects(offer({ columns: { email: { op: 'tokn' } } }), coded('agreement.invalid', /tokn/));
  await assert.rejects(
    offer({ columns: { ...MASKED.columns, nope: { op: 'drop' } } }),
    coded('agreement.invalid', /nope/),
  );
  await assert.rejects(
    offer({ columns: { ...MASKED.columns, id: { op: 'partial' } } }),
    coded('agreement.invalid', /partial takes text/),
  );
  await assert.rejects(offer({ colums: {} }), coded('agreement.invalid'));
  await assert.rejects(acme.agreements.offer({ ...OFFER, expires: '2020-01-01' }), coded('agreement.expired'));
  await assert.rejects(acme.agreements.offer({ ...OFFER, retain: 'forever' }), coded('agreement.invalid', /retain/));
  await assert.rejects(acme.agreements.offer({ ...OFFER, follow: 'daily' }), coded('agreement.invalid', /follow/));
  await assert.rejects(acme.agreements.offer({ ...OFFER, dataset: 'nope' }), coded('dataset.not_found'));
  assert.deepEqual(acme.journal.entries, []);
});

test('requirements set before the offer are in it; set after, they counter it', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const needs = (min: number) => ({
    peer: 'acme.example',
    dataset: 'customers',
    contract: JSON.stringify([rule({ check: 'row_count', min })]),
  });
  await vendor.agreements.setRequirements(needs(1));
  // The offer is on its way when the requirements change: they meet in the middle, and the consumer insists.
  await table.deliver();
  const { id } = await acme.agreements.offer(OFFER);
  await vendor.agreements.setRequirements(needs(2));
  await table.deliver();
  const { effective, revision, changes } = acme.agreements.show(id);
  assert.deepEqual([effective.rules[0]!.min, revision], [2, 2]);
  assert.deepEqual(changes, ['~ "r": row_count (min 1) → row_count (min 2)']);
  assert.deepEqual(table.refused, []);
});

test('the provider changes what it offers, the consumer sees a diff before it signs', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const { id } = await acme.agreements.offer(OFFER);
  await table.deliver();
  await acme.agreements.counter(id, {
    policy: { columns: { email: { op: 'drop' } }, where: "country = 'DE'" },
    purpose: 'trial',
  });
  await table.deliver();
  assert.deepEqual(vendor.agreements.show(id).changes, [
    'purpose: none → "trial"',
    'column "email": token(epoch=1, normalise=none, scope=peer) → drop',
    'rows where: none → "country = \'DE\'"',
    'column "email" is no longer sent',
  ]);
  await assert.rejects(
    vendor.agreements.counter(id, { policy: MASKED }),
    coded('agreement.invalid', /Only the provider/),
  );
  await assert.rejects(acme.agreements.counter(id, {}), coded('agreement.invalid', /changes nothing/));
  await vendor.agreements.counter(id, { retain: '10d' });
  await table.deliver();
  assert.deepEqual([acme.agreements.get(id).retain, acme.agreements.get(id).revision], ['10d', 3]);
});

test('counters that cross: the provider stands, the consumer insists again', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const { id } = await acme.agreements.offer(OFFER);
  await table.deliver();
  await acme.agreements.counter(id, { purpose: 'trial' });
  await vendor.agreements.setRequirements({
    peer: 'acme.example',
    dataset: 'customers',
    contract: JSON.stringify([rule({ check: 'row_count', min: 1 })]),
  });
  await table.deliver();
  const [mine, theirs] = [acme.agreements.show(id), vendor.agreements.show(id)];
  assert.deepEqual([mine.revision, theirs.revision], [3, 3]);
  assert.equal(mine.digest, theirs.digest);
  assert.deepEqual([mine.purpose, mine.effective.rules.length], ['trial', 1]);
});

test('an acceptance that crosses a counter is void', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const { id } = await acme.agreements.offer(OFFER);
  await table.deliver();
  await acme.agreements.counter(id, { purpose: 'trial' });
  await vendor.agreements.accept(id);
  await table.deliver();
  assert.deepEqual([acme.agreements.get(id).state, vendor.agreements.get(id).state], ['countered', 'countered']);
  assert.equal(vendor.agreements.show(id).signatures.length, 1);
  await vendor.agreements.accept(id);
  await table.deliver();
  assert.deepEqual([acme.agreements.get(id).state, vendor.agreements.get(id).state], ['active', 'active']);
});

test('either side rejects an offer and terminates an agreement; access ends with it', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const first = await acme.agreements.offer(OFFER);
  await table.deliver();
  await vendor.agreements.reject(first.id, 'not now\n');
  await table.deliver();
  const rejected = acme.agreements.get(first.id);
  assert.deepEqual([rejected.state, rejected.reason], ['rejected', 'not now\\u000a']);
  await assert.rejects(acme.agreements.accept(first.id), coded('agreement.state'));
  const running = await active(t);
  const events: string[] = [];
  running.vendor.agreements.onChange(({ agreement, before }) => events.push(`${before} → ${agreement.state}`));
  await running.acme.agreements.terminate(running.id, 'contract ended');
  assert.throws(() => running.acme.agreements.terms(running.id, running.vendor.id), coded('agreement.not_active'));
  await running.table.deliver();
  assert.throws(() => running.vendor.agreements.terms(running.id, running.acme.id), coded('agreement.not_active'));
  assert.deepEqual(events, ['active → terminated']);
  assert.deepEqual(running.vendor.journal.types().slice(-1), ['agreement.terminated']);
  await assert.rejects(
    acme.agreements.terminate((await acme.agreements.offer(OFFER)).id),
    coded('agreement.state', /terminating is not possible/),
  );
});

test('an agreement expires by the clock, access first', async (t) => {
  const { acme, vendor, clock, id, table } = await active(t, { expires: '2026-06-20' });
  clock.advance(6 * 86_400_000);
  assert.throws(() => acme.agreements.terms(id, vendor.id), coded('agreement.not_active', /expired/));
  await acme.agreements.expireDue();
  assert.equal(acme.agreements.get(id).state, 'expired');
  assert.deepEqual(acme.journal.types().slice(-1), ['agreement.expired']);
  await acme.agreements.expireDue();
  await vendor.agreements.terminate(id);
  await table.deliver();
  assert.equal(acme.agreements.get(id).state, 'expired');
});

test('without the ledger nothing is offered, signed, ended or required', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const { id } = await acme.agreements.offer(OFFER);
  await table.deliver();
  for (const side of [acme, vendor]) side.journal.broken = true;
  await assert.rejects(acme.agreements.offer(OFFER), coded('ledger.unavailable'));
  await assert.rejects(vendor.agreements.accept(id), coded('ledger.unavailable'));
  await assert.rejects(vendor.agreements.reject(id), coded('ledger.unavailable'));
  await assert.rejects(
    vendor.agreements.setRequirements({ peer: 'acme.example', dataset: 'customers', contract: '[]' }),
    coded('ledger.unavailable'),
  );
  assert.deepEqual(table.mail, []);
  assert.deepEqual([acme.agreements.list().length, vendor.agreements.get(id).state], [1, 'proposed']);
});

test('an agreement that does not fit into a message is refused before it is recorded', async (t) => {
  const { acme } = meeting(t);
  const values = Array.from({ length: 40_000 }, (_, at) => `value number ${at}`);
  acme.contract = [rule({ check: 'in_set', columns: ['country'], values })];
  await assert.rejects(acme.agreements.offer(OFFER), coded('limit.exceeded', /must fit into one message/));
  assert.deepEqual(acme.journal.entries, []);
});

test('a dataset that changed since the offer is not signed away', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const { id } = await acme.agreements.offer(OFFER);
  await table.deliver();
  await vendor.agreements.counter(id, { retain: '5d' });
  await table.deliver();
  const { dataset } = acme;
  acme.dataset = { ...dataset, findings: [EMAIL, { ...EMAIL, column: 'country', entity: 'phone' }] };
  await assert.rejects(acme.agreements.accept(id), coded('agreement.blocked', /country/));
  acme.dataset = { ...dataset, schema: { fields: CUSTOMERS.fields.slice(0, 3) } };
  await assert.rejects(acme.agreements.accept(id), coded('agreement.state', /changed since/));
  acme.dataset = dataset;
  assert.equal((await acme.agreements.accept(id)).state, 'agreed');
});
