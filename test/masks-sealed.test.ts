import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { personalSpans, SPAN_KINDS } from '../daemon/catalog/index.js';
import { type Batch, type Column, columnDigest, type DataType, type Schema } from '../daemon/columnar/index.js';
import { hex } from '../daemon/foundation/index.js';
import { openSealed, sealTo } from '../daemon/identity/index.js';
import { sealingPublicKey } from '../daemon/identity/sealing.js';
import { type MaskKeys, parseMask, planMasks } from '../daemon/pipeline/masks/index.js';
import { Vault } from '../daemon/pipeline/masks/vault.js';
import { newSeal, Opener, type SealedFor } from '../daemon/pipeline/sealed/seal.js';
import { DATE, day, INT64, resultOf, TEXT } from './support/checks.js';
import { columnOf } from './support/columns.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';

const ABOUT: SealedFor = {
  provider: 'acme.example',
  consumer: 'vendor.example',
  agreement: 'agr-1',
  version: 'v-1',
};
const KEYS: MaskKeys = {
  root: new Uint8Array(32).fill(3),
  organisation: ABOUT.provider,
  peer: ABOUT.consumer,
  agreement: ABOUT.agreement,
  version: ABOUT.version,
};
const PRIVATE = randomBytes(32);
const PUBLIC = sealingPublicKey(PRIVATE);

async function sealed(type: DataType, values: readonly unknown[], index = 0, name = 'x'): Promise<Column> {
  const seals = { [name]: await newSeal(PUBLIC, ABOUT, name) };
  const schema: Schema = { fields: [{ name, type, nullable: true }] };
  const plan = planMasks(schema, { columns: { [name]: { op: 'encrypt' } } }, { ...KEYS, seals });
  assert.deepEqual(plan.schema.fields[0]!.type, { name: 'binary' });
  return plan.apply({ rows: values.length, columns: [columnOf(type, values)] }, index).columns[0]!;
}

const cell = ({ data, offsets }: Column, row: number): Uint8Array => data!.subarray(offsets![row]!, offsets![row + 1]!);

test('a sealed column opens to exactly what it was, for the holder of the key', async () => {
  for (const [type, values] of [
    [TEXT, ['Ann', null, 'Zoë']],
    [INT64, [1n, null, -5n]],
    [DATE, [day('1980-03-12'), null]],
  ] as [DataType, unknown[]][]) {
    const column = await sealed(type, values, 7);
    assert.equal(column.nulls, 0);
    assert.ok(values.slice(1).every((_, row) => cell(column, row + 1).length === 0));
    const opened = await new Opener(PRIVATE, ABOUT, 'x').open(cell(column, 0));
    assert.deepEqual(opened.field, { name: 'x', type, nullable: true });
    assert.equal(hex(columnDigest(opened.column)), hex(columnDigest(columnOf(type, values))));
  }
});

test('a sealed column tells nothing of its values, and differs each time', async () => {
  const [one, two] = [await sealed(TEXT, ['Secretperson', 'x']), await sealed(TEXT, ['Secretperson', 'x'])];
  for (const column of [one, two]) assert.equal(Buffer.from(column.data!).includes('Secretperson'), false);
  assert.notEqual(hex(one.data!), hex(two.data!));
});

test('another key, another place and any changed byte keep it closed', async () => {
  const column = await sealed(TEXT, ['Ann', 'Bob'], 3);
  const bytes = Uint8Array.from(cell(column, 0));
  const open = (about: SealedFor, name: string, data: Uint8Array, key: Uint8Array = PRIVATE) =>
    new Opener(key, about, name).open(data);
  await assert.rejects(open(ABOUT, 'x', bytes, randomBytes(32)), coded('key.invalid'));
  for (const about of [
    { ...ABOUT, version: 'v-2' },
    { ...ABOUT, consumer: 'other.example' },
    { ...ABOUT, agreement: 'agr-2' },
  ])
    await assert.rejects(open(about, 'x', bytes), coded('key.invalid'));
  await assert.rejects(open(ABOUT, 'y', bytes), coded('key.invalid'));
  const moved = Uint8Array.from(bytes);
  moved[4]! = 4; // the batch that it says it is of
  await assert.rejects(open(ABOUT, 'x', moved), coded('store.corrupt'));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= bits;
      await assert.rejects(open(ABOUT, 'x', changed));
    }),
    { numRuns: 40 },
  );
  await assert.rejects(open(ABOUT, 'x', bytes.subarray(0, 50)), coded('store.corrupt'));
});

test('what is sealed to one key is not opened by another, or under another purpose', async () => {
  const sealedKey = await sealTo(PUBLIC, Buffer.from('purpose'), Buffer.from('secret'));
  assert.equal(Buffer.from(await openSealed(PRIVATE, Buffer.from('purpose'), sealedKey)).toString(), 'secret');
  await assert.rejects(openSealed(PRIVATE, Buffer.from('other'), sealedKey), coded('key.invalid'));
});

test('pii.masked tells a sealed column from others', async () => {
  const column = await sealed(TEXT, ['Ann', 'Bob', 'Cy']);
  const rule = { id: 'sealed', check: 'pii.masked', columns: ['x'], mask: { op: 'encrypt' } };
  const values = Array.from({ length: 3 }, (_, row) => cell(column, row));
  assert.equal(resultOf({ x: { type: { name: 'binary' }, values } }, rule).status, 'pass');
  const plain = ['Ann', 'Bob', 'Cy'].map((text) => Buffer.from(text));
  assert.equal(resultOf({ x: { type: { name: 'binary' }, values: plain } }, rule).status, 'fail');
});

