import { storageOf } from '../data-type.js';
import type { DataType } from '../types.js';
import type { Value } from './column-reader.js';

const PER_SECOND = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n } as const;
const DAY_MS = 86_400_000;

/** A value as a person reads it: ISO dates and times (with `Z` where the type has a zone), decimals with their point. */
export function valueText(type: DataType, value: NonNullable<Value>): string {
  const storage = storageOf(type);
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array)
    return `0x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`;
  if (typeof value === 'object') return JSON.stringify(plain(storage, value));
  if (typeof value === 'boolean') return String(value);
  switch (storage.name) {
    case 'decimal':
      return decimalText(BigInt(value), storage.scale);
    case 'date':
      return isoDate(storage.unit === 'd' ? Number(value) * DAY_MS : Number(value)) ?? String(value);
    case 'timestamp':
      return isoTime(BigInt(value), PER_SECOND[storage.unit], storage.tz !== undefined) ?? String(value);
    case 'time':
      return isoTime(BigInt(value), PER_SECOND[storage.unit], false)?.slice('1970-01-01T'.length) ?? String(value);
    default:
      return String(value);
  }
}

/** Lists and structs with their leaves as text. */
function plain(type: DataType, value: Value): unknown {
  if (value === null) return null;
  const storage = storageOf(type);
  if (Array.isArray(value) && (storage.name === 'list' || storage.name === 'fixed_size_list'))
    return value.map((item) => plain(storage.item, item));
  if (typeof value === 'object' && !(value instanceof Uint8Array) && storage.name === 'struct') {
    const fields = value as { [field: string]: Value };
    return Object.fromEntries(
      storage.fields.map((field) => [field.name, plain(field.type, fields[field.name] ?? null)]),
    );
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && storage.name !== 'date' && storage.name !== 'time'))
    return value;
  return valueText(storage, value);
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const isoDate = (ms: number): string | undefined =>
  Number.isNaN(new Date(ms).getTime()) ? undefined : new Date(ms).toISOString().slice(0, -14);

function isoTime(value: bigint, perSecond: bigint, isZoned: boolean): string | undefined {
  const seconds = value / perSecond - (value % perSecond < 0n ? 1n : 0n);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  const fraction = value - seconds * perSecond;
  const digits =
    fraction === 0n
      ? ''
      : `.${String(fraction)
          .padStart(String(perSecond).length - 1, '0')
          .replace(/0+$/, '')}`;
  return `${date.toISOString().slice(0, 19)}${digits}${isZoned ? 'Z' : ''}`;
}
