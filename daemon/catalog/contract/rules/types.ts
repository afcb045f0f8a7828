import type { LogicalType, Property } from '../shape/table.js';

const PLAIN =
  /^(null|bool|int(16|32|64)|uint(8|16|32|64)|float(16|32|64)|decimal\(\d{1,3}, ?-?\d{1,3}\)|utf8|binary|fixed_size_binary\(\d+\)|date(32|64)|(time|duration)\[(s|ms|us|ns)\]|timestamp\[(s|ms|us|ns)(, ?[A-Za-z0-9_+:/-]+)?\]|extension<[A-Za-z0-9._/-]+>)$/;

/**
 * Whether a physical type is written as an Arrow type, such as `int64`, `decimal(15,2)`, `timestamp[us,UTC]` or
 * `list<int32>`, and so can be held to exactly. `int8` is left out: it is 64 bits wide in some databases.
 */
function isArrowType(text: string): boolean {
  if (PLAIN.test(text)) return true;
  const list = /^list<(.+)>$/s.exec(text) ?? /^fixed_size_list<(.+),\d+>$/s.exec(text);
  if (list !== null) return isInnerType(list[1]!);
  const struct = /^struct<(.*)>$/s.exec(text);
  if (struct === null) return false;
  return splitFields(struct[1]!).every(
    (field) => isInnerType(field.slice(field.indexOf(':') + 1)) && field.includes(':'),
  );
}

const isInnerType = (text: string): boolean => text === 'int8' || isArrowType(text);

/** Fields of a struct: split at the commas that stand in no bracket. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if ('<([{'.includes(text[at]!)) depth++;
    else if ('>)]}'.includes(text[at]!)) depth--;
    else if (text[at] === ',' && depth === 0) {
      fields.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...fields, text.slice(from)];
}

/** What a logical type asks of a column, in the words of `schema.match`. An Arrow map is a list of keys and values. */
const KINDS: Record<LogicalType, string> = {
  string: 'string',
  date: 'date',
  timestamp: 'timestamp',
  time: 'time',
  number: 'number',
  integer: 'integer',
  object: 'object',
  array: 'array',
  boolean: 'boolean',
  map: 'array',
  vector: 'array',
};

/** What SQL names ask for where no logical type says it. */
const SQL: readonly (readonly [string, RegExp])[] = [
  ['string', /^(n?(var)?char2?|character( varying)?|bpchar|n?text|(tiny|medium|long)text|n?clob|string|citext)$/],
  ['integer', /^((big|small|tiny|medium)?int(eger)?|int[248]|u?int(16|32|64)|long|short|(big|small)?serial)$/],
  ['number', /^(float[48]?|double( precision)?|real|numeric|number|decimal|dec|(small)?money|bignumeric|float64)$/],
  ['boolean', /^bool(ean)?$/],
  ['date', /^date$/],
  ['timestamp', /^(datetime2?|timestamp(_?(ntz|ltz|tz))?|timestamp with(out)? time zone|datetimeoffset)$/],
  ['time', /^time(tz)?$/],
  ['binary', /^(bytea|bytes|blob|(var)?binary|raw)$/],
  ['array', /^array$/],
  ['object', /^(struct|record|row)$/],
];

/** The type that a property asks its column to have, in the words of `schema.match`; undefined for any. */
export function typeOf({ logicalType, physicalType }: Property): string | undefined {
  if (physicalType !== undefined && isArrowType(physicalType)) return physicalType.replaceAll(' ', '');
  if (physicalType?.startsWith('extension<')) return undefined; // one whose name is odd: nothing is asked of it
  if (logicalType !== undefined) return KINDS[logicalType];
  const base = physicalType
    ?.toLowerCase()
    .replace(/[[(<].*$/s, '')
    .trim()
    .replaceAll(/\s+/g, ' ');
  return base === undefined ? undefined : SQL.find(([, names]) => names.test(base))?.[0];
}
