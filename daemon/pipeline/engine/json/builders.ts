import type { Column, DataType } from '../../../columnar/index.js';
import { type CellBuilder, cellBuilder, Validity } from '../cells/builder.js';
import { GrowingBytes } from '../cells/growing.js';
import { Members } from './members.js';
import { type ArraySink, JsonFault, type ObjectSink, unescapedString, type ValueSink } from './parse.js';
import type { Plan } from './shape.js';

/** Takes values into a column. */
export interface ValueBuilder extends ValueSink {
  readonly rows: number;
  take(): Column;
}

function valueBuilder(plan: Plan): ValueBuilder {
  switch (plan.kind) {
    case 'flat':
    case 'text':
      return new ScalarBuilder(plan.type);
    case 'list':
      return new ListBuilder(plan.type, valueBuilder(plan.item));
    case 'struct':
      return new StructBuilder(plan.type, plan.members);
  }
}

const misfit = (at: number): JsonFault =>
  new JsonFault(at, 'the value that starts there is not of the type of its column');

/** Flat types. Text also takes numbers, and arrays and objects as their JSON text. */
class ScalarBuilder implements ValueBuilder {
  readonly #cells: CellBuilder;
  readonly #text: boolean;
  rows = 0;

  constructor(type: DataType) {
    this.#cells = cellBuilder(type)!;
    this.#text = type.name === 'utf8';
  }

  null(): void {
    this.#cells.appendNull();
    this.rows++;
  }

  word(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#cells.append(bytes, start, end)) throw misfit(start);
    this.rows++;
  }

  string(bytes: Uint8Array, start: number, end: number, escaped: boolean): void {
    const plain = escaped ? unescapedString(bytes, start, end) : undefined;
    const fits =
      plain === undefined ? this.#cells.append(bytes, start, end) : this.#cells.append(plain, 0, plain.length);
    if (!fits) throw misfit(start);
    this.rows++;
  }

  array(): undefined {}
  object(): undefined {}

  raw(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#text) throw misfit(start);
    this.word(bytes, start, end);
  }

  take(): Column {
    this.rows = 0;
    return this.#cells.take();
  }
}

class ListBuilder implements ValueBuilder, ArraySink {
  readonly #type: DataType;
  readonly #item: ValueBuilder;
  readonly #validity = new Validity();
  readonly #offsets = new GrowingBytes();

  constructor(type: DataType, item: ValueBuilder) {
    this.#type = type;
    this.#item = item;
    this.#offsets.appendInt32(0);
  }

  get rows(): number {
    return this.#validity.rows;
  }

  null(): void {
    this.#push(false);
  }

  word(_bytes: Uint8Array, start: number): void {
    throw misfit(start);
  }

  string(_bytes: Uint8Array, start: number): void {
    throw misfit(start);
  }

  array(): ArraySink {
    return this;
  }

  item(): ValueSink {
    return this.#item;
  }

  end(): void {
    this.#push(true);
  }

  object(): undefined {}

  raw(_bytes: Uint8Array, start: number): void {
    throw misfit(start);
  }

  take(): Column {
    const offsets = this.#offsets.take();
    this.#offsets.appendInt32(0);
    return {
      type: this.#type,
      ...this.#validity.take(),
      offsets: new Int32Array(offsets.buffer, 0, offsets.length / 4),
      children: [this.#item.take()],
    };
  }

  #push(valid: boolean): void {
    this.#offsets.appendInt32(this.#item.rows);
    this.#validity.push(valid);
  }
}

/** Also the record itself, whose members are the columns. */
export class StructBuilder implements ValueBuilder, ObjectSink {
  readonly #type: DataType;
  readonly #members = new Members<ValueBuilder>();
  readonly #validity = new Validity();

  constructor(type: DataType, members: readonly { key: string; plan: Plan }[]) {
    this.#type = type;
    this.#members.begin();
    for (const { key, plan } of members) {
      const bytes = Buffer.from(key, 'utf8');
      this.#members.find(bytes, 0, bytes.length, false, () => valueBuilder(plan));
    }
  }

  get rows(): number {
    return this.#validity.rows;
  }

  null(): void {
    for (const { value } of this.#members.list) value.null();
    this.#validity.push(false);
  }

  word(_bytes: Uint8Array, start: number): void {
    throw misfit(start);
  }

  string(_bytes: Uint8Array, start: number): void {
    throw misfit(start);
  }

  array(): undefined {}

  raw(_bytes: Uint8Array, start: number): void {
    throw misfit(start);
  }

  object(): ObjectSink {
    this.#members.begin();
    return this;
  }

  member(bytes: Uint8Array, start: number, end: number, escaped: boolean): ValueSink {
    const member = this.#members.find(bytes, start, end, escaped, () => {
      throw misfit(start); // the survey has seen every key: the file was changed
    });
    this.#members.advance();
    return member;
  }

  end(): void {
    const rows = this.#validity.rows + 1;
    for (const { value } of this.#members.list) if (value.rows < rows) value.null();
    this.#validity.push(true);
  }

  take(): Column {
    return {
      type: this.#type,
      ...this.#validity.take(),
      children: this.#members.list.map(({ value }) => value.take()),
    };
  }
}
