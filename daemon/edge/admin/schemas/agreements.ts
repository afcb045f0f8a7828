import { z } from 'zod';
import { byName, LIMITS } from '../../../foundation/index.js';
import {
  contractTextSchema,
  countSchema,
  datasetNameSchema,
  idSchema,
  orgIdSchema,
  reasonSchema,
  timeSchema,
  versionSchema,
} from './common.js';
import { ruleSchema } from './contracts.js';
import { personalSchema } from './personal.js';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const parameter = z.union([scalar, z.array(scalar), byName(z.string(), scalar)]);

/** What happens to one column: an operator and its parameters, such as `{"op": "partial", "keep": 4}`. */
const columnRuleSchema = z.object({ op: z.string().min(1).max(40) }).catchall(parameter);

/** Per column an operator; columns without a rule are kept, unless they look personal: then the offer is blocked. */
const policySchema = z.strictObject({
  columns: byName(z.string().max(LIMITS.columnNameBytes), columnRuleSchema),
  where: z.string().min(1).max(LIMITS.queryChars).optional().describe('Row filter, an SQL condition.'),
});

/** A policy as people write it: a whole one, and single rules that change it. `requestedPolicy` makes one of them. */
export const policyInput = {
  policy: policySchema.optional(),
  mask: z
    .array(z.string().max(LIMITS.maskChars))
    .max(LIMITS.columns)
    .optional()
    .describe('COL=OP, as on the command line.'),
  drop: z
    .array(z.string().max(LIMITS.columnNameBytes))
    .max(LIMITS.columns)
    .optional()
    .describe('Columns to leave out.'),
  where: z.string().min(1).max(LIMITS.queryChars).optional().describe('Row filter, an SQL condition.'),
};

/** The same as it is shown: with the defaults of its operators. */
const policyReply = z.object({
  columns: byName(z.string(), z.looseObject({ op: z.string() })),
  where: z.string().optional(),
});

/** Terms that both sides sign beside contract and policy. */
const terms = {
  purpose: z.string().max(LIMITS.purposeChars).optional(),
  basis: z.string().max(LIMITS.purposeChars).optional().describe('Legal basis, a code such as gdpr:6.1.b.'),
  expires: z
    .string()
    .regex(
      /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z)?$/,
      'must be a date (2030-01-31) or an RFC 3339 UTC time',
    )
    .optional(),
  retain: z
    .string()
    .regex(/^[1-9]\d{0,4}[hd]$/, 'must be a number of hours or days, such as 30d')
    .optional()
    .describe('How long the consumer may keep what landed.'),
  follow: z.string().max(100).optional().describe('Cron expression: send new versions on this schedule.'),
};

export const offerRequest = z.strictObject({
  peer: orgIdSchema,
  dataset: datasetNameSchema,
  ...policyInput,
  ...terms,
});

/** An offer that is not made yet. */
export const draftRequest = z.strictObject({ peer: orgIdSchema, dataset: datasetNameSchema, ...policyInput });

/** A contradiction between contract and requirements, for people to settle. */
const conflictSchema = z.object({
  path: z.string().describe('Where: a column, or a rule of it.'),
  message: z.string(),
});

export const agreementSchema = z.object({
  id: idSchema,
  state: z.enum(['proposed', 'countered', 'agreed', 'active', 'expired', 'terminated', 'rejected']),
  revision: countSchema,
  role: z.enum(['provider', 'consumer']).describe('Of this gateway.'),
  dataset: z.string(),
  peer: z.string(),
  policy: policyReply,
  conflicts: z.array(conflictSchema),
  notApplied: z
    .array(z.object({ rule: z.string(), columns: z.array(z.string()), reason: z.string() }))
    .describe('Rules of the provider that a mask makes meaningless.'),
  waitingFor: z.enum(['us', 'peer']).nullable().describe('Who is to answer.'),
  purpose: z.string().nullable(),
  basis: z.string().nullable(),
  expires: timeSchema.nullable(),
  retain: z.string().nullable(),
  follow: z.string().nullable(),
  reason: z.string().nullable().describe('Given by who rejected or terminated it.'),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});

export const agreementListReply = z.object({ agreements: z.array(agreementSchema) });
export const agreementRequest = z.strictObject({ id: idSchema });
export const agreementDecideRequest = z.strictObject({ id: idSchema, reason: reasonSchema.optional() });

const columnTypes = z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean() }));

/** What it holds a delivery to, in lines that people read. */
const rulesReply = {
  rules: z.array(ruleSchema).describe('The effective contract.'),
  merged: z
    .array(z.object({ rule: z.string(), requirement: z.string() }))
    .describe('Rules of both sides that are one now.'),
  onMasked: z
    .array(z.object({ rule: z.string(), columns: z.array(z.string()) }))
    .describe('Rules of the consumer that see masked values.'),
};

export const agreementShowReply = agreementSchema.extend({
  digest: z.string().describe('Hex SHA-256 of the signed document.'),
  contract: z.record(z.string(), z.unknown()).describe('The effective contract.'),
  notEvaluated: z
    .array(z.object({ path: z.string(), line: countSchema, reason: z.string() }))
    .describe("What no check looks at, of this side's document: the provider's contract, the consumer's requirements."),
  providerNotEvaluated: z
    .array(z.object({ path: z.string(), reason: z.string() }))
    .describe("What no check looks at of the provider's contract, as the signed document says it to both."),
  changes: z.array(z.string()).describe('What changed from the revision before, a line each.'),
  columns: columnTypes,
  ...rulesReply,
  signatures: z.array(z.object({ by: z.string(), key: z.string() })),
  history: z.array(z.object({ at: timeSchema, by: z.string(), event: z.string(), revision: countSchema })),
});

