import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { encodeSchema, type Schema } from '../../columnar/index.js';
import { base64, utf8 } from '../../foundation/index.js';

/** Key under which Arrow readers find the exact types of a Parquet file: base64 of an encapsulated schema message. */
const ARROW_SCHEMA = 'ARROW:schema';
const TAIL_BYTES = 8; // u32 length of the metadata, and the magic
/** Field of `FileMetaData` that holds the key-value pairs (parquet.thrift). */
const KEY_VALUE_FIELD = 5;

/**
 * Replaces the Arrow schema in the metadata of a Parquet file by the exact one: what the writer put there says its own
 * layouts (text as views) and knows nothing of column metadata. All other bytes stay as they are; a column that is never
 * null stays optional in Parquet's own schema.
 */
export const setArrowSchema = (path: string, schema: Schema): void =>
  setPairs(path, { [ARROW_SCHEMA]: encapsulated(schema) });

/** Sets key-value pairs of the metadata of a Parquet file; the others stay. */
export function setPairs(path: string, pairs: Readonly<Record<string, string>>): void {
  const fd = openSync(path, 'r+');
  try {
    const size = fstatSync(fd).size;
    const tail = readAt(fd, size - TAIL_BYTES, TAIL_BYTES);
    const length = tail.readUInt32LE(0);
    const start = size - TAIL_BYTES - length;
    const before = readAt(fd, start, length);
    const metadata = Object.entries(pairs).reduce((bytes, [key, value]) => withPair(bytes, key, value), before);
    tail.writeUInt32LE(metadata.length, 0);
    writeAll(fd, Buffer.concat([metadata, tail]), start);
    ftruncateSync(fd, start + metadata.length + TAIL_BYTES);
  } finally {
    closeSync(fd);
  }
}

/** An IPC message with its 8-byte prefix, as the format stores it. */
function encapsulated(schema: Schema): string {
  const header = encodeSchema(schema);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(0xffffffff, 0);
  prefix.writeUInt32LE(header.length, 4);
  return base64(Buffer.concat([prefix, header]));
}

/** The metadata (Thrift compact protocol) with one key-value pair set; the others stay. */
function withPair(metadata: Buffer, key: string, value: string): Buffer {
  const reader = new CompactReader(metadata);
  const { from, pairs } = findPairs(reader);
  const kept = pairs.filter((pair) => pair.key !== key).map((pair) => metadata.subarray(pair.from, pair.to));
  const list = [...kept, pairBytes(key, value)];
  return Buffer.concat([metadata.subarray(0, from), listHeader(list.length), ...list, metadata.subarray(reader.at)]);
}

interface Pair {
  key: string;
  from: number;
  to: number;
}

/** Leaves the reader behind the list. */
function findPairs(reader: CompactReader): { from: number; pairs: Pair[] } {
  for (let field = reader.field(0); field !== undefined; field = reader.field(field.id)) {
    if (field.id !== KEY_VALUE_FIELD) {
      reader.skip(field.type);
      continue;
    }
    const from = reader.at;
    const pairs = Array.from({ length: reader.list().count }, () => reader.pair());
    return { from, pairs };
  }
  throw new RangeError('a Parquet file without key-value metadata');
}

const STRUCT = 12;
const BINARY = 8;

function listHeader(count: number): Buffer {
  return count < 15 ? Buffer.of((count << 4) | STRUCT) : Buffer.from([0xf0 | STRUCT, ...varint(count)]);
}

function pairBytes(key: string, value: string): Buffer {
  const text = (bytes: Uint8Array) => Buffer.concat([Buffer.from(varint(bytes.length)), bytes]);
  const field = Buffer.of((1 << 4) | BINARY); // the id grows by one each time
  return Buffer.concat([field, text(utf8(key)), field, text(utf8(value)), Buffer.of(0)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

/** As much of the Thrift compact protocol as it takes to find one field of metadata that this process has just written. */
class CompactReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The header of the next field of a struct, undefined at its end. */
  field(before: number): { id: number; type: number } | undefined {
    const byte = this.#byte();
    if (byte === 0) return undefined;
    const delta = byte >> 4;
    return { id: delta === 0 ? this.#zigzag() : before + delta, type: byte & 15 };
  }

  list(): { count: number; type: number } {
    const byte = this.#byte();
    const count = byte >> 4 === 15 ? this.#varint() : byte >> 4;
    return { count, type: byte & 15 };
  }

  pair(): Pair {
    const from = this.at;
    let key = '';
    for (let field = this.field(0); field !== undefined; field = this.field(field.id)) {
      const length = this.#varint();
      if (field.id === 1) key = this.#bytes.toString('utf8', this.at, this.at + length);
      this.at += length;
    }
    return { key, from, to: this.at };
  }

  skip(type: number): void {
    if (type === 1 || type === 2) return; // a boolean is its own type
    if (type === 3) this.at += 1;
    else if (type <= 6) this.#varint();
    else if (type === 7) this.at += 8;
    else if (type === BINARY) this.#bytesOfLength(this.#varint());
    else if (type === STRUCT) {
      for (let field = this.field(0); field !== undefined; field = this.field(field.id)) this.skip(field.type);
    } else if (type === 9 || type === 10) {
      const { count, type: item } = this.list();
      for (let i = 0; i < count; i++) this.#skipItem(item);
    } else throw new RangeError(`Parquet metadata with a field of type ${type}`);
  }

  #bytesOfLength(length: number): void {
    this.at += length;
  }

  /** In a list, a boolean has a byte. */
  #skipItem(type: number): void {
    if (type === 1 || type === 2) this.at += 1;
    else this.skip(type);
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError('Parquet metadata that ends early');
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const got = readSync(fd, bytes, done, length - done, position + done);
    if (got === 0) throw new RangeError('a Parquet file that ends early');
    done += got;
  }
  return bytes;
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}
