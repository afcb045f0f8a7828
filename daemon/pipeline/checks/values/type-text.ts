import { type DataType, exactText } from '../../../columnar/index.js';
import { canonicalJson, type Json } from '../../../foundation/index.js';

/** Kinds of type as a contract may name them; the words are those of ODCS `logicalType`, and a few more. */
const KINDS: Record<string, (type: DataType) => boolean> = {
  any: () => true,
  string: (type) => type.name === 'utf8',
  integer: (type) => type.name === 'int' || (type.name === 'decimal' && type.scale === 0),
  number: (type) => type.name === 'int' || type.name === 'float' || type.name === 'decimal',
  float: (type) => type.name === 'float',
  decimal: (type) => type.name === 'decimal',
  boolean: (type) => type.name === 'bool',
  date: (type) => type.name === 'date',
  timestamp: (type) => type.name === 'timestamp',
  time: (type) => type.name === 'time',
  duration: (type) => type.name === 'duration',
  binary: (type) => type.name === 'binary' || type.name === 'fixed_size_binary',
  object: (type) => type.name === 'struct',
  array: (type) => type.name === 'list' || type.name === 'fixed_size_list',
};

/** Whether a type is what a contract asks for: a kind, an exact type's text, or its normal form as an object. */
export function typeFits(wanted: string | Json, type: DataType): boolean {
  if (typeof wanted !== 'string') return canonicalJson(wanted) === canonicalJson(type as unknown as Json);
  if (KINDS[wanted]?.(type) === true) return true;
  const spaceless = wanted.replaceAll(/\s/g, '');
  return spaceless === exactText(type).replaceAll(/\s/g, '') || (spaceless === 'bool' && type.name === 'bool');
}

const EXACT =
  /^(null|bool|u?int(8|16|32|64)|float(16|32|64)|decimal\(\d+,-?\d+\)|utf8|binary|fixed_size_binary\(\d+\)|date(32|64)|(time|duration|timestamp)\[(s|ms|us|ns)(,.+)?\]|(list|fixed_size_list|struct|extension)<.+>)$/;

/** A text that can name a type at all. */
export const isTypeText = (text: string): boolean => text in KINDS || EXACT.test(text.replaceAll(/\s/g, ''));

export const KIND_NAMES = Object.keys(KINDS);

export { exactText };
