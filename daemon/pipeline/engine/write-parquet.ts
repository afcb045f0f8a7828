import { writeFileSync } from 'node:fs';
import { Compression, Table, WriterPropertiesBuilder, writeParquet as writeExact } from 'parquet-wasm/node';
import { type Batch, ipcStream, type Schema } from '../../columnar/index.js';
import { diskError } from '../../foundation/index.js';
import { setArrowSchema } from './parquet-footer.js';
import { changedTypes, framed, frameOf, knownToPolars } from './polars.js';

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

  private constructor(schema: Schema, compression: ParquetCompression, fast: boolean) {
    this.#schema = schema;
    this.#compression = compression;
    this.#fast = fast;
  }

  static async for(schema: Schema, compression: ParquetCompression = 'zstd'): Promise<ParquetWriter> {
    return new ParquetWriter(schema, compression, await polarsKeeps(schema));
  }

  /**
   * Writes one file of these batches; all of them are in memory, so the caller says by their number how large a file is.
   * Not synced. Errors: `store.full`.
   */
  write(path: string, batches: readonly Batch[]): void {
    try {
      if (this.#fast) {
        frameOf(this.#schema, batches).writeParquet(path, { compression: this.#compression });
        setArrowSchema(path, this.#schema);
      } else writeFileSync(path, this.#exact(batches), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      throw diskError(error);
    }
  }

  #exact(batches: readonly Batch[]): Uint8Array {
    const properties = new WriterPropertiesBuilder().setCompression(EXACT[this.#compression]).build();
    return writeExact(Table.fromIPCStream(Buffer.concat(ipcStream(this.#schema, batches))), properties);
  }
}

/** Maps would come out as lists. */
async function polarsKeeps({ fields }: Schema): Promise<boolean> {
  const isPlain = fields.every(
    ({ type, map, innerMaps }) => knownToPolars(type) && map === undefined && innerMaps === undefined,
  );
  if (fields.length === 0 || !isPlain) return false;
  return changedTypes({ fields }, (await framed(frameOf({ fields }, []))).schema).length === 0;
}
