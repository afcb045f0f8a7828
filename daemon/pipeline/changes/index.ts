export { applyPatch } from './apply.js';
export { Differ } from './differ.js';
export { decodePatch, encodePatch, invalid as invalidPatch } from './patch.js';
export { RowsBefore } from './rows-before.js';
