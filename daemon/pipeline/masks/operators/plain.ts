import { z } from 'zod';
import { type Column, type Field, nullColumn } from '../../../columnar/index.js';
import { CounterfoilError, LIMITS, utf8 } from '../../../foundation/index.js';
import { isValid, storageType, widthOf } from '../../checks/values/access.js';
import { keyReader, literalKey } from '../../checks/values/keys.js';
import { exactLiteral, floatLiteral, type Literal, literalForm } from '../../checks/values/literal.js';
import { defineMask } from '../define.js';

export const keep = defineMask({
  name: 'keep',
  describe: {
    summary: 'The column is sent as it is.',
    accepts: 'every type',
    yields: 'the same type',
    nulls: 'stay',
    parameters: {},
    example: 'email=keep',
  },
  params: {},
  accepts: () => true,
  masker: () => (column) => column,
});

export const drop = defineMask({
  name: 'drop',
  describe: {
    summary: 'The column is not sent, and not in the schema that the peer sees.',
    accepts: 'every type',
    yields: 'nothing',
    nulls: '–',
    parameters: {},
    example: 'email=drop',
  },
  params: {},
  accepts: () => true,
  yields: () => undefined,
  masker: () => (column) => column,
});

export const nullMask = defineMask({
  name: 'null',
  describe: {
    summary: 'Every value is null. The column and its type stay.',
    accepts: 'every type',
    yields: 'the same type, nullable',
    nulls: 'stay',
    parameters: {},
    example: 'email=null',
  },
  params: {},
  accepts: () => true,
  nullable: true,
  masker: (field) => (column) => nullColumn(field.type, column.rows),
  recognise: () => (column) => (row) => !isValid(column, row),
});

const CONSTANT_TYPES = ['utf8', 'bool', 'int', 'float', 'decimal', 'date', 'time', 'timestamp', 'duration'];

export const constant = defineMask({
  name: 'constant',
  positional: 'value',
  describe: {
    summary: 'Every row has the same given value, so that not even a null can be told.',
    accepts: 'text, truth values, numbers, dates and times',
    yields: 'the same type',
    nulls: 'become the value',
    parameters: { value: 'The value, written as in a contract.' },
    example: 'country=constant:XX',
  },
  params: { value: z.union([z.string().max(4096), z.number(), z.boolean()]) },
  accepts: (type) => CONSTANT_TYPES.includes(storageType(type).name),
  refine: ({ value }, field) =>
    encode(field, value, 0) === undefined ? `needs ${literalForm(field.type)}` : undefined,
  masker:
    (field, { value }) =>
    (column) =>
      encode(field, value, column.rows)!,
  recognise: ({ value }, field) => {
    const key = literalKey(field.type, value);
    if (key === undefined) return undefined;
    return (column) => {
      const read = keyReader(column);
      return (row) => read(row) === key;
    };
  },
});

/** A column of so many times the value; undefined when the type cannot hold it. */
function encode({ type }: Field, value: Literal, rows: number): Column | undefined {
  const storage = storageType(type);
  if (storage.name === 'utf8') return { ...sameTexts(utf8(String(value)), rows), type };
  if (storage.name === 'bool') {
    if (typeof value !== 'boolean') return undefined;
    const data = new Uint8Array(Math.ceil(rows / 8)).fill(value ? 0xff : 0);
    if (value && rows % 8 !== 0) data[data.length - 1] = (1 << (rows % 8)) - 1;
    return { type, rows, nulls: 0, data };
  }
  const one = oneValue(type, value);
  if (one === undefined) return undefined;
  return { type, rows, nulls: 0, data: repeated(one, rows) };
}

function sameTexts(text: Uint8Array, rows: number): Omit<Column, 'type'> {
  if (text.length * rows > LIMITS.columnBytes)
    throw new CounterfoilError('batch.too_large', 'The values of a text column outgrow one batch.');
  const offsets = new Int32Array(rows + 1);
  for (let row = 1; row <= rows; row++) offsets[row] = row * text.length;
  return { rows, nulls: 0, offsets, data: repeated(text, rows) };
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  if (bytes.length === 0 || times === 0) return new Uint8Array(0);
  const { buffer, byteOffset, length } = Buffer.alloc(bytes.length * times, bytes);
  return new Uint8Array(buffer, byteOffset, length);
}

function oneValue(type: Field['type'], value: Literal): Uint8Array | undefined {
  const storage = storageType(type);
  const width = widthOf(storage);
  if (storage.name === 'float') {
    const number = floatLiteral(value);
    if (number === undefined || storage.bits === 16) return undefined;
    return new Uint8Array((storage.bits === 64 ? Float64Array : Float32Array).of(number).buffer);
  }
  const exact = exactLiteral(type, value);
  if (exact === undefined || exact.floor !== exact.ceil || !fits(type, exact.floor)) return undefined;
  let rest = BigInt.asUintN(width * 8, exact.floor);
  return Uint8Array.from({ length: width }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}

function fits(type: Field['type'], value: bigint): boolean {
  const storage = storageType(type);
  if (storage.name === 'decimal')
    return value > -(10n ** BigInt(storage.precision)) && value < 10n ** BigInt(storage.precision);
  const bits = widthOf(storage) * 8;
  return storage.name === 'int' && !storage.signed
    ? BigInt.asUintN(bits, value) === value
    : BigInt.asIntN(bits, value) === value;
}
