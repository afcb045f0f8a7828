export { type Contract, type ParseOptions, parseContract } from './contract.js';
export { editContract } from './edit.js';
export { inspectContract } from './inspect.js';
export type { KnownColumn, KnownDataset } from './written/known.js';
export { writeContract } from './written/write.js';
