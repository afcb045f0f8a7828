export { type Contract, type ParseOptions, parseContract } from './contract.js';
export { type ContractEdit, editContract } from './edit.js';
export { type Inspected, inspectContract } from './inspect.js';
export type { KnownColumn, KnownDataset } from './written/known.js';
export { writeContract } from './written/write.js';
