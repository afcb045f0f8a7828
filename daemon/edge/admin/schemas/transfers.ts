import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import { reportSchema } from './agreements.js';
import {
  coded,
  countSchema,
  datasetNameSchema,
  idSchema,
  orgIdSchema,
  reasonSchema,
  timeSchema,
  versionSchema,
} from './common.js';

const transferStates = [
  'offered',
  'checking',
  'streaming',
  'verifying',
  'landed',
  'receipted',
  'refused',
  'rejected',
  'cancelled',
  'failed',
] as const;

export const transferSchema = z.object({
  id: idSchema,
  state: z.enum(transferStates),
  role: z.enum(['provider', 'consumer']).describe('Of this gateway.'),
  dataset: z.string(),
  version: versionSchema,
  agreement: idSchema,
  peer: z.string(),
  rows: countSchema.describe('So far.'),
  bytes: countSchema,
  rowsTotal: countSchema.nullable().describe('Null before the view is signed.'),
  bytesTotal: countSchema.nullable(),
  bytesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  landed: z.string().nullable().describe('Path or table; at the consumer, once landed.'),
  keepUntil: timeSchema.nullable().describe('When what landed is deleted, by the retention of the agreement.'),
  deleted: z
    .object({ at: timeSchema, reason: z.string() })
    .nullable()
    .describe('The consumer has deleted what landed, and signed so.'),
  reasons: z.array(coded),
  correlation: z.string(),
  startedAt: timeSchema,
  updatedAt: timeSchema,
  final: z.boolean().describe('True in a state that does not change any more.'),
});

export const transferStartRequest = z.strictObject({ agreement: idSchema, version: versionSchema.optional() });
export const transferRequest = z.strictObject({ id: idSchema });
export const transferCancelRequest = z.strictObject({ id: idSchema, reason: reasonSchema.optional() });
export const transferReportRequest = z.strictObject({
  id: idSchema,
  format: z.enum(['json', 'junit', 'html']).default('json').describe('json: signed statements of both sides.'),
});

export const transferReportReply = z.object({
  transfer: idSchema,
  format: z.enum(['json', 'junit', 'html']),
  mediaType: z.string(),
  file: z.string().describe('A name for it, where it is saved.'),
  content: z.string().describe('The report as text. No raw values in any of its forms.'),
});

/** Groups of states that people ask for. */
const transferGroups = ['open', 'delivered', 'stopped'] as const;

export const transferListRequest = z.strictObject({
  state: z
    .enum([...transferGroups, ...transferStates])
    .optional()
    .describe(
      'A state, or open (not at an end), delivered (landed, receipted), stopped (refused, rejected, cancelled, failed).',
    ),
  peer: orgIdSchema.optional(),
  dataset: datasetNameSchema.optional(),
  agreement: idSchema.optional(),
  role: z.enum(['provider', 'consumer']).optional(),
  before: idSchema.optional().describe('Only those that are older than this one.'),
  limit: z.coerce.number().int().min(1).max(LIMITS.transferPage).optional().describe('All when left out.'),
});

export const transferListReply = z.object({
  transfers: z.array(transferSchema),
  total: countSchema.describe('How many there are that fit, on all pages.'),
});

export const transferShowReply = transferSchema.extend({
  report: z
    .object({ provider: reportSchema.nullable(), consumer: reportSchema.nullable() })
    .describe('Check reports of both sides, as far as known here.'),
  comparison: z
    .object({ compared: countSchema, differing: z.array(z.string()) })
    .nullable()
    .describe('Rules that both sides ran over the same rows, and those on which they counted differently.'),
  view: z
    .object({
      digest: z.string(),
      rowsRoot: z.string(),
      columns: z.array(z.object({ name: z.string(), from: z.string(), operator: z.string(), root: z.string() })),
    })
    .nullable()
    .describe('What the provider signed: equal roots are equal columns. Null before it did.'),
  wire: countSchema
    .nullable()
    .describe('Bytes that came for it, at the consumer: few where only changed rows had to. Null at the provider.'),
  steps: z.array(z.object({ at: timeSchema, state: z.string() })),
});
