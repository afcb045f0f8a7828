export { type Contract, type ContractColumn, type ParseOptions, parseContract } from './contract.js';
export { type ContractEdit, editContract } from './edit.js';
export type { ContractPolicy, MaskRule } from './masks.js';
export type { NotEvaluated } from './rules/draft.js';
export type { ContractTerms } from './terms.js';
export type { KnownColumn, KnownDataset } from './written/known.js';
export { writeContract } from './written/write.js';
