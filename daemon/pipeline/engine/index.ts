export { clearScratch } from './files/scratch.js';
export { openSource } from './open-source.js';
export {
  type OpenOptions,
  type OpenSource,
  SOURCE_FORMATS,
  type SourceFormat,
  type SourceSpec,
  type TextOptions,
} from './source.js';
export { type ParquetCompression, ParquetWriter } from './write-parquet.js';
