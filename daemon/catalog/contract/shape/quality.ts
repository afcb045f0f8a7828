import { z } from 'zod';
import { annotated, described, only, optionalText } from './parts.js';

const DIMENSIONS = [
  'accuracy',
  'completeness',
  'conformity',
  'consistency',
  'coverage',
  'timeliness',
  'uniqueness',
] as const;

/** Two numbers, the smaller first. */
const pair = z.custom<[number, number]>(
  (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((each) => typeof each === 'number') &&
    value[0] !== value[1],
  { message: 'takes two different numbers, such as [1, 10]' },
);

/** How a number that was measured is compared. */
const comparisons = {
  mustBe: z.unknown().optional(),
  mustNotBe: z.unknown().optional(),
  mustBeGreaterThan: z.number().optional(),
  mustBeGreaterOrEqualTo: z.number().optional(),
  mustBeLessThan: z.number().optional(),
  mustBeLessOrEqualTo: z.number().optional(),
  mustBeBetween: pair.optional(),
  mustNotBeBetween: pair.optional(),
};

export const COMPARISONS = Object.keys(comparisons) as (keyof typeof comparisons)[];

/** Entries that only one kind of rule has. */
const OWN = {
  text: [],
  library: ['metric', 'rule', 'arguments', 'unit', 'validValues', 'pattern', ...COMPARISONS],
  sql: ['query', 'unit', ...COMPARISONS],
  custom: ['engine', 'implementation', 'unit'],
} as const satisfies Record<string, readonly string[]>;

type Kind = keyof typeof OWN;

const entries = only({
  ...described,
  ...annotated,
  type: z.enum(['text', 'library', 'sql', 'custom']).optional(),
  name: optionalText,
  dimension: z.enum(DIMENSIONS).optional(),
  method: optionalText,
  severity: optionalText,
  businessImpact: optionalText,
  scheduler: optionalText,
  schedule: optionalText,
  unit: optionalText,
  metric: optionalText,
  /** The name of a metric before v3.1. */
  rule: optionalText,
  arguments: z.record(z.string(), z.unknown(), { error: 'takes a map' }).optional(),
  /** Beside the rule instead of among its arguments, as before v3.1. */
  validValues: z.array(z.unknown()).optional(),
  ...comparisons,
  query: optionalText,
  engine: optionalText,
  implementation: z.unknown().optional(),
});

export type Quality = z.infer<typeof entries>;

/** The kind of a rule: what it says, or a library metric. */
export const kindOf = (quality: Quality): Kind => quality.type ?? 'library';

/** A quality rule, with the entries that its type has and no others. */
const quality = entries.superRefine((rule, context) => {
  const kind = kindOf(rule);
  const fault = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
  const foreign = Object.entries(OWN).flatMap(([other, keys]) => (other === kind ? [] : keys));
  for (const key of Object.keys(rule)) {
    if (!foreign.includes(key as never) || (OWN[kind] as readonly string[]).includes(key)) continue;
    fault(key, `has no meaning in a rule of type ${kind}`);
  }
  const needed = { text: [], library: [], sql: ['query'], custom: ['engine', 'implementation'] }[kind];
  for (const key of needed)
    if ((rule[key as 'query'] ?? undefined) === undefined) fault(key, `is missing in a rule of type ${kind}`);
  if (kind === 'custom' && rule.implementation != null && !['string', 'object'].includes(typeof rule.implementation))
    fault('implementation', 'is not what an engine could run; text, a map or a list is expected');
  if (kind === 'library' && rule.metric === undefined && rule.rule === undefined)
    fault('metric', 'is missing: a rule of type library names its metric');
});

export const qualityRules = z.array(quality).optional();
