import { z } from 'zod';
import { CounterfoilError, type Json } from '../../../foundation/index.js';
import { operatorOf, parseColumnRule } from '../../masks/registry.js';
import { cellCheck } from '../cells.js';
import { defineCheck, unfit } from '../define.js';

const mask = z.looseObject({ op: z.string().min(1).max(40) });

export const piiMasked = defineCheck({
  name: 'pii.masked',
  family: 'privacy',
  needs: 'nothing',
  independent: true,
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'Every value has the form that a mask gives it.',
    counts: 'Tested: the values; for the mask `null` also the nulls. Failed: those that the mask cannot have made.',
    nulls: 'Not tested, except for the mask `null`, where everything else fails.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'For the consumer, which cannot see the raw values: it shows that a mask was applied, not that it was applied to the right value.',
    parameters: { mask: 'The operator and its parameters, as in a policy: {"op": "token"}.' },
    example: {
      id: 'tokens-only',
      check: 'pii.masked',
      columns: ['customer_id'],
      mask: { op: 'token' },
      side: 'consumer',
    },
  },
  params: { mask },
  refine: (params) => fault(params.mask as { op: string }),
  bind: (rule, fields) => {
    const parsed = parseColumnRule(rule.mask as { op: string; [key: string]: Json }, 'x');
    const { recognise } = operatorOf(parsed, 'x');
    const looks = fields.map((field) => {
      const test = recognise!(parsed, field);
      if (test === undefined) throw unfit(field, `the mask ${parsed.op} does not make such a column`);
      return test;
    });
    return cellCheck({
      rule,
      fields,
      nulls: parsed.op === 'null',
      fault: `do not have the form that the mask ${parsed.op} gives`,
      test: (column, field) => looks[fields.indexOf(field)]!(column),
    });
  },
});

function fault(given: { op: string; [key: string]: Json }): string | undefined {
  try {
    const rule = parseColumnRule(given, 'x');
    return operatorOf(rule, 'x').recognise === undefined
      ? `what the mask ${rule.op} makes cannot be told from other values`
      : undefined;
  } catch (error) {
    return CounterfoilError.from(error)
      .message.replace(/\.$/, '')
      .replace('The mask of column "x" cannot be: ', 'mask: ');
  }
}
