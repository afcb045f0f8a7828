export { type Contract, type ParseOptions, parseContract } from './parse.js';
export type { ContractColumn } from './properties.js';
export type { NotEvaluated } from './rules.js';
