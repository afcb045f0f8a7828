import { z } from 'zod';

/**
 * A map with these entries and no others. Its fault about an unknown entry carries the known ones as its message, a
 * space between them, so that the reader can be told what was meant.
 */
export const only = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });

/** A value judged by a shape that depends on it; absent is fine. */
export const judged = (choose: (value: unknown) => z.ZodType) =>
  z
    .unknown()
    .superRefine((value, context) => {
      if (value !== undefined) relay(choose(value), value, context);
    })
    .optional();

/** Hands on what a shape has against a value. */
export function relay(shape: z.ZodType, value: unknown, context: z.RefinementCtx, prefix: PropertyKey[] = []): void {
  for (const issue of shape.safeParse(value, { reportInput: true }).error?.issues ?? [])
    context.addIssue({ ...issue, path: [...prefix, ...issue.path] } as Parameters<typeof context.addIssue>[0]);
}

export const text = z.string();
export const optionalText = text.optional();
export const texts = z.array(text).optional();

/** Ids that references are made of. */
const stableId = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, { message: 'is an id: letters, digits, hyphens and underscores only' })
  .optional();

export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: ({ input }) => (input === undefined ? 'is missing' : 'takes one value: text, a number or a truth value'),
});

/** Any value at all, but one must be given. */
const anyValue = z.custom<unknown>((value) => value !== undefined, { message: 'is missing' });

export const customProperties = z
  .array(only({ id: stableId, property: text, value: anyValue, description: optionalText, vendor: optionalText }))
  .optional();

export const definitions = z.array(only({ id: stableId, url: text, type: text, description: optionalText })).optional();

/** What nearly every element has. */
export const described = { id: stableId, description: optionalText };
export const annotated = { tags: texts, customProperties, authoritativeDefinitions: definitions };

export const synonyms = z
  .array(
    only({
      ...described,
      synonym: text,
      locale: optionalText,
      source: optionalText,
      status: optionalText,
      customProperties,
    }),
  )
  .optional();

const note = { ...annotated, id: optionalText };

const contextMap = only({
  instructions: optionalText,
  verifiedStatements: z.array(only({ ...note, question: text, answer: optionalText })).optional(),
  constraints: z.array(only({ ...note, constraint: text })).optional(),
});

/** What models are told of a table or of the whole. */
export const context = judged((value) => (typeof value === 'string' ? text : contextMap));

const ends = z.union([text, z.array(text).min(1)], { error: 'is a reference such as orders.id, or a list of them' });

/** References to other tables: of a table with both ends, of a column with the far one. */
export const tableRelationships = z
  .array(only({ id: optionalText, type: z.literal('foreignKey').optional(), from: ends, to: ends, customProperties }))
  .optional();
export const columnRelationships = z
  .array(only({ id: optionalText, type: z.literal('foreignKey').optional(), to: ends, customProperties }))
  .optional();
