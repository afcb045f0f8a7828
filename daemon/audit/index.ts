export { exportBundle } from './export.js';
export type { DocumentSource } from './layout.js';
