import { z } from 'zod';
import { byName, LIMITS } from '../../../foundation/index.js';
import { policyInput } from './agreements.js';
import {
  contractTextSchema,
  countSchema,
  datasetNameSchema,
  orgIdSchema,
  timeSchema,
  versionSchema,
} from './common.js';
import { personalSchema } from './personal.js';

export const datasetAddRequest = z.strictObject({
  name: datasetNameSchema,
  source: z.string().min(1).max(4096).describe('Absolute path, glob, file://, s3:// or https:// address.'),
  format: z.enum(['parquet', 'csv', 'ndjson', 'arrow']).optional().describe('Told from the name when left out.'),
  query: z.string().min(1).max(LIMITS.queryChars).optional().describe('SQL over the source, which is named "source".'),
  options: z
    .strictObject({
      separator: z.string().length(1).optional(),
      header: z.boolean().optional(),
      quote: z.string().length(1).optional(),
      nulls: z
        .array(z.string().max(100))
        .max(100)
        .optional()
        .describe('Cells that stand for null besides the empty ones.'),
      types: byName(z.string(), z.string()).optional().describe('Types by column name; the others are found.'),
      encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1']).optional(),
    })
    .optional()
    .describe('How text files are read, where the files do not say.'),
  contract: contractTextSchema.optional(),
});

/** A source that is not a dataset yet. */
export const describeRequest = datasetAddRequest.omit({ name: true, contract: true }).extend({
  rows: z
    .int()
    .min(0)
    .max(LIMITS.describeRows)
    .optional()
    .describe('First rows to show to the caller, as they are; they are kept nowhere. None when left out.'),
});

export const describeReply = z.object({
  format: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean() })),
  notes: z.array(z.string()).describe('What a person should know about how it is read.'),
  rows: z.array(z.array(z.string().nullable())).describe('Values as text, in the order of the columns.'),
});

export const compareRequest = z.strictObject({
  name: z.string().min(1).max(LIMITS.datasetNameChars),
  before: versionSchema,
  after: versionSchema,
});

export const compareReply = z.object({
  dataset: z.string(),
  before: versionSchema,
  after: versionSchema,
  rows: z.object({ before: countSchema, after: countSchema }),
  batches: countSchema.describe('Of the version that has more.'),
  columns: z.array(
    z.object({
      name: z.string(),
      change: z.enum(['same', 'values', 'type', 'added', 'removed']),
      before: z.string().nullable(),
      after: z.string().nullable(),
      alike: countSchema.nullable().describe('Batches that are alike.'),
    }),
  ),
});

const datasetSchema = z.object({
  name: z.string(),
  source: z.string(),
  format: z.string(),
  query: z.string().nullable(),
  createdAt: timeSchema,
  versions: countSchema,
  latest: z.string().nullable().describe('The version published last.'),
});

const columnTypeSchema = z.object({ name: z.string(), type: z.string(), nullable: z.boolean() });

export const datasetListReply = z.object({ datasets: z.array(datasetSchema) });
export const datasetRequest = z.strictObject({ name: datasetNameSchema });

export const datasetShowReply = datasetSchema.extend({
  contract: z.string().nullable().describe('ODCS document, YAML text.'),
  columns: z.array(columnTypeSchema).describe('Of the latest version; empty before the first.'),
});

export const contractSetRequest = datasetRequest.extend({
  contract: contractTextSchema,
  replaces: z
    .string()
    .nullable()
    .optional()
    .describe('Digest of the contract that this is a change of: refused when somebody else has changed it since.'),
});

export const contractReply = z.object({
  dataset: z.string(),
  contract: z.string().nullable().describe('ODCS document as it was given, YAML text.'),
  digest: z.string().nullable().describe('SHA-256 of its canonical JSON, hex.'),
  rules: countSchema.describe('Rules that follow from it.'),
  notEvaluated: z
    .array(z.object({ path: z.string(), line: countSchema, reason: z.string() }))
    .describe('What is kept and signed but that no check runs.'),
});

export const profileReply = z.object({
  dataset: z.string(),
  rows: countSchema,
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      nulls: countSchema,
      distinct: countSchema,
      min: z.union([z.string(), z.number()]).nullable().describe('Null where it would show a personal value.'),
      max: z.union([z.string(), z.number()]).nullable(),
      personal: z.array(personalSchema),
    }),
  ),
  contract: z.string().describe('A first contract that this data keeps, YAML text.'),
});

export const publishReply = z.object({
  dataset: z.string(),
  version: versionSchema,
  rows: countSchema,
  batches: countSchema,
  bytes: countSchema,
  unchanged: z.boolean().describe('True when the rows are those of this version already; none was made.'),
});

export const versionsReply = z.object({
  dataset: z.string(),
  versions: z.array(
    z.object({
      version: versionSchema,
      rows: countSchema,
      batches: countSchema,
      bytes: countSchema,
      createdAt: timeSchema,
      parent: z.string().nullable(),
      rowsRoot: z.string(),
    }),
  ),
});

/** With a policy: one that is not offered yet. Without: that of the agreement with the peer. */
export const previewRequest = z.strictObject({
  name: datasetNameSchema,
  as: orgIdSchema.describe('The peer whose view to show.'),
  rows: z.coerce.number().int().min(1).max(LIMITS.previewRows).optional(),
  ...policyInput,
});

export const previewReply = z.object({
  dataset: z.string(),
  version: versionSchema,
  peer: z.string(),
  agreement: z.string().nullable(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), operator: z.string() })),
  rows: z
    .array(z.array(z.union([z.string(), z.null()])))
    .describe('Masked values as text, exactly as the peer would get them.'),
});

export const sampleRequest = datasetRequest.extend({
  out: z.string().min(1).max(4096).describe('Absolute path of the Parquet file to write. It must not exist.'),
  level: z
    .enum(['contract', 'marginals'])
    .default('contract')
    .describe('contract: no data is read. marginals: each column is drawn like that of the newest version.'),
  rows: z.coerce.number().int().min(1).max(LIMITS.sampleCells).default(1000),
  seed: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
});

export const sampleReply = z.object({
  dataset: z.string(),
  level: z.enum(['contract', 'marginals']),
  version: versionSchema
    .nullable()
    .describe('The version that the columns were learnt from; null where no data was read.'),
  file: z.string(),
  rows: countSchema,
  seed: countSchema,
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  note: z.string().describe('What a sample is and is not; stamped into the file too.'),
});

export const identifyRequest = z.strictObject({
  file: z.string().min(1).max(4096).describe('Absolute path of a Parquet, Arrow, CSV or NDJSON file or folder.'),
});

export const identifyReply = z.object({
  file: z.string(),
  rows: countSchema,
  matches: z.array(
    z.object({
      version: versionSchema,
      dataset: z.string(),
      agreement: z.string().nullable().describe('Null when it is the version itself, before any mask.'),
      peer: z.string().nullable(),
      columns: z.array(z.string()).describe('Columns whose digests match.'),
    }),
  ),
});
