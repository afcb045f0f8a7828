import { type DataType, exactText } from '../../../columnar/index.js';
import { type Json, printable } from '../../../foundation/index.js';
import type { LogicalType } from '../shape/table.js';
import type { KnownColumn, KnownDataset } from './known.js';

/** Fewer rows than this say little about what values a column takes. */
const TELLING_ROWS = 20;
/** The most values that are written as a list, and how often each must occur on average. */
const LISTED_VALUES = 50;
const REPEATED = 4;

/** An entry of `properties`, and what a person is told above it. */
export interface WrittenProperty {
  entry: Record<string, Json>;
  notes: string[];
}

export function writtenProperty(column: KnownColumn, known: KnownDataset, isKey: boolean): WrittenProperty {
  const isPersonal = (column.personal ?? []).length > 0;
  const logicalType = logicalTypeOf(column.type);
  const isUnique = isKey || looksUnique(column, known.rows);
  const options = isPersonal || isUnique ? {} : optionsOf(column);
  const values = isPersonal ? undefined : listedValues(column, known.rows);
  const entry: Record<string, Json> = {
    name: column.name,
    logicalType,
    physicalType: exactText(column.type),
    ...(isKey ? { primaryKey: true, primaryKeyPosition: 1 } : {}),
    ...(known.rows > 0 && column.nulls === 0 ? { required: true } : {}),
    ...(isUnique && !isKey ? { unique: true } : {}),
    ...(isPersonal ? { classification: 'personal' } : {}),
    ...(Object.keys(options).length === 0 ? {} : { logicalTypeOptions: options }),
    ...(values === undefined ? {} : listed(values, known)),
  };
  return { entry, notes: [...personalNotes(column), ...(isPersonal ? [] : rangeNotes(column, known.rows))] };
}

/**
 * Logical type of the standard. It has no word for bytes, spans and nulls, and its schema asks for one: the physical type
 * says what they are.
 */
function logicalTypeOf(type: DataType): LogicalType {
  switch (type.name) {
    case 'bool':
      return 'boolean';
    case 'int':
      return 'integer';
    case 'float':
    case 'decimal':
      return 'number';
    case 'utf8':
      return 'string';
    case 'date':
    case 'time':
    case 'timestamp':
      return type.name;
    case 'list':
    case 'fixed_size_list':
      return 'array';
    case 'struct':
      return 'object';
    default:
      return 'string';
  }
}

const isNumber = ({ name }: DataType): boolean => name === 'int' || name === 'float' || name === 'decimal';

/** Numbers that are never negative, and texts that are all of one length. */
function optionsOf({ type, min, minLength, maxLength }: KnownColumn): Record<string, Json> {
  if (isNumber(type) && !(type.name === 'int' && !type.signed) && min !== undefined && Number(min) >= 0)
    return { minimum: 0 };
  if (type.name === 'utf8' && minLength !== undefined && minLength === maxLength && minLength > 0)
    return { minLength, maxLength };
  return {};
}

/** The values of a column that takes few of them again and again. */
function listedValues({ type, nulls, values }: KnownColumn, rows: number): readonly Json[] | undefined {
  if (values === undefined || values.length === 0 || values.length > LISTED_VALUES) return undefined;
  if (type.name !== 'utf8' && type.name !== 'int') return undefined;
  return rows - nulls >= Math.max(TELLING_ROWS, values.length * REPEATED) ? values : undefined;
}

const listed = (values: readonly Json[], { apiVersion }: KnownDataset): Record<string, Json> =>
  apiVersion === 'v3.2.0'
    ? { enum: values.map((value) => ({ value })) }
    : {
        quality: [{ metric: 'invalidValues', arguments: { validValues: values }, mustBe: 0, dimension: 'conformity' }],
      };

const ID_WORDS = ['id', 'ids', 'key', 'uuid', 'guid', 'number', 'no', 'nr', 'num', 'code', 'pk', 'ref', 'reference'];

/** Whether the name says that values tell rows apart: `order_id`, `OrderNumber`, `uuid`. */
const isNamedId = (name: string): boolean =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .some((word) => ID_WORDS.includes(word));

export function looksUnique({ name, type, nulls, distinct }: KnownColumn, rows: number): boolean {
  if (type.name !== 'utf8' && type.name !== 'int') return false;
  return rows >= 2 && nulls * 2 < rows && distinct === rows - nulls && isNamedId(name);
}

const personalNotes = ({ personal = [] }: KnownColumn): string[] =>
  personal.map(({ entity, verdict, evidence }) => {
    const verb = verdict === 'is' ? 'Looks like' : 'Contains';
    return `${verb} ${plain(entity)}${evidence === '' ? '' : `: ${plain(evidence)}`}.`;
  });

/** What was seen, for a person who sets bounds; dates and numbers to come may lie outside. */
function rangeNotes({ type, nulls, distinct, min, max }: KnownColumn, rows: number): string[] {
  const parts = [
    ...(min === undefined || max === undefined || !(isNumber(type) || ['date', 'time', 'timestamp'].includes(type.name))
      ? []
      : [`${plain(String(min))} to ${plain(String(max))}`]),
    ...(distinct === undefined || distinct === 0 ? [] : [`${grouped(distinct)} distinct`]),
    ...(nulls === 0 || rows === 0 ? [] : [`${grouped(nulls)} null`]),
  ];
  return parts.length === 0 ? [] : [`Seen: ${parts.join('; ')}.`];
}

/** Text of others in a comment: one line, no control characters. */
const plain = (text: string): string => printable(text, 300).slice(1, -1).replaceAll('\\"', '"').replace(/\.$/, '');

/** A number with its thousands apart. */
export const grouped = (value: number): string => value.toLocaleString('en-US');
