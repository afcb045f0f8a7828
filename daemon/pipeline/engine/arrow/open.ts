import type { OpenOptions } from '../../../catalog/index.js';
import { type Batch, readStream, type Schema } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { invalid } from '../faults.js';
import { fileBytes } from '../files/bytes.js';
import type { SourceFile } from '../files/local.js';
import { commonSchema, progressOf, type Rows } from '../rows.js';

/** A source of Arrow IPC files or streams with the same columns, read without any engine between: every type stays as it is. */
export async function openArrow(files: readonly SourceFile[], open: OpenOptions): Promise<Rows> {
  const schemas: Schema[] = [];
  for (const file of files) {
    const source = await opened(file);
    schemas.push(source.schema);
    await source.close();
  }
  const onRead = progressOf(files, 1, open);
  return {
    schema: commonSchema(schemas, files),
    notes: [],
    async *batches() {
      for (const file of files) {
        yield* named(file, (await opened(file)).batches);
        onRead(file.bytes);
      }
    },
  };
}

async function opened(file: SourceFile) {
  try {
    return await readStream(file.packed ? fileBytes(file) : file.path);
  } catch (error) {
    throw faultOf(file, error);
  }
}

async function* named(file: SourceFile, batches: AsyncGenerator<Batch>): AsyncGenerator<Batch, void, undefined> {
  try {
    yield* batches;
  } catch (error) {
    throw faultOf(file, error);
  }
}

function faultOf(file: SourceFile, error: unknown): unknown {
  if (!(error instanceof CounterfoilError) || error.code !== 'batch.invalid') return error;
  return invalid(printable(file.name), `it is not a sound Arrow file or stream. ${error.message.replace(/\.$/, '')}`, {
    cause: error,
  });
}
