import { Builder } from 'flatbuffers';
import { below, mapAt, type Path } from '../data-type.js';
import type { DataType, Field, Schema } from '../types.js';
import {
  DATE_UNITS,
  EXTENSION_METADATA,
  EXTENSION_NAME,
  FLOAT_BITS,
  HEADER,
  SLOT,
  TIME_UNITS,
  TYPE,
} from './arrow-format.js';
import { finishMessage, tableVector, writeTable } from './message-encode.js';

/** A Schema message as a raw flatbuffer, the first message of every stream. Mirrors `decodeSchema`. */
export function encodeSchema(schema: Schema): Uint8Array {
  const builder = new Builder(1024);
  return finishMessage(builder, HEADER.schema, writeSchema(builder, schema), 0);
}

/** The table of a schema; gives its offset. */
export function writeSchema(builder: Builder, schema: Schema): number {
  const fields = tableVector(
    builder,
    schema.fields.map((field) => writeField(builder, field, { ...field, path: '' })),
  );
  const metadata = keyValues(builder, schema.metadata);
  return writeTable(builder, 3, () => {
    builder.addFieldOffset(SLOT.schema.fields, fields, 0);
    builder.addFieldOffset(SLOT.schema.metadata, metadata, 0);
  });
}

/** One field of the tree to write: `path` is its place in the column, where `Field` keeps what is a map. */
interface Node {
  name: string;
  type: DataType;
  nullable: boolean;
  metadata?: Readonly<Record<string, string>>;
  path: Path;
  /** The entries of a map. */
  isEntry?: boolean;
}

function writeField(builder: Builder, column: Field, node: Node): number {
  const { storage, extension } = unwrap(node.type);
  const children = tableVector(
    builder,
    childrenOf(column, storage, node.path, node.isEntry ?? false).map((child) => writeField(builder, column, child)),
  );
  const metadata = keyValues(builder, { ...node.metadata, ...extension });
  const name = builder.createString(node.name);
  const { tag, table } = writeType(builder, storage, mapAt(column, node.path));
  return writeTable(builder, 7, () => {
    builder.addFieldOffset(SLOT.field.name, name, 0);
    builder.addFieldInt8(SLOT.field.nullable, node.nullable ? 1 : 0, 0);
    builder.addFieldInt8(SLOT.field.typeTag, tag, 0);
    builder.addFieldOffset(SLOT.field.type, table, 0);
    builder.addFieldOffset(SLOT.field.children, children, 0);
    builder.addFieldOffset(SLOT.field.metadata, metadata, 0);
  });
}

type Storage = Exclude<DataType, { name: 'extension' }>;

function unwrap(type: DataType): { storage: Storage; extension?: Record<string, string> } {
  if (type.name !== 'extension') return { storage: type };
  return {
    storage: unwrap(type.storage).storage,
    extension: { [EXTENSION_NAME]: type.id, [EXTENSION_METADATA]: type.metadata },
  };
}

function childrenOf(column: Field, type: Storage, path: Path, isEntry: boolean): Node[] {
  const nullable = true;
  switch (type.name) {
    case 'list': {
      // The entries of a map and its keys are never null (Schema.fbs, Map).
      const isMap = mapAt(column, path) !== undefined;
      const name = isMap ? 'entries' : 'item';
      return [{ name, type: type.item, nullable: !isMap, isEntry: isMap, path: below(path, 0) }];
    }
    case 'fixed_size_list':
      return [{ name: 'item', type: type.item, nullable, path: below(path, 0) }];
    case 'struct':
      return type.fields.map((field, index) => {
        return { ...field, nullable: !(isEntry && index === 0), path: below(path, index) };
      });
    default:
      return [];
  }
}

function writeType(builder: Builder, type: Storage, map: Field['map']): { tag: number; table: number } {
  const of = (tag: number, slots = 0, fill: () => void = () => {}) => ({
    tag,
    table: writeTable(builder, slots, fill),
  });
  switch (type.name) {
    case 'null':
      return of(TYPE.null);
    case 'bool':
      return of(TYPE.bool);
    case 'utf8':
      return of(TYPE.utf8);
    case 'binary':
      return of(TYPE.binary);
    case 'struct':
      return of(TYPE.struct);
    case 'list':
      if (map === undefined) return of(TYPE.list);
      return of(TYPE.map, 1, () => builder.addFieldInt8(SLOT.map.keysSorted, map.keysSorted ? 1 : 0, 0));
    case 'fixed_size_list':
      return of(TYPE.fixedSizeList, 1, () => builder.addFieldInt32(SLOT.fixedSizeList.size, type.size, 0));
    case 'fixed_size_binary':
      return of(TYPE.fixedSizeBinary, 1, () => builder.addFieldInt32(SLOT.fixedSizeBinary.bytes, type.bytes, 0));
    case 'int':
      return of(TYPE.int, 2, () => {
        builder.addFieldInt32(SLOT.int.bits, type.bits, 0);
        builder.addFieldInt8(SLOT.int.signed, type.signed ? 1 : 0, 0);
      });
    case 'float':
      return of(TYPE.float, 1, () => builder.addFieldInt16(SLOT.float.precision, FLOAT_BITS.indexOf(type.bits), 0));
    case 'decimal':
      return of(TYPE.decimal, 3, () => {
        builder.addFieldInt32(SLOT.decimal.precision, type.precision, 0);
        builder.addFieldInt32(SLOT.decimal.scale, type.scale, 0);
        builder.addFieldInt32(SLOT.decimal.bits, type.precision > 38 ? 256 : 128, 128);
      });
    default:
      return writeTemporal(builder, type);
  }
}

type Temporal = Extract<Storage, { unit: string }>;

/** Units are written even where they are the format's default, which differs between these types. */
function writeTemporal(builder: Builder, type: Temporal): { tag: number; table: number } {
  const never = -1;
  if (type.name === 'date') {
    const unit = DATE_UNITS.indexOf(type.unit);
    return { tag: TYPE.date, table: writeTable(builder, 1, () => builder.addFieldInt16(SLOT.date.unit, unit, never)) };
  }
  const unit = TIME_UNITS.indexOf(type.unit);
  if (type.name === 'timestamp') {
    const zone = type.tz === undefined ? 0 : builder.createString(type.tz);
    const table = writeTable(builder, 2, () => {
      builder.addFieldInt16(SLOT.timestamp.unit, unit, never);
      builder.addFieldOffset(SLOT.timestamp.zone, zone, 0);
    });
    return { tag: TYPE.timestamp, table };
  }
  const isTime = type.name === 'time';
  const table = writeTable(builder, 2, () => {
    builder.addFieldInt16(SLOT.time.unit, unit, never);
    if (isTime) builder.addFieldInt32(SLOT.time.bits, unit <= 1 ? 32 : 64, never);
  });
  return { tag: isTime ? TYPE.time : TYPE.duration, table };
}

function keyValues(builder: Builder, pairs: Readonly<Record<string, string>> | undefined): number {
  const tables = Object.entries(pairs ?? {}).map(([key, value]) => {
    const keyAt = builder.createString(key);
    const valueAt = builder.createString(value);
    return writeTable(builder, 2, () => {
      builder.addFieldOffset(SLOT.keyValue.key, keyAt, 0);
      builder.addFieldOffset(SLOT.keyValue.value, valueAt, 0);
    });
  });
  return tables.length === 0 ? 0 : tableVector(builder, tables);
}
