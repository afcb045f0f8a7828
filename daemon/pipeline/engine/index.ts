export { clearScratch } from './files/scratch.js';
export { openSource } from './open-source.js';
export { setPairs } from './parquet-footer.js';
export { probeSource } from './probe.js';
export { QueryTable } from './sql/rows-of.js';
export { type ParquetCompression, ParquetWriter } from './write-parquet.js';
