import { type Batch, encodeBatch, encodeSchema, type Schema } from '../../columnar/index.js';

const CONTINUATION = 0xffffffff;

/** The rows as an Arrow IPC stream, piece by piece. */
export async function* arrowStream(
  schema: Schema,
  batches: AsyncIterable<Batch> | Iterable<Batch>,
): AsyncGenerator<Uint8Array> {
  yield message(encodeSchema(schema));
  for await (const batch of batches) {
    const { header, body } = encodeBatch(schema, batch);
    yield message(header);
    yield body;
  }
  yield message(new Uint8Array(0));
}

/** https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format */
function message(header: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + header.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CONTINUATION, true);
  view.setInt32(4, header.length, true);
  bytes.set(header, 8);
  return bytes;
}
