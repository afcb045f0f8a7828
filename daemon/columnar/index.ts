export { decodeBatch } from './batch-decode.js';
export { encodeBatch, ipcStream } from './batch-encode.js';
export { nullColumn, textColumn } from './build.js';
export type { ByteSource } from './byte-reader.js';
export { type ColumnReader, columnReader, type TypedArray, type Value } from './column-reader.js';
export { concatBatches } from './concat.js';
export { typeText } from './data-type.js';
export { columnDigest } from './digest.js';
export {
  type ColumnRoot,
  rowsRoot,
  schemaJson,
  type VersionManifest,
  type ViewColumn,
  type ViewManifest,
  versionId,
  versionJson,
  viewDigest,
  viewJson,
} from './manifest.js';
export { type ArrowSource, readStream } from './read-stream.js';
export { batchBytes, type Cut, PUBLISH_CUT, rebatch } from './rebatch.js';
export { batchLeaf, batchSalt, columnKey, commitment, RowsDigest, type RowsSummary } from './rows-digest.js';
export { decodeSchema } from './schema-decode.js';
export { encodeSchema } from './schema-encode.js';
export { sliceBatch } from './slice.js';
export { takeRows } from './take.js';
export type { Batch, Column, DataType, Field, Frame, MapForm, Schema, TimeUnit } from './types.js';
