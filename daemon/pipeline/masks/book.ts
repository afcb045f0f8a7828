import type { ColumnRule, MaskBook } from '../../agreement/index.js';
import type { Schema } from '../../columnar/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { bindCondition } from '../checks/index.js';
import { MASK_METADATA, viewOf } from './plan.js';
import { OPERATORS, parseColumnRule } from './registry.js';

/** The masks' knowledge of policies, for agreements. */
export const maskBook: MaskBook = {
  parse: parseColumnRule,
  view: (schema, policy) => {
    if (policy.where !== undefined) checkFilter(policy.where, schema);
    return viewOf(schema, policy).schema;
  },
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

/** A row filter reads the columns of the version, also those that the peer does not get. */
function checkFilter(where: string, schema: Schema): void {
  try {
    bindCondition(where, schema);
  } catch (error) {
    throw new CounterfoilError('agreement.invalid', `The row filter: ${CounterfoilError.from(error).message}`, {
      cause: error,
    });
  }
}

/** What stays true of a column under an operator, for the checks' knowledge of rules. */
export const preserves = (operator: string): readonly ('nulls' | 'equality')[] =>
  OPERATORS.find(({ name }) => name === operator)?.preserves ?? [];
