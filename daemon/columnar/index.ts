export { typeText } from './data-type.js';
export { columnDigest } from './digest/column-digest.js';
export {
  rowsRoot,
  schemaJson,
  type VersionManifest,
  type ViewManifest,
  versionId,
  versionJson,
  viewDigest,
  viewJson,
} from './digest/manifest.js';
export { batchLeaf, batchSalt, columnKey, commitment, RowsDigest, type RowsSummary } from './digest/rows-digest.js';
export { decodeBatch } from './ipc/batch-decode.js';
export { encodeBatch, ipcParts, ipcStream } from './ipc/batch-encode.js';
export { arrowFile } from './ipc/file-encode.js';
export { decodeSchema } from './ipc/schema-decode.js';
export { encodeSchema } from './ipc/schema-encode.js';
export { nullColumn, textColumn } from './rows/build.js';
export { columnReader, type Value } from './rows/column-reader.js';
export { concatBatches } from './rows/concat.js';
export { batchBytes, type Cut, PUBLISH_CUT, rebatch } from './rows/rebatch.js';
export { sliceBatch } from './rows/slice.js';
export { takeRows } from './rows/take.js';
export { valueText } from './rows/value-text.js';
export type { ByteSource } from './source/byte-reader.js';
export { readStream } from './source/read-stream.js';
export { textTypeName } from './text-type.js';
export { exactText } from './type-name.js';
export type { Batch, Column, DataType, Field, Frame, Schema, TimeUnit } from './types.js';
