import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { fileError, invalid } from '../faults.js';
import type { SourceFile } from '../files/local.js';

export interface Footer {
  rows: number;
  groups: readonly { rows: number; bytes: number }[];
  metadata: FileMetaData;
}

/** What the end of a Parquet file says about it. `source.invalid` when it is no Parquet file, or an encrypted one. */
export async function readFooter(file: SourceFile): Promise<Footer> {
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(await asyncBufferFromFile(file.path), { geoparquet: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw fileError(file.name, error);
    throw invalid(printable(file.name), 'it is not a whole Parquet file', { cause: error });
  }
  const groups = metadata.row_groups.map((group) => ({
    rows: Number(group.num_rows),
    bytes: Number(group.total_byte_size),
  }));
  return { rows: Number(metadata.num_rows), groups, metadata };
}

const NANO_LEAST = -(2n ** 63n);
const NANO_MOST = 2n ** 63n - 1n;

/**
 * INT96 times (older Spark, Impala) reach further than the nanoseconds in 64 bits that every reader makes of them, and
 * readers wrap around in silence. So these columns are looked at first; `type.unsupported` when a value does not fit.
 */
export async function checkInt96(file: SourceFile, { metadata }: Footer): Promise<void> {
  const columns = metadata.schema.filter((element) => element.type === 'INT96').map((element) => element.name);
  if (columns.length === 0) return;
  const handle = await asyncBufferFromFile(file.path);
  const compressors = {
    GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)),
    BROTLI: (input: Uint8Array) => new Uint8Array(brotliDecompressSync(input)),
  };
  for (const column of columns) {
    let outside = false;
    const timestampFromNanoseconds = (nanos: bigint): number => {
      if (nanos < NANO_LEAST || nanos > NANO_MOST) outside = true;
      return 0;
    };
    try {
      await parquetRead({
        file: handle,
        metadata,
        columns: [column],
        compressors,
        parsers: { timestampFromNanoseconds },
      });
    } catch (error) {
      throw unsupported(column, 'its INT96 times cannot be checked to fit 64 bits', error);
    }
    if (outside) throw unsupported(column, 'it holds an INT96 time that nanoseconds in 64 bits cannot hold');
  }
}

const unsupported = (column: string, what: string, cause?: unknown): CounterfoilError =>
  new CounterfoilError('type.unsupported', `Column ${printable(column)}: ${what}.`, {
    hint: 'Write the column as timestamp in microseconds.',
    cause,
  });
