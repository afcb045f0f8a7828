import type { ColumnRule, MaskBook } from '../../agreement/index.js';
import { MASK_METADATA, viewOf } from './plan.js';
import { OPERATORS, parseColumnRule } from './registry.js';

/** The masks' knowledge of policies, for agreements. */
export const maskBook: MaskBook = {
  parse: parseColumnRule,
  view: (schema, policy) => viewOf(schema, policy).schema,
  applied: (metadata) => {
    const text = metadata?.[MASK_METADATA];
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as ColumnRule;
    } catch {
      return { op: '' }; // no rule of ours, so no operator that a policy can name
    }
  },
};

/** What stays true of a column under an operator, for the checks' knowledge of rules. */
export const preserves = (operator: string): readonly ('nulls' | 'equality')[] =>
  OPERATORS.find(({ name }) => name === operator)?.preserves ?? [];
