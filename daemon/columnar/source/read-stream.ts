import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { malformed } from '../faults.js';
import { readSchema } from '../ipc/schema-decode.js';
import { encodeSchema } from '../ipc/schema-encode.js';
import type { Batch, Schema } from '../types.js';
import { type ByteReader, type ByteSource, openBytes } from './byte-reader.js';
import { decompressor } from './codecs.js';
import { SourceDecoder } from './decode.js';
import { type SourceMessage, sourceMessages } from './messages.js';

/** An Arrow source that is open. Either read `batches` to its end (or `return` it), or `close`. */
export interface ArrowSource {
  schema: Schema;
  /** Canonical batches as the source cuts them; one is held at a time. */
  batches: AsyncGenerator<Batch, void, undefined>;
  close(): Promise<void>;
}

/**
 * Opens an Arrow IPC stream or file: any layout, dictionaries, LZ4 and zstd bodies; everything becomes canonical.
 * Errors: `type.unsupported` naming the column, `batch.invalid` for unsound bytes, `batch.too_large`, and for a path
 * `source.missing` and `source.permission`.
 */
export async function readStream(source: ByteSource): Promise<ArrowSource> {
  const reader = await openBytes(source);
  const messages = sourceMessages(reader);
  try {
    const first = await messages.next();
    if (first.done || first.value.message.kind !== 'schema') throw malformed('it does not start with a schema');
    const wire = readSchema(first.value.message.schema);
    refuseLargeSchema(wire.schema);
    const batches = decoded(messages, new SourceDecoder(wire), reader);
    return { schema: wire.schema, batches, close: () => reader.close() };
  } catch (error) {
    await reader.close();
    throw ofSource(error);
  }
}

async function* decoded(messages: AsyncGenerator<SourceMessage>, decoder: SourceDecoder, reader: ByteReader) {
  try {
    for await (const { message, body } of messages) {
      if (message.kind === 'schema') throw malformed('it has a second schema');
      const codec = message.batch.compression;
      const decompress = codec === undefined ? undefined : await decompressor(codec);
      if (message.kind === 'batch') yield decoder.batch(message.batch, body, decompress);
      else decoder.dictionary(message.id, message.isDelta, message.batch, body, decompress);
    }
  } catch (error) {
    throw ofSource(error);
  } finally {
    await reader.close();
  }
}

/** A schema that would not fit the message it is sent in is found at once, not at the first transfer. */
function refuseLargeSchema(schema: Schema): void {
  const bytes = encodeSchema(schema).length;
  if (bytes <= LIMITS.schemaMessageBytes) return;
  throw new CounterfoilError(
    'type.unsupported',
    `The schema takes ${bytes} bytes, at most ${LIMITS.schemaMessageBytes} are carried.`,
    {
      hint: 'Drop metadata or columns of the source.',
    },
  );
}

/** Advice for a file instead of advice about a peer. */
function ofSource(error: unknown): unknown {
  if (!(error instanceof CounterfoilError) || error.code !== 'batch.invalid') return error;
  const hint = 'The source is damaged, cut short or not an Arrow IPC stream or file. Write it again.';
  return new CounterfoilError(error.code, error.message, { hint, cause: error });
}
