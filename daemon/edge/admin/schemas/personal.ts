import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import { datasetNameSchema, timeSchema } from './common.js';

/** What a person has said of a finding. */
const overrideSchema = z.object({
  by: z.string().describe('Who, as in the ledger.'),
  at: timeSchema,
  reason: z.string(),
});

/** What looks personal in a column. */
export const personalSchema = z.object({
  column: z.string().describe('The column, or the field in it: address.street.'),
  entity: z.string(),
  verdict: z.enum(['is', 'contains']),
  confidence: z.number().min(0).max(1),
  evidence: z.string().describe('What a person can follow; no raw values.'),
  override: overrideSchema.nullable().describe('Set where a person has said that it is not; it is shown all the same.'),
});

const which = z.strictObject({
  name: datasetNameSchema,
  column: z.string().min(1).max(LIMITS.columnNameBytes).describe('As the finding calls it.'),
  entity: z.string().min(1).max(60).optional().describe('Default: all that was found in the column.'),
});

export const overrideRequest = which.extend({
  reason: z
    .string()
    .trim()
    .min(3, 'must say why')
    .max(LIMITS.reasonChars)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line')
    .describe('Why it is not what it looks like; goes into the ledger.'),
});

export const overrideWithdrawRequest = which;

export const overrideListReply = z.object({
  dataset: z.string(),
  overrides: z.array(
    overrideSchema.extend({ column: z.string(), entity: z.string(), verdict: z.enum(['is', 'contains']) }),
  ),
});
