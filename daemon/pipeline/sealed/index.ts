export { type OpenedFolder, type OpenSealedParams, openFolder } from './open-folder.js';
export { blankSeal, type ColumnSeal, newSeal, type SealedFor, sealColumn, sealedHead } from './seal.js';
