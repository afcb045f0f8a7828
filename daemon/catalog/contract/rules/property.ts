import { nearest } from '../../../config/index.js';
import type { Json } from '../../../foundation/index.js';
import type { Path } from '../places.js';
import type { Property, TypeOptions } from '../shape/table.js';
import { addRule, columnOf, type Gathered, type RuleBody, type Site } from './draft.js';

/** Names of formats that the check `format` knows. Other formats are free text in ODCS and are kept, not run. */
export const CHECKED_FORMATS = [
  'email',
  'uri',
  'hostname',
  'ipv4',
  'ipv6',
  'ip',
  'mac',
  'uuid',
  'date',
  'time',
  'date-time',
  'duration',
  'iban',
  'bic',
  'card',
  'luhn',
  'e164',
  'isin',
  'lei',
  'vat',
  'ean',
  'isbn',
  'issn',
  'imei',
  'iso3166-alpha2',
  'iso3166-alpha3',
  'iso3166-numeric',
  'iso4217',
  'iso639-1',
  'semver',
  'json',
  'base64',
  'hex',
] as const;

/** Formats by the names that OpenAPI and JSON Schema give them. */
const SYNONYMS: Record<string, (typeof CHECKED_FORMATS)[number]> = {
  byte: 'base64',
  url: 'uri',
  datetime: 'date-time',
};

/** Rules that follow from what a property says of its column. */
export function propertyRules(property: Property, path: Path, site: Site, gathered: Gathered): void {
  const name = property.name!;
  const column = columnOf(site, name);
  const rule = (suffix: string, key: string, body: RuleBody): void =>
    addRule(gathered, site, {
      path: [...path, key],
      body: { ...body, columns: [column] },
      usual: `${name}.${suffix}`,
      column,
    });

  if (property.required === true || property.primaryKey === true) {
    rule('required', property.required === true ? 'required' : 'primaryKey', { check: 'null' });
  }
  if (property.unique === true) rule('unique', 'unique', { check: 'unique' });
  if (property.enum !== undefined) {
    const values = [...new Set(property.enum.map(({ value }) => value))].filter((value) => value !== null);
    if (values.length > 0) rule('enum', 'enum', { check: 'in_set', values });
    else gathered.leave([...path, 'enum'], 'it lists nothing but null');
  }
  const at: Path = [...path, 'logicalTypeOptions'];
  for (const { suffix, body } of optionRules(property, at, gathered))
    addRule(gathered, site, { path: at, body: { ...body, columns: [column] }, usual: `${name}.${suffix}`, column });
  leaveInner(property, path, gathered);
}

interface OptionRule {
  suffix: string;
  body: RuleBody;
}

function optionRules(property: Property, at: Path, gathered: Gathered): OptionRule[] {
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

/** What is said of the inside of a column is kept; only the column as a whole is checked. */
function leaveInner(property: Property, path: Path, gathered: Gathered): void {
  const inner: [Property, Path][] = [
    ...(property.properties ?? []).map((each, at): [Property, Path] => [each, [...path, 'properties', at]]),
    ...(property.items === undefined ? [] : [[property.items, [...path, 'items']] as [Property, Path]]),
    ...(property.map === undefined
      ? []
      : ([
          [property.map.key, [...path, 'map', 'key']],
          [property.map.value, [...path, 'map', 'value']],
        ] as [Property, Path][])),
  ];
  for (const [each, at] of inner) {
    for (const key of ['required', 'unique', 'primaryKey', 'enum', 'logicalTypeOptions', 'quality'] as const) {
      const value = each[key];
      if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
      gathered.leave([...at, key], 'it is about the inside of a column; checks look at columns');
    }
    leaveInner(each, at, gathered);
  }
}
