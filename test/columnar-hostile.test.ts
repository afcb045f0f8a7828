import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Builder } from 'flatbuffers';
import {
  decodeBatch,
  decodeSchema,
  encodeBatch,
  encodeSchema,
  type Field,
  type Frame,
  type Schema,
} from '../daemon/columnar/index.js';
import { CounterfoilError, LIMITS } from '../daemon/foundation/index.js';
import { batchOf, columnOf, type Sample, samples } from './support/columns.js';

const SEED = 20_240_611;
const CODES = new Set(['batch.invalid', 'batch.too_large', 'schema.mismatch', 'type.unsupported']);

/** Valid frames of many shapes, the same ones in each run. */
const frames = fc.sample(samples(), { seed: SEED, numRuns: 25 }).map((sample: Sample) => {
  const batch = batchOf(sample.schema, sample.rows, sample.values);
  return { schema: sample.schema, header: encodeSchema(sample.schema), frame: encodeBatch(sample.schema, batch) };
});

/** Either refuses with one of our codes, or gives something; anything else (a crash, another error) fails the test. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    assert.ok(error instanceof CounterfoilError, `threw ${String(error)}`);
    assert.ok(CODES.has(error.code), error.code);
    return undefined;
  }
}

/** What was admitted has one form only: writing it again gives the same body. */
function admitOrRefuse(schema: Schema, frame: Frame): void {
  const batch = attempt(() => decodeBatch(schema, frame));
  if (batch !== undefined) assert.deepEqual(encodeBatch(schema, batch).body, new Uint8Array(frame.body));
}

function* flips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [0x01, 0x80, 0xff]) {
      const copy = Uint8Array.from(bytes);
      copy[at]! ^= mask;
      yield copy;
    }
  }
}

function* cuts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let end = 0; end < bytes.length; end++) yield bytes.slice(0, end);
  yield Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]);
}

test('every flipped byte of a schema message gives a sound schema or a refusal', { timeout: 60_000 }, () => {
  for (const { header } of frames) {
    for (const copy of [...flips(header), ...cuts(header)]) {
      const schema = attempt(() => decodeSchema(copy));
      if (schema !== undefined) assert.deepEqual(decodeSchema(encodeSchema(schema)), schema);
    }
  }
});

test('every flipped byte of a batch gives sound data or a refusal', { timeout: 60_000 }, () => {
  for (const { schema, frame } of frames) {
    for (const header of [...flips(frame.header), ...cuts(frame.header)]) admitOrRefuse(schema, { ...frame, header });
    for (const body of [...flips(frame.body), ...cuts(frame.body)]) admitOrRefuse(schema, { ...frame, body });
  }
});

test('random bytes, and the frames of other schemas, are refused or sound', { timeout: 60_000 }, () => {
  const noise = fc.sample(fc.uint8Array({ maxLength: 300 }), { seed: SEED, numRuns: 500 });
  for (const header of noise) {
    attempt(() => decodeSchema(header));
    admitOrRefuse(frames[0]!.schema, { header, body: new Uint8Array(64) });
  }
  for (const { schema } of frames) for (const { frame } of frames) admitOrRefuse(schema, frame);
});

const int32: Field = { name: 'n', type: { name: 'int', bits: 32, signed: true }, nullable: true };
const text: Field = { name: 'note', type: { name: 'utf8' }, nullable: true };

function refuses(fields: Field[], values: unknown[][], change: (body: Uint8Array) => void, code: string, says: RegExp) {
  const schema: Schema = { fields };
  const frame = encodeBatch(schema, batchOf(schema, values[0]!.length, values));
  decodeBatch(schema, frame);
  change(frame.body);
  assert.throws(
    () => decodeBatch(schema, frame),
    (error: CounterfoilError) => {
      assert.equal(error.code, code);
      assert.match(error.message, says);
      return true;
    },
  );
}

