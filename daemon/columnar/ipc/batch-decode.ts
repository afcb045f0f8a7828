import { isAscii, isUtf8 } from 'node:buffer';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { bitmapBytes, countOnes, getBit, tailIsZero, zeroIndices } from '../bits.js';
import { below, mapAt, type Path, storageOf, valueBytes } from '../data-type.js';
import { columnLabel, fieldLabel, itemLabel, malformed, mismatch, unsound } from '../faults.js';
import { nullBitsAreZero, nullSlotsAreZero } from '../null-slots.js';
import type { Batch, Column, DataType, Field, Frame, Schema } from '../types.js';
import { padded } from './arrow-format.js';
import { type BatchHead, readMessage } from './message.js';

/**
 * A record batch from a peer. Admits exactly what `encodeBatch` writes for some batch of this schema, so a body has one
 * form only and nothing can hide in it: uncompressed, canonical layout, gaps and null slots zero (docs/DIGESTS.md). Columns
 * are views on the body; a body that does not start at a multiple of 8 bytes is copied once.
 * Errors: `batch.invalid`, `batch.too_large`, `schema.mismatch`.
 */
export function decodeBatch(schema: Schema, frame: Frame): Batch {
  if (frame.body.length > LIMITS.batchBytes) {
    throw new CounterfoilError(
      'batch.too_large',
      `A batch has ${frame.body.length} bytes, at most ${LIMITS.batchBytes} are admitted.`,
    );
  }
  const message = readMessage(frame.header);
  if (message.kind === 'schema') throw mismatch('a second schema came in place of a batch');
  if (message.kind === 'dictionary') throw malformed('dictionaries are not admitted on the peer wire');
  if (message.bodyBytes !== frame.body.length) {
    throw malformed(`its body has ${frame.body.length} bytes where its header says ${message.bodyBytes}`);
  }
  const { rows } = message.batch;
  if (schema.fields.length === 0 && rows > LIMITS.batchValues) throw tooMany();
  const body = new Body(message.batch, frame.body);
  const columns = schema.fields.map((field) => {
    const column = body.column(field, field.type, rows, columnLabel(field.name), '');
    if (!field.nullable && column.nulls > 0 && storageOf(field.type).name !== 'null') {
      throw unsound(columnLabel(field.name), 'it holds nulls although its schema says that it has none');
    }
    return column;
  });
  body.finish();
  return { rows, columns };
}

/** Hands out the nodes and buffers of a batch in order, each checked to lie where the canonical form puts it. */
class Body {
  readonly #bytes: Uint8Array;
  readonly #head: BatchHead;
  #node = 0;
  #buffer = 0;
  #at = 0;
  #values: number = LIMITS.batchValues;

  constructor(head: BatchHead, body: Uint8Array) {
    if (head.compression !== undefined) throw malformed('its body is compressed, which was not agreed');
    if (head.variadic.count !== 0) throw malformed('it has view buffers, which the peer wire does not admit');
    this.#head = head;
    this.#bytes =
      body.byteOffset % 8 === 0 ? new Uint8Array(body.buffer, body.byteOffset, body.length) : Uint8Array.from(body);
  }

