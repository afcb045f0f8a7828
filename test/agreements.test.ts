import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import {
  AGREEMENT_EVENTS,
  AGREEMENT_STATES,
  AGREEMENT_TABLE,
  type AgreementEvent,
  type AgreementState,
} from '../daemon/agreement/index.js';
import { type Json, LIMITS } from '../daemon/foundation/index.js';
import { type Signed, signDocument } from '../daemon/identity/index.js';
import { CUSTOMERS, EMAIL, odcs, type Side, signerOf, Table } from './support/agreements.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';

const MASKED = { columns: { email: { op: 'token' } } };
const OFFER = { peer: 'vendor.example', dataset: 'customers', policy: MASKED };

function meeting(t: TestContext): { table: Table; acme: Side; vendor: Side; clock: ManualClock } {
  const clock = new ManualClock(Date.parse('2026-06-15T12:00:00Z'));
  const table = new Table(t, clock, 'acme.example', 'vendor.example', 'other.example');
  return { table, acme: table.side('acme.example'), vendor: table.side('vendor.example'), clock };
}

/** An agreement in force. */
async function active(t: TestContext, offer: Partial<typeof OFFER> & Record<string, unknown> = {}) {
  const all = meeting(t);
  const { id } = await all.acme.agreements.offer({ ...OFFER, ...offer });
  await all.table.deliver();
  await all.vendor.agreements.accept(id);
  await all.table.deliver();
  return { ...all, id };
}

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

const rule = (more: Record<string, Json>): Json => ({ id: 'r', ...more }) as Json;

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

/** An agreement document as a forger may change it. */
interface Doc {
  revision: unknown;
  previous: unknown;
  by: unknown;
  provider: { id: unknown; key: unknown };
  consumer: { id: unknown; key: unknown };
  dataset: unknown;
  schema: unknown;
  policy: { columns: Record<string, unknown> };
  contract: { provider: { rules: unknown[] }; consumer: unknown; effective: { rules: unknown[]; notApplied: unknown } };
  purpose: unknown;
  expires: unknown;
  extra?: unknown;
}

/** The signed offer that waits in the mail, as JSON to be changed, and what signs it again. */
function intercepted(table: Table) {
  const { signed } = table.mail.shift()!;
  const document = JSON.parse(Buffer.from(signed.document).toString()) as Doc;
  const again = (change: (document: Doc) => void, id = 'acme.example'): Signed => {
    const copy = structuredClone(document);
    change(copy);
    return signDocument(signerOf(id), 'agreement', copy as unknown as Json);
  };
  return { signed, again };
}

const FORGERIES: [string, (document: Doc) => void, Parameters<typeof coded>[0], RegExp?][] = [
  [
    'another effective contract',
    (d) => {
      d.contract.effective.rules = [];
    },
    'agreement.invalid',
    /not the meet/,
  ],
  [
    'conflicts left out',
    (d) => {
      d.contract.effective.notApplied = [];
    },
    'agreement.invalid',
    /not the meet/,
  ],
  [
    'a schema that the policy does not make',
    (d) => {
      d.policy.columns = { email: { op: 'drop' } };
    },
    'agreement.invalid',
    /not what its policy makes/,
  ],
  [
    'a mask that the schema does not tell of',
    (d) => {
      d.policy.columns = { email: { op: 'null' } };
    },
    'agreement.invalid',
    /how its columns are masked/,
  ],
  [
    'a schema that is none',
    (d) => {
      d.schema = { fields: [{ name: 'x' }] };
    },
    'agreement.invalid',
  ],
  [
    'another consumer',
    (d) => {
      d.consumer.id = 'other.example';
    },
    'agreement.invalid',
    /other parties/,
  ],
  [
    'another key',
    (d) => {
      d.consumer.key = 'AAAA';
    },
    'agreement.invalid',
    /other parties/,
  ],
  [
    'a revision in our name',
    (d) => {
      d.by = 'consumer';
    },
    'agreement.invalid',
    /by this gateway/,
  ],
  [
    'an unknown member',
    (d) => {
      d.extra = 1;
    },
    'agreement.invalid',
    /malformed/,
  ],
  [
    'a rule that does not exist',
    (d) => {
      d.contract.provider.rules = [{ id: 'x', check: 'nope' }];
    },
    'contract.invalid',
    /nope/,
  ],
  [
    'requirements that were never published',
    (d) => {
      d.contract.consumer = { digest: '0'.repeat(64), rules: [] };
    },
    'agreement.invalid',
    /did not publish/,
  ],
  [
    'an expiry in the past',
    (d) => {
      d.expires = '2020-01-01T00:00:00.000Z';
    },
    'agreement.expired',
  ],
  [
    'a later revision first',
    (d) => {
      d.revision = 2;
      d.previous = '0'.repeat(64);
    },
    'agreement.state',
  ],
  [
    'a missing revision before',
    (d) => {
      d.revision = 2;
    },
    'agreement.invalid',
  ],
];

