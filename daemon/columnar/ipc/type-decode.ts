import { unsound, unsupported } from '../faults.js';
import type { DataType, TimeUnit } from '../types.js';
import { DATE_UNITS, DEFAULT_MS, FLOAT_BITS, SLOT, TIME_UNITS, TYPE } from './arrow-format.js';
import type { Table } from './flatbuffer.js';
import type { Layout } from './layout.js';

type Nested = 'list' | 'fixed_size_list' | 'map' | 'struct';

/** A flat type whole; a nested one by name, its layout still without children. */
interface Plain {
  type: DataType | Nested;
  layout: Partial<Layout>;
}

const fixed = (type: DataType, bytes: number): Plain => ({ type, layout: { kind: 'fixed', bytes } });

/** The type that a Field table names, without children, dictionary and extension. */
export function plainType(field: Table, label: string): Plain {
  const table = field.table(SLOT.field.type);
  if (table === undefined) throw unsound(label, 'its type is missing');
  switch (field.uint8(SLOT.field.typeTag)) {
    case TYPE.null:
      return { type: { name: 'null' }, layout: { kind: 'null' } };
    case TYPE.bool:
      return { type: { name: 'bool' }, layout: { kind: 'bool' } };
    case TYPE.int: {
      const { bits, signed } = intOf(table, label);
      return fixed({ name: 'int', bits, signed }, bits / 8);
    }
    case TYPE.float: {
      const bits = FLOAT_BITS[table.int16(SLOT.float.precision)];
      if (bits === undefined) throw unsound(label, 'its float precision is unknown');
      return fixed({ name: 'float', bits }, bits / 8);
    }
    case TYPE.decimal:
      return decimal(table, label);
    case TYPE.date: {
      const unit = DATE_UNITS[table.int16(SLOT.date.unit, DEFAULT_MS)];
      if (unit === undefined) throw unsound(label, 'its date unit is unknown');
      return fixed({ name: 'date', unit }, unit === 'd' ? 4 : 8);
    }
    case TYPE.time: {
      const unit = timeUnit(table.int16(SLOT.time.unit, DEFAULT_MS), label);
      const bits = unit === 's' || unit === 'ms' ? 32 : 64;
      if (table.int32(SLOT.time.bits, 32) !== bits) throw unsound(label, `a time in ${unit} needs ${bits} bits`);
      return fixed({ name: 'time', unit }, bits / 8);
    }
    case TYPE.timestamp: {
      const unit = timeUnit(table.int16(SLOT.timestamp.unit), label);
      const tz = table.text(SLOT.timestamp.zone);
      return fixed(tz ? { name: 'timestamp', unit, tz } : { name: 'timestamp', unit }, 8);
    }
    case TYPE.duration:
      return fixed({ name: 'duration', unit: timeUnit(table.int16(SLOT.duration.unit, DEFAULT_MS), label) }, 8);
    case TYPE.fixedSizeBinary: {
      const bytes = positive(table.int32(SLOT.fixedSizeBinary.bytes), label);
      return fixed({ name: 'fixed_size_binary', bytes }, bytes);
    }
    case TYPE.utf8:
    case TYPE.largeUtf8:
    case TYPE.binary:
    case TYPE.largeBinary:
    case TYPE.utf8View:
    case TYPE.binaryView:
      return bytesType(field.uint8(SLOT.field.typeTag));
    case TYPE.list:
    case TYPE.largeList:
      return {
        type: 'list',
        layout: { kind: 'list', wide: field.uint8(SLOT.field.typeTag) === TYPE.largeList, map: false },
      };
    case TYPE.listView:
    case TYPE.largeListView:
      return {
        type: 'list',
        layout: { kind: 'list_view', wide: field.uint8(SLOT.field.typeTag) === TYPE.largeListView },
      };
    case TYPE.fixedSizeList:
      return {
        type: 'fixed_size_list',
        layout: { kind: 'fixed_size_list', size: positive(table.int32(SLOT.fixedSizeList.size), label) },
      };
    case TYPE.struct:
      return { type: 'struct', layout: {} };
    case TYPE.map:
      return { type: 'map', layout: {} };
    case TYPE.interval:
      throw unsupported(label, 'the type "interval" is not carried');
    case TYPE.union:
      throw unsupported(label, 'the type "union" is not carried');
    case TYPE.runEndEncoded:
      throw unsupported(label, 'the type "run-end encoded" is not carried');
    default:
      throw unsupported(label, 'its type is unknown to this release');
  }
}

function bytesType(tag: number): Plain {
  const text = tag === TYPE.utf8 || tag === TYPE.largeUtf8 || tag === TYPE.utf8View;
  const type: DataType = { name: text ? 'utf8' : 'binary' };
  if (tag === TYPE.utf8View || tag === TYPE.binaryView) return { type, layout: { kind: 'views', text } };
  return { type, layout: { kind: 'bytes', text, wide: tag === TYPE.largeUtf8 || tag === TYPE.largeBinary } };
}

/** Most digits of a decimal by its bytes (Schema.fbs: 32, 64, 128 or 256 bits). */
const DIGITS: Record<number, number> = { 4: 9, 8: 18, 16: 38, 32: 76 };

function decimal(table: Table, label: string): Plain {
  const bytes = table.int32(SLOT.decimal.bits, 128) / 8;
  const precision = table.int32(SLOT.decimal.precision);
  const most = DIGITS[bytes];
  if (most === undefined || precision < 1 || precision > most)
    throw unsound(label, 'its decimal precision is out of range');
  return fixed({ name: 'decimal', precision, scale: table.int32(SLOT.decimal.scale) }, bytes);
}

function intOf(table: Table, label: string): { bits: 8 | 16 | 32 | 64; signed: boolean } {
  const bits = table.int32(SLOT.int.bits);
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw unsound(label, 'its integer width is unknown');
  return { bits, signed: table.bool(SLOT.int.signed) };
}

/** The index type of a dictionary; absent means 32-bit signed (Schema.fbs, DictionaryEncoding). */
export function indexOf(table: Table | undefined, label: string): { bits: 8 | 16 | 32 | 64; signed: boolean } {
  return table === undefined ? { bits: 32, signed: true } : intOf(table, label);
}

function timeUnit(value: number, label: string): TimeUnit {
  const unit = TIME_UNITS[value];
  if (unit === undefined) throw unsound(label, 'its time unit is unknown');
  return unit;
}

function positive(value: number, label: string): number {
  if (value < 0) throw unsound(label, 'its size is negative');
  return value;
}
