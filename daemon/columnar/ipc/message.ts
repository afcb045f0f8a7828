import { LIMITS } from '../../foundation/index.js';
import { malformed } from '../faults.js';
import { CODEC, HEADER, METADATA_V4, METADATA_V5, SLOT } from './arrow-format.js';
import { Flatbuffer, type Table, type Vector } from './flatbuffer.js';

/** The head of a record batch: counts and places, not yet checked against a body. */
export interface BatchHead {
  rows: number;
  buffer: Flatbuffer;
  /** FieldNode structs: length and null count, 16 bytes each. */
  nodes: Vector;
  /** Buffer structs: offset and length in the body, 16 bytes each. */
  buffers: Vector;
  compression?: keyof typeof CODEC;
  /** Number of data buffers of each view column (i64 each). */
  variadic: Vector;
}

export type Message =
  | { kind: 'schema'; schema: Table; bodyBytes: number }
  | { kind: 'batch'; batch: BatchHead; bodyBytes: number }
  | { kind: 'dictionary'; id: number; isDelta: boolean; batch: BatchHead; bodyBytes: number };

/** Reads the flatbuffer of one IPC message (without the 8-byte prefix). `batch.invalid` on anything unsound. */
export function readMessage(header: Uint8Array, mostBytes: number = LIMITS.schemaMessageBytes): Message {
  if (header.length > mostBytes) throw malformed(`its header is ${header.length} bytes, at most ${mostBytes} are read`);
  const root = new Flatbuffer(header).root();
  const version = root.int16(SLOT.message.version);
  if (version !== METADATA_V4 && version !== METADATA_V5) {
    throw malformed(`its metadata version is ${version + 1}, versions 4 and 5 are read`);
  }
  const bodyBytes = root.int64(SLOT.message.bodyLength);
  if (bodyBytes < 0) throw malformed('its body length is negative');
  const content = root.table(SLOT.message.header);
  if (content === undefined) throw malformed('it has no content');
  switch (root.uint8(SLOT.message.headerType)) {
    case HEADER.schema:
      return { kind: 'schema', schema: content, bodyBytes };
    case HEADER.recordBatch:
      return { kind: 'batch', batch: batchHead(content), bodyBytes };
    case HEADER.dictionaryBatch: {
      const data = content.table(SLOT.dictionaryBatch.data);
      if (data === undefined) throw malformed('a dictionary has no content');
      const isDelta = content.bool(SLOT.dictionaryBatch.isDelta);
      return {
        kind: 'dictionary',
        id: content.int64(SLOT.dictionaryBatch.id),
        isDelta,
        batch: batchHead(data),
        bodyBytes,
      };
    }
    default:
      throw malformed('it is neither a schema, a record batch nor a dictionary');
  }
}

function batchHead(table: Table): BatchHead {
  const rows = table.int64(SLOT.recordBatch.length);
  if (rows < 0 || rows > 0x7fffffff) throw malformed('its number of rows is out of range');
  const head: BatchHead = {
    rows,
    buffer: table.buffer,
    nodes: table.structs(SLOT.recordBatch.nodes, 16),
    buffers: table.structs(SLOT.recordBatch.buffers, 16),
    variadic: table.structs(SLOT.recordBatch.variadic, 8),
  };
  const compression = table.table(SLOT.recordBatch.compression);
  if (compression === undefined) return head;
  const codec = compression.uint8(SLOT.compression.codec);
  const name = (Object.keys(CODEC) as (keyof typeof CODEC)[]).find((key) => CODEC[key] === codec);
  if (name === undefined || compression.uint8(SLOT.compression.method) !== 0) {
    throw malformed('its body is compressed by an unknown method');
  }
  return { ...head, compression: name };
}