for (const [name, change, code, message] of FORGERIES) {
  test(`a peer that sends ${name} is refused`, async (t) => {
    const { acme, vendor, table } = meeting(t);
    acme.contract = [
      rule({ id: 'mail', check: 'format', columns: ['email'], format: 'email' }),
      rule({ id: 'n', check: 'row_count', min: 1 }),
    ];
    await acme.agreements.offer(OFFER);
    const { again } = intercepted(table);
    await assert.rejects(vendor.take(acme.id, 'Agreements/Propose', again(change)), (error) =>
      coded(code, message)(error),
    );
    assert.deepEqual([vendor.agreements.list(), vendor.journal.entries], [[], []]);
  });
}

test('a signature over other bytes, or by another, is refused', async (t) => {
  const { acme, vendor, table } = meeting(t);
  await acme.agreements.offer(OFFER);
  const { signed, again } = intercepted(table);
  const refused = (message: Signed) =>
    assert.rejects(vendor.take(acme.id, 'Agreements/Propose', message), coded('agreement.signature'));
  await refused({
    ...signed,
    document: again((d) => {
      d.purpose = 'x';
    }).document,
  });
  await refused(again(() => {}, 'other.example'));
  await refused({ ...signed, signature: signed.signature.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) });
  await refused(signDocument(acme.signer, 'decision', signed.document));
  const spaced = signDocument(acme.signer, 'agreement', Buffer.from(`${Buffer.from(signed.document).toString()} `));
  await assert.rejects(vendor.take(acme.id, 'Agreements/Propose', spaced), coded('input.invalid'));
});

test('an older revision, another of the same number, or one by the wrong party is refused', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const { id } = await acme.agreements.offer(OFFER);
  const first = intercepted(table);
  await vendor.take(acme.id, 'Agreements/Propose', first.signed);
  const send = (signed: Signed) => vendor.take(acme.id, 'Agreements/Propose', signed);
  await assert.rejects(
    send(
      first.again((d) => {
        d.purpose = 'x';
      }),
    ),
    coded('agreement.state', /another revision 1 before/),
  );
  await acme.agreements.counter(id, { purpose: 'a' });
  const second = intercepted(table);
  await send(second.signed);
  await send(first.signed);
  assert.equal(vendor.agreements.get(id).revision, 2, 'an old revision that comes again changes nothing');
  await assert.rejects(
    send(
      second.again((d) => {
        d.revision = 4;
      }),
    ),
    coded('agreement.state', /does not follow/),
  );
  await assert.rejects(
    send(
      second.again((d) => {
        d.revision = 3;
      }),
    ),
    coded('agreement.invalid', /does not follow/),
  );
  await assert.rejects(
    send(
      second.again((d) => {
        d.revision = 3;
        d.previous = vendor.agreements.show(id).digest;
        d.dataset = 'others';
      }),
    ),
    coded('agreement.invalid', /may not change the dataset/),
  );
  await vendor.agreements.counter(id, { retain: '1d' });
  const third = intercepted(table);
  const forged = third.again((d) => {
    d.schema = { fields: [] };
    d.policy.columns = {};
  }, 'vendor.example');
  await assert.rejects(
    acme.take(vendor.id, 'Agreements/Propose', forged),
    coded('agreement.invalid', /may not change the schema/),
  );
});

test('a consumer cannot make the first offer', async (t) => {
  const { acme, vendor, table } = meeting(t);
  await vendor.agreements.offer({ ...OFFER, peer: 'acme.example' });
  const { again } = intercepted(table);
  const turned = again((d) => {
    [d.provider, d.consumer, d.by] = [d.consumer, d.provider, 'consumer'];
  }, 'vendor.example');
  await assert.rejects(
    acme.take(vendor.id, 'Agreements/Propose', turned),
    coded('agreement.invalid', /Only the provider/),
  );
});