function randomTokens(vault: string, values: readonly unknown[], keys: Partial<MaskKeys> = {}, mask = 'token_random') {
  const schema: Schema = { fields: [{ name: 'x', type: TEXT, nullable: true }] };
  const plan = planMasks(schema, { columns: { x: parseMask(`x=${mask}`).rule } }, { ...KEYS, vault, ...keys });
  const batch: Batch = { rows: values.length, columns: [columnOf(TEXT, values)] };
  const { data, offsets } = plan.apply(batch, 0).columns[0]!;
  return values.map((_, row) => Buffer.from(data!.subarray(offsets![row]!, offsets![row + 1]!)).toString('latin1'));
}

test('random tokens stay the same for one peer and have nothing in common with those of another', (t) => {
  const vault = join(temporaryFolder(t), 'vault.db');
  const people = ['Ann', 'Bob', 'Ann', null, 'Zoë'];
  const first = randomTokens(vault, people);
  assert.match(first[0]!, /^tr1_[a-z2-7]{26}$/);
  assert.deepEqual([first[2], first[3]], [first[0], '']);
  assert.equal(new Set(first).size, 4);
  assert.deepEqual(randomTokens(vault, people, { agreement: 'agr-2', version: 'v-9' }), first);
  for (const other of [
    randomTokens(vault, people, { peer: 'lab.example' }),
    randomTokens(vault, people, {}, 'token_random(epoch=2)'),
    randomTokens(vault, people, { agreement: 'agr-2' }, 'token_random(scope=agreement)'),
    randomTokens(vault, people, {}, 'token_random:other'),
    randomTokens(join(temporaryFolder(t), 'vault.db'), people),
  ])
    assert.equal(other.filter((token) => token !== '' && first.includes(token)).length, 0);
  assert.deepEqual(randomTokens(vault, [' ANN'], {}, 'token_random(normalise=fold)').length, 1);
});

test('the table of random tokens holds no value, and forgets a person for good', (t) => {
  const path = join(temporaryFolder(t), 'vault.db');
  const vault = new Vault(path, new Uint8Array(32).fill(5), 1, 10);
  const token = vault.tokens(['Secretperson']).get('Secretperson');
  assert.equal(vault.find('Secretperson'), token);
  assert.equal(vault.find('Other'), undefined);
  assert.deepEqual([vault.forget('Secretperson'), vault.forget('Secretperson')], [true, false]);
  assert.notEqual(vault.tokens(['Secretperson']).get('Secretperson'), token);
});

const redact = (text: string, mask = 'text_redact'): string => {
  const schema: Schema = { fields: [{ name: 'x', type: TEXT, nullable: true }] };
  const plan = planMasks(schema, { columns: { x: parseMask(`x=${mask}`).rule } }, KEYS);
  return Buffer.from(plan.apply({ rows: 1, columns: [columnOf(TEXT, [text])] }, 0).columns[0]!.data!).toString();
};

test('text_redact replaces what is personal within a text, and leaves the rest', () => {
  for (const [text, expected] of [
    [
      'Please call Maria Schmidt at +49 30 1234567, mail m.schmidt@example.com.',
      'Please call [full_name] at [phone], mail [email].',
    ],
    ['Card 4111 1111 1111 1111, born 12 March 1980', 'Card [card], born [date]'],
    ['DE89 3704 0044 0532 0130 00 and 219-09-9998', '[iban] and [us_ssn]'],
    ['see https://user:pw@example.com/x?y=1 from 192.168.10.45', 'see [url] from [ip_address]'],
    ['password: hunter2secret', 'password: [credential]'],
    ['ticket 12345 had 3 errors in version 2', 'ticket 12345 had 3 errors in version 2'],
    ['', ''],
  ] as const)
    assert.equal(redact(text), expected);
  const text = 'Maria Schmidt, m.schmidt@example.com, 4111 1111 1111 1111';
  assert.equal(redact(text, 'text_redact:email|card'), 'Maria Schmidt, [email], [card]');
  assert.equal(redact(text, 'text_redact(entities=email, with="#")'), 'Maria Schmidt, #, 4111 1111 1111 1111');
  assert.throws(() => parseMask('x=text_redact:nonsense'), coded('agreement.invalid'));
});

test('spans are in order, do not overlap, and no text takes long', () => {
  const all = new Set(SPAN_KINDS);
  const piece = fc.constantFrom(
    'Ann Lee',
    'a@b.example',
    '+1 202 555 0143',
    '4111111111111111',
    ' ',
    ', ',
    'x',
    ':',
    '1',
  );
  const law = fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    const text = pieces.join('');
    let end = 0;
    for (const span of personalSpans(text, all)) {
      assert.ok(span.start >= end && span.end > span.start && span.end <= text.length);
      end = span.end;
    }
  });
  void fc.assert(law, { numRuns: 200 });
  for (const unit of ['a', '1', '1 ', 'a@', ':', '(1) ', 'A.', '--']) {
    const from = performance.now();
    personalSpans(unit.repeat(100_000), all);
    assert.ok(performance.now() - from < 5000, `100,000 times ${unit}`);
  }
});
