import type { DataType, TimeUnit } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { cellBuilder } from './builder.js';

const PLAIN: Readonly<Record<string, DataType>> = {
  text: { name: 'utf8' },
  utf8: { name: 'utf8' },
  string: { name: 'utf8' },
  bool: { name: 'bool' },
  boolean: { name: 'bool' },
  float: { name: 'float', bits: 64 },
  double: { name: 'float', bits: 64 },
  integer: { name: 'int', bits: 64, signed: true },
  date: { name: 'date', unit: 'd' },
  time: { name: 'time', unit: 'us' },
  timestamp: { name: 'timestamp', unit: 'us' },
};

const INTEGER = /^(u?int)(8|16|32|64)$/;
const FLOAT = /^float(32|64)$/;
const DECIMAL = /^decimal\((\d{1,2}),(\d{1,2})\)$/;
const MOMENT = /^(time|timestamp)\[(s|ms|us|ns)(,utc)?\]$/;

/**
 * A type as it is written in a source's `types` option: `text`, `bool`, `int8` to `uint64`, `float32`, `float64`,
 * `decimal(12,2)`, `date`, `time[us]`, `timestamp[ms]`, `timestamp[us, UTC]`. `input.invalid` for anything else.
 */
export function typeNamed(text: string, column: string): DataType {
  const type = read(text.toLowerCase().replaceAll(' ', ''));
  if (type !== undefined && cellBuilder(type) !== undefined) return type;
  throw new CounterfoilError(
    'input.invalid',
    `${printable(text)}, the type given for column ${printable(column)}, is not a type.`,
    { hint: 'Use text, bool, int64, float64, decimal(12,2), date, timestamp[us] or timestamp[us, UTC].' },
  );
}

function read(name: string): DataType | undefined {
  if (Object.hasOwn(PLAIN, name)) return PLAIN[name];
  const [, width] = FLOAT.exec(name) ?? [];
  if (width !== undefined) return { name: 'float', bits: Number(width) as 32 | 64 };
  const [, family, bits] = INTEGER.exec(name) ?? [];
  if (family !== undefined) return { name: 'int', bits: Number(bits) as 8 | 16 | 32 | 64, signed: family === 'int' };
  const [, precision, scale] = DECIMAL.exec(name) ?? [];
  if (precision !== undefined) return decimal(Number(precision), Number(scale));
  const [, kind, unit, zone] = MOMENT.exec(name) ?? [];
  if (kind === 'time' && zone === undefined) return { name: 'time', unit: unit as TimeUnit };
  if (kind !== 'timestamp') return undefined;
  return { name: 'timestamp', unit: unit as TimeUnit, ...(zone === undefined ? {} : { tz: 'UTC' }) };
}

function decimal(precision: number, scale: number): DataType | undefined {
  return precision >= 1 && precision <= 38 && scale <= precision ? { name: 'decimal', precision, scale } : undefined;
}
