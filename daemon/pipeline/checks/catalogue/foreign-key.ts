import { z } from 'zod';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { defineCheck, unfit } from '../define.js';
import { type RowTests, rowTestCheck } from '../row-tests.js';
import { isValid } from '../values/access.js';
import { hashRows } from '../values/hash.js';
import { exactText } from '../values/type-text.js';
import { count, names } from '../wording.js';

export const foreignKey = defineCheck({
  name: 'foreign_key',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'Every key occurs in a version of another dataset.',
    counts: 'Tested: the rows without a null in the key. Failed: those whose key does not occur there.',
    nulls: 'A row with a null in a key column is not tested.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes: `The columns have the types of those referred to. Compared by 128-bit hashes, of at most ${LIMITS.referenceKeys} keys. A provider looks among its datasets, a consumer first among what has landed from the provider, then among its own. A consumer's rule on the provider's side may name only datasets that an active agreement gives it.`,
    parameters: {
      dataset: 'The dataset referred to.',
      references: 'Its key columns, in the order of `columns`. Default: the same names.',
      version: 'Id of the version. Default: the newest.',
    },
    example: {
      id: 'known-customer',
      check: 'foreign_key',
      columns: ['customer_id'],
      dataset: 'customers',
      references: ['id'],
      side: 'provider',
    },
  },
  params: {
    dataset: z.string().min(1).max(LIMITS.datasetNameChars),
    references: z.array(z.string().min(1)).min(1).optional(),
    version: z.string().max(100).optional(),
  },
  refine: ({ references }, columns) =>
    references !== undefined && references.length !== columns.length
      ? 'references and columns are of different length'
      : undefined,
  bind: (rule, fields, { references }) => {
    const found = references?.get(rule.id);
    if (found instanceof CounterfoilError) throw found;
    fields.forEach((field, at) => {
      const type = found?.types[at];
      if (type === undefined) return;
      if (exactText(type) !== exactText(field.type))
        throw unfit(field, `the key that it refers to is ${exactText(type)}`);
    });
    return rowTestCheck(rule, {
      prepare: (batch) => {
        const keys = found ?? absent(rule.dataset);
        const columns = fields.map((field) => batch.columns[field.at]!);
        const hashes = hashRows(columns, batch.rows);
        return (row) => (columns.every((column) => isValid(column, row)) ? keys.has(hashes, row) : undefined);
      },
      message: ({ tested, failed }: RowTests) =>
        failed === 0
          ? `All ${count(tested)} keys occur in ${printable(rule.dataset)}.`
          : `${count(failed)} of ${count(tested)} keys in ${names(rule.columns!)} do not occur in ${printable(rule.dataset)}.`,
    });
  },
});

/** Told with the first rows: where no rows are looked at, as in an offer, nothing need be at hand. */
function absent(dataset: string): never {
  throw new CounterfoilError('contract.invalid', `The dataset ${printable(dataset)} is not at hand here.`);
}