test('a refusal names the column and what is wrong with it', () => {
  const int = (at: number, value: number) => (body: Uint8Array) => new DataView(body.buffer).setInt32(at, value, true);
  const byte = (at: number, value: number) => (body: Uint8Array) => {
    body[at] = value;
  };
  refuses([int32], [[1, null, 3]], int(12, 7), 'batch.invalid', /"n": null rows hold values/);
  refuses([int32], [[1, null, 3]], byte(0, 0b1101), 'batch.invalid', /"n": unused validity bits are not zero/);
  refuses([int32], [[1, null, 3]], byte(0, 0b111), 'batch.invalid', /"n": it says 1 nulls and has 0/);
  refuses([int32], [[1, null, 3]], byte(1, 1), 'batch.invalid', /"n": the gap after its validity bits is not zero/);
  refuses([text], [['ab', 'cd']], int(4, 5), 'batch.invalid', /"note": its offsets fall/);
  refuses([text], [['ab', 'cd']], int(0, 1), 'batch.invalid', /"note": its offsets do not start at 0/);
  refuses([text], [['ab', 'cd']], int(8, 3), 'batch.invalid', /"note": its values take 4 bytes where 3 are needed/);
  refuses([text], [['ab', 'cd']], byte(16, 0xff), 'batch.invalid', /"note": its text is not valid UTF-8/);
  refuses([text], [['é', 'cd']], int(4, 1), 'batch.invalid', /"note": a value starts inside a character/);
});

test('a column that says it has no nulls must have none', () => {
  const schema: Schema = { fields: [{ ...int32, nullable: false }] };
  const frame = encodeBatch(schema, { rows: 2, columns: [columnOf(int32.type, [1, null])] });
  assert.throws(() => decodeBatch(schema, frame), { code: 'batch.invalid', message: /"n": it holds nulls/ });
});

test('columns missing or left over are a mismatch with the schema', () => {
  const two: Schema = { fields: [int32, text] };
  const one: Schema = { fields: [int32] };
  const frame = encodeBatch(two, batchOf(two, 1, [[1], ['a']]));
  assert.throws(() => decodeBatch(one, frame), { code: 'schema.mismatch' });
  assert.throws(() => decodeBatch(two, encodeBatch(one, batchOf(one, 1, [[1]]))), { code: 'schema.mismatch' });
  assert.throws(() => decodeBatch(one, { header: encodeSchema(one), body: new Uint8Array(0) }), {
    code: 'schema.mismatch',
  });
});

test('a body that is not aligned is read all the same', () => {
  const schema: Schema = { fields: [int32, text] };
  const batch = batchOf(schema, 3, [
    [1, null, 3],
    ['x', null, 'ü'],
  ]);
  const frame = encodeBatch(schema, batch);
  const shifted = new Uint8Array(frame.body.length + 3);
  shifted.set(frame.body, 3);
  assert.deepEqual(decodeBatch(schema, { header: frame.header, body: shifted.subarray(3) }), batch);
});

test('an aligned body is not copied', () => {
  const schema: Schema = { fields: [int32] };
  const frame = encodeBatch(schema, batchOf(schema, 2, [[1, 2]]));
  assert.equal(decodeBatch(schema, frame).columns[0]!.data!.buffer, frame.body.buffer);
});

