import type { DataType } from '../../../columnar/index.js';
import { LIMITS } from '../../../foundation/index.js';
import { TypeFinder } from '../cells/infer.js';
import { CAN } from '../cells/shape.js';
import { Members } from './members.js';
import type { ArraySink, ObjectSink, ValueSink } from './parse.js';

const KIND = { bool: 1, number: 2, string: 4, array: 8, object: 16 } as const;

/**
 * How a value is to be kept. `text` takes scalars of any kind as they are written; `json` keeps arrays and objects as
 * their JSON text.
 */
export type Plan =
  | { kind: 'flat'; type: DataType }
  | { kind: 'text'; type: DataType; mixed: boolean }
  | { kind: 'list'; type: DataType; item: Plan }
  | { kind: 'struct'; type: DataType; members: readonly { key: string; plan: Plan }[] };

const TEXT: DataType = { name: 'utf8' };

/** Collects what the values at one place of the records are. */
export class JsonShape implements ValueSink, ArraySink, ObjectSink {
  readonly #depth: number;
  readonly members = new Members<JsonShape>();
  #kinds = 0;
  #item: JsonShape | undefined;
  readonly #numbers = new TypeFinder(CAN.int | CAN.float | CAN.decimal, true);
  readonly #strings = new TypeFinder(CAN.date | CAN.naive | CAN.utc);

  constructor(depth = 0) {
    this.#depth = depth;
  }

  null(): void {}

  word(bytes: Uint8Array, start: number, end: number, kind: 'number' | 'bool'): void {
    this.#kinds |= KIND[kind];
    if (kind === 'number') this.#numbers.add(bytes, start, end);
  }

  string(bytes: Uint8Array, start: number, end: number): void {
    this.#kinds |= KIND.string;
    if (!this.#strings.settled) this.#strings.add(bytes, start, end);
  }

  array(): ArraySink | undefined {
    this.#kinds |= KIND.array;
    if (this.#opaque()) return undefined;
    this.#item ??= new JsonShape(this.#depth + 1);
    return this;
  }

  item(): ValueSink {
    return this.#item!;
  }

  object(): ObjectSink | undefined {
    this.#kinds |= KIND.object;
    if (this.#opaque()) return undefined;
    this.members.begin();
    return this;
  }

  member(bytes: Uint8Array, start: number, end: number, escaped: boolean): ValueSink {
    const shape = this.members.find(bytes, start, end, escaped, () => new JsonShape(this.#depth + 1));
    this.members.advance();
    return shape;
  }

  end(): void {}
  raw(): void {}

  /** Values of several kinds, nested too deeply, or objects used as maps: kept as their text. */
  #opaque(): boolean {
    const nested = this.#kinds & (KIND.array | KIND.object);
    return nested !== this.#kinds || nested === (KIND.array | KIND.object) || this.#tooLarge();
  }

  #tooLarge(): boolean {
    return this.#depth > 0 && (this.#depth >= LIMITS.typeDepth - 2 || this.members.list.length > LIMITS.sourceKeys);
  }

  plan(): Plan {
    const kinds = this.#kinds;
    if (kinds === 0) return { kind: 'flat', type: TEXT };
    if (kinds === KIND.bool) return { kind: 'flat', type: { name: 'bool' } };
    if (kinds === KIND.number) return this.#flat(this.#numbers.type());
    if (kinds === KIND.string) return { kind: 'flat', type: this.#strings.type() };
    if (kinds === KIND.array && this.#item !== undefined && !this.#tooLarge()) {
      const item = this.#item.plan();
      return { kind: 'list', type: { name: 'list', item: item.type }, item };
    }
    if (kinds === KIND.object && this.members.list.length > 0 && !this.#tooLarge()) {
      const members = this.members.list.map(({ key, value }) => ({ key, plan: value.plan() }));
      const fields = members.map(({ key, plan }) => ({ name: key, type: plan.type }));
      return { kind: 'struct', type: { name: 'struct', fields }, members };
    }
    return { kind: 'text', type: TEXT, mixed: true };
  }

  /** Numbers that no type keeps exactly are kept as they are written. */
  #flat(type: DataType): Plan {
    return type.name === 'utf8' ? { kind: 'text', type, mixed: false } : { kind: 'flat', type };
  }
}
