export { type Contract, type ContractColumn, type ParseOptions, parseContract } from './contract.js';
export type { NotEvaluated } from './rules/draft.js';
export type { ContractPolicy, ContractTerms, MaskRule } from './terms.js';
