export type { ColumnRule, Policy } from '../../agreement/index.js';
export { maskBook, preserves } from './book.js';
export type { MaskKeys } from './keys.js';
export { MASK_METADATA, type MaskPlan, planMasks, type View, type ViewColumn, viewOf } from './plan.js';
export { OPERATORS, parseColumnRule } from './registry.js';
export { parseMask } from './text.js';
