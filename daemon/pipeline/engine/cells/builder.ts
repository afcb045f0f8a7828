import type { Column, DataType } from '../../../columnar/index.js';
import { ascii } from './digits.js';
import { GrowingBits, GrowingBytes } from './growing.js';
import {
  type AppendValue,
  dateValue,
  decimalValue,
  floatValue,
  integerValue,
  timestampValue,
  timeValue,
} from './values.js';

/** Collects the cells of a column into canonical layout. `append` is false where the text is not of the type. */
export interface CellBuilder {
  append(bytes: Uint8Array, start: number, end: number): boolean;
  appendNull(): void;
  /** The rows so far; starts anew. */
  take(): Column;
}

/** A builder of a flat type that text can be read as, or undefined for the other types. */
export function cellBuilder(type: DataType): CellBuilder | undefined {
  switch (type.name) {
    case 'utf8':
      return new TextBuilder(type);
    case 'bool':
      return new BoolBuilder(type);
    case 'int':
      return new FixedBuilder(type, type.bits / 8, integerValue(type.bits, type.signed));
    case 'float':
      return type.bits === 16 ? undefined : new FixedBuilder(type, type.bits / 8, floatValue(type.bits));
    case 'decimal':
      return type.precision > 38 ? undefined : new FixedBuilder(type, 16, decimalValue(type.precision, type.scale));
    case 'date':
      return type.unit === 'd' ? new FixedBuilder(type, 4, dateValue) : undefined;
    case 'time':
      return new FixedBuilder(type, type.unit === 's' || type.unit === 'ms' ? 4 : 8, timeValue(type.unit));
    case 'timestamp':
      return new FixedBuilder(type, 8, timestampValue(type.unit, type.tz !== undefined));
    default:
      return undefined;
  }
}

/** Counts rows and keeps their validity. */
export class Validity {
  readonly #bits = new GrowingBits();
  rows = 0;

  push(valid: boolean): void {
    this.#bits.push(valid);
    this.rows++;
  }

  take(): { rows: number; nulls: number; validity?: Uint8Array } {
    const { rows } = this;
    const nulls = this.#bits.zeros;
    const validity = this.#bits.take();
    this.rows = 0;
    return nulls === 0 ? { rows, nulls } : { rows, nulls, validity };
  }
}

class FixedBuilder implements CellBuilder {
  readonly #validity = new Validity();
  readonly #data = new GrowingBytes();
  readonly #type: DataType;
  readonly #width: number;
  readonly #value: AppendValue;

  constructor(type: DataType, width: number, value: AppendValue) {
    this.#type = type;
    this.#width = width;
    this.#value = value;
  }

  append(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#value(this.#data, bytes, start, end)) return false;
    this.#validity.push(true);
    return true;
  }

  appendNull(): void {
    this.#data.appendZeros(this.#width);
    this.#validity.push(false);
  }

  take(): Column {
    return { type: this.#type, ...this.#validity.take(), data: this.#data.take() };
  }
}

class TextBuilder implements CellBuilder {
  readonly #validity = new Validity();
  readonly #data = new GrowingBytes(4096);
  readonly #offsets = new GrowingBytes();
  readonly #type: DataType;

  constructor(type: DataType) {
    this.#type = type;
    this.#offsets.appendInt32(0);
  }

  append(bytes: Uint8Array, start: number, end: number): boolean {
    this.#data.append(bytes, start, end);
    this.#push(true);
    return true;
  }

  appendNull(): void {
    this.#push(false);
  }

  take(): Column {
    const offsets = this.#offsets.take();
    this.#offsets.appendInt32(0);
    return {
      type: this.#type,
      ...this.#validity.take(),
      data: this.#data.take(),
      offsets: new Int32Array(offsets.buffer, 0, offsets.length / 4),
    };
  }

  #push(valid: boolean): void {
    this.#offsets.appendInt32(this.#data.length);
    this.#validity.push(valid);
  }
}

class BoolBuilder implements CellBuilder {
  readonly #validity = new Validity();
  readonly #bits = new GrowingBits();
  readonly #type: DataType;

  constructor(type: DataType) {
    this.#type = type;
  }

  append(bytes: Uint8Array, start: number, end: number): boolean {
    const text = end - start > 5 ? '' : ascii(bytes, start, end).toLowerCase();
    if (text !== 'true' && text !== 'false') return false;
    this.#bits.push(text === 'true');
    this.#validity.push(true);
    return true;
  }

  appendNull(): void {
    this.#bits.push(false);
    this.#validity.push(false);
  }

  take(): Column {
    return { type: this.#type, ...this.#validity.take(), data: this.#bits.take() };
  }
}
