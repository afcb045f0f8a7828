import { nearest } from '../../../config/index.js';
import type { Json } from '../../../foundation/index.js';
import type { Path } from '../places.js';
import type { Property, TypeOptions } from '../shape/table.js';
import type { Gathered, RuleBody } from './draft.js';
import { CHECKED_FORMATS, SYNONYMS } from './formats.js';

/** A rule about one column, and the end of its usual id. */
export interface OptionRule {
  suffix: string;
  body: RuleBody;
}

/** Rules that follow from `logicalTypeOptions`, which stands at `at`. */
export function optionRules(property: Property, at: Path, gathered: Gathered): OptionRule[] {
  const options = property.logicalTypeOptions;
  if (options === undefined) return [];
  switch (property.logicalType) {
    case 'string':
      return [
        ...between(options, 'minLength', 'maxLength', 'length', at, gathered),
        ...(options.pattern === undefined
          ? []
          : [{ suffix: 'pattern', body: { check: 'regex', pattern: options.pattern as Json } }]),
        ...textFormat(options, at, gathered),
      ];
    case 'date':
    case 'timestamp':
    case 'time':
      if (options.format !== undefined)
        gathered.leave(
          [...at, 'format'],
          'dates and times are carried as such, so how they would be written as text does not apply',
        );
      for (const key of ['timezone', 'defaultTimezone'])
        if (options[key] !== undefined)
          gathered.leave(
            [...at, key],
            'the time zone of a column is checked by a physicalType such as timestamp[us,UTC]',
          );
      return ranges(options, at, gathered);
    case 'integer':
      leaveMultiple(options, at, gathered);
      return [...ranges(options, at, gathered), ...integerFormat(options)];
    case 'number':
      leaveMultiple(options, at, gathered);
      if (options.format !== undefined)
        gathered.leave([...at, 'format'], 'the width of a number is checked by a physicalType such as float64');
      return ranges(options, at, gathered);
    case 'array':
      if (options.uniqueItems === true) gathered.leave([...at, 'uniqueItems'], 'no check looks into lists');
      return between(options, 'minItems', 'maxItems', 'items', at, gathered);
    case 'vector':
      return [
        {
          suffix: 'dimensions',
          body: { check: 'length', min: options.dimensions as Json, max: options.dimensions as Json },
        },
      ];
    case 'object':
      for (const key of Object.keys(options)) gathered.leave([...at, key], 'no check looks into objects');
      return [];
    default:
      return [];
  }
}

function textFormat({ format }: TypeOptions, at: Path, gathered: Gathered): OptionRule[] {
  if (typeof format !== 'string') return [];
  const name = format.trim().toLowerCase();
  const known = CHECKED_FORMATS.find((each) => each === name) ?? SYNONYMS[name];
  if (known !== undefined) return [{ suffix: 'format', body: { check: 'format', format: known } }];
  const meant = nearest(name, CHECKED_FORMATS);
  gathered.leave(
    [...at, 'format'],
    `no check knows this format${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
  return [];
}

/** A least and a most as one rule of the check `length`. */
function between(
  options: TypeOptions,
  least: string,
  most: string,
  suffix: string,
  at: Path,
  { faults }: Gathered,
): OptionRule[] {
  const [min, max] = [options[least], options[most]] as [number | undefined, number | undefined];
  if (min === undefined && max === undefined) return [];
  if (min !== undefined && max !== undefined && min > max) {
    faults.add([...at, least], `is ${min}, over the ${most} of ${max}`);
    return [];
  }
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  return [{ suffix, body: { check: 'length', ...bounds } }];
}

type Bound = number | string | undefined;

/** The four bounds of a number, date or time: one rule, or two where a bound is given both ways. */
function ranges(options: TypeOptions, at: Path, { faults }: Gathered): OptionRule[] {
  const bound = (key: string): Bound => moment(options[key] as Bound);
  const [minimum, maximum] = [bound('minimum'), bound('maximum')];
  const [exclusiveMinimum, exclusiveMaximum] = [bound('exclusiveMinimum'), bound('exclusiveMaximum')];
  const contradicts = (low: string, high: string, open: boolean): boolean => {
    const [a, b] = [options[low] as Bound, options[high] as Bound];
    const order = a === undefined || b === undefined ? undefined : compare(a, b);
    if (order === undefined || order < 0 || (order === 0 && !open)) return false;
    faults.add([...at, low], `is ${a} and ${high} is ${b}: no value is between them`);
    return true;
  };
  const wrong = [
    contradicts('minimum', 'maximum', false),
    contradicts('exclusiveMinimum', 'maximum', true),
    contradicts('minimum', 'exclusiveMaximum', true),
    contradicts('exclusiveMinimum', 'exclusiveMaximum', true),
  ];
  if (wrong.includes(true)) return [];
  const lower = { ...(exclusiveMinimum === undefined ? {} : { min: exclusiveMinimum, exclusiveMin: true }) };
  const upper = { ...(exclusiveMaximum === undefined ? {} : { max: exclusiveMaximum, exclusiveMax: true }) };
  const closed = {
    ...(minimum === undefined ? lower : { min: minimum }),
    ...(maximum === undefined ? upper : { max: maximum }),
  };
  const rest = { ...(minimum === undefined ? {} : lower), ...(maximum === undefined ? {} : upper) };
  return [
    ...(Object.keys(closed).length === 0 ? [] : [{ suffix: 'range', body: { check: 'range', ...closed } as RuleBody }]),
    ...(Object.keys(rest).length === 0
      ? []
      : [{ suffix: 'exclusiveRange', body: { check: 'range', ...rest } as RuleBody }]),
  ];
}

/** A time as RFC 3339 writes it, where SQL puts a space between date and time. */
const moment = (bound: Bound): Bound =>
  typeof bound === 'string' ? bound.replace(/^(\d{4}-\d\d-\d\d) +(?=\d\d:)/, '$1T') : bound;

/** Order of two bounds of one kind; undefined where it cannot be told from their text. */
function compare(a: string | number, b: string | number): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (/^\d\d:\d\d/.test(String(a)) && /^\d\d:\d\d/.test(String(b))) return a < b ? -1 : Number(a > b);
  const difference = Date.parse(String(a)) - Date.parse(String(b));
  return Number.isNaN(difference) ? undefined : difference;
}

/** Bits of an integer format as the numbers that fit in them. 128 bits hold whatever a column can. */
function integerFormat({ format }: TypeOptions): OptionRule[] {
  const match = /^([iu])(8|16|32|64)$/.exec(String(format));
  if (match === null) return [];
  const bits = BigInt(match[2]!);
  const [min, max] = match[1] === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  const written = (value: bigint): Json => (bits === 64n ? String(value) : Number(value));
  return [{ suffix: 'format', body: { check: 'range', min: written(min), max: written(max) } }];
}

function leaveMultiple(options: TypeOptions, at: Path, gathered: Gathered): void {
  if (options.multipleOf !== undefined) gathered.leave([...at, 'multipleOf'], 'no check looks for multiples');
}
