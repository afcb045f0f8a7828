export { decodeBatch } from './batch-decode.js';
export { encodeBatch, ipcStream } from './batch-encode.js';
export { typeText } from './data-type.js';
export { decodeSchema } from './schema-decode.js';
export { encodeSchema } from './schema-encode.js';
export type { Batch, Column, DataType, Field, Frame, MapForm, Schema, TimeUnit } from './types.js';
