import { LIMITS } from '../../foundation/index.js';
import { below, type Path } from '../data-type.js';
import { columnLabel, fieldLabel, itemLabel, malformed, mismatch, unsound, unsupported } from '../faults.js';
import type { DataType, Field, MapForm, Schema } from '../types.js';
import { EXTENSION_METADATA, EXTENSION_NAME, SLOT } from './arrow-format.js';
import type { Table } from './flatbuffer.js';
import { type Layout, notCanonical } from './layout.js';
import { readMessage } from './message.js';
import { indexOf, plainType } from './type-decode.js';

/** A schema as it is sent, with how each column lies in the messages that follow. */
export interface WireSchema {
  schema: Schema;
  layouts: readonly Layout[];
}

/**
 * The schema of a Schema message from a peer (raw flatbuffer). Admits what `encodeSchema` writes: canonical layouts
 * only. `batch.invalid` for unsound bytes, `type.unsupported` for a type or layout that is not carried.
 */
export function decodeSchema(header: Uint8Array): Schema {
  const message = readMessage(header);
  if (message.kind !== 'schema') throw mismatch('the first message is not a schema');
  const { schema, layouts } = readSchema(message.schema);
  for (const [index, field] of schema.fields.entries()) {
    const why = notCanonical(layouts[index]!, field.type);
    if (why !== undefined)
      throw unsupported(columnLabel(field.name), `it is sent with ${why}, which the peer wire does not admit`);
  }
  return schema;
}

/** The schema of a Schema table, in any layout that can be converted to the canonical one. */
export function readSchema(table: Table): WireSchema {
  if (table.int16(SLOT.schema.endianness) !== 0)
    throw malformed('its values are big-endian, only little-endian is read');
  const tables = table.tables(SLOT.schema.fields, LIMITS.columns, 'columns');
  const reader = new FieldReader();
  const read = tables.map((field) => reader.column(field));
  refuseDuplicates(
    read.map(({ field }) => field.name),
    (name) => unsupported(columnLabel(name), 'the name is there more than once'),
  );
  const metadata = keyValues(table, SLOT.schema.metadata);
  const fields = read.map(({ field }) => field);
  return {
    schema: metadata === undefined ? { fields } : { fields, metadata },
    layouts: read.map(({ layout }) => layout),
  };
}

interface Read {
  type: DataType;
  layout: Layout;
}

class FieldReader {
  #nodes = 0;
  #maps: [Path, MapForm][] = [];

  column(table: Table): { field: Field; layout: Layout } {
    const name = nameOf(table);
    this.#maps = [];
    const { type, layout } = this.#typed(table, columnLabel(name), '', 1);
    const field: Field = { name, type, nullable: table.bool(SLOT.field.nullable) };
    const metadata = keyValues(table, SLOT.field.metadata);
    if (metadata !== undefined) {
      const { [EXTENSION_NAME]: id, [EXTENSION_METADATA]: extra, ...own } = metadata;
      const kept = id === undefined && extra !== undefined ? { ...own, [EXTENSION_METADATA]: extra } : own;
      if (Object.keys(kept).length > 0) field.metadata = kept;
    }
    const map = this.#maps.find(([path]) => path === '')?.[1];
    const inner = this.#maps.filter(([path]) => path !== '');
    if (map !== undefined) field.map = map;
    if (inner.length > 0) field.innerMaps = Object.fromEntries(inner);
    return { field, layout };
  }

  /** The type and layout of a field, with its extension and dictionary around them. */
  #typed(table: Table, label: string, path: Path, depth: number): Read {
    if (++this.#nodes > LIMITS.typeNodes)
      throw malformed(`it has more than ${LIMITS.typeNodes} fields, nested ones included`);
    if (depth > LIMITS.typeDepth) throw unsupported(label, `its type is nested deeper than ${LIMITS.typeDepth}`);
    const read = this.#storage(table, label, path, depth);
    const dictionary = table.table(SLOT.field.dictionary);
    const layout: Layout =
      dictionary === undefined
        ? read.layout
        : {
            kind: 'dictionary',
            id: dictionary.int64(SLOT.dictionary.id),
            index: indexOf(dictionary.table(SLOT.dictionary.index), label),
            values: read.layout,
          };
    const metadata = keyValues(table, SLOT.field.metadata);
    const id = metadata?.[EXTENSION_NAME];
    if (id === undefined) return { type: read.type, layout };
    return {
      type: { name: 'extension', id, metadata: metadata?.[EXTENSION_METADATA] ?? '', storage: read.type },
      layout,
    };
  }

