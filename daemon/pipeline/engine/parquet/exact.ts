import { type Batch, type Field, readStream, type Schema } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { invalid } from '../faults.js';
import type { SourceFile } from '../files/local.js';
import { type ReaderRequest, ReaderThread } from './reader.js';

type Ask = (wants: ReaderRequest['wants']) => Promise<Uint8Array | undefined>;

/**
 * A Parquet file through the reference reader, which gives every type of the Arrow schema kept in the file. Slower than
 * polars, which changes some; so polars reads the rows where the types come out the same.
 */
export class ExactParquet {
  readonly #ask: Ask;
  readonly #name: string;
  readonly schema: Schema;

  private constructor(ask: Ask, name: string, schema: Schema) {
    this.#ask = ask;
    this.#name = name;
    this.schema = schema;
  }

  static async open({ path, name }: SourceFile): Promise<ExactParquet> {
    const ask = ReaderThread.file(path);
    try {
      const { schema, batches } = await readStream((await ask('schema'))!);
      await batches.return();
      return new ExactParquet(ask, name, { fields: schema.fields.map(withoutFieldId) });
    } catch (error) {
      throw faultOf(name, error);
    }
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    try {
      for (let part = await this.#ask('rows'); part !== undefined; part = await this.#ask('rows'))
        yield* (await readStream(part)).batches;
    } catch (error) {
      throw faultOf(this.#name, error);
    }
  }

  close(): void {
    this.#ask('close').catch(() => undefined); // a thread that has ended holds nothing
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
