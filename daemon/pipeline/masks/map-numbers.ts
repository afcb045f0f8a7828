import type { Column, DataType } from '../../columnar/index.js';
import { decimalAt, floats, storageType, validBytes, wholes, widthOf } from '../checks/values/access.js';
import { SMALL, Words } from './small.js';

/** How the values of a number, date or time column are turned: floats as such, all else as whole numbers of its unit. */
interface Turn {
  float(value: number, row: number): number;
  whole(value: bigint, row: number): bigint;
  /** What `whole` does, for values within ±2^51, exactly, with a result within ±2^53; for speed. */
  small?: ((value: number, row: number) => number) | undefined | 0;
}

/** A column with each valid value turned; results that its type cannot hold become its nearest value. */
export function mapNumbers(column: Column, turn: Turn): Column {
  const type = storageType(column.type);
  if (type.name === 'float') {
    const values = floats(column);
    if (type.bits === 16) return column; // never offered: 16-bit floats are refused by the operators
    const valid = validBytes(column);
    const out = type.bits === 64 ? new Float64Array(column.rows) : new Float32Array(column.rows);
    for (let row = 0; row < column.rows; row++)
      if (valid === undefined || valid[row] === 1) out[row] = turn.float(values[row]!, row);
    return { ...column, data: new Uint8Array(out.buffer) };
  }
  if (type.name === 'decimal') return mapDecimals(column, turn);
  const out = wholes(column).slice();
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) mapLong(out, column, turn);
  else mapShort(out, column, turn);
  return { ...column, data: new Uint8Array(out.buffer, out.byteOffset, out.byteLength) };
}

type Short = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

function mapShort(out: Short, column: Column, { whole, small }: Turn): void {
  const [least, most] = limits(storageType(column.type)).map(Number) as [number, number];
  const turn = small || ((value: number, row: number) => Number(whole(BigInt(value), row)));
  const valid = validBytes(column);
  for (let row = 0; row < out.length; row++)
    if (valid === undefined || valid[row] === 1) {
      const turned = turn(out[row]!, row);
      out[row] = Math.min(Math.max(turned, least), most);
    }
}

function mapLong(out: BigInt64Array | BigUint64Array, column: Column, { whole, small }: Turn): void {
  const [least, most] = limits(storageType(column.type));
  const signed = out instanceof BigInt64Array;
  const words = new Words(new Uint8Array(out.buffer, out.byteOffset, out.byteLength), signed);
  const valid = validBytes(column);
  for (let row = 0; row < out.length; row++) {
    if (valid !== undefined && valid[row] === 0) continue;
    const value = small ? words.get(row) : Number.NaN;
    if (small && value <= SMALL) {
      const turned = small(value, row);
      words.set(row, turned < 0 && !signed ? 0 : turned);
    } else out[row] = clamp(whole(out[row]!, row), least, most);
  }
}

function mapDecimals(column: Column, { whole, small }: Turn): Column {
  const width = widthOf(column.type);
  // Words are read at their own alignment.
  const data = Uint8Array.from(column.data!);
  const view = new DataView(data.buffer);
  const words = new Words(data, true, width / 4);
  const [least, most] = limits(storageType(column.type));
  const [low, high] = [Number(least), Number(most)];
  const valid = validBytes(column);
  for (let row = 0; row < column.rows; row++) {
    if (valid !== undefined && valid[row] === 0) {
      data.fill(0, row * width, (row + 1) * width);
      continue;
    }
    const value = small ? words.get(row) : Number.NaN;
    if (small && value <= SMALL) {
      const turned = small(value, row);
      words.set(row, Math.min(Math.max(turned, low), high));
      continue;
    }
    let rest = clamp(whole(decimalAt(data, width, row), row), least, most);
    for (let at = 0; at < width; at += 8) {
      view.setBigUint64(row * width + at, BigInt.asUintN(64, rest), true);
      rest >>= 64n;
    }
  }
  return { ...column, data };
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  if (value > most) return most;
  return value;
}

function limits(type: DataType): [bigint, bigint] {
  if (type.name === 'decimal') return [1n - 10n ** BigInt(type.precision), 10n ** BigInt(type.precision) - 1n];
  const bits = BigInt(widthOf(type) * 8);
  if (type.name === 'int' && !type.signed) return [0n, 2n ** bits - 1n];
  return [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}
