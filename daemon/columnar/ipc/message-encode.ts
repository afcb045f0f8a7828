import type { Builder } from 'flatbuffers';
import { METADATA_V5, SLOT } from './arrow-format.js';

/** Writes a table of `slots` fields; what it points to must have been written before. Gives its offset. */
export function writeTable(builder: Builder, slots: number, fill: () => void): number {
  builder.startObject(slots);
  fill();
  return builder.endObject();
}

export function tableVector(builder: Builder, tables: readonly number[]): number {
  builder.startVector(4, tables.length, 4);
  for (let index = tables.length - 1; index >= 0; index--) builder.addOffset(tables[index]!);
  return builder.endVector();
}

/** Wraps a content table into a Message and gives the finished flatbuffer, padded to 8 bytes. */
export function finishMessage(builder: Builder, headerType: number, content: number, bodyBytes: number): Uint8Array {
  const message = writeTable(builder, 5, () => {
    builder.addFieldInt64(SLOT.message.bodyLength, BigInt(bodyBytes), 0n);
    builder.addFieldOffset(SLOT.message.header, content, 0);
    builder.addFieldInt16(SLOT.message.version, METADATA_V5, 0);
    builder.addFieldInt8(SLOT.message.headerType, headerType, 0);
  });
  builder.finish(message);
  const bytes = builder.asUint8Array();
  const out = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  out.set(bytes);
  return out;
}
