import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import { countSchema, datasetNameSchema } from './common.js';

/** A text that is still being written: may be empty, or not YAML at all. */
const draftSchema = z.string().max(LIMITS.contractBytes);

/** A rule as people read it. */
export const ruleSchema = z.object({
  id: z.string(),
  check: z.string(),
  columns: z.array(z.string()),
  severity: z.enum(['error', 'warn', 'info']),
  side: z.enum(['provider', 'consumer', 'both']),
  source: z.enum(['provider', 'consumer']),
  text: z.string().describe('Its check, columns and parameters in a line.'),
});

export const contractCheckRequest = z.strictObject({
  contract: draftSchema,
  dataset: datasetNameSchema.optional().describe('Which table of the document is meant, where it has several.'),
});

export const contractCheckReply = z.object({
  ok: z.boolean(),
  faults: z.array(z.object({ line: countSchema, path: z.string(), message: z.string() })),
  document: z.unknown().describe('The document as JSON; null when the text is not YAML.'),
  digest: z.string().nullable(),
  table: z.string().nullable().describe('Name of the entry of schema that describes the dataset.'),
  rules: z.array(ruleSchema),
  notEvaluated: z.array(z.object({ path: z.string(), line: countSchema, reason: z.string() })),
});

const step = z.union([z.string().max(LIMITS.columnNameBytes), z.int().min(0)]);

export const contractEditRequest = z.strictObject({
  contract: draftSchema,
  edits: z
    .array(z.strictObject({ path: z.array(step).min(1).max(LIMITS.contractDepth), value: z.unknown().optional() }))
    .max(1000)
    .describe('Places and their new values; without a value, the entry is taken out.'),
});

export const contractEditReply = z.object({ contract: z.string().describe('All else is as it was, comments too.') });
