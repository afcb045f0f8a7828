import { openAsBlob } from 'node:fs';
import { ParquetFile } from 'parquet-wasm/node';
import { type Batch, type Field, readStream, type Schema } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { invalid } from '../faults.js';
import type { SourceFile } from '../files/local.js';

/** Rows asked for at a time. */
const ROWS = 8192;

/**
 * A Parquet file through the reference reader, which gives every type of the Arrow schema kept in the file. Slower than
 * polars, which changes some; so polars reads the rows where the types come out the same.
 */
export class ExactParquet {
  readonly #file: ParquetFile;
  readonly #name: string;
  readonly schema: Schema;

  private constructor(file: ParquetFile, name: string, schema: Schema) {
    this.#file = file;
    this.#name = name;
    this.schema = schema;
  }

  static async open({ path, name }: SourceFile): Promise<ExactParquet> {
    try {
      const file = await ParquetFile.fromFile(await openAsBlob(path));
      const { schema, batches } = await readStream(file.schema().intoIPCStream());
      await batches.return();
      return new ExactParquet(file, name, { fields: schema.fields.map(withoutFieldId) });
    } catch (error) {
      throw faultOf(name, error);
    }
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    try {
      const stream = await this.#file.stream({ batchSize: ROWS });
      for await (const part of stream as AsyncIterable<{ intoIPCStream(): Uint8Array }>) {
        yield* (await readStream(part.intoIPCStream())).batches;
      }
    } catch (error) {
      throw faultOf(this.#name, error);
    }
  }

  close(): void {
    this.#file.free();
  }
}

/** The number that Parquet gives a column says nothing outside of the file. */
function withoutFieldId(field: Field): Field {
  const { metadata, ...rest } = field;
  const kept = Object.entries(metadata ?? {}).filter(([key]) => key !== 'PARQUET:field_id');
  return kept.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(kept) };
}

function faultOf(name: string, error: unknown): CounterfoilError {
  return error instanceof CounterfoilError
    ? error
    : invalid(printable(name), 'it is damaged, or of a kind of Parquet that is not read', { cause: error });
}
