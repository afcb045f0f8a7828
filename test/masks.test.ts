import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Column, DataType, Schema } from '../daemon/columnar/index.js';
import { base32, hex } from '../daemon/foundation/index.js';
import { isValid } from '../daemon/pipeline/checks/values/access.js';
import { keyReader } from '../daemon/pipeline/checks/values/keys.js';
import { ShortHmac } from '../daemon/pipeline/masks/hmac.js';
import { MASK_METADATA, type MaskKeys, parseMask, planMasks, viewOf } from '../daemon/pipeline/masks/index.js';
import { maskKey } from '../daemon/pipeline/masks/keys.js';
import { BOOL, DATE, day, FLOAT, INT32, INT64, MOMENT, MONEY, micros, NAIVE, TEXT } from './support/checks.js';
import { columnOf, flatType } from './support/columns.js';
import { coded } from './support/errors.js';

const KEYS: MaskKeys = {
  root: new Uint8Array(32).fill(7),
  organisation: 'acme.example',
  peer: 'vendor.example',
  agreement: 'agr-1',
};

const schemaOf = (type: DataType, name = 'x'): Schema => ({ fields: [{ name, type, nullable: true }] });

/** What a mask, as written on the command line, makes of some values: keys of the values, null for null. */
function masked(type: DataType, values: readonly unknown[], mask: string, keys = KEYS): (string | number | null)[] {
  const { rule } = parseMask(`x=${mask}`);
  const plan = planMasks(schemaOf(type), { columns: { x: rule } }, keys);
  const { columns } = plan.apply({ rows: values.length, columns: [columnOf(type, values)] }, 0);
  assert.deepEqual(columns[0]!.type, plan.schema.fields[0]!.type);
  return plain(columns[0]!);
}

function plain(column: Column): (string | number | null)[] {
  const read = keyReader(column);
  return Array.from({ length: column.rows }, (_, row) => (isValid(column, row) ? read(row) : null));
}

test('partial keeps one end, and never more than half', () => {
  assert.deepEqual(masked(TEXT, ['4111111111111111', 'abc', 'a', '', null], 'partial:4'), [
    '************1111',
    '**c',
    '*',
    '',
    null,
  ]);
  assert.deepEqual(masked(TEXT, ['Müller'], 'partial(keep=2, from=start, char="#")'), ['Mü####']);
});

test('partial_email keeps the first letter and the domain', () => {
  const values = ['john.doe@example.org', 'j@mail.example.org', 'not an address', null];
  assert.deepEqual(masked(TEXT, values, 'partial_email'), ['j***@example.org', '***@mail.example.org', '***', null]);
  assert.deepEqual(masked(TEXT, values.slice(0, 1), 'partial_email:mask'.replace(':mask', '(domain=mask)')), [
    'j***@***.org',
  ]);
});

test('null and constant tell nothing, not even which rows were null', () => {
  assert.deepEqual(masked(INT64, [1n, null], 'null'), [null, null]);
  assert.deepEqual(masked(TEXT, ['a', null], 'constant:XX'), ['XX', 'XX']);
  assert.deepEqual(masked(INT32, [5, null, 7], 'constant:-1'), [-1, -1, -1]);
  assert.deepEqual(masked(MONEY, [5n], 'constant:1.5'), [150]);
  assert.deepEqual(masked(FLOAT, [5], 'constant:1.5'), [1.5]);
  assert.deepEqual(masked(BOOL, [true, false, null], 'constant:true'), [1, 1, 1]);
  assert.deepEqual(masked(DATE, [1, 2], 'constant:1970-01-11'), [10, 10]);
});

test('every type can be nulled into a sound column', () => {
  fc.assert(
    fc.property(flatType, fc.integer({ min: 0, max: 20 }), (type, rows) => {
      const column = columnOf(type, new Array(rows).fill(null));
      const plan = planMasks(schemaOf(type), { columns: { x: { op: 'null' } } }, KEYS);
      const [out] = plan.apply({ rows, columns: [column] }, 0).columns;
      assert.equal(out!.nulls, rows);
      assert.equal(out!.data?.length, column.data?.length);
      assert.equal(plan.schema.fields[0]!.nullable, true);
    }),
  );
});

