export { Landings } from './landings.js';
export { type LandedFile, type LandedManifest, readManifest, settingsOf, writeManifest } from './manifest.js';
export { partitions, rowsOf } from './partition.js';
export { openLanded, openLandedFile } from './read.js';
export { fieldsInFiles, type LandingSettings, mustCarry, unsupported } from './settings.js';
export { ENDING, type FileWriter, fileWriter } from './writer.js';
