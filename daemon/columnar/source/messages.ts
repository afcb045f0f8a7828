import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { malformed } from '../faults.js';
import { CONTINUATION, SLOT } from '../ipc/arrow-format.js';
import { Flatbuffer, type Table } from '../ipc/flatbuffer.js';
import { type Message, readMessage } from '../ipc/message.js';
import type { ByteReader } from './byte-reader.js';

/** One message of a source with its body; `at` is its place in the source, for comparing with a file's footer. */
export interface SourceMessage {
  message: Message;
  body: Uint8Array;
  at: number;
}

const MAGIC = Buffer.from('ARROW1');
/** The magic and its padding at the start of a file. */
const MAGIC_BYTES = 8;
/** Footer length and magic at the end of a file. */
const TAIL_BYTES = 10;
/** Block struct of a footer: offset i64, metadata length i32, 4 of padding, body length i64. */
const BLOCK_BYTES = 24;

/**
 * The messages of an Arrow IPC source in the order in which they are to be read: a stream as it comes; a file by its
 * footer, dictionaries first, where it can be read anywhere, else as a stream whose order the footer must confirm.
 */
export async function* sourceMessages(reader: ByteReader): AsyncGenerator<SourceMessage> {
  const start = await reader.take(MAGIC_BYTES);
  const isFile = start.length === MAGIC_BYTES && MAGIC.equals(start.subarray(0, MAGIC.length));
  if (!isFile) yield* streamMessages(reader, start);
  else if (reader.random !== undefined) yield* fileMessages(reader.random);
  else yield* orderedFile(reader);
}

/** `start` holds 8 bytes that were read before. Ends at the end-of-stream marker or where the bytes end between messages. */
async function* streamMessages(reader: ByteReader, start: Uint8Array, inFile = false): AsyncGenerator<SourceMessage> {
  let at = inFile ? MAGIC_BYTES : 0;
  let first: Uint8Array | undefined = inFile ? undefined : start;
  for (;;) {
    const prefix = first ?? (await reader.take(8));
    first = undefined;
    if (prefix.length === 0) return;
    if (prefix.length < 4) throw cutShort();
    const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
    const modern = view.getUint32(0, true) === CONTINUATION;
    if (modern && prefix.length < 8) throw cutShort();
    const length = view.getInt32(modern ? 4 : 0, true);
    const rest = modern ? new Uint8Array(0) : prefix.subarray(4);
    if (length === 0) {
      if (inFile) return;
      if (rest.length > 0 || (await reader.take(1)).length > 0) throw malformed('bytes follow the end of its stream');
      return;
    }
    const header = await takeHeader(reader, rest, length);
    const message = readMessage(header, LIMITS.sourceHeaderBytes);
    const body = await takeBody(message.bodyBytes, (bytes) => reader.take(bytes));
    yield { message, body, at };
    at += (modern ? 8 : 4) + length + message.bodyBytes;
  }
}

async function takeHeader(reader: ByteReader, begun: Uint8Array, length: number): Promise<Uint8Array> {
  if (length < 0 || length > LIMITS.sourceHeaderBytes)
    throw malformed('it does not start as an Arrow stream or file does');
  if (length < begun.length) throw malformed('its header is too short');
  const rest = await reader.take(length - begun.length);
  if (rest.length < length - begun.length) throw cutShort();
  return begun.length === 0 ? rest : Buffer.concat([begun, rest]);
}

async function takeBody(bytes: number, take: (bytes: number) => Promise<Uint8Array>): Promise<Uint8Array> {
  if (bytes > LIMITS.sourceMessageBytes) {
    throw new CounterfoilError(
      'batch.too_large',
      `A record batch of the source has ${bytes} bytes, at most ${LIMITS.sourceMessageBytes} are read.`,
      {
        hint: 'Write the source with fewer rows in each record batch.',
      },
    );
  }
  const body = await take(bytes);
  if (body.length < bytes) throw cutShort();
  return body;
}

interface Block {
  at: number;
  headerBytes: number;
  bodyBytes: number;
}

interface Footer {
  schema: Table;
  dictionaries: Block[];
  batches: Block[];
}

