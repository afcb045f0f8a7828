import type { OpenOptions } from '../../../catalog/index.js';
import type { Batch, Schema } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { changed, invalid } from '../faults.js';
import type { SourceFile } from '../files/local.js';
import { changedTypes, framed, knownToPolars, nameFitsPolars, scanFile } from '../polars.js';
import { commonSchema, progressOf, type Rows } from '../rows.js';
import { ExactParquet } from './exact.js';
import { checkInt96, type Footer, readFooter } from './footer.js';
import { SliceSize } from './slices.js';

interface Part {
  file: SourceFile;
  footer: Footer;
}

/**
 * A source of Parquet files with the same columns. Every type is carried exactly: by polars where it keeps the types of
 * the file, else by the reference reader. Errors: `source.invalid`, `type.unsupported`.
 */
export async function openParquet(files: readonly SourceFile[], open: OpenOptions): Promise<Rows> {
  const parts: Part[] = [];
  const schemas: Schema[] = [];
  for (const file of files) {
    open.signal?.throwIfAborted();
    const footer = await readFooter(file);
    await checkInt96(file, footer);
    const exact = await ExactParquet.open(file);
    schemas.push(exact.schema);
    exact.close();
    parts.push({ file, footer });
  }
  const schema = commonSchema(schemas, files);
  const onRead = progressOf(files, 1, open);
  return {
    schema,
    notes: [],
    async *batches() {
      for (const [index, part] of parts.entries()) {
        const isKept = (await changedByPolars(schemas[index]!, part.file)).length === 0;
        yield* counted(isKept ? sliced(part) : exactly(part), part, onRead);
      }
    },
  };
}

/** The columns of a Parquet file that polars would change or refuse, by name. */
export async function changedByPolars(schema: Schema, file: SourceFile): Promise<string[]> {
  const unknown = schema.fields
    .filter(({ name, type }) => !knownToPolars(type) || !nameFitsPolars(name))
    .map(({ name }) => name);
  if (unknown.length > 0) return unknown;
  try {
    // Synchronous: a panic is then an error, where in a promise it would end the process.
    const { schema: read } = await framed(scanFile(file.path).slice(0, 0).collectSync());
    return changedTypes(schema, read);
  } catch {
    return schema.fields.map(({ name }) => name);
  }
}

async function* exactly({ file }: Part): AsyncGenerator<Batch, void, undefined> {
  const exact = await ExactParquet.open(file);
  try {
    yield* exact.batches();
  } finally {
    exact.close();
  }
}

/** Slices of some MiB, the next one read while this one is used. */
async function* sliced({ file, footer }: Part): AsyncGenerator<Batch, void, undefined> {
  const frame = scanFile(file.path);
  const size = new SliceSize(footer);
  const next = (from: number) => {
    const rows = size.rows(from);
    const reading = frame.slice(from, rows).collect();
    reading.catch(() => {}); // it is awaited below, or not at all when the caller stops
    return { from, rows, reading };
  };
  try {
    let ahead = footer.rows > 0 ? next(0) : undefined;
    while (ahead !== undefined) {
      const { from, rows } = ahead;
      const read = await ahead.reading;
      const following = () => (from + rows < footer.rows ? next(from + rows) : undefined);
      // Not before the first slice has shown how large rows are: each slice decodes its row group from the start.
      ahead = from === 0 ? undefined : following();
      const { batches, bytes } = await framed(read);
      if (batches.reduce((sum, batch) => sum + batch.rows, 0) !== rows) throw changed(file.name);
      size.learn(rows, bytes);
      if (from === 0) ahead = following();
      yield* batches;
    }
  } catch (error) {
    if (error instanceof CounterfoilError) throw error;
    throw invalid(printable(file.name), 'it is damaged', { cause: error });
  }
}

async function* counted(
  batches: AsyncGenerator<Batch, void, undefined>,
  { file, footer }: Part,
  onRead: (bytes: number) => void,
): AsyncGenerator<Batch, void, undefined> {
  let rows = 0;
  for await (const batch of batches) {
    const before = Math.floor((rows / footer.rows) * file.bytes);
    rows += batch.rows;
    yield batch;
    onRead(Math.floor((rows / footer.rows) * file.bytes) - before);
  }
  if (rows !== footer.rows) throw invalid(printable(file.name), 'it has another number of rows than its footer says');
}
