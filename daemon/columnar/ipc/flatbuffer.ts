import { LIMITS } from '../../foundation/index.js';
import { malformed } from '../faults.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A reader of flatbuffers that may be hostile: every offset is checked against the buffer, and the work is bounded by
 * its size even where tables are shared (a small buffer could otherwise describe an exponentially large tree).
 * Everything unsound is `batch.invalid`.
 */
export class Flatbuffer {
  readonly view: DataView;
  /** Tables and vectors that may still be visited: without sharing each takes 8 bytes, sharing is given a factor. */
  #visits: number;
  #textBytes = 4 * LIMITS.schemaMessageBytes;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#visits = 64 + bytes.length;
  }

  root(): Table {
    return this.table(this.offset(0));
  }

  /** Position that the unsigned offset stored at `at` points to. */
  offset(at: number): number {
    this.need(at, 4);
    const to = at + this.view.getUint32(at, true);
    this.need(to, 4);
    return to;
  }

  need(at: number, size: number): void {
    if (at < 0 || at + size > this.bytes.length) throw malformed('its header points outside itself');
  }

  visit(): void {
    if (this.#visits-- <= 0) throw malformed('its header is larger than its size allows');
  }

  text(at: number): string {
    const { start, count } = this.vector(at, 1);
    this.#textBytes -= count;
    if (this.#textBytes < 0) throw malformed('its header holds more text than its size allows');
    try {
      return decoder.decode(this.bytes.subarray(start, start + count));
    } catch {
      throw malformed('a text of its header is not valid UTF-8');
    }
  }

  vector(at: number, elementBytes: number): Vector {
    this.visit();
    this.need(at, 4);
    const count = this.view.getUint32(at, true);
    this.need(at + 4, count * elementBytes);
    return { start: at + 4, count };
  }

  table(at: number): Table {
    this.visit();
    this.need(at, 4);
    const vtable = at - this.view.getInt32(at, true);
    this.need(vtable, 4);
    const vtableBytes = this.view.getUint16(vtable, true);
    const tableBytes = this.view.getUint16(vtable + 2, true);
    if (vtableBytes < 4 || vtableBytes % 2 !== 0 || tableBytes < 4) throw malformed('a table of its header is broken');
    this.need(vtable, vtableBytes);
    this.need(at, tableBytes);
    return new Table(this, at, tableBytes, vtable, vtableBytes);
  }

  /** The i64 at `at` as a number; refuses what a number cannot hold exactly. */
  int64(at: number): number {
    const value = this.view.getInt32(at + 4, true) * 2 ** 32 + this.view.getUint32(at, true);
    if (!Number.isSafeInteger(value)) throw malformed('a number of its header is out of range');
    return value;
  }
}

/** Where the elements of a vector lie. */
export interface Vector {
  start: number;
  count: number;
}

/** One table; `slot` is the position of a field in the format's definition of the table. */
export class Table {
  constructor(
    readonly buffer: Flatbuffer,
    readonly at: number,
    readonly bytes: number,
    readonly vtable: number,
    readonly vtableBytes: number,
  ) {}

  /** Position of a field's bytes, or undefined where the field is absent and has its default. */
  #field(slot: number, size: number): number | undefined {
    const entry = 4 + slot * 2;
    if (entry >= this.vtableBytes) return undefined;
    const offset = this.buffer.view.getUint16(this.vtable + entry, true);
    if (offset === 0) return undefined;
    if (offset < 4 || offset + size > this.bytes) throw malformed('a table of its header is broken');
    return this.at + offset;
  }

  uint8(slot: number, absent = 0): number {
    const at = this.#field(slot, 1);
    return at === undefined ? absent : this.buffer.view.getUint8(at);
  }

  bool(slot: number): boolean {
    return this.uint8(slot) !== 0;
  }

  int16(slot: number, absent = 0): number {
    const at = this.#field(slot, 2);
    return at === undefined ? absent : this.buffer.view.getInt16(at, true);
  }

  int32(slot: number, absent = 0): number {
    const at = this.#field(slot, 4);
    return at === undefined ? absent : this.buffer.view.getInt32(at, true);
  }

  int64(slot: number, absent = 0): number {
    const at = this.#field(slot, 8);
    return at === undefined ? absent : this.buffer.int64(at);
  }

  text(slot: number): string | undefined {
    const at = this.#field(slot, 4);
    return at === undefined ? undefined : this.buffer.text(this.buffer.offset(at));
  }

  table(slot: number): Table | undefined {
    const at = this.#field(slot, 4);
    return at === undefined ? undefined : this.buffer.table(this.buffer.offset(at));
  }

  /** A vector of structs of the given size. */
  structs(slot: number, elementBytes: number): Vector {
    const at = this.#field(slot, 4);
    return at === undefined ? { start: 0, count: 0 } : this.buffer.vector(this.buffer.offset(at), elementBytes);
  }

  /** A vector of tables, at most `most` of them; `what` names them in the error. */
  tables(slot: number, most: number, what: string): Table[] {
    const { start, count } = this.structs(slot, 4);
    if (count > most) throw malformed(`it has ${count} ${what}, at most ${most} are admitted`);
    return Array.from({ length: count }, (_, index) => this.buffer.table(this.buffer.offset(start + index * 4)));
  }
}
