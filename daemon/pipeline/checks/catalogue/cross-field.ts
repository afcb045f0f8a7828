import { z } from 'zod';
import { LIMITS, printable } from '../../../foundation/index.js';
import { defineCheck } from '../define.js';
import { type RowTests, rowTestCheck } from '../row-tests.js';
import { bindCondition } from '../where/evaluate.js';
import { parseCondition } from '../where/parser.js';
import { count } from '../wording.js';

export const crossField = defineCheck({
  name: 'cross_field',
  family: 'values',
  perRow: true,
  columns: 'none',
  describe: {
    summary: 'A condition between the columns of a row holds.',
    counts: 'Tested: the rows on which the condition is true or false. Failed: those on which it is false.',
    nulls: 'Where a null makes the condition unknown the row is not tested, as with a CHECK constraint of SQL.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'The language of `where`: columns, values, = <> < <= > >=, IS NULL, IN, BETWEEN, LIKE, AND, OR, NOT and parentheses. Numbers of different types, and dates with timestamps, are compared by value.',
    parameters: { condition: 'The condition.' },
    example: { id: 'ends-after-start', check: 'cross_field', condition: 'ended >= started' },
  },
  params: { condition: z.string().min(1).max(LIMITS.whereChars) },
  refine: ({ condition }) => {
    parseCondition(condition);
    return undefined;
  },
  bind: (rule, _fields, { schema }) => {
    const evaluate = bindCondition(rule.condition, schema);
    return rowTestCheck(rule, {
      prepare: (batch) => {
        const truth = evaluate(batch);
        return (row) => (truth[row] === 2 ? undefined : truth[row] === 1);
      },
      message: ({ tested, failed }: RowTests) =>
        failed === 0
          ? `The condition holds on all ${count(tested)} rows.`
          : `On ${count(failed)} of ${count(tested)} rows the condition ${printable(rule.condition)} does not hold.`,
    });
  },
});