const overridden = z
  .array(z.object({ column: z.string(), entity: z.string(), by: z.string(), reason: z.string() }))
  .describe('Columns that look personal and go as they are, because a person has said that they are not.');

export const offerReply = agreementSchema.extend({ overridden });

export const draftReply = z.object({
  policy: policyReply,
  blocked: z
    .array(z.object({ column: z.string(), entities: z.array(z.string()), evidence: z.string() }))
    .describe('Columns that look personal and have no rule: they would block the offer.'),
  overridden,
  columns: columnTypes.describe('What the peer would see.'),
  conflicts: z.array(conflictSchema),
  notApplied: z.array(z.object({ rule: z.string(), columns: z.array(z.string()), reason: z.string() })),
  requirements: z.boolean().describe('Whether the peer has said what it needs of the dataset.'),
  ...rulesReply,
});

export const maskListRequest = z.strictObject({ name: datasetNameSchema });

export const maskListReply = z.object({
  operators: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      accepts: z.string(),
      nulls: z.string(),
      preserves: z.array(z.string()).describe('What stays true of the column: nulls, equality.'),
      parameters: z.array(z.object({ name: z.string(), about: z.string() })),
      positional: z.string().nullable(),
      example: z.string(),
    }),
  ),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      nullable: z.boolean(),
      operators: z.array(z.string()).describe('Those that take the type of the column.'),
      personal: z.array(personalSchema),
    }),
  ),
  policy: policyReply.nullable().describe('What the contract of the dataset says.'),
});

export const needsReply = z.object({
  requirements: z.array(
    z.object({
      peer: z.string(),
      dataset: z.string(),
      by: z.enum(['us', 'peer']),
      digest: z.string(),
      text: z.string().nullable().describe('ODCS text; null for those of a peer, who sends the rules only.'),
      rules: z.array(ruleSchema),
      own: z.array(ruleSchema).describe('Rules that never leave this gateway.'),
    }),
  ),
});

export const counterRequest = z.strictObject({
  id: idSchema,
  requirements: contractTextSchema.optional(),
  ...policyInput,
  ...terms,
});

export const dryRunRequest = z.strictObject({ id: idSchema, version: versionSchema.optional() });

const verdict = z.enum(['pass', 'warn', 'fail', 'error', 'skip']);

/** Results of running rules, as the checks report them. Verdicts and counts; samples are locators and masked values. */
export const reportSchema = z.looseObject({
  side: z.enum(['provider', 'consumer']),
  verdict,
  rows: countSchema,
  results: z
    .array(
      z.looseObject({
        id: z.string(),
        check: z.string(),
        columns: z.array(z.string()).readonly(),
        status: verdict,
        severity: z.enum(['error', 'warn', 'info']),
        tested: countSchema,
        failed: countSchema,
        message: z.string(),
      }),
    )
    .readonly(),
});

export const dryRunReply = z.object({ id: idSchema, version: versionSchema, report: reportSchema });

export const requirementsRequest = z.strictObject({
  peer: orgIdSchema,
  dataset: datasetNameSchema.describe("The provider's name of the dataset."),
  contract: contractTextSchema,
});

export const requirementsReply = z.object({
  peer: z.string(),
  dataset: z.string(),
  digest: z.string(),
  agreements: z.array(idSchema).describe('Open offers of this dataset, which a counter would answer.'),
  conflicts: z.array(conflictSchema),
});

const landingFormat = z.enum(['parquet', 'arrow', 'csv']);
const landingCompression = z.enum(['snappy', 'zstd', 'uncompressed']);

export const landingChoice = z
  .strictObject({
    id: idSchema,
    format: landingFormat.optional(),
    compression: landingCompression.optional().describe('Of Parquet files.'),
    rowGroupRows: z
      .int()
      .min(LIMITS.rowGroupRowsLeast)
      .max(LIMITS.rowGroupRowsMost)
      .optional()
      .describe('Of Parquet files, at most.'),
    partitionBy: z
      .array(z.string().min(1).max(LIMITS.partitionNameChars))
      .max(LIMITS.partitionColumns)
      .refine((names) => new Set(names).size === names.length, { error: 'must name each column once' })
      .optional()
      .describe('Columns whose values become folders, outermost first.'),
  })
  .refine(
    ({ format, compression, rowGroupRows }) =>
      (format ?? 'parquet') === 'parquet' || (compression === undefined && rowGroupRows === undefined),
    { error: 'compression and rowGroupRows are of Parquet alone' },
  )
  .describe('What is left out is as config.yaml says; nothing at all takes the choice back.');

export const landingReply = z.object({
  id: idSchema,
  format: landingFormat,
  compression: landingCompression.nullable(),
  rowGroupRows: countSchema.nullable(),
  partitionBy: z.array(z.string()),
  chosen: z.boolean().describe('For this agreement; else as config.yaml says.'),
});