test('generalise_date goes to the start of its span', () => {
  const birth = [day('1984-02-29'), day('1969-12-31'), null];
  const to = (step: string) => masked(DATE, birth, `generalise_date:${step}`);
  assert.deepEqual(to('year'), [day('1984-01-01'), day('1969-01-01'), null]);
  assert.deepEqual(to('quarter'), [day('1984-01-01'), day('1969-10-01'), null]);
  assert.deepEqual(to('month'), [day('1984-02-01'), day('1969-12-01'), null]);
  assert.deepEqual(to('week'), [day('1984-02-27'), day('1969-12-29'), null]);
  assert.deepEqual(masked(MOMENT, [micros('2026-06-17T13:45:00Z')], 'generalise_date:day'), [
    Number(micros('2026-06-17T00:00:00Z')),
  ]);
  assert.deepEqual(masked(NAIVE, [-1], 'generalise_date:year'), [Date.parse('1969-01-01T00:00:00Z')]);
});

test('tokens: equal for equal values of one peer, unrelated for another', () => {
  const values = ['ann', 'bob', 'ann', null];
  const mine = masked(TEXT, values, 'token:person');
  assert.match(String(mine[0]), /^tk1_[a-z2-7]{26}$/);
  assert.equal(mine[0], mine[2]);
  assert.equal(mine[3], null);
  const shared = (more: Partial<MaskKeys>, mask = 'token:person') => {
    const theirs = new Set(masked(TEXT, values, mask, { ...KEYS, ...more }));
    return mine.filter((token) => token !== null && theirs.has(token)).length;
  };
  assert.equal(shared({}), 3, 'the same peer joins');
  assert.equal(shared({ agreement: 'agr-2' }), 3, 'also across agreements');
  assert.equal(shared({ peer: 'other.example' }), 0);
  assert.equal(shared({ root: new Uint8Array(32) }), 0);
  assert.equal(shared({ organisation: 'other.example' }), 0);
  assert.equal(shared({}, 'token:other'), 0, 'another domain');
  assert.equal(shared({}, 'token(domain=person, epoch=2)'), 0);
  const grouped = (peer: string) =>
    masked(TEXT, values, 'token(domain=person, scope=group, group=trial)', { ...KEYS, peer });
  assert.deepEqual(grouped('a.example'), grouped('b.example'));
  const bound = (agreement: string) =>
    masked(TEXT, values, 'token(domain=person, scope=agreement)', { ...KEYS, agreement });
  assert.notDeepEqual(bound('agr-1'), bound('agr-2'));
});

test('tokens of two peers share none, whatever the values', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 50 }), (values) => {
      const mine = new Set(masked(TEXT, values, 'token'));
      assert.equal(mine.size, new Set(values).size);
      assert.ok(masked(TEXT, values, 'token', { ...KEYS, peer: 'b.example' }).every((other) => !mine.has(other)));
    }),
    { numRuns: 30 },
  );
});

test('one value gives one token, as text, number or decimal', () => {
  const [text] = masked(TEXT, ['5'], 'token:id');
  assert.equal(masked(INT64, [5n], 'token:id')[0], text);
  assert.equal(masked(MONEY, [500n], 'token:id')[0], text);
  assert.equal(masked(TEXT, [' Ann '], 'token(domain=p, normalise=fold)')[0], masked(TEXT, ['ann'], 'token:p')[0]);
});

test('a view names what was done to each column, and leaves dropped ones out', () => {
  const schema: Schema = {
    fields: [
      { name: 'id', type: INT64, nullable: false },
      { name: 'email', type: TEXT, nullable: true, metadata: { note: 'x' } },
      { name: 'ssn', type: TEXT, nullable: true },
    ],
    metadata: { made: 'here' },
  };
  const view = viewOf(schema, { columns: { ssn: { op: 'drop' }, id: { op: 'token' } } });
  assert.deepEqual(view.columns, [
    { name: 'id', from: 'id', at: 0, operator: 'token' },
    { name: 'email', from: 'email', at: 1, operator: 'keep' },
  ]);
  assert.deepEqual(view.schema.fields[1], schema.fields[1]);
  assert.deepEqual(view.schema.fields[0]!.type, TEXT);
  assert.equal(
    view.schema.fields[0]!.metadata![MASK_METADATA],
    '{"epoch":1,"normalise":"none","op":"token","scope":"peer"}',
  );
  assert.equal(view.schema.metadata, undefined, 'notes about the table can tell of what is masked');
  const noted = viewOf(schema, { columns: { email: { op: 'null' } } }).schema.fields[1]!;
  assert.deepEqual(Object.keys(noted.metadata!), [MASK_METADATA]);
  assert.deepEqual(viewOf(schema, { columns: {} }).schema, schema);
  const [foreign] = schema.fields.map((field) => ({ ...field, metadata: { [MASK_METADATA]: '{}', note: 'y' } }));
  assert.deepEqual(viewOf({ fields: [foreign!] }, { columns: {} }).schema.fields[0]!.metadata, { note: 'y' });
});

