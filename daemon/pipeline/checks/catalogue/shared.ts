import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import type { Meet } from '../define.js';
import { decimalLiteral, type Literal } from '../values/literal.js';
import { parseClock, parseMoment, parseSpan } from '../values/moments.js';

/** A value in a contract: text, number or truth value. */
export const literal = z.union([z.string().max(4096), z.number(), z.boolean()]);

/** A bound: a number, or text for decimals, dates, times and spans. */
export const bound = z.union([z.string().max(400), z.number()]);

export const literals = z.array(literal).min(1).max(LIMITS.valuesPerRule);

/** Order of two bounds as written: by number, else by moment, time of day or span; undefined when they do not compare. */
function compareBounds(a: Literal, b: Literal): number | undefined {
  for (const read of [(x: Literal) => decimalLiteral(x, 400)?.floor, moment, clock, span]) {
    const [left, right] = [read(a), read(b)];
    if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  }
  return undefined;
}

const moment = (x: Literal): bigint | undefined => (typeof x === 'string' ? parseMoment(x)?.ns : undefined);
const clock = (x: Literal): bigint | undefined => (typeof x === 'string' ? parseClock(x) : undefined);
const span = (x: Literal): number | undefined => (typeof x === 'string' ? parseSpan(x) : undefined);

export interface Interval {
  min?: Literal | undefined;
  max?: Literal | undefined;
  exclusiveMin?: boolean | undefined;
  exclusiveMax?: boolean | undefined;
}

/** A minimum over the maximum, or bounds that do not compare. */
export function intervalFault(interval: Interval): string | undefined {
  const { min, max } = interval;
  if (min === undefined && max === undefined) return 'give min, max or both';
  if (min === undefined || max === undefined) return undefined;
  const order = compareBounds(min, max);
  if (order === undefined) return 'min and max are not of one kind';
  const open = interval.exclusiveMin === true || interval.exclusiveMax === true;
  if (order > 0 || (order === 0 && open)) return `no value can be at least ${min} and at most ${max}`;
  return undefined;
}

/** The overlap of two intervals, or what contradicts. */
export function meetIntervals(a: Interval, b: Interval): Meet {
  const lower = stricter(a.min, a.exclusiveMin, b.min, b.exclusiveMin, 1);
  const upper = stricter(a.max, a.exclusiveMax, b.max, b.exclusiveMax, -1);
  if (lower === undefined || upper === undefined)
    return { conflict: 'the bounds of the two sides are of different kinds' };
  const met: Interval = { min: lower.bound, max: upper.bound, exclusiveMin: lower.open, exclusiveMax: upper.open };
  const fault = intervalFault(met);
  if (fault !== undefined) return { conflict: fault };
  return { params: { ...met } };
}

function stricter(
  a: Literal | undefined,
  openA: boolean | undefined,
  b: Literal | undefined,
  openB: boolean | undefined,
  direction: 1 | -1,
): { bound: Literal | undefined; open: boolean | undefined } | undefined {
  if (a === undefined) return { bound: b, open: openB };
  if (b === undefined) return { bound: a, open: openA };
  const order = compareBounds(a, b);
  if (order === undefined) return undefined;
  if (order === 0) return { bound: a, open: openA === true || openB === true ? true : (openA ?? openB) };
  return order * direction > 0 ? { bound: a, open: openA } : { bound: b, open: openB };
}

/** Values in both lists, in the order of the first. */
export const common = (a: readonly Literal[], b: readonly Literal[]): Literal[] =>
  a.filter((value) => b.includes(value));

/** Values in either list, once each. */
export const union = (a: readonly Literal[], b: readonly Literal[]): Literal[] => [...new Set([...a, ...b])];
