export { openFolder } from './open-folder.js';
export { blankSeal, newSeal } from './seal.js';
