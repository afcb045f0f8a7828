import { bitmapBytes, getBit } from '../bits.js';
import { storageOf, typeText, valueBytes } from '../data-type.js';
import { columnLabel, fieldLabel, itemLabel, malformed, unsound, unsupported } from '../faults.js';
import { checkText } from '../ipc/batch-decode.js';
import type { Layout } from '../ipc/layout.js';
import type { BatchHead } from '../ipc/message.js';
import type { WireSchema } from '../ipc/schema-decode.js';
import { clearNullBits, clearNullSlots } from '../null-slots.js';
import { nullColumn } from '../rows/build.js';
import { concatColumns } from '../rows/concat.js';
import { sliceColumn } from '../rows/slice.js';
import { takeColumn } from '../rows/take.js';
import type { Batch, Column, DataType } from '../types.js';
import { SourceBody, trimBits } from './body.js';
import type { Decompress } from './codecs.js';
import { coversNulls, readListView, readOffsets, readViews, resizeDecimals, rowsOrNull } from './layouts.js';

/** What the values of a dictionary are, known from the schema. */
interface Definition {
  type: DataType;
  layout: Layout;
  label: string;
}

type LayoutOf<K extends Layout['kind']> = Extract<Layout, { kind: K }>;

/** Decodes the record batches of a source, in any layout of Arrow, to canonical ones; keeps the dictionaries between them. */
export class SourceDecoder {
  readonly #wire: WireSchema;
  readonly #definitions = new Map<number, Definition>();
  readonly #dictionaries = new Map<number, Column>();
  /** Dictionaries whose values are made of another one's, by the other's id. */
  readonly #users = new Map<number, Set<number>>();

  constructor(wire: WireSchema) {
    this.#wire = wire;
    for (const [index, field] of wire.schema.fields.entries()) {
      this.#define(field.type, wire.layouts[index]!, columnLabel(field.name), undefined);
    }
  }

