import { RE2JS, RE2JSException } from 're2js';
import { z } from 'zod';
import type { Column } from '../../../columnar/index.js';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { cellCheck, remembered } from '../cells.js';
import { defineCheck, unfit } from '../define.js';
import { storageType, textReader } from '../values/access.js';
import { byteMatcher } from '../values/byte-pattern.js';

export const regex = defineCheck({
  name: 'regex',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'Every text matches a pattern.',
    counts: 'Tested: the non-null values. Failed: those that do not match.',
    nulls: 'Not tested.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'RE2 syntax, which matches in time linear in the text: a pattern cannot be made to hang a gateway. Look-around and back-references do not exist in it and are refused. By default the pattern may match anywhere, as in ODCS and JSON Schema; anchor it with ^ and $, or set match to full.',
    parameters: { pattern: 'The pattern.', match: '`search` (default): anywhere in the text. `full`: the whole text.' },
    example: { id: 'sku-form', check: 'regex', columns: ['sku'], pattern: '^[A-Z]{3}-[0-9]{4}$' },
  },
  params: { pattern: z.string().min(1).max(LIMITS.patternChars), match: z.enum(['search', 'full']).default('search') },
  refine: ({ pattern }) => patternFault(pattern),
  bind: (rule, fields) => {
    const other = fields.find(({ type }) => storageType(type).name !== 'utf8');
    if (other !== undefined) throw unfit(other, 'a pattern needs text');
    const compiled = compilePattern(rule.pattern);
    const full = rule.match === 'full';
    const test = remembered(full ? (text) => compiled.matches(text) : (text) => compiled.test(text));
    const quick = byteMatcher(rule.pattern, full);
    return cellCheck({
      rule,
      fields,
      fault: `do not match the pattern ${printable(rule.pattern)}`,
      costly: quick === undefined,
      test: (column) => {
        if (quick === undefined) {
          const read = textReader(column);
          return (row) => test(read(row));
        }
        const bytes = bytesOf(column);
        const offsets = column.offsets!;
        return (row) => {
          const found = quick(bytes, offsets[row]!, offsets[row + 1]!);
          return found === 2 ? test(bytes.toString('utf8', offsets[row]!, offsets[row + 1]!)) : found === 1;
        };
      },
    });
  },
});

const bytesOf = ({ data }: Column): Buffer =>
  data === undefined ? Buffer.alloc(0) : Buffer.from(data.buffer, data.byteOffset, data.length);

/** A pattern of a contract, compiled for linear-time matching; `contract.invalid` when RE2 does not take it. */
export function compilePattern(pattern: string): RE2JS {
  const fault = patternFault(pattern);
  if (fault !== undefined) throw new CounterfoilError('contract.invalid', `${fault}.`);
  return RE2JS.compile(pattern);
}

function patternFault(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    const why = error instanceof RE2JSException ? error.message : 'it cannot be compiled';
    return `pattern ${printable(pattern)} is not an RE2 pattern: ${why}`;
  }
}
