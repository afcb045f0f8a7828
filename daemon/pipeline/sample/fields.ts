import type { DataType, Field } from '../../columnar/index.js';
import type { Json } from '../../foundation/index.js';
import { typeNamed } from '../engine/cells/type-name.js';
import type { RuleText } from './contract-level.js';

/** Types of the kinds that a contract may name instead of an exact one. */
const KINDS: Readonly<Record<string, DataType>> = {
  any: { name: 'utf8' },
  string: { name: 'utf8' },
  integer: { name: 'int', bits: 64, signed: true },
  number: { name: 'float', bits: 64 },
  float: { name: 'float', bits: 64 },
  decimal: { name: 'decimal', precision: 18, scale: 2 },
  boolean: { name: 'bool' },
  date: { name: 'date', unit: 'd' },
  date32: { name: 'date', unit: 'd' },
  timestamp: { name: 'timestamp', unit: 'us' },
  time: { name: 'time', unit: 'us' },
  duration: { name: 'duration', unit: 's' },
  binary: { name: 'binary' },
  array: { name: 'list', item: { name: 'utf8' } },
  object: { name: 'struct', fields: [{ name: 'value', type: { name: 'utf8' } }] },
};

/**
 * The columns that a contract lists (its rule `schema.match`), for a dataset of which no version is there. Types that it does
 * not name exactly are the usual ones of their kind.
 */
export function fieldsOf(rules: readonly RuleText[]): Field[] {
  const listed = rules.find(({ check }) => check === 'schema.match')?.fields as
    | readonly { name: string; type?: Json; nullable?: boolean }[]
    | undefined;
  return (listed ?? []).map(({ name, type, nullable }) => ({
    ...{ name, type: typeOf(name, type), nullable: nullable ?? true },
  }));
}

function typeOf(column: string, type: Json | undefined): DataType {
  if (type === undefined) return KINDS.any!;
  if (typeof type !== 'string') return type as unknown as DataType;
  return KINDS[type] ?? typeNamed(type, column);
}