  column(field: Field, type: DataType, rows: number, label: string, path: Path): Column {
    const storage = storageOf(type);
    const nulls = this.#nextNode(rows, label);
    if (storage.name === 'null') {
      if (nulls !== rows) throw unsound(label, 'a null column has values');
      return { type, rows, nulls };
    }
    const validity = this.#validity(rows, nulls, label);
    const base: Column = validity === undefined ? { type, rows, nulls } : { type, rows, nulls, validity };
    switch (storage.name) {
      case 'bool':
        return { ...base, data: this.#booleans(rows, validity, label) };
      case 'utf8':
      case 'binary': {
        const offsets = this.#offsets(rows, validity, label);
        const data = this.#take(offsets[rows]!, label, 'values');
        if (storage.name === 'utf8') checkText(data, offsets, label);
        return { ...base, offsets, data };
      }
      case 'list': {
        const offsets = this.#offsets(rows, validity, label);
        const item = this.column(field, storage.item, offsets[rows]!, itemLabel(label), below(path, 0));
        if (mapAt(field, path) !== undefined) checkEntries(item, label);
        return { ...base, offsets, children: [item] };
      }
      case 'fixed_size_list': {
        const item = this.column(field, storage.item, rows * storage.size, itemLabel(label), below(path, 0));
        if (validity !== undefined) checkHidden(item, validity, rows, storage.size, label);
        return { ...base, children: [item] };
      }
      case 'struct': {
        const children = storage.fields.map((child, index) => {
          const column = this.column(field, child.type, rows, fieldLabel(label, child.name), below(path, index));
          if (validity !== undefined) checkHidden(column, validity, rows, 1, fieldLabel(label, child.name));
          return column;
        });
        return { ...base, children };
      }
      default: {
        const width = valueBytes(storage)!;
        const data = this.#take(rows * width, label, 'values');
        if (validity !== undefined && !nullSlotsAreZero(data, width, validity, rows)) {
          throw unsound(label, 'null rows hold values');
        }
        return { ...base, data };
      }
    }
  }

  finish(): void {
    if (this.#node !== this.#head.nodes.count) throw mismatch('it has more columns than the schema');
    if (this.#buffer !== this.#head.buffers.count) throw malformed('it has more buffers than its columns need');
    if (this.#at !== this.#bytes.length) throw malformed('its body is longer than its columns need');
  }

  #nextNode(rows: number, label: string): number {
    const { nodes, buffer } = this.#head;
    if (this.#node >= nodes.count) throw mismatch(`column ${label} is missing`);
    const at = nodes.start + this.#node++ * 16;
    if (buffer.int64(at) !== rows) throw unsound(label, `it has ${buffer.int64(at)} rows where ${rows} are expected`);
    const nulls = buffer.int64(at + 8);
    if (nulls < 0 || nulls > rows) throw unsound(label, 'its number of nulls is out of range');
    this.#values -= rows;
    if (this.#values < 0) throw tooMany(label);
    return nulls;
  }

  /** The next buffer, which must have this length and follow the one before. */
  #take(length: number, label: string, what: string): Uint8Array {
    const { buffers, buffer } = this.#head;
    if (this.#buffer >= buffers.count) throw malformed('it has fewer buffers than its columns need');
    const at = buffers.start + this.#buffer++ * 16;
    const found = buffer.int64(at + 8);
    if (found !== length) throw unsound(label, `its ${what} take ${found} bytes where ${length} are needed`);
    const start = this.#at;
    const end = start + padded(length);
    if (buffer.int64(at) !== start) throw unsound(label, `its ${what} are not where the canonical form puts them`);
    if (end > this.#bytes.length) throw unsound(label, `its ${what} end after the body`);
    for (let gap = start + length; gap < end; gap++) {
      if (this.#bytes[gap] !== 0) throw unsound(label, `the gap after its ${what} is not zero`);
    }
    this.#at = end;
    return this.#bytes.subarray(start, start + length);
  }

  #validity(rows: number, nulls: number, label: string): Uint8Array | undefined {
    const bits = this.#take(nulls === 0 ? 0 : bitmapBytes(rows), label, 'validity bits');
    if (nulls === 0) return undefined;
    if (!tailIsZero(bits, rows)) throw unsound(label, 'unused validity bits are not zero');
    const valid = countOnes(bits, rows);
    if (valid !== rows - nulls) throw unsound(label, `it says ${nulls} nulls and has ${rows - valid}`);
    return bits;
  }

  #booleans(rows: number, validity: Uint8Array | undefined, label: string): Uint8Array {
    const bits = this.#take(bitmapBytes(rows), label, 'values');
    if (!tailIsZero(bits, rows)) throw unsound(label, 'unused value bits are not zero');
    if (validity !== undefined && !nullBitsAreZero(bits, validity)) {
      throw unsound(label, 'null rows hold values');
    }
    return bits;
  }

  /** Offsets from 0, never falling, and not growing over null rows. */
  #offsets(rows: number, validity: Uint8Array | undefined, label: string): Int32Array {
    const bytes = this.#take((rows + 1) * 4, label, 'offsets');
    const offsets = new Int32Array(bytes.buffer, bytes.byteOffset, rows + 1);
    let last = offsets[0]!;
    if (last !== 0) throw unsound(label, 'its offsets do not start at 0');
    for (let row = 1; row <= rows; row++) {
      const next = offsets[row]!;
      if (next < last) throw unsound(label, 'its offsets fall');
      last = next;
    }
    if (validity !== undefined) {
      for (const row of zeroIndices(validity, rows))
        if (offsets[row] !== offsets[row + 1]) throw unsound(label, 'null rows hold values');
    }
    return offsets;
  }
}

function tooMany(label?: string): CounterfoilError {
  const where = label === undefined ? '' : `, at column ${label}`;
  return new CounterfoilError('batch.too_large', `A batch has more than ${LIMITS.batchValues} values${where}.`);
}

/** The whole is UTF-8, and no value starts inside a character: so each value is UTF-8. */
export function checkText(data: Uint8Array, offsets: Int32Array, label: string): void {
  if (isAscii(data)) return;
  if (!isUtf8(data)) throw unsound(label, 'its text is not valid UTF-8');
  let splits = 0;
  for (let row = 1; row < offsets.length; row++) {
    const at = offsets[row]!;
    if (at < data.length && (data[at]! & 0xc0) === 0x80) splits++;
  }
  if (splits > 0) throw unsound(label, 'a value starts inside a character');
}

/** The entries of a map, and its keys, are never null (Schema.fbs, Map). */
function checkEntries(entries: Column, label: string): void {
  const keys = entries.children?.[0];
  if (entries.nulls > 0 || (keys !== undefined && keys.nulls > 0))
    throw unsound(label, 'a map has null entries or keys');
}

/** What a null parent hides is null itself: `size` child rows under each row. */
function checkHidden(child: Column, validity: Uint8Array, rows: number, size: number, label: string): void {
  if (storageOf(child.type).name === 'null' || size === 0) return;
  const bits = child.validity;
  for (const row of zeroIndices(validity, rows)) {
    for (let index = row * size; index < (row + 1) * size; index++) {
      if (bits === undefined || getBit(bits, index)) throw unsound(label, 'null rows hold values');
    }
  }
}
