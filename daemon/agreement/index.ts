export { type ColumnRule, type Policy, parsePolicy } from './policy.js';
