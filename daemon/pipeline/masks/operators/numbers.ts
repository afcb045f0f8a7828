import { z } from 'zod';
import type { Column, DataType, Field } from '../../../columnar/index.js';
import { decimalAt, floats, isValid, storageType, wholes, widthOf } from '../../checks/values/access.js';
import { exactLiteral, floatLiteral, type Literal, literalForm } from '../../checks/values/literal.js';
import { defineMask, type Masker } from '../define.js';

const isNumber = (type: DataType): boolean => ['int', 'float', 'decimal'].includes(storageType(type).name);

/** How the values of a number, date or time column are turned: floats as such, all else as whole numbers of its unit. */
interface Turn {
  float(value: number, row: number): number;
  whole(value: bigint, row: number): bigint;
}

/** A column with each valid value turned; results that its type cannot hold become its nearest value. */
export function mapNumbers(column: Column, turn: Turn): Column {
  const type = storageType(column.type);
  if (type.name === 'float') {
    const values = floats(column);
    if (type.bits === 16) return column; // never offered: 16-bit floats are refused by the operators
    const out = type.bits === 64 ? new Float64Array(column.rows) : new Float32Array(column.rows);
    for (let row = 0; row < column.rows; row++) if (isValid(column, row)) out[row] = turn.float(values[row]!, row);
    return { ...column, data: new Uint8Array(out.buffer) };
  }
  if (type.name === 'decimal') return mapDecimals(column, turn);
  const out = wholes(column).slice();
  const [least, most] = limits(type);
  for (let row = 0; row < column.rows; row++) {
    if (!isValid(column, row)) continue;
    const kept = clamp(turn.whole(BigInt(out[row]!), row), least, most);
    if (out instanceof BigInt64Array || out instanceof BigUint64Array) out[row] = kept;
    else out[row] = Number(kept);
  }
  return { ...column, data: new Uint8Array(out.buffer, out.byteOffset, out.byteLength) };
}

function mapDecimals(column: Column, turn: Turn): Column {
  const width = widthOf(column.type);
  const data = new Uint8Array(column.data!.length);
  const view = new DataView(data.buffer);
  const [least, most] = limits(storageType(column.type));
  for (let row = 0; row < column.rows; row++) {
    if (!isValid(column, row)) continue;
    let rest = clamp(turn.whole(decimalAt(column.data!, width, row), row), least, most);
    for (let at = 0; at < width; at += 8) {
      view.setBigUint64(row * width + at, BigInt.asUintN(64, rest), true);
      rest >>= 64n;
    }
  }
  return { ...column, data };
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  if (value > most) return most;
  return value;
}

