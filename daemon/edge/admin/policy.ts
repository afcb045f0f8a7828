import type { ColumnRule, Policy } from '../../agreement/index.js';

/** The part of a request that says what happens to columns and rows. */
interface PolicyInput {
  policy?: Policy | undefined;
  mask?: readonly string[] | undefined;
  drop?: readonly string[] | undefined;
  where?: string | undefined;
}

/**
 * The policy that a request asks for: the whole one it gives, changed by its single masks, drops and row filter.
 * Undefined when it says nothing of a policy. `parseMask` is that of the pipeline's masks.
 */
export function requestedPolicy(
  { policy, mask = [], drop = [], where }: PolicyInput,
  parseMask: (text: string) => { column: string; rule: ColumnRule },
): Policy | undefined {
  if (policy === undefined && mask.length + drop.length === 0 && where === undefined) return undefined;
  const columns = new Map(Object.entries(policy?.columns ?? {}));
  for (const text of mask) {
    const { column, rule } = parseMask(text);
    columns.set(column, rule);
  }
  for (const column of drop) columns.set(column, { op: 'drop' });
  const filter = where ?? policy?.where;
  return { columns: Object.fromEntries(columns), ...(filter === undefined ? {} : { where: filter }) };
}
