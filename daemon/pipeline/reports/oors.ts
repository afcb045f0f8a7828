import { z } from 'zod';
import type { Json } from '../../foundation/index.js';
import { CHECKS, type Report, type Result } from '../checks/index.js';

/**
 * Results in the terms of the Open Observability Results Standard (draft RFC-0018 of the Bitol technical steering
 * committee, v0.1.0), the sister of ODCS. Beside its fields each result carries what a report of ours has more, so that
 * report and results are one and the same: `reportOf(resultsOf(report))` is the report again.
 */
export const OORS = { apiVersion: 'v0.1.0', kind: 'ObservabilityResults' } as const;

const status = z.enum(['pass', 'warn', 'fail', 'error', 'skip']);
const count = z.int().min(0);
const locator = { batch: count, row: count };

const check = z.strictObject({
  id: z.string().min(1).max(200),
  type: z.literal('check'),
  name: z.string().max(100),
  status,
  severity: z.enum(['error', 'warn', 'info']),
  dimension: z.string().max(40),
  target: z.strictObject({
    resourceType: z.enum(['table', 'column']),
    resourceIdentifier: z.union([z.string(), z.array(z.string())]),
  }),
  measure: z.strictObject({
    metric: z.literal('failed'),
    value: count,
    unit: z.literal('rows'),
    threshold: z.json().optional(),
    tested: count,
    fraction: z.number().optional(),
    observed: z.json().optional(),
  }),
  message: z.string(),
  columns: z.array(z.string()),
  first: z.strictObject(locator).optional(),
  samples: z.array(
    z.strictObject({
      ...locator,
      column: z.string().optional(),
      masked: z.string().optional(),
      shape: z.string().optional(),
    }),
  ),
  state: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

const metric = z.strictObject({
  id: z.enum(['rows', 'batches']),
  type: z.literal('metric'),
  name: z.string(),
  status,
  target: z.strictObject({ resourceType: z.literal('table'), resourceIdentifier: z.string() }),
  measure: z.strictObject({
    metric: z.enum(['rowCount', 'batchCount']),
    value: count,
    unit: z.string(),
    /** Of the rows: those that were set aside. */
    aside: count.optional(),
  }),
});

export const resultsShape = z.tuple([metric, metric], check);
export type OorsResults = z.infer<typeof resultsShape>;

/** A quality dimension of ODCS for each family of checks, and for the checks that differ from their family. */
const DIMENSIONS: Readonly<Record<string, string>> = {
  shape: 'conformity',
  values: 'conformity',
  completeness: 'completeness',
  distribution: 'accuracy',
  privacy: 'conformity',
  own: 'accuracy',
  null: 'completeness',
  missing: 'completeness',
  cross_field: 'consistency',
  foreign_key: 'consistency',
  sequence: 'consistency',
  'schema.compat': 'consistency',
  unique: 'uniqueness',
  freshness: 'timeliness',
  time_coverage: 'coverage',
  set_coverage: 'coverage',
};

function dimensionOf(name: string): string {
  const family = CHECKS.find((each) => each.name === name)?.family ?? 'own';
  return DIMENSIONS[name] ?? DIMENSIONS[family]!;
}

/** The results of a report; the first two are metrics: rows and batches. */
export function resultsOf(report: Report, dataset: string): Json {
  const table = { resourceType: 'table', resourceIdentifier: dataset };
  const metrics = [
    {
      id: 'rows',
      name: 'Rows',
      measure: { metric: 'rowCount', value: report.rows, unit: 'rows', ...given(report.aside) },
    },
    { id: 'batches', name: 'Batches', measure: { metric: 'batchCount', value: report.batches, unit: 'batches' } },
  ].map((each) => ({ ...each, type: 'metric', status: 'pass', target: table }));
  return [...metrics, ...report.results.map((result) => checkOf(result, dataset))] as unknown as Json;
}

function checkOf(result: Result, dataset: string): unknown {
  const { id, columns, status: verdict, severity, message, samples, first, state } = result;
  const { threshold, observed, tested, failed, fraction } = result;
  return {
    ...{ id, type: 'check', name: result.check, status: verdict, severity, dimension: dimensionOf(result.check) },
    target:
      columns.length === 0
        ? { resourceType: 'table', resourceIdentifier: dataset }
        : { resourceType: 'column', resourceIdentifier: columns.map((column) => `${dataset}.${column}`) },
    measure: { metric: 'failed', value: failed, unit: 'rows', threshold, tested, fraction, observed },
    ...{ message, columns, first, samples, state },
  };
}

/** The report that results stand for. */
export function reportOf(results: OorsResults, about: Pick<Report, 'subject' | 'side' | 'verdict'>): Report {
  const [rows, batches, ...checks] = results;
  return {
    ...{ v: 1, ...about, rows: rows.measure.value, ...given(rows.measure.aside), batches: batches.measure.value },
    results: checks.map(
      ({ id, name, columns, status: verdict, severity, measure, message, samples, first, state }) =>
        ({
          ...{ id, check: name, columns, status: verdict, severity },
          ...{ tested: measure.tested, failed: measure.value },
          ...present({ fraction: measure.fraction, threshold: measure.threshold, observed: measure.observed }),
          ...present({ first, state }),
          ...{ samples, message },
        }) as Result,
    ),
  };
}

const present = (members: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

const given = (aside: number | undefined) => (aside === undefined ? {} : { aside });
