export type { Policy } from '../../agreement/index.js';
export { maskBook, preserves } from './book.js';
export type { MaskKeys } from './keys.js';
export { MASK_METADATA, type MaskPlan, planMasks, viewOf } from './plan.js';
export { OPERATORS } from './registry.js';
export { parseMask } from './text.js';
