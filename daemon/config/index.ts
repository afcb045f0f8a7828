export { type Address, formatAddress, parseAddress } from './address.js';
export { type Change, changeSettings, changeSource, readSettings } from './change.js';
export { type Environment, environmentVariables, homeOfEnvironment, processEnvironment } from './env.js';
export type { HomePaths } from './home.js';
export { initHome, undoInit } from './init.js';
export { type Config, landingOf, loadConfig, paceOf, sourceAccess } from './load.js';
export { nearest } from './nearest.js';
export { readRunFile, removeRunFile, writeRunFile } from './run-file.js';