test("a peer that reaches for another's agreement finds none, and that it tried is on record", async (t) => {
  const { acme, id, table } = await active(t);
  const other = table.side('other.example');
  const decision = {
    v: 1,
    agreement: id,
    revision: 1,
    digest: acme.agreements.show(id).digest,
    decision: 'terminate',
    at: '2026-06-15T12:00:00.000Z',
  };
  const signed = signDocument(other.signer, 'decision', decision);
  await assert.rejects(
    acme.take(other.id, 'Agreements/Decide', signed),
    coded('agreement.not_found', new RegExp(`no agreement "${id}"`)),
  );
  assert.equal(acme.agreements.get(id).state, 'active');
  const { log, draft } = acme.journal.entries.at(-1)!;
  assert.deepEqual([log, draft.type, draft.actor], ['master', 'call.refused', 'peer:other.example']);
  assert.deepEqual(draft.fields, {
    method: 'Agreements/Decide',
    code: 'agreement.not_found',
    peer: 'other.example',
    correlation: 'cor-1',
    agreement: id,
  });
  assert.throws(() => acme.agreements.terms(id, other.id), coded('agreement.not_found'));
});

test('an acceptance must be a signature over the revision that waits for it', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const { id } = await acme.agreements.offer(OFFER);
  await table.deliver();
  await vendor.agreements.accept(id);
  const { signed } = table.mail.shift()!;
  const decision = JSON.parse(Buffer.from(signed.document).toString()) as Record<string, Json>;
  const take = (change: Record<string, Json>) =>
    acme.take(vendor.id, 'Agreements/Decide', signDocument(vendor.signer, 'decision', { ...decision, ...change }));
  await assert.rejects(take({ digest: '0'.repeat(64) }), coded('agreement.state'));
  await assert.rejects(take({ revision: 7 }), coded('agreement.state'));
  await assert.rejects(take({ signature: Buffer.alloc(64).toString('base64') }), coded('agreement.signature'));
  await assert.rejects(take({ signature: 'x'.repeat(88) }), coded('agreement.signature'));
  await assert.rejects(take({ decision: 'activate' }), coded('agreement.invalid'));
  await assert.rejects(
    acme.take(vendor.id, 'Agreements/Decide', signDocument(acme.signer, 'decision', decision)),
    coded('agreement.signature'),
  );
  assert.equal(acme.agreements.get(id).state, 'proposed');
  await acme.take(vendor.id, 'Agreements/Decide', signed);
  assert.equal(acme.agreements.get(id).state, 'active');
});

test('requirements of a peer: signed, addressed to this gateway, without private rules, newest wins', async (t) => {
  const { acme, vendor, table } = meeting(t);
  const set = (contract: Json) =>
    vendor.agreements.setRequirements({
      peer: 'acme.example',
      dataset: 'customers',
      contract: JSON.stringify(contract),
    });
  await set([rule({ check: 'row_count', min: 1 })]);
  const first = table.mail.shift()!.signed;
  await set([rule({ check: 'row_count', min: 2 })]);
  const second = table.mail.shift()!.signed;
  const send = (signed: Signed) => acme.take(vendor.id, 'Agreements/Require', signed);
  const document = JSON.parse(Buffer.from(first.document).toString()) as Record<string, Json>;
  const again = (change: Record<string, Json>, id = 'vendor.example') =>
    signDocument(signerOf(id), 'requirements', { ...document, ...change });
  await assert.rejects(send(again({}, 'other.example')), coded('agreement.signature'));
  await assert.rejects(send(again({ provider: 'other.example' })), coded('agreement.invalid', /another gateway/));
  await assert.rejects(
    send(again({ rules: [rule({ check: 'row_count', min: 1, side: 'consumer' })] })),
    coded('agreement.invalid', /keeps to itself/),
  );
  await assert.rejects(send(again({ rules: [rule({ check: 'nope' })] })), coded('contract.invalid', /nope/));
  await send(second);
  await send(first);
  assert.deepEqual(acme.journal.types(), ['requirements.set']);
  const { id } = await acme.agreements.offer(OFFER);
  assert.equal(acme.agreements.show(id).effective.rules[0]!.min, 2);
  await assert.rejects(
    set([rule({ check: 'row_count', mni: 2 })]),
    coded('contract.invalid', /"mni" is not a parameter/),
  );
  await assert.rejects(
    set([rule({ check: 'row_count', min: 2 }), rule({ check: 'row_count', max: 2 })]),
    coded('contract.invalid', /Two rules/),
  );
  assert.ok(LIMITS.requirementsPerPeer > 0);
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