  #storage(table: Table, label: string, path: Path, depth: number): Read {
    const children = table.tables(SLOT.field.children, LIMITS.typeNodes, 'nested fields');
    const { type, layout } = plainType(table, label);
    switch (type) {
      case 'list':
      case 'fixed_size_list': {
        if (children.length !== 1) throw unsound(label, 'a list type needs exactly one child');
        const item = this.#typed(children[0]!, itemLabel(label), below(path, 0), depth + 1);
        return type === 'list'
          ? { type: { name: 'list', item: item.type }, layout: { ...layout, item: item.layout } as Layout }
          : {
              type: { name: 'fixed_size_list', size: (layout as { size: number }).size, item: item.type },
              layout: { ...layout, item: item.layout } as Layout,
            };
      }
      case 'map':
        return this.#map(table, children, label, path, depth);
      case 'struct': {
        const fields = children.map((child, index) => {
          const name = nameOf(child);
          return { name, ...this.#typed(child, fieldLabel(label, name), below(path, index), depth + 1) };
        });
        refuseDuplicates(
          fields.map((field) => field.name),
          (name) => unsupported(fieldLabel(label, name), 'the name is there more than once'),
        );
        return {
          type: { name: 'struct', fields: fields.map((field) => ({ name: field.name, type: field.type })) },
          layout: { kind: 'struct', fields: fields.map((field) => field.layout) },
        };
      }
      default:
        if (children.length !== 0) throw unsound(label, 'a flat type has children');
        return { type, layout: layout as Layout };
    }
  }

  /** A map is a list of structs; whatever the source calls them, the normal form says `key` and `value`. */
  #map(table: Table, children: Table[], label: string, path: Path, depth: number): Read {
    const entries = children.length === 1 ? this.#entries(children[0]!, label) : undefined;
    if (entries === undefined) throw unsound(label, 'a map needs one child: a struct of two fields');
    this.#nodes++;
    if (depth + 1 > LIMITS.typeDepth) throw unsupported(label, `its type is nested deeper than ${LIMITS.typeDepth}`);
    this.#maps.push([path, { keysSorted: table.table(SLOT.field.type)?.bool(SLOT.map.keysSorted) ?? false }]);
    const read = ['key', 'value'].map((name, index) =>
      this.#typed(entries[index]!, fieldLabel(label, name), below(below(path, 0), index), depth + 2),
    );
    const [key, value] = read as [Read, Read];
    const fields = [
      { name: 'key', type: key.type },
      { name: 'value', type: value.type },
    ];
    const item: Layout = { kind: 'struct', fields: [key.layout, value.layout] };
    return {
      type: { name: 'list', item: { name: 'struct', fields } },
      layout: { kind: 'list', wide: false, map: true, item },
    };
  }

  #entries(child: Table, label: string): Table[] | undefined {
    const isStruct = plainType(child, label).type === 'struct' && child.table(SLOT.field.dictionary) === undefined;
    const fields = isStruct ? child.tables(SLOT.field.children, LIMITS.typeNodes, 'nested fields') : [];
    return fields.length === 2 ? fields : undefined;
  }
}

function nameOf(table: Table): string {
  const name = table.text(SLOT.field.name) ?? '';
  if (Buffer.byteLength(name) > LIMITS.columnNameBytes) {
    throw unsupported(columnLabel(name), `its name is longer than ${LIMITS.columnNameBytes} bytes`);
  }
  return name;
}

function keyValues(table: Table, slot: number): Record<string, string> | undefined {
  const pairs = table.tables(slot, LIMITS.schemaMessageBytes, 'metadata entries');
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => [pair.text(SLOT.keyValue.key) ?? '', pair.text(SLOT.keyValue.value) ?? '']),
  );
}

function refuseDuplicates(names: readonly string[], fault: (name: string) => Error): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw fault(name);
    seen.add(name);
  }
}
