import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import { countSchema, datasetNameSchema, idSchema, reasonSchema, timeSchema, versionSchema } from './common.js';

export const deleteRequest = z.strictObject({ id: idSchema, reason: reasonSchema.optional() });

export const shredRequest = z.strictObject({ name: datasetNameSchema, version: versionSchema });
export const shredReply = z.object({ dataset: z.string(), version: versionSchema, shredded: z.literal(true) });

export const erasureRequest = z.strictObject({
  agreement: idSchema,
  column: z.string().min(1).max(LIMITS.columnNameBytes).describe('The column that says whose row it is.'),
  value: z
    .string()
    .min(1)
    .max(LIMITS.subjectChars)
    .describe('As it is in our own data. Only what stands for it at the peer is sent.'),
});

export const erasureIdRequest = z.strictObject({ id: idSchema });

const state = z.enum(['requested', 'erasing', 'erased']);

export const erasureSchema = z.object({
  id: idSchema,
  role: z.enum(['provider', 'consumer']).describe('Of this gateway.'),
  peer: z.string(),
  agreement: idSchema,
  column: z.string(),
  subject: z.string().describe('Salted digest by which both ledgers name the person.'),
  state,
  rows: countSchema,
  versions: z.array(z.object({ version: versionSchema, transfer: idSchema, rows: countSchema })),
  correlation: z.string(),
  requestedAt: timeSchema,
  erasedAt: timeSchema.nullable(),
});

export const erasureListReply = z.object({ erasures: z.array(erasureSchema) });

export const erasureShowReply = erasureSchema.extend({
  receipt: z
    .object({ document: z.string(), signature: z.string(), key: z.string() })
    .nullable()
    .describe("The consumer's signed receipt, kind erasure-receipt; base64. Null until it is erased."),
});
