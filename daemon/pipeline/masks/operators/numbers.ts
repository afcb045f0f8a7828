import { z } from 'zod';
import type { DataType, Field } from '../../../columnar/index.js';
import { storageType } from '../../checks/values/access.js';
import { exactLiteral, floatLiteral, type Literal, literalForm } from '../../checks/values/literal.js';
import { defineMask, type Masker } from '../define.js';
import { mapNumbers } from '../map-numbers.js';
import { SMALL } from '../small.js';

const isNumber = (type: DataType): boolean => ['int', 'float', 'decimal'].includes(storageType(type).name);

/** Rounds towards minus infinity to a multiple. */
const floorTo = (value: bigint, step: bigint): bigint => value - (((value % step) + step) % step);

/** The same for small numbers. */
function smallFloorTo(value: number, step: number): number {
  const rest = value - Math.floor(value / step) * step; // the quotient may be one too high
  if (rest < 0) return value - rest - step;
  return value - rest;
}

/** A bigint as a double where that is exact and small enough to reckon with. */
const smallOf = (value: bigint): number | undefined =>
  value < BigInt(SMALL) && value > -BigInt(SMALL) ? Number(value) : undefined;

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
    const each = smallOf(whole);
    return (column) =>
      mapNumbers(column, {
        float: (value) => Math.floor(value / float) * float,
        whole: (value) => floorTo(value, whole),
        small: each && ((value) => smallFloorTo(value, each)),
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
  const edge = smallOf(whole);
  const top = direction > 0;
  return (column) =>
    mapNumbers(column, {
      float: (value) => (top ? Math.min(value, float) : Math.max(value, float)),
      whole: (value) => ((top ? value > whole : value < whole) ? whole : value),
      small: edge === undefined ? undefined : (value) => ((top ? value > edge : value < edge) ? edge : value),
    });
}

function rounder(field: Field, digits: number): Masker {
  const scale = 10 ** digits;
  const type = storageType(field.type);
  const places = (type.name === 'decimal' ? type.scale : 0) - digits;
  const unit = 10n ** BigInt(Math.max(places, 0));
  const half = unit / 2n;
  const [each, middle] = [smallOf(unit), Number(half)];
  return (column) => {
    if (type.name !== 'float' && places <= 0) return column; // it has no digits to lose
    return mapNumbers(column, {
      float: (value) => (Number.isFinite(value * scale) ? Math.round(value * scale) / scale : value),
      whole: (value) => floorTo(value + half, unit),
      small: each && ((value) => smallFloorTo(value + middle, each)),
    });
  };
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
