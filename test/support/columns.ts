import fc from 'fast-check';
import type { Batch, Column, DataType, Field, Schema } from '../../daemon/columnar/index.js';

/**
 * Builds columns in canonical layout from plain values: the tests' own, slow and obvious, so that it can judge the code.
 * Values: number or bigint for int, date, time, timestamp, duration and decimal (unscaled); number for float; boolean;
 * string; Uint8Array for binaries; array for lists; object for structs; null for null.
 */
export function columnOf(type: DataType, values: readonly unknown[]): Column {
  const rows = values.length;
  if (type.name === 'extension') return { ...columnOf(type.storage, values), type };
  if (type.name === 'null') return { type, rows, nulls: rows };
  const nulls = values.filter((value) => value === null).length;
  const column: Column = { type, rows, nulls };
  if (nulls > 0) column.validity = bitmap(values.map((value) => value !== null));
  switch (type.name) {
    case 'bool':
      return { ...column, data: bitmap(values.map((value) => value === true)) };
    case 'utf8':
    case 'binary': {
      const parts = values.map((value) =>
        typeof value === 'string' ? Buffer.from(value) : ((value ?? []) as Uint8Array),
      );
      return {
        ...column,
        offsets: offsetsOf(parts),
        data: Uint8Array.from(Buffer.concat(parts.map((p) => Buffer.from(p)))),
      };
    }
    case 'list': {
      const lists = values.map((value) => (value ?? []) as unknown[]);
      return { ...column, offsets: offsetsOf(lists), children: [columnOf(type.item, lists.flat(1))] };
    }
    case 'fixed_size_list': {
      const lists = values.map((value) => (value ?? Array(type.size).fill(null)) as unknown[]);
      return { ...column, children: [columnOf(type.item, lists.flat(1))] };
    }
    case 'struct': {
      const rowsOf = values as (Record<string, unknown> | null)[];
      const children = type.fields.map((field) =>
        columnOf(
          field.type,
          rowsOf.map((row) => (row === null ? null : row[field.name])),
        ),
      );
      return { ...column, children };
    }
    default: {
      const width = widthOf(type);
      const data = new Uint8Array(rows * width);
      for (const [row, value] of values.entries())
        if (value !== null) data.set(bytesOf(type, value, width), row * width);
      return { ...column, data };
    }
  }
}

export function batchOf(schema: Schema, rows: number, values: readonly (readonly unknown[])[]): Batch {
  return { rows, columns: schema.fields.map((field, index) => columnOf(field.type, values[index]!)) };
}

type FixedType = Exclude<
  DataType,
  { name: 'null' | 'bool' | 'utf8' | 'binary' | 'list' | 'fixed_size_list' | 'struct' | 'extension' }
>;

function widthOf(type: FixedType): number {
  if (type.name === 'int' || type.name === 'float') return type.bits / 8;
  if (type.name === 'decimal') return type.precision > 38 ? 32 : 16;
  if (type.name === 'fixed_size_binary') return type.bytes;
  if (type.name === 'date') return type.unit === 'd' ? 4 : 8;
  return type.name === 'time' && (type.unit === 's' || type.unit === 'ms') ? 4 : 8;
}

function bytesOf(type: FixedType, value: unknown, width: number): Uint8Array {
  if (type.name === 'fixed_size_binary') return value as Uint8Array;
  if (type.name === 'float' && type.bits !== 16) {
    const view = new DataView(new ArrayBuffer(width));
    if (width === 8) view.setFloat64(0, value as number, true);
    else view.setFloat32(0, value as number, true);
    return new Uint8Array(view.buffer);
  }
  let rest = BigInt.asUintN(width * 8, BigInt(value as number | bigint));
  return Uint8Array.from({ length: width }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}

function bitmap(bits: readonly boolean[]): Uint8Array {
  const out = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) if (bit) out[index >> 3]! |= 1 << (index & 7);
  return out;
}

function offsetsOf(parts: readonly { length: number }[]): Int32Array {
  const offsets = new Int32Array(parts.length + 1);
  for (const [index, part] of parts.entries()) offsets[index + 1] = offsets[index]! + part.length;
  return offsets;
}

const units = fc.constantFrom('s' as const, 'ms' as const, 'us' as const, 'ns' as const);

