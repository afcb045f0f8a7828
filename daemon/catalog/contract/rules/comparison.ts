import type { Json } from '../../../foundation/index.js';
import type { Faults } from '../faults.js';
import type { Path } from '../places.js';
import { said } from '../shape/check.js';
import { COMPARISONS, type Quality } from '../shape/quality.js';

/** The numbers that a metric may have: those between the bounds, or with `outside` all others. */
export interface Interval {
  min?: number;
  max?: number;
  exclusiveMin?: true;
  exclusiveMax?: true;
  outside?: true;
}

type Comparison = (typeof COMPARISONS)[number];

/** The interval that the comparisons of a rule leave, or undefined after adding what is wrong with them. */
export function intervalOf(quality: Quality, path: Path, faults: Faults): Interval | undefined {
  const given = COMPARISONS.filter((name) => quality[name] !== undefined);
  if (given.length === 0) {
    faults.add(path, `compares with nothing; give one of ${COMPARISONS.join(', ')}`);
    return undefined;
  }
  const parts = given.map((name) => one(name, quality[name], [...path, name], faults));
  if (parts.includes(undefined)) return undefined;
  const met = (parts as Interval[]).reduce(both);
  if ((parts as Interval[]).length > 1 && (parts as Interval[]).some((part) => part.outside)) {
    faults.add([...path, given[1]!], `cannot stand beside ${given[0]}; make two rules of it`);
    return undefined;
  }
  if (isEmpty(met)) {
    faults.add(
      [...path, given.at(-1)!],
      `leaves no number: ${given.map((name) => `${name} ${JSON.stringify(quality[name])}`).join(' and ')}`,
    );
    return undefined;
  }
  return met;
}

function one(name: Comparison, value: unknown, path: Path, faults: Faults): Interval | undefined {
  const [low, high] = Array.isArray(value) ? (value as [number, number]) : [value, value];
  if (typeof low !== 'number' || typeof high !== 'number') {
    faults.add(path, `is ${said(value)}; a library metric is compared with a number`);
    return undefined;
  }
  if (low > high) {
    faults.add(path, `has its bounds the wrong way round: ${low} is over ${high}`);
    return undefined;
  }
  return FORMS[name](low, high);
}

/** `mustBeBetween` includes its ends, as in the descriptions of the standard's schema and in other tools. */
const FORMS: Record<Comparison, (low: number, high: number) => Interval> = {
  mustBe: (min) => ({ min, max: min }),
  mustNotBe: (min) => ({ min, max: min, outside: true }),
  mustBeGreaterThan: (min) => ({ min, exclusiveMin: true }),
  mustBeGreaterOrEqualTo: (min) => ({ min }),
  mustBeLessThan: (max) => ({ max, exclusiveMax: true }),
  mustBeLessOrEqualTo: (max) => ({ max }),
  mustBeBetween: (min, max) => ({ min, max }),
  mustNotBeBetween: (min, max) => ({ min, max, outside: true }),
};

function both(a: Interval, b: Interval): Interval {
  const lower =
    a.min === undefined || (b.min !== undefined && (b.min > a.min || (b.min === a.min && b.exclusiveMin))) ? b : a;
  const upper =
    a.max === undefined || (b.max !== undefined && (b.max < a.max || (b.max === a.max && b.exclusiveMax))) ? b : a;
  return {
    ...(lower.min === undefined ? {} : { min: lower.min }),
    ...(upper.max === undefined ? {} : { max: upper.max }),
    ...(lower.min !== undefined && lower.exclusiveMin ? { exclusiveMin: true } : {}),
    ...(upper.max !== undefined && upper.exclusiveMax ? { exclusiveMax: true } : {}),
  };
}

const isEmpty = ({ min, max, exclusiveMin, exclusiveMax }: Interval): boolean =>
  min !== undefined && max !== undefined && (min > max || (min === max && (exclusiveMin ?? exclusiveMax) === true));

/** The interval over whole numbers: both ends included. Undefined when no whole number is in it. */
export function wholeNumbers(interval: Interval): Interval | undefined {
  const { min, max, exclusiveMin, exclusiveMax, outside } = interval;
  const low = min === undefined ? undefined : exclusiveMin ? Math.floor(min) + 1 : Math.ceil(min);
  const high = max === undefined ? undefined : exclusiveMax ? Math.ceil(max) - 1 : Math.floor(max);
  if (low !== undefined && high !== undefined && low > high) return undefined;
  return {
    ...(low === undefined ? {} : { min: low }),
    ...(high === undefined ? {} : { max: high }),
    ...(outside ? { outside } : {}),
  };
}

/** What a metric counts, when it is compared with percents. */
export function unitOf({ unit }: Quality, path: Path, faults: Faults): 'rows' | 'percent' | undefined {
  const word = unit?.trim().toLowerCase() ?? 'rows';
  if (['rows', 'row', 'count'].includes(word)) return 'rows';
  if (['percent', 'percentage', '%'].includes(word)) return 'percent';
  faults.add([...path, 'unit'], `is ${said(unit)}; a library metric is counted in rows or percent`);
  return undefined;
}

/**
 * How many of what is tested may fail, as a rule's `tolerance`: absent for none. Undefined after adding what is wrong.
 */
export function toleranceOf(quality: Quality, path: Path, faults: Faults): { tolerance?: Json } | undefined {
  const unit = unitOf(quality, path, faults);
  const interval = intervalOf(quality, path, faults);
  if (unit === undefined || interval === undefined) return undefined;
  const comparison = COMPARISONS.find((name) => quality[name] !== undefined)!;
  const bounds = [interval.min, interval.max].filter((bound) => bound !== undefined);
  if (unit === 'percent' && bounds.some((bound) => bound < 0 || bound > 100)) {
    faults.add([...path, comparison], 'is a share below 0 or over 100 percent');
    return undefined;
  }
  if (bounds.some((bound) => bound < 0) || (interval.max === 0 && interval.exclusiveMax)) {
    faults.add([...path, comparison], 'asks for fewer than none');
    return undefined;
  }
  return unit === 'rows' ? countTolerance(interval, [...path, comparison], faults) : { ...shareTolerance(interval) };
}

function countTolerance(interval: Interval, path: Path, faults: Faults): { tolerance?: Json } | undefined {
  const whole = wholeNumbers(interval);
  if (whole === undefined) {
    faults.add(path, 'leaves no number of rows');
    return undefined;
  }
  const { min = 0, max, outside } = whole;
  if (outside || min > 0) return { tolerance: { unit: 'rows', ...whole } as Json };
  return max === 0 ? {} : { tolerance: max === undefined ? { percent: 100 } : { count: max } };
}

function shareTolerance({ min = 0, max, exclusiveMin, exclusiveMax, outside }: Interval): { tolerance?: Json } {
  const plain = outside === undefined && min === 0 && exclusiveMin === undefined && exclusiveMax === undefined;
  if (plain) return max === 0 ? {} : { tolerance: { percent: max ?? 100 } };
  return {
    tolerance: {
      unit: 'percent',
      ...(min === 0 && !exclusiveMin ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(exclusiveMin ? { exclusiveMin } : {}),
      ...(exclusiveMax ? { exclusiveMax } : {}),
      ...(outside ? { outside } : {}),
    },
  };
}