test('no value of a masked column is left in what is made of it', () => {
  const secret = 'SECRET-4711-canary';
  for (const mask of ['null', 'constant:x', 'partial:4', 'partial_email', 'token']) {
    const plan = planMasks(schemaOf(TEXT), { columns: { x: parseMask(`x=${mask}`).rule } }, KEYS);
    const { columns } = plan.apply({ rows: 2, columns: [columnOf(TEXT, [secret, `${secret}@a.example`])] }, 0);
    const bytes = Buffer.from(columns[0]!.data!.buffer);
    assert.equal(bytes.includes(secret), false, mask);
    assert.equal(bytes.includes('4711'), false, mask);
  }
});

const WRONG: [string, DataType, RegExp][] = [
  ['tokn', TEXT, /cannot be "tokn"; there are keep, drop/],
  ['partial', INT64, /partial takes text, not int64/],
  ['generalise_date', TEXT, /takes dates and timestamps, not utf8/],
  ['generalise_date:decade', DATE, /one of year, quarter, month, week, day/],
  ['partial(kep=4)', TEXT, /has no parameter "kep"; it takes char, from, keep/],
  ['partial:many', TEXT, /needs keep to be number/],
  ['token', FLOAT, /not float64/],
  ['token(scope=group)', TEXT, /group/],
  ['constant:abc', INT32, /needs a number/],
  ['constant:300', { name: 'int', bits: 8, signed: true }, /needs a number/],
  ['constant', TEXT, /needs value/],
  ['keep:1', TEXT, /takes no value/],
  ['partial(keep=4', TEXT, /is not a mask/],
];

for (const [mask, type, message] of WRONG) {
  test(`the mask ${mask} on ${type.name} is agreement.invalid`, () => {
    assert.throws(() => masked(type, [], mask), coded('agreement.invalid', message));
  });
}

test('masks are read from the command line, odd names included', () => {
  assert.deepEqual(parseMask('e-mail=drop'), { column: 'e-mail', rule: { op: 'drop' } });
  assert.deepEqual(parseMask('"a=""b"""=null'), { column: 'a="b"', rule: { op: 'null' } });
  assert.deepEqual(parseMask('zip=constant:007').rule, { op: 'constant', value: '007' });
  assert.deepEqual(parseMask('zip=constant:7').rule, { op: 'constant', value: 7 });
  assert.deepEqual(parseMask('n=constant(value="a, (b)")').rule, { op: 'constant', value: 'a, (b)' });
  for (const text of ['drop', '=drop', 'x=', 'x=DROP', 'x=drop)'])
    assert.throws(() => parseMask(text), coded('agreement.invalid'));
  assert.throws(
    () => viewOf(schemaOf(TEXT), { columns: { y: { op: 'drop' } } }),
    coded('agreement.invalid', /"y", which is not there/),
  );
  assert.throws(
    () => viewOf(schemaOf(TEXT), { columns: { x: { op: 'drop' } } }),
    coded('agreement.invalid', /nothing to send/),
  );
});

test('the short HMAC is HMAC-SHA256, and tokens are its first 130 bits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 3000 }), (key, message) => {
      const expected = createHmac('sha256', key).update(message).digest('hex');
      const out = new Uint8Array(32);
      new ShortHmac(key).digest(message, 0, message.length, out);
      assert.equal(hex(out), expected);
    }),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => text.isWellFormed()),
      (text) => {
        const key = maskKey(KEYS, 'token', { scope: 'peer' }, 'x', 1);
        const digest = createHmac('sha256', key).update(text).digest();
        assert.equal(masked(TEXT, [text], 'token')[0], `tk1_${base32(digest).slice(0, 26)}`);
      },
    ),
  );
});

test('tokens stay the same whether a value is remembered or made again', () => {
  const values = Array.from({ length: 120_000 }, (_, at) => `user ${at % 70_000}`);
  const tokens = masked(TEXT, values, 'token');
  assert.deepEqual(tokens.slice(70_000), tokens.slice(0, 50_000));
  assert.equal(new Set(tokens).size, 70_000);
});

test('masks of ASCII and of other text agree', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab@. \t\u000b\u001c1é'), maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 8 }),
      fc.constantFrom('partial:3', 'partial(keep=2, from=start)', 'partial_email'),
      (values, mask) => {
        // A value beyond ASCII in the batch takes the general way; the others must come out the same.
        assert.deepEqual(
          masked(TEXT, [...values, 'ü'], mask).slice(0, -1),
          values.map((value) => masked(TEXT, [value], mask)[0]),
        );
      },
    ),
    { numRuns: 500 },
  );
});