async function* fileMessages(random: NonNullable<ByteReader['random']>): AsyncGenerator<SourceMessage> {
  const tail = await random.read(Math.max(0, random.size - TAIL_BYTES), TAIL_BYTES);
  const footerBytes = footerLength(tail);
  const start = random.size - TAIL_BYTES - footerBytes;
  if (footerBytes > LIMITS.sourceHeaderBytes * 4 || start < MAGIC_BYTES) throw cutShort();
  const footer = readFooter(await random.read(start, footerBytes));
  yield { message: { kind: 'schema', schema: footer.schema, bodyBytes: 0 }, body: new Uint8Array(0), at: 0 };
  for (const block of [...footer.dictionaries, ...footer.batches]) {
    if (block.at + block.headerBytes + block.bodyBytes > start) throw malformed('its footer points outside the file');
    const framed = await random.read(block.at, block.headerBytes);
    const message = readMessage(unframed(framed), LIMITS.sourceHeaderBytes);
    if (message.bodyBytes !== block.bodyBytes) throw malformed('its footer differs from its messages');
    const body = await takeBody(block.bodyBytes, (bytes) => random.read(block.at + block.headerBytes, bytes));
    yield { message, body, at: block.at };
  }
}

async function* orderedFile(reader: ByteReader): AsyncGenerator<SourceMessage> {
  const seen: Record<'schema' | 'dictionary' | 'batch', number[]> = { schema: [], dictionary: [], batch: [] };
  for await (const found of streamMessages(reader, new Uint8Array(0), true)) {
    if (seen.schema.length === 0 && found.message.kind !== 'schema') {
      throw malformed('its schema is only in its footer; give it as a local path');
    }
    seen[found.message.kind].push(found.at);
    yield found;
  }
  const rest = await reader.take(LIMITS.sourceHeaderBytes * 4);
  const footerBytes = footerLength(rest.subarray(Math.max(0, rest.length - TAIL_BYTES)));
  const from = rest.length - TAIL_BYTES - footerBytes;
  if (from < 0) throw cutShort();
  const footer = readFooter(rest.subarray(from, from + footerBytes));
  const same = (blocks: Block[], places: number[]) => blocks.map((block) => block.at).join() === places.join();
  if (!same(footer.dictionaries, seen.dictionary) || !same(footer.batches, seen.batch)) {
    throw malformed(
      'its footer lists other record batches, or another order, than the file has; give it as a local path',
    );
  }
}

function footerLength(tail: Uint8Array): number {
  if (tail.length < TAIL_BYTES || !MAGIC.equals(tail.subarray(4))) throw cutShort();
  const length = new DataView(tail.buffer, tail.byteOffset).getInt32(0, true);
  if (length < 0) throw malformed('its footer is broken');
  return length;
}

function readFooter(bytes: Uint8Array): Footer {
  const root = new Flatbuffer(bytes).root();
  const schema = root.table(SLOT.footer.schema);
  if (schema === undefined) throw malformed('its footer has no schema');
  const blocks = (slot: number): Block[] => {
    const { start, count } = root.structs(slot, BLOCK_BYTES);
    return Array.from({ length: count }, (_, index) => {
      const at = start + index * BLOCK_BYTES;
      const block = {
        at: root.buffer.int64(at),
        headerBytes: root.buffer.view.getInt32(at + 8, true),
        bodyBytes: root.buffer.int64(at + 16),
      };
      const sound =
        block.at >= 0 &&
        block.headerBytes >= 8 &&
        block.bodyBytes >= 0 &&
        block.headerBytes <= LIMITS.sourceHeaderBytes;
      if (!sound) throw malformed('its footer is broken');
      return block;
    });
  };
  return { schema, dictionaries: blocks(SLOT.footer.dictionaries), batches: blocks(SLOT.footer.recordBatches) };
}

/** The flatbuffer of an encapsulated message: after its length, which a continuation marker precedes since format 0.15. */
function unframed(framed: Uint8Array): Uint8Array {
  if (framed.length < 8) throw cutShort();
  const view = new DataView(framed.buffer, framed.byteOffset, framed.length);
  const prefix = view.getUint32(0, true) === CONTINUATION ? 8 : 4;
  const length = view.getInt32(prefix - 4, true);
  if (length < 0 || prefix + length > framed.length) throw malformed('its footer differs from its messages');
  return framed.subarray(prefix, prefix + length);
}

function cutShort(): CounterfoilError {
  return malformed('it is cut short');
}
