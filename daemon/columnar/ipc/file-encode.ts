import { Builder } from 'flatbuffers';
import { utf8 } from '../../foundation/index.js';
import type { Frame, Schema } from '../types.js';
import { METADATA_V5, padded, SLOT } from './arrow-format.js';
import { ipcParts } from './batch-encode.js';
import { writeTable } from './message-encode.js';
import { writeSchema } from './schema-encode.js';

const MAGIC = utf8('ARROW1');

/** Where a message stands in a file, and how long its parts are, in bytes. */
interface Block {
  offset: number;
  header: number;
  body: number;
}

/**
 * An Arrow IPC file (arrow format/File.fbs) of batches that are encoded already, as parts to be written one after the
 * other: the magic, a stream, and a footer that says where its batches are. Nothing is copied.
 */
export function* arrowFile(schema: Schema, frames: readonly Frame[]): Generator<Uint8Array, void, undefined> {
  const start = new Uint8Array(8);
  start.set(MAGIC);
  yield start;
  const parts = ipcParts(schema, frames);
  const blocks: Block[] = [];
  // Of the schema prefix and header; of each batch prefix, header, body; and the end of the stream.
  let at = parts.slice(0, 2).reduce((sum, { length }) => sum + length, start.length);
  for (let part = 2; part + 2 < parts.length; part += 3) {
    const [header, body] = [parts[part]!.length + parts[part + 1]!.length, parts[part + 2]!.length];
    blocks.push({ offset: at, header, body });
    at += header + body;
  }
  yield* parts;
  const footer = footerOf(schema, blocks);
  yield footer;
  const end = new Uint8Array(4 + MAGIC.length);
  new DataView(end.buffer).setInt32(0, footer.length, true);
  end.set(MAGIC, 4);
  yield end;
}

function footerOf(schema: Schema, blocks: readonly Block[]): Uint8Array {
  const builder = new Builder(1024 + blocks.length * BLOCK_BYTES);
  const fields = writeSchema(builder, schema);
  const none = blockVector(builder, []);
  const batches = blockVector(builder, blocks);
  const footer = writeTable(builder, 5, () => {
    builder.addFieldInt16(SLOT.footer.version, METADATA_V5, 0);
    builder.addFieldOffset(SLOT.footer.schema, fields, 0);
    builder.addFieldOffset(SLOT.footer.dictionaries, none, 0);
    builder.addFieldOffset(SLOT.footer.recordBatches, batches, 0);
  });
  builder.finish(footer);
  const bytes = builder.asUint8Array();
  const out = new Uint8Array(padded(bytes.length));
  out.set(bytes);
  return out;
}

const BLOCK_BYTES = 24;

/** Structs of i64 offset, i32 header length (and padding), i64 body length. */
function blockVector(builder: Builder, blocks: readonly Block[]): number {
  builder.startVector(BLOCK_BYTES, blocks.length, 8);
  for (const { offset, header, body } of [...blocks].reverse()) {
    builder.prep(8, BLOCK_BYTES);
    builder.writeInt64(BigInt(body));
    builder.pad(4);
    builder.writeInt32(header);
    builder.writeInt64(BigInt(offset));
  }
  return builder.endVector();
}