test('limits: batch bytes, values without bytes, depth, columns, name length', () => {
  const nothing: Schema = { fields: [{ name: 'z', type: { name: 'null' }, nullable: true }] };
  const rows = LIMITS.batchValues + 1;
  const empty = encodeBatch(nothing, { rows, columns: [{ type: { name: 'null' }, rows, nulls: rows }] });
  assert.throws(() => decodeBatch(nothing, empty), { code: 'batch.too_large', message: /"z"/ });
  const bare = encodeBatch({ fields: [] }, { rows, columns: [] });
  assert.throws(() => decodeBatch({ fields: [] }, bare), { code: 'batch.too_large' });
  const large = { ...empty, body: new Uint8Array(LIMITS.batchBytes + 8) };
  assert.throws(() => decodeBatch(nothing, large), { code: 'batch.too_large' });
  let deep: Field = int32;
  for (let level = 0; level < LIMITS.typeDepth; level++) deep = { ...deep, type: { name: 'list', item: deep.type } };
  assert.throws(() => decodeSchema(encodeSchema({ fields: [deep] })), { code: 'type.unsupported', message: /deeper/ });
  const wide = Array.from({ length: LIMITS.columns + 1 }, (_, index) => ({ ...int32, name: `n${index}` }));
  assert.throws(() => decodeSchema(encodeSchema({ fields: wide })), { code: 'batch.invalid', message: /4097 columns/ });
  decodeSchema(encodeSchema({ fields: wide.slice(1) }));
  const long = { ...int32, name: 'n'.repeat(LIMITS.columnNameBytes + 1) };
  assert.throws(() => decodeSchema(encodeSchema({ fields: [long] })), { code: 'type.unsupported', message: /longer/ });
  assert.throws(() => decodeSchema(encodeSchema({ fields: [int32, int32] })), {
    code: 'type.unsupported',
    message: /"n".*more than once/,
  });
});

test('a small header cannot describe a huge tree by sharing its tables', { timeout: 5_000 }, () => {
  const builder = new Builder();
  const table = (slots: number, fill: () => void = () => {}) => {
    builder.startObject(slots);
    fill();
    return builder.endObject();
  };
  const vector = (...tables: number[]) => {
    builder.startVector(4, tables.length, 4);
    for (const each of tables) builder.addOffset(each);
    return builder.endVector();
  };
  // Two structs a level, both with the same two children: 2^30 fields in a few kilobytes.
  const struct = table(0);
  const names = [builder.createString('a'), builder.createString('b')];
  const field = (name: number, children: number) =>
    table(7, () => {
      builder.addFieldOffset(0, name, 0);
      builder.addFieldInt8(2, 13, 0);
      builder.addFieldOffset(3, struct, 0);
      builder.addFieldOffset(5, children, 0);
    });
  let children = vector();
  for (let level = 0; level < 30; level++) {
    const shared = children;
    children = vector(...names.map((name) => field(name, shared)));
  }
  const fields = children;
  const schema = table(3, () => builder.addFieldOffset(1, fields, 0));
  const message = table(5, () => {
    builder.addFieldInt16(0, 4, 0);
    builder.addFieldInt8(1, 1, 0);
    builder.addFieldOffset(2, schema, 0);
  });
  builder.finish(message);
  assert.throws(() => decodeSchema(builder.asUint8Array()), {
    code: 'batch.invalid',
    message: /larger than its size allows|more than 8192 fields/,
  });
});

test('maps are sent as Arrow maps, inner ones too', () => {
  const entry = {
    name: 'struct',
    fields: [
      { name: 'key', type: { name: 'utf8' } },
      { name: 'value', type: int32.type },
    ],
  } as const;
  const map = { name: 'list', item: entry } as const;
  const schema: Schema = {
    fields: [
      { name: 'attrs', type: map, nullable: true, map: { keysSorted: true }, metadata: { origin: 'test' } },
      {
        name: 'deep',
        type: {
          name: 'struct',
          fields: [
            { name: 'm', type: map },
            { name: 'l', type: { name: 'list', item: map } },
          ],
        },
        nullable: true,
        innerMaps: { '0': { keysSorted: false }, '1.0': { keysSorted: true } },
      },
    ],
    metadata: { __proto__x: 'kept', table: 'customers' },
  };
  const received = decodeSchema(encodeSchema(schema));
  assert.deepEqual(received, schema);
  const nullKey = batchOf({ fields: [schema.fields[0]!] }, 1, [[[{ key: null, value: 1 }]]]);
  const only: Schema = { fields: [schema.fields[0]!] };
  assert.throws(() => decodeBatch(only, encodeBatch(only, nullKey)), { message: /"attrs": a map has null entries/ });
});
