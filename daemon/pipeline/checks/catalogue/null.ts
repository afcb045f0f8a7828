import { z } from 'zod';
import { cellCheck } from '../cells.js';
import { defineCheck } from '../define.js';
import { isValid, storageType, textReader } from '../values/access.js';
import { isKeyed, keyReader, literalKey } from '../values/keys.js';
import { literals, union } from './shared.js';

export const nullCheck = defineCheck({
  name: 'null',
  family: 'values',
  needs: 'nulls',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'No value is null.',
    counts: 'Tested: every row of each column. Failed: the null ones.',
    nulls: 'A null fails. Empty text, NaN and zero are values and pass; see `missing`.',
    empty: 'No rows: fails unless allowEmpty.',
    parameters: {},
    example: { id: 'id-present', check: 'null', columns: ['id'] },
  },
  params: {},
  bind: (rule, fields) =>
    cellCheck({
      rule,
      fields,
      nulls: true,
      fault: 'are null',
      allPass: (column) => column.nulls === 0 && column.type.name !== 'null',
      test: (column) => (row) => isValid(column, row),
    }),
  meet: () => ({ params: {} }),
});

/** What counts as missing where the rule does not say. */
const USUAL = ['', 'NA', 'N/A', 'n/a', 'null', 'NULL', 'None', '-'];

export const missing = defineCheck({
  name: 'missing',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'No value is null, blank, or one of the texts that stand for nothing.',
    counts: 'Tested: every row of each column. Failed: null, only white space, NaN, or in `missingValues`.',
    nulls: 'A null fails.',
    empty: 'No rows: fails unless allowEmpty.',
    parameters: {
      missingValues: `Values that stand for nothing, as they are in the column. Default: ${USUAL.map((x) => JSON.stringify(x)).join(', ')}.`,
      blank: 'false: text of white space alone, and NaN, count only where they are listed. Default true.',
    },
    example: { id: 'country-given', check: 'missing', columns: ['country'], missingValues: ['', 'unknown'] },
  },
  params: { missingValues: literals.optional(), blank: z.boolean().optional() },
  bind: (rule, fields) =>
    cellCheck({
      rule,
      fields,
      nulls: true,
      fault: 'are missing',
      test: (column, field) => {
        const values = rule.missingValues ?? USUAL;
        const type = storageType(field.type);
        if (!isKeyed(type)) return (row) => isValid(column, row);
        const gone = new Set(values.map((value) => literalKey(type, value)).filter((key) => key !== undefined));
        const blank = rule.blank !== false;
        if (type.name === 'float' && blank) gone.add('NaN');
        if (type.name === 'utf8') {
          const read = textReader(column);
          return (row) => {
            if (!isValid(column, row)) return false;
            const text = read(row);
            return !(blank && text.trim() === '') && !gone.has(text);
          };
        }
        const read = keyReader(column);
        return (row) => isValid(column, row) && !gone.has(read(row));
      },
    }),
  meet: (mine, theirs) => ({
    params: {
      missingValues: union(mine.missingValues ?? USUAL, theirs.missingValues ?? USUAL),
      blank: mine.blank === false && theirs.blank === false ? false : undefined,
    },
  }),
});

/** Whether nulls of a rule's key columns are compared as values. */
export const nullsParameter = z.enum(['ignore', 'equal']).default('ignore');
