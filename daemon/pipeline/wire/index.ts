export { type BatchMeta, decodeMeta, encodeMeta } from './meta.js';