/** Types that are not nested. `float` of 16 bits takes its raw bits as a number. */
export const flatType: fc.Arbitrary<DataType> = fc.oneof(
  fc.constant<DataType>({ name: 'null' }),
  fc.constant<DataType>({ name: 'bool' }),
  fc
    .record({ bits: fc.constantFrom(8 as const, 16 as const, 32 as const, 64 as const), signed: fc.boolean() })
    .map((t): DataType => ({ name: 'int', ...t })),
  fc.constantFrom<DataType>(...([16, 32, 64] as const).map((bits): DataType => ({ name: 'float', bits }))),
  fc
    .record({ precision: fc.integer({ min: 1, max: 76 }), scale: fc.integer({ min: -5, max: 20 }) })
    .map((t): DataType => ({ name: 'decimal', ...t })),
  fc.constant<DataType>({ name: 'utf8' }),
  fc.constant<DataType>({ name: 'binary' }),
  fc.integer({ min: 1, max: 20 }).map((bytes): DataType => ({ name: 'fixed_size_binary', bytes })),
  fc.constantFrom<DataType>({ name: 'date', unit: 'd' }, { name: 'date', unit: 'ms' }),
  units.map((unit): DataType => ({ name: 'time', unit })),
  fc
    .tuple(units, fc.constantFrom(undefined, 'UTC', 'Europe/Paris'))
    .map(([unit, tz]): DataType => (tz === undefined ? { name: 'timestamp', unit } : { name: 'timestamp', unit, tz })),
  units.map((unit): DataType => ({ name: 'duration', unit })),
);

export const anyType: fc.Arbitrary<DataType> = fc.letrec<{ type: DataType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    flatType,
    tie('type').map((item): DataType => ({ name: 'list', item })),
    fc
      .tuple(fc.integer({ min: 0, max: 3 }), tie('type'))
      .map(([size, item]): DataType => ({ name: 'fixed_size_list', size, item })),
    fc
      .array(tie('type'), { maxLength: 3 })
      .map(
        (types): DataType => ({ name: 'struct', fields: types.map((type, index) => ({ name: `f${index}`, type })) }),
      ),
    tie('type').map(
      (storage): DataType =>
        storage.name === 'extension' ? storage : { name: 'extension', id: 'test.ext', metadata: '{}', storage },
    ),
  ),
})).type;

/** A value of a type, null now and then. */
export function valueFor(type: DataType): fc.Arbitrary<unknown> {
  if (type.name === 'extension') return valueFor(type.storage);
  if (type.name === 'null') return fc.constant(null);
  return fc.option(solidValue(type), { freq: 4 });
}

function solidValue(type: DataType): fc.Arbitrary<unknown> {
  switch (type.name) {
    case 'bool':
      return fc.boolean();
    case 'float':
      return type.bits === 16 ? fc.integer({ min: 0, max: 65535 }) : type.bits === 32 ? fc.float() : fc.double();
    case 'int':
      return type.signed
        ? fc.bigInt({ min: -(2n ** BigInt(type.bits - 1)), max: 2n ** BigInt(type.bits - 1) - 1n })
        : fc.bigInt({ min: 0n, max: 2n ** BigInt(type.bits) - 1n });
    case 'decimal':
      return fc.bigInt({ min: -(10n ** BigInt(type.precision)) + 1n, max: 10n ** BigInt(type.precision) - 1n });
    case 'utf8':
      return fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text.isWellFormed());
    case 'binary':
      return fc.uint8Array({ maxLength: 12 });
    case 'fixed_size_binary':
      return fc.uint8Array({ minLength: type.bytes, maxLength: type.bytes });
    case 'list':
      return fc.array(valueFor(type.item), { maxLength: 4 });
    case 'fixed_size_list':
      return fc.array(valueFor(type.item), { minLength: type.size, maxLength: type.size });
    case 'struct':
      return fc.record(Object.fromEntries(type.fields.map((field) => [field.name, valueFor(field.type)])));
    case 'date':
      return fc.integer({ min: -1000, max: 20_000 }).map((days) => (type.unit === 'd' ? days : days * 86_400_000));
    default:
      return fc.integer({ min: 0, max: 86_399 });
  }
}

export interface Sample {
  schema: Schema;
  rows: number;
  /** Plain values, column by column. */
  values: unknown[][];
}

/** Schemas of a few columns with a few rows of plain values. */
export function samples(type: fc.Arbitrary<DataType> = anyType): fc.Arbitrary<Sample> {
  return fc.tuple(fc.array(type, { maxLength: 4 }), fc.integer({ min: 0, max: 20 })).chain(([types, rows]) =>
    fc.record({
      schema: fc.constant<Schema>({
        fields: types.map((each, index): Field => ({ name: `c${index}`, type: each, nullable: true })),
      }),
      rows: fc.constant(rows),
      values: fc.tuple(...types.map((each) => fc.array(valueFor(each), { minLength: rows, maxLength: rows }))),
    }),
  );
}
