import { z } from 'zod';
import { CounterfoilError, LIMITS, printable } from '../../foundation/index.js';

const share = z.number().min(0).max(100);

/** Numbers or shares of failures that are let pass: those between the bounds, or with `outside` all others. */
const interval = z
  .strictObject({
    unit: z.enum(['rows', 'percent']),
    min: z.number().min(0).optional(),
    max: z.number().min(0).optional(),
    exclusiveMin: z.boolean().optional(),
    exclusiveMax: z.boolean().optional(),
    outside: z.boolean().optional(),
  })
  .refine(({ unit, min, max }) => unit === 'rows' || ((min ?? 0) <= 100 && (max ?? 0) <= 100))
  .refine(
    ({ min, max }) => (min !== undefined || max !== undefined) && (min ?? 0) <= (max ?? Number.POSITIVE_INFINITY),
  );

/** What every rule has, whatever its check. */
export const commonShape = {
  id: z.string().min(1).max(200),
  check: z.string().min(1).max(60),
  columns: z.array(z.string().min(1)).min(1).max(LIMITS.columns).optional(),
  where: z.string().min(1).max(LIMITS.whereChars).optional(),
  severity: z.enum(['error', 'warn', 'info']).default('error'),
  tolerance: z
    .union([z.strictObject({ count: z.number().int().min(0) }), z.strictObject({ percent: share }), interval])
    .optional(),
  onFail: z.enum(['abort', 'quarantine-rows', 'warn']).default('abort'),
  side: z.enum(['provider', 'consumer', 'both']).default('both'),
  source: z.enum(['provider', 'consumer']).default('provider'),
  allowEmpty: z.boolean().default(false),
  description: z.string().max(1000).optional(),
};

const commonObject = z.object(commonShape);

/** The part of a rule that every check shares, with its defaults filled in. */
export type CommonRule = z.infer<typeof commonObject>;

/** A rule whose common part is known and whose parameters belong to the check that it names. */
export type Rule = CommonRule & { readonly [parameter: string]: unknown };

/**
 * A rule parsed strictly by its check's parameters. A name that the check does not know is `contract.invalid`, with the
 * names it does know; so is a value of the wrong type, with its path.
 */
export function parseStrict<S extends z.ZodRawShape>(shape: S, json: unknown, path: string): z.infer<z.ZodObject<S>> {
  const result = strictOf(shape).safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const place = [path, ...issue.path.map(String)].join('.');
  throw new CounterfoilError('contract.invalid', `${place}: ${describeIssue(issue, Object.keys(shape))}.`);
}

const made = new WeakMap<z.ZodRawShape, z.ZodObject>();

/** The object of a shape, made once: contracts have thousands of rules. */
function strictOf<S extends z.ZodRawShape>(shape: S): z.ZodObject<S> {
  const object = made.get(shape) ?? z.strictObject(shape);
  made.set(shape, object as z.ZodObject);
  return object as z.ZodObject<S>;
}

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): string {
  if (issue.code === 'unrecognized_keys') {
    const where = issue.path.length === 0 ? `; allowed are ${[...known].sort().join(', ')}` : '';
    return `${issue.keys.map((key) => printable(key)).join(', ')} is not a parameter${where}`;
  }
  if (issue.code === 'invalid_type') return `${issue.expected} is expected here`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')} is expected here`;
  if (issue.code === 'invalid_union') return 'none of the allowed forms fits this value';
  return lowerFirst(issue.message);
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
