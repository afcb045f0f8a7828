export { decodeMeta, encodeMeta } from './meta.js';
