import { writeFileSync } from 'node:fs';
import type { DataFrame, SinkParquetOptions } from 'nodejs-polars';
import pl from 'nodejs-polars';
import { Compression, Table, WriterPropertiesBuilder, writeParquet as writeExact } from 'parquet-wasm/node';
import { type Batch, encodeBatch, type Frame, ipcParts, type Schema } from '../../columnar/index.js';
import { diskError, release } from '../../foundation/index.js';
import { setArrowSchema } from './parquet-footer.js';
import { changedTypes, framed, frameOf, knownToPolars, nameFitsPolars } from './polars.js';

export type ParquetCompression = 'zstd' | 'snappy' | 'uncompressed';

const EXACT = {
  zstd: Compression.ZSTD,
  snappy: Compression.SNAPPY,
  uncompressed: Compression.UNCOMPRESSED,
} as const;

/**
 * Writes Parquet files of one schema, every type exactly: through polars where it keeps them all, else through the
 * reference writer, which keeps the Arrow schema beside them.
 */
export class ParquetWriter {
  readonly #schema: Schema;
  readonly #compression: ParquetCompression;
  readonly #fast: boolean;
  readonly #groupRows: number | undefined;
  #stream = Buffer.alloc(0);

  private constructor(schema: Schema, compression: ParquetCompression, fast: boolean, groupRows: number | undefined) {
    this.#schema = schema;
    this.#compression = compression;
    this.#fast = fast;
    this.#groupRows = groupRows;
  }

  /** `groupRows`: rows of a row group, at most; left out, as many as the writer thinks best. */
  static async for(
    schema: Schema,
    compression: ParquetCompression = 'zstd',
    groupRows?: number,
  ): Promise<ParquetWriter> {
    return new ParquetWriter(schema, compression, await polarsKeeps(schema), groupRows);
  }

  /** Writes one file of these batches. Not synced. Errors: `store.full`. */
  write(path: string, batches: readonly Batch[]): void {
    this.writeFrames(
      path,
      batches.map((batch) => encodeBatch(this.#schema, batch)),
    );
  }

  /**
   * The same of batches as they are stored; they were found sound before. All of them are in memory, so the caller says
   * by their number how large a file is. Their memory is released.
   */
  writeFrames(path: string, frames: readonly Frame[]): void {
    const stream = this.#joined(ipcParts(this.#schema, frames));
    release(...frames.map(({ body }) => body));
    try {
      if (this.#fast) {
        this.#byPolars(pl.readIPCStream(stream), path);
        setArrowSchema(path, this.#schema);
      } else writeFileSync(path, this.#exact(stream), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      throw diskError(error);
    }
  }

  /** One buffer for all files of this writer: the next one finds its memory warm. */
  #joined(parts: readonly Uint8Array[]): Buffer {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#stream.length < bytes) this.#stream = Buffer.allocUnsafeSlow(bytes);
    let at = 0;
    for (const part of parts) {
      this.#stream.set(part, at);
      at += part.length;
    }
    return this.#stream.subarray(0, bytes);
  }

  /** Only a sink takes the size of row groups. */
  #byPolars(frame: DataFrame, path: string): void {
    const compression = this.#compression;
    if (this.#groupRows === undefined) {
      frame.writeParquet(path, { compression });
      return;
    }
    const options = { compression, statistics: true, rowGroupSize: this.#groupRows };
    const sinkOptions = { syncOnClose: 'none', maintainOrder: true, mkdir: false };
    const sink = frame.lazy().sinkParquet(path, { ...options, sinkOptions } as SinkParquetOptions);
    (sink as unknown as Sink).collectSync('in-memory');
  }

  #exact(stream: Buffer): Uint8Array {
    const properties = new WriterPropertiesBuilder().setCompression(EXACT[this.#compression]);
    const grouped = this.#groupRows === undefined ? properties : properties.setMaxRowGroupSize(this.#groupRows);
    return writeExact(Table.fromIPCStream(stream), grouped.build());
  }
}

/** What a sink gives is not what its type says: it is run by naming an engine. */
interface Sink {
  collectSync(engine: string): unknown;
}

const NESTED: ReadonlySet<string> = new Set(['list', 'fixed_size_list', 'struct']);

/**
 * Maps would come out as lists. Polars writes every column as one that may be null; a nested one that the Arrow schema then
 * says never is makes readers that believe the schema, polars among them, miscount its levels.
 */
async function polarsKeeps({ fields }: Schema): Promise<boolean> {
  const isPlain = fields.every(
    ({ name, type, nullable, map, innerMaps }) =>
      knownToPolars(type) &&
      nameFitsPolars(name) &&
      (nullable || !NESTED.has(type.name)) &&
      map === undefined &&
      innerMaps === undefined,
  );
  if (fields.length === 0 || !isPlain) return false;
  return changedTypes({ fields }, (await framed(frameOf({ fields }, []))).schema).length === 0;
}
