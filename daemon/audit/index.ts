export { type ExportedBundle, type ExportOptions, exportBundle } from './export.js';
export type { DocumentKind, DocumentSource } from './layout.js';
