import { z } from 'zod';
import { type Json, LIMITS } from '../../foundation/index.js';
import { type Found, ours } from './custom-properties.js';
import type { Path } from './places.js';
import type { Gathered } from './rules/draft.js';
import { said } from './shape/check.js';
import type { Property } from './shape/table.js';

/** What happens to a column: an operator of docs/PRIVACY.md with its parameters. The agreement judges it. */
export interface MaskRule {
  readonly op: string;
  readonly [parameter: string]: Json | undefined;
}

const parameter = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);
const maskShape = z.object({ op: z.string().min(1).max(40) }).catchall(parameter);

/** One mask: the name of an operator, or a map with `op` and its parameters. */
function maskOf(value: unknown, path: Path, { faults }: Gathered): MaskRule | undefined {
  if (typeof value === 'string' && /^[a-z][a-z0-9_]{0,39}$/.test(value)) return { op: value };
  const result = maskShape.safeParse(value);
  if (result.success) return result.data as MaskRule;
  faults.add(
    path,
    `is ${said(value)}; a mask is the name of an operator such as token, or a map such as {op: partial, keep: 4}`,
  );
  return undefined;
}

export interface ContractPolicy {
  /** By column of the data. */
  columns: Readonly<Record<string, MaskRule>>;
  where?: string;
}

/** Masks by column: of the `mask` of each property, and of `policy: {columns, where}` of the table or the document. */
export function policyOf(
  properties: readonly { property: Property; path: Path; column: string }[],
  policies: readonly Found[string][],
  columnNamed: (name: string) => string,
  gathered: Gathered,
): ContractPolicy {
  const masks = new Map<string, MaskRule>();
  const put = (column: string, value: unknown, path: Path): void => {
    const mask = maskOf(value, path, gathered);
    if (mask === undefined) return;
    if (masks.has(column)) gathered.faults.add(path, 'gives a second mask to the column');
    masks.set(column, mask);
  };
  for (const { property, path, column } of properties) {
    const { mask } = ours(property.customProperties, path, 'column', gathered);
    if (mask !== undefined) put(column, mask.value, mask.path);
  }
  let where: string | undefined;
  for (const entry of policies) {
    if (entry === undefined) continue;
    const result = z
      .strictObject({
        columns: z.record(z.string(), z.unknown()).optional(),
        where: z.string().min(1).max(LIMITS.queryChars).optional(),
      })
      .safeParse(entry.value);
    if (!result.success) {
      gathered.faults.add(entry.path, 'is not a policy; write {columns: {name: operator}, where: condition}');
      continue;
    }
    for (const [name, value] of Object.entries(result.data.columns ?? {}))
      put(columnNamed(name), value, [...entry.path, 'columns', name]);
    where ??= result.data.where;
  }
  return { columns: Object.fromEntries(masks), ...(where === undefined ? {} : { where }) };
}
