export { type Address, formatAddress, parseAddress } from './address.js';
export { type Environment, environmentVariables, homeOfEnvironment, processEnvironment } from './env.js';
export { type HomePaths, homePaths } from './home.js';
export { type InitOptions, initHome, undoInit } from './init.js';
export { type Config, loadConfig } from './load.js';
export { nearest } from './nearest.js';
export { type RunFile, readRunFile, removeRunFile, writeRunFile } from './run-file.js';
