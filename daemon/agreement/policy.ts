import { z } from 'zod';
import { byName, CounterfoilError, type Json, LIMITS } from '../foundation/index.js';

/** What happens to one column: an operator of docs/MASKS.md and its parameters, such as `{op: 'partial', keep: 4}`. */
export type ColumnRule = {
  readonly op: string;
  readonly [parameter: string]: Json | undefined;
};

/** Per column an operator, and which rows are sent at all. Columns without a rule are kept. */
export type Policy = {
  readonly columns: Readonly<Record<string, ColumnRule>>;
  /** Row filter: an SQL condition that the provider's engine evaluates. */
  readonly where?: string;
};

const scalar = z.union([z.string().max(4096), z.number(), z.boolean(), z.null()]);
const parameter = z.union([scalar, z.array(scalar).max(LIMITS.valuesPerRule), byName(z.string(), scalar)]);

/** The form of a policy; what its operators mean is for the masks to judge. */
export const policyShape = z.strictObject({
  columns: byName(
    z.string().max(LIMITS.columnNameBytes),
    z.object({ op: z.string().min(1).max(40) }).catchall(parameter),
  ),
  where: z.string().min(1).max(LIMITS.queryChars).optional(),
});

/** A policy read from JSON; `agreement.invalid` with the path of the fault. */
export function parsePolicy(json: unknown): Policy {
  const result = policyShape.safeParse(json);
  if (result.success) return result.data as Policy;
  const { path, message } = result.error.issues[0]!;
  throw new CounterfoilError(
    'agreement.invalid',
    `The policy is malformed at ${path.join('.') || 'its top'}: ${message}.`,
  );
}

/**
 * A policy on top of what the contract of the dataset says: its masks hold for columns that the policy does not name, and its
 * condition on rows together with that of the policy.
 */
export function overContract(contract: Policy | undefined, given: Policy): Policy {
  if (contract === undefined) return given;
  const conditions = [...new Set([contract.where, given.where])].filter((where) => where !== undefined);
  const where = conditions.length < 2 ? conditions[0] : conditions.map((one) => `(${one})`).join(' AND ');
  return { columns: { ...contract.columns, ...given.columns }, ...(where === undefined ? {} : { where }) };
}