function limits(type: DataType): [bigint, bigint] {
  if (type.name === 'decimal') return [1n - 10n ** BigInt(type.precision), 10n ** BigInt(type.precision) - 1n];
  const bits = BigInt(widthOf(type) * 8);
  if (type.name === 'int' && !type.signed) return [0n, 2n ** bits - 1n];
  return [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

/** Rounds towards minus infinity to a multiple. */
const floorTo = (value: bigint, step: bigint): bigint => value - (((value % step) + step) % step);

const noHalf = (field: Field): string | undefined => {
  const type = storageType(field.type);
  return type.name === 'float' && type.bits === 16 ? 'does not take 16-bit floats' : undefined;
};

export const generalise = defineMask({
  name: 'generalise',
  // A float is not always its own multiple: 3 × 0.1 is more than 0.3.
  idempotent: (type) => storageType(type).name !== 'float',
  preserves: ['nulls'],
  positional: 'step',
  describe: {
    summary: 'Each number becomes the start of its step: with step 10, 37 becomes 30.',
    accepts: 'whole numbers, floats and decimals',
    yields: 'the same type',
    nulls: 'stay',
    parameters: { step: 'The size of a step, in the unit of the column; for decimals it may have places of its own.' },
    example: 'age=generalise:10',
  },
  params: { step: z.union([z.number().positive(), z.string().max(40)]) },
  accepts: isNumber,
  refine: ({ step }, field) =>
    noHalf(field) ??
    (stepOf(field, step) === undefined ? `needs step as ${literalForm(field.type)} above 0` : undefined),
  masker: (field, { step }) => {
    const { float, whole } = stepOf(field, step)!;
    return (column) =>
      mapNumbers(column, {
        float: (value) => Math.floor(value / float) * float,
        whole: (value) => floorTo(value, whole),
      });
  },
});

function stepOf(field: Field, step: Literal): { float: number; whole: bigint } | undefined {
  const float = floatLiteral(step) ?? 0;
  if (!(float > 0)) return undefined;
  if (storageType(field.type).name === 'float') return { float, whole: 1n };
  const exact = exactLiteral(field.type, step);
  return exact === undefined || exact.floor !== exact.ceil ? undefined : { float, whole: exact.floor };
}

const ORDERED = ['int', 'float', 'decimal', 'date', 'time', 'timestamp', 'duration'];

const bound = z.union([z.number(), z.string().max(60)]);

export const topCode = defineMask({
  name: 'top_code',
  idempotent: () => true,
  preserves: ['nulls'],
  positional: 'max',
  describe: {
    summary: 'Values above a bound become the bound: ages over 89 become 90.',
    accepts: 'numbers, dates and times',
    yields: 'the same type',
    nulls: 'stay',
    parameters: { max: 'The bound, written as in a contract.' },
    example: 'age=top_code:90',
  },
  params: { max: bound },
  accepts: (type) => ORDERED.includes(storageType(type).name),
  refine: ({ max }, field) => noHalf(field) ?? boundFault(field, max),
  masker: (field, { max }) => coder(field, max, 1),
});

export const bottomCode = defineMask({
  name: 'bottom_code',
  idempotent: () => true,
  preserves: ['nulls'],
  positional: 'min',
  describe: {
    summary: 'Values below a bound become the bound.',
    accepts: 'numbers, dates and times',
    yields: 'the same type',
    nulls: 'stay',
    parameters: { min: 'The bound, written as in a contract.' },
    example: 'born=bottom_code:1940-01-01',
  },
  params: { min: bound },
  accepts: (type) => ORDERED.includes(storageType(type).name),
  refine: ({ min }, field) => noHalf(field) ?? boundFault(field, min),
  masker: (field, { min }) => coder(field, min, -1),
});

function boundFault(field: Field, value: Literal): string | undefined {
  const found = storageType(field.type).name === 'float' ? floatLiteral(value) : exactLiteral(field.type, value);
  return found === undefined ? `needs its bound as ${literalForm(field.type)}` : undefined;
}

function coder(field: Field, literal: Literal, direction: 1 | -1): Masker {
  const float = floatLiteral(literal) ?? 0;
  const exact = exactLiteral(field.type, literal);
  const whole = exact === undefined ? 0n : direction > 0 ? exact.floor : exact.ceil;
  return (column) =>
    mapNumbers(column, {
      float: (value) => (direction > 0 ? Math.min(value, float) : Math.max(value, float)),
      whole: (value) => ((direction > 0 ? value > whole : value < whole) ? whole : value),
    });
}

function rounder(field: Field, digits: number): Masker {
  const scale = 10 ** digits;
  const type = storageType(field.type);
  const places = (type.name === 'decimal' ? type.scale : 0) - digits;
  const unit = 10n ** BigInt(Math.max(places, 0));
  return (column) =>
    mapNumbers(column, {
      float: (value) => (Number.isFinite(value * scale) ? Math.round(value * scale) / scale : value),
      whole: (value) => (places <= 0 ? value : floorTo(value + unit / 2n, unit)),
    });
}

export const round = defineMask({
  name: 'round',
  idempotent: () => true,
  preserves: ['nulls'],
  positional: 'digits',
  describe: {
    summary: 'Numbers are rounded, halves up.',
    accepts: 'whole numbers, floats and decimals',
    yields: 'the same type',
    nulls: 'stay',
    parameters: {
      digits: 'Digits after the point; negative ones count to its left: -3 rounds to thousands. Default 0.',
    },
    example: 'salary=round:-3',
  },
  params: { digits: z.number().int().min(-15).max(15).default(0) },
  accepts: isNumber,
  refine: (_params, field) => noHalf(field),
  masker: (field, { digits }) => rounder(field, digits),
});

export const geoRound = defineMask({
  name: 'geo_round',
  idempotent: () => true,
  preserves: ['nulls'],
  positional: 'decimals',
  describe: {
    summary: 'Coordinates in degrees are rounded: 2 decimals are about 1 km, 1 about 11 km.',
    accepts: 'floats and decimals',
    yields: 'the same type',
    nulls: 'stay',
    parameters: { decimals: 'Decimals that stay, 0 to 4. Default 2.' },
    example: 'latitude=geo_round:2',
  },
  params: { decimals: z.number().int().min(0).max(4).default(2) },
  accepts: (type) => ['float', 'decimal'].includes(storageType(type).name),
  refine: (_params, field) => noHalf(field),
  masker: (field, { decimals }) => rounder(field, decimals),
});
