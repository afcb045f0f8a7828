import { z } from 'zod';

const valueSchema = z.union([z.string(), z.number(), z.boolean()]).nullable();
const pathSchema = z.string().min(1).max(200).describe('An entry of config.yaml, with dots: limits.streamsPerPeer.');
const prefixSchema = z.string().min(1).max(4096).describe('Beginning of the addresses that it is for.');
const optionName = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

export const settingsReply = z.object({
  file: z.string().describe('Path of config.yaml.'),
  revision: z.string().describe('Of the file as it is now; a change has to name it.'),
  fields: z.array(
    z.object({
      path: pathSchema,
      about: z.string().describe('What it is; empty where docs/OPERATOR.md alone says it.'),
      kind: z.enum(['text', 'number', 'choice', 'toggle', 'yaml']),
      value: valueSchema.describe('As the file says it; null where it says nothing.'),
      preset: valueSchema.describe('What counts then.'),
      choices: z.array(z.string()),
      least: z.number().nullable(),
      most: z.number().nullable(),
      override: z
        .object({ variable: z.string(), value: z.union([z.string(), z.number()]) })
        .nullable()
        .describe('The environment variable that stands in for it, whatever the file says.'),
      optional: z.boolean().describe('False for what has to be there.'),
      editable: z.boolean().describe('False for what is changed in the file alone.'),
      restart: z
        .boolean()
        .describe('True when it was changed since the gateway has started: it counts after a restart.'),
    }),
  ),
  sources: z
    .array(
      z.object({
        prefix: prefixSchema,
        options: z
          .array(z.object({ name: z.string(), from: z.enum(['text', 'env', 'file']), env: z.string().nullable() }))
          .describe('Where each option comes from; values are never told.'),
      }),
    )
    .describe('How sources are reached. A change counts at once.'),
  warnings: z.array(z.string()),
});

const revisionSchema = z.string().max(64).describe('Of the settings that this is a change of.');

export const settingsChangeRequest = z.strictObject({
  revision: revisionSchema,
  set: z
    .array(
      z.strictObject({
        path: pathSchema,
        value: z.union([z.string().max(20_000), z.number(), z.boolean()]).nullable(),
      }),
    )
    .min(1)
    .max(200)
    .describe('null takes an entry out of the file, so that what is preset counts.'),
});

export const sourceSetRequest = z.strictObject({
  revision: revisionSchema,
  prefix: prefixSchema,
  options: z
    .record(
      optionName,
      z.union([
        z.strictObject({ keep: z.literal(true) }),
        z.strictObject({ env: variable }),
        z.strictObject({ value: z.string().min(1).max(8192) }),
      ]),
    )
    .describe(
      'Kept as it is, the name of an environment variable, or a value; secrets are kept in files of their own.',
    ),
});

export const sourceRemoveRequest = sourceSetRequest.omit({ options: true });
