import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Batch,
  batchBytes,
  type Cut,
  columnReader,
  concatBatches,
  type DataType,
  decodeBatch,
  encodeBatch,
  nullColumn,
  rebatch,
  type Schema,
  sliceBatch,
  takeRows,
  textColumn,
} from '../daemon/columnar/index.js';
import { LIMITS } from '../daemon/foundation/index.js';
import { anyType, batchOf, columnOf, samples, valueFor } from './support/columns.js';

const pick = (values: unknown[][], rows: readonly number[]) => values.map((column) => rows.map((row) => column[row]));

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

test('taking rows gives what building from the same values gives', () => {
  const law = samples().chain((sample) =>
    fc.tuple(
      fc.constant(sample),
      fc.array(fc.nat(Math.max(0, sample.rows - 1)), { maxLength: sample.rows === 0 ? 0 : 30 }),
    ),
  );
  fc.assert(
    fc.property(law, ([{ schema, rows, values }, indices]) => {
      const taken = takeRows(batchOf(schema, rows, values), Int32Array.from(indices));
      assert.deepEqual(taken, batchOf(schema, indices.length, pick(values, indices)));
    }),
    { numRuns: 300 },
  );
});

test('a slice is the rows it names, and slices joined are the whole', () => {
  const law = samples().chain((sample) => fc.tuple(fc.constant(sample), fc.nat(sample.rows), fc.nat(sample.rows)));
  fc.assert(
    fc.property(law, ([{ schema, rows, values }, a, b]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const batch = batchOf(schema, rows, values);
      const middle = Array.from({ length: to - from }, (_, index) => from + index);
      assert.deepEqual(sliceBatch(batch, from, to - from), batchOf(schema, to - from, pick(values, middle)));
      const parts = [sliceBatch(batch, 0, from), sliceBatch(batch, from, to - from), sliceBatch(batch, to, rows - to)];
      assert.deepEqual(concatBatches(parts), batch);
      assert.deepEqual(decodeBatch(schema, encodeBatch(schema, parts[1]!)), parts[1]);
    }),
    { numRuns: 300 },
  );
});

test('cutting anew depends on the rows, not on how they came in', async () => {
  const cuts = fc.oneof(
    fc.record({ rows: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ targetBytes: fc.integer({ min: 1, max: 400 }), maxRows: fc.integer({ min: 1, max: 12 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      samples(),
      fc.array(fc.nat(20), { maxLength: 4 }),
      cuts,
      async ({ schema, rows, values }, places, cut: Cut) => {
        const batch = batchOf(schema, rows, values);
        const marks = [0, ...places.map((place) => Math.min(place, rows)), rows].sort((a, b) => a - b);
        const parts = marks.slice(1).map((mark, index) => sliceBatch(batch, marks[index]!, mark - marks[index]!));
        const whole = await collect(rebatch(schema, [batch], cut));
        assert.deepEqual(await collect(rebatch(schema, parts, cut)), whole);
        assert.deepEqual(
          whole.reduce((sum, each) => sum + each.rows, 0),
          rows,
        );
        if (whole.length > 0) assert.deepEqual(concatBatches(whole), batch);
        if ('rows' in cut) for (const each of whole.slice(0, -1)) assert.equal(each.rows, cut.rows);
        else for (const each of whole) assert.ok(each.rows <= cut.maxRows);
      },
    ),
    { numRuns: 300 },
  );
});

test('the size of a batch is that of its body', () => {
  const dense = anyType.filter((type) => !JSON.stringify(type).includes('"null"'));
  fc.assert(
    fc.property(samples(dense), ({ schema, rows, values }) => {
      const batch = batchOf(schema, rows, values);
      assert.equal(batchBytes(batch), encodeBatch(schema, batch).body.length);
    }),
  );
});

test('a row that no batch can hold is refused, naming its column', async () => {
  const schema: Schema = {
    fields: [
      { name: 'id', type: { name: 'int', bits: 32, signed: true }, nullable: true },
      { name: 'essay', type: { name: 'utf8' }, nullable: true },
    ],
  };
  const essay = textColumn(['short', 'x'.repeat(LIMITS.batchBytes), 'short']);
  const batch: Batch = { rows: 3, columns: [columnOf(schema.fields[0]!.type, [1, 2, 3]), essay] };
  await assert.rejects(collect(rebatch(schema, [batch], { targetBytes: 1000, maxRows: 10 })), {
    code: 'batch.too_large',
    message: /^Column "essay": a row takes 167\d+ bytes/,
  });
  const fitting: Batch = {
    rows: 1,
    columns: [columnOf(schema.fields[0]!.type, [1]), textColumn(['x'.repeat(LIMITS.batchBytes - 100)])],
  };
  assert.equal((await collect(rebatch(schema, [fitting], { targetBytes: 1000, maxRows: 10 }))).length, 1);
});

/** What a reader gives for a value that was put in: widths decide between number and bigint, maps of floats round. */
function expected(type: DataType, value: unknown): unknown {
  if (value === null) return null;
  switch (type.name) {
    case 'extension':
      return expected(type.storage, value);
    case 'int':
      return type.bits === 64 ? BigInt(value as bigint) : Number(value);
    case 'time':
      return type.unit === 's' || type.unit === 'ms' ? value : BigInt(value as number);
    case 'date':
      return type.unit === 'd' ? value : BigInt(value as number);
    case 'timestamp':
    case 'duration':
      return BigInt(value as number);
    case 'list':
    case 'fixed_size_list':
      return (value as unknown[]).map((item) => expected(type.item, item));
    case 'struct':
      return Object.fromEntries(
        type.fields.map(({ name, type: inner }) => [name, expected(inner, (value as Record<string, unknown>)[name])]),
      );
    default:
      return value;
  }
}

test('readers give back the values, every type', () => {
  const noHalves = anyType.filter((type) => !JSON.stringify(type).includes('"float","bits":16'));
  const law = noHalves.chain((type) => fc.tuple(fc.constant(type), fc.array(valueFor(type), { maxLength: 20 })));
  fc.assert(
    fc.property(law, ([type, values]) => {
      const reader = columnReader(columnOf(type, values));
      for (const [row, value] of values.entries()) {
        assert.equal(reader.isNull(row), value === null);
        assert.deepEqual(reader.value(row), expected(type, value));
      }
    }),
    { numRuns: 300 },
  );
});

test('half floats are read as IEEE 754 says', () => {
  const reader = columnReader(
    columnOf({ name: 'float', bits: 16 }, [0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x8000, null]),
  );
  assert.deepEqual(
    Array.from({ length: 7 }, (_, row) => reader.value(row)),
    [1, -2, 65504, 2 ** -24, Infinity, -0, null],
  );
});

test('columns of nulls and of text are canonical', () => {
  fc.assert(
    fc.property(anyType, fc.nat(20), (type, rows) => {
      assert.deepEqual(nullColumn(type, rows), columnOf(type, Array(rows).fill(null)));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'grapheme' }))), (values) => {
      assert.deepEqual(textColumn(values), columnOf({ name: 'utf8' }, values));
    }),
  );
});
