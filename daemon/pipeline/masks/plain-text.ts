import type { Column } from '../../columnar/index.js';
import { hex } from '../../foundation/index.js';
import { bytesReader, storageType, textReader } from '../checks/values/access.js';
import { ordinalReader } from '../checks/values/order.js';

/**
 * Reads a value as the text that keyed masks work on. Text is itself; whole numbers in decimal; decimals without
 * trailing zeros; bytes in hex; dates and times as the whole number of their unit since the epoch. So 5, "5" and 5.00
 * give the same token.
 */
export function plainText(column: Column): (row: number) => string {
  const type = storageType(column.type);
  if (type.name === 'utf8') return textReader(column);
  if (type.name === 'binary' || type.name === 'fixed_size_binary') {
    const read = bytesReader(column);
    return (row) => hex(read(row));
  }
  const read = ordinalReader(column);
  if (type.name === 'decimal') return (row) => decimalText(BigInt(read(row)), type.scale);
  return (row) => String(read(row));
}

/** An unscaled decimal as plain digits: no exponent, no trailing zeros after the point. */
function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  const whole = digits.slice(0, -scale);
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}