  batch(head: BatchHead, bytes: Uint8Array, decompress?: Decompress): Batch {
    const body = new SourceBody(head, bytes, decompress);
    const columns = this.#wire.schema.fields.map((field, index) => {
      const label = columnLabel(field.name);
      const column = this.#column(body, field.type, this.#wire.layouts[index]!, label, head.rows);
      if (!field.nullable && column.nulls > 0 && storageOf(field.type).name !== 'null') {
        throw unsound(label, 'it holds nulls although its schema says that it has none');
      }
      return column;
    });
    body.finish();
    return { rows: head.rows, columns };
  }

  /** A dictionary batch: new values, or, as a delta, values that follow the ones there are. */
  dictionary(id: number, isDelta: boolean, head: BatchHead, bytes: Uint8Array, decompress?: Decompress): void {
    const definition = this.#definitions.get(id);
    if (definition === undefined) throw malformed('a dictionary belongs to no column');
    const body = new SourceBody(head, bytes, decompress);
    const values = this.#column(body, definition.type, definition.layout, definition.label, head.rows);
    body.finish();
    const before = this.#dictionaries.get(id);
    if (isDelta && before !== undefined) this.#dictionaries.set(id, concatColumns([before, values]));
    else {
      // Dictionaries made of the one that is replaced would show its old values: they must come again.
      if (before !== undefined) this.#forget(id);
      this.#dictionaries.set(id, values);
    }
  }

  #forget(id: number): void {
    for (const user of this.#users.get(id) ?? []) {
      if (this.#dictionaries.delete(user)) this.#forget(user);
    }
  }

  #define(type: DataType, layout: Layout, label: string, inside: number | undefined): void {
    const storage = storageOf(type);
    if (layout.kind === 'dictionary') {
      const { id } = layout;
      const known = this.#definitions.get(id);
      const definition = { type: storage, layout: layout.values, label };
      if (known !== undefined && !sameValues(known, definition))
        throw unsound(label, 'it shares a dictionary of another type');
      this.#definitions.set(id, known ?? definition);
      if (inside !== undefined) this.#users.set(id, (this.#users.get(id) ?? new Set()).add(inside));
      this.#define(storage, layout.values, label, id);
    } else if (storage.name === 'struct') {
      for (const [index, field] of storage.fields.entries()) {
        this.#define(field.type, (layout as LayoutOf<'struct'>).fields[index]!, fieldLabel(label, field.name), inside);
      }
    } else if (storage.name === 'list' || storage.name === 'fixed_size_list') {
      this.#define(storage.item, (layout as LayoutOf<'list'>).item, itemLabel(label), inside);
    }
  }

  /** The next column of the body; `expected` rows where its place fixes them. */
  #column(body: SourceBody, type: DataType, layout: Layout, label: string, expected?: number): Column {
    const { rows, nulls: said } = body.node(label);
    if (expected !== undefined && rows !== expected)
      throw unsound(label, `it has ${rows} rows where ${expected} are expected`);
    if (layout.kind === 'null') return { type, rows, nulls: rows };
    const { nulls, bits } = body.validity(rows, said, label);
    const base: Column = bits === undefined ? { type, rows, nulls } : { type, rows, nulls, validity: bits };
    const storage = storageOf(type);
    switch (layout.kind) {
      case 'bool': {
        const data = trimBits(body.exactly(bitmapBytes(rows), label, 'values'), rows);
        return { ...base, data: bits === undefined ? data : clearNullBits(data, bits) };
      }
      case 'fixed': {
        const width = valueBytes(storage)!;
        const found = body.exactly(rows * layout.bytes, label, 'values');
        const data = layout.bytes === width ? found : resizeDecimals(found, layout.bytes, width, bits, label);
        return { ...base, data: bits === undefined ? data : clearNullSlots(data, width, bits, rows) };
      }
      case 'bytes':
        return this.#bytes(body, base, layout, label);
      case 'views': {
        const { offsets, data } = readViews(body, rows, bits, label);
        if (layout.text) checkText(data, offsets, label);
        return { ...base, offsets, data };
      }
      case 'list':
        return this.#list(body, base, layout, label);
      case 'list_view': {
        const { offsets, items } = readListView(body, rows, bits, layout.wide, label);
        const child = this.#column(body, itemOf(storage), layout.item, itemLabel(label));
        return { ...base, offsets, children: [takeColumn(child, items(child.rows), label)] };
      }
      case 'fixed_size_list': {
        const child = this.#column(body, itemOf(storage), layout.item, itemLabel(label), rows * layout.size);
        return bits === undefined
          ? { ...base, children: [child] }
          : takeColumn({ ...base, children: [child] }, rowsOrNull(rows, bits), label);
      }
      case 'struct': {
        const fields = (storage as { fields: readonly { name: string; type: DataType }[] }).fields;
        const children = fields.map((field, index) =>
          this.#column(body, field.type, layout.fields[index]!, fieldLabel(label, field.name), rows),
        );
        return bits === undefined
          ? { ...base, children }
          : takeColumn({ ...base, children }, rowsOrNull(rows, bits), label);
      }
      case 'dictionary':
        return this.#decoded(body, base, layout, label);
    }
  }

  #bytes(body: SourceBody, base: Column, layout: LayoutOf<'bytes'>, label: string): Column {
    const { offsets, start, end } = readOffsets(body, base.rows, layout.wide, label);
    const values = body.buffer(label);
    if (end > values.length) throw unsound(label, 'its offsets point outside its values');
    let column: Column = { ...base, offsets, data: values.subarray(start, end) };
    if (coversNulls(offsets, base.validity, base.rows))
      column = takeColumn(column, rowsOrNull(base.rows, base.validity), label);
    if (layout.text) checkText(column.data!, column.offsets!, label);
    return column;
  }

  #list(body: SourceBody, base: Column, layout: LayoutOf<'list'>, label: string): Column {
    const { offsets, start, end } = readOffsets(body, base.rows, layout.wide, label);
    const child = this.#column(body, itemOf(storageOf(base.type)), layout.item, itemLabel(label));
    if (end > child.rows) throw unsound(label, 'its offsets point outside its items');
    let column: Column = { ...base, offsets, children: [sliceColumn(child, start, end - start)] };
    if (coversNulls(offsets, base.validity, base.rows))
      column = takeColumn(column, rowsOrNull(base.rows, base.validity), label);
    const entries = column.children![0]!;
    if (layout.map && (entries.nulls > 0 || entries.children![0]!.nulls > 0))
      throw unsound(label, 'a map has null entries or keys');
    return column;
  }

  #decoded(body: SourceBody, base: Column, layout: LayoutOf<'dictionary'>, label: string): Column {
    const { rows, validity } = base;
    const { bits, signed } = layout.index;
    const data = body.exactly((rows * bits) / 8, label, 'dictionary indices');
    const values = this.#dictionaries.get(layout.id);
    const indices = new Int32Array(rows).fill(-1);
    if (values === undefined && base.nulls < rows) {
      throw unsound(label, 'its dictionary is missing, or comes after the rows that use it');
    }
    const at = indexReader(data, bits, signed);
    const most = values?.rows ?? 0;
    for (let row = 0; row < rows; row++) {
      if (validity !== undefined && !getBit(validity, row)) continue;
      const index = at(row);
      if (index < 0 || index >= most) throw unsound(label, 'an index lies outside its dictionary');
      indices[row] = index;
    }
    const from = values ?? nullColumn(storageOf(base.type), 0);
    return { ...takeColumn(from, indices, label), type: base.type };
  }
}

function indexReader(data: Uint8Array, bits: 8 | 16 | 32 | 64, signed: boolean): (row: number) => number {
  const { buffer, byteOffset } = data;
  const view = (View: new (buffer: ArrayBufferLike, at: number, length: number) => { [row: number]: number }) => {
    const array = new View(buffer, byteOffset, (data.length * 8) / bits);
    return (row: number) => array[row]!;
  };
  if (bits === 8) return view(signed ? Int8Array : Uint8Array);
  if (bits === 16) return view(signed ? Int16Array : Uint16Array);
  if (bits === 32) return view(signed ? Int32Array : Uint32Array);
  const words = new Int32Array(buffer, byteOffset, data.length / 4);
  // Whatever has a high word is outside of every dictionary.
  return (row) => (words[row * 2 + 1] === 0 ? words[row * 2]! >>> 0 : -1);
}

function itemOf(type: DataType): DataType {
  if (type.name === 'list' || type.name === 'fixed_size_list') return type.item;
  throw unsupported(type.name, 'a list was expected');
}

/** Same type and same layout, inner dictionaries included. */
function sameValues(a: Definition, b: Definition): boolean {
  return typeText(a.type) === typeText(b.type) && JSON.stringify(a.layout) === JSON.stringify(b.layout);
}
