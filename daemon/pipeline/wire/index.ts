export { type BatchMeta, decodeMeta, encodeMeta } from './meta.js';
export { squeezed, unsqueezed } from './squeeze.js';
