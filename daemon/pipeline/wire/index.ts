export { decodeMeta, encodeMeta, type WireMeta } from './meta.js';
