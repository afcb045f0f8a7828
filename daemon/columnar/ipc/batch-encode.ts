import { Builder } from 'flatbuffers';
import { CounterfoilError, ownBytes } from '../../foundation/index.js';
import { storageOf } from '../data-type.js';
import type { Batch, Column, Frame, Schema } from '../types.js';
import { CONTINUATION, HEADER, padded, SLOT } from './arrow-format.js';
import { finishMessage, writeTable } from './message-encode.js';
import { encodeSchema } from './schema-encode.js';

/**
 * A batch in canonical layout as an Arrow IPC record batch: buffers in order of the schema, each at a multiple of 8
 * bytes, gaps zero, uncompressed; validity only where there are nulls. One copy. Mirrors `decodeBatch`.
 */
export function encodeBatch(schema: Schema, batch: Batch): Frame {
  if (batch.columns.length !== schema.fields.length) {
    throw new CounterfoilError('internal', 'A batch has another number of columns than its schema.');
  }
  const parts = new Parts();
  for (const column of batch.columns) parts.add(column);
  const body = ownBytes(parts.bodyBytes);
  let at = 0;
  for (const buffer of parts.buffers) {
    body.set(buffer, at);
    const end = at + padded(buffer.length);
    body.fill(0, at + buffer.length, end);
    at = end;
  }
  return { header: batchHeader(batch.rows, parts), body };
}

/** A whole Arrow IPC stream, as parts to be written one after the other: schema, batches, end of stream. */
export function ipcStream(schema: Schema, batches: Iterable<Batch>): Uint8Array[] {
  return ipcParts(
    schema,
    mapped(batches, (batch) => encodeBatch(schema, batch)),
  );
}

/** The same of batches that are encoded already. */
export function ipcParts(schema: Schema, frames: Iterable<Frame>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const message = (header: Uint8Array): void => {
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setUint32(0, CONTINUATION, true);
    new DataView(prefix.buffer).setInt32(4, header.length, true);
    parts.push(prefix);
    if (header.length > 0) parts.push(header);
  };
  message(encodeSchema(schema));
  for (const { header, body } of frames) {
    message(header);
    parts.push(body);
  }
  message(new Uint8Array(0));
  return parts;
}

function* mapped<T, R>(items: Iterable<T>, make: (item: T) => R): Generator<R> {
  for (const item of items) yield make(item);
}

/** The nodes and buffers of a batch in the depth-first order of the format (Message.fbs, RecordBatch). */
class Parts {
  readonly nodes: { rows: number; nulls: number }[] = [];
  readonly buffers: Uint8Array[] = [];
  bodyBytes = 0;

  add(column: Column): void {
    const type = storageOf(column.type);
    this.nodes.push({ rows: column.rows, nulls: column.nulls });
    if (type.name === 'null') return;
    this.#buffer(column.nulls === 0 ? undefined : column.validity);
    if (column.offsets !== undefined) {
      this.#buffer(new Uint8Array(column.offsets.buffer, column.offsets.byteOffset, column.offsets.byteLength));
    }
    if (column.data !== undefined) this.#buffer(column.data);
    for (const child of column.children ?? []) this.add(child);
  }

  #buffer(bytes: Uint8Array = new Uint8Array(0)): void {
    this.buffers.push(bytes);
    this.bodyBytes += padded(bytes.length);
  }
}

function batchHeader(rows: number, parts: Parts): Uint8Array {
  const builder = new Builder(256 + parts.nodes.length * 16 + parts.buffers.length * 16);
  builder.startVector(16, parts.buffers.length, 8);
  let end = parts.bodyBytes;
  for (let index = parts.buffers.length - 1; index >= 0; index--) {
    const length = parts.buffers[index]!.length;
    end -= padded(length);
    writePair(builder, end, length);
  }
  const buffers = builder.endVector();
  builder.startVector(16, parts.nodes.length, 8);
  for (let index = parts.nodes.length - 1; index >= 0; index--) {
    const node = parts.nodes[index]!;
    writePair(builder, node.rows, node.nulls);
  }
  const nodes = builder.endVector();
  const table = writeTable(builder, 5, () => {
    builder.addFieldInt64(SLOT.recordBatch.length, BigInt(rows), 0n);
    builder.addFieldOffset(SLOT.recordBatch.nodes, nodes, 0);
    builder.addFieldOffset(SLOT.recordBatch.buffers, buffers, 0);
  });
  return finishMessage(builder, HEADER.recordBatch, table, parts.bodyBytes);
}

/** A struct of two i64, both below 2^53, written as words: BigInt would cost more than all else here. */
function writePair(builder: Builder, first: number, second: number): void {
  builder.prep(8, 16);
  for (const value of [second, first]) {
    builder.writeInt32(Math.floor(value / 2 ** 32));
    builder.writeInt32(value | 0);
  }
}
