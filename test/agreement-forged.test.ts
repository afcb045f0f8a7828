import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, LIMITS } from '../daemon/foundation/index.js';
import { type Signed, signDocument } from '../daemon/identity/index.js';
import { active, meeting, OFFER, rule, signerOf, type Table } from './support/agreements.js';
import { coded } from './support/errors.js';

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
    assert.deepEqual(vendor.agreements.list(), []);
    // That it was sent is kept, once in a minute, whatever else the peer sends.
    await assert.rejects(vendor.take(acme.id, 'Agreements/Propose', again(change)));
    const kept = FORGED.has(code) ? [['master', 'call.refused', 'peer:acme.example', code]] : [];
    assert.deepEqual(
      vendor.journal.entries.map(({ log, draft }) => [log, draft.type, draft.actor, draft.fields!.code]),
      kept,
    );
  });
}

const FORGED = new Set<string>(['agreement.invalid', 'agreement.signature', 'contract.invalid']);

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
  const told = acme.journal.types().filter((type) => type !== 'call.refused');
  assert.deepEqual(told, ['requirements.set']);
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
