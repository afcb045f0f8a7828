import { z } from 'zod';

/** The value under a name that others chose. Undefined unless it is there: `constructor` is a name like any other. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/**
 * The shape of a map from names that others chose, such as those of columns. `z.record` leaves out what is called
 * `__proto__`; here it is a name like any other.
 */
export function byName<V extends z.ZodType>(name: z.ZodType<string>, value: V) {
  const isMap = (given: unknown): boolean => typeof given === 'object' && given !== null && !Array.isArray(given);
  return z
    .custom<Record<string, z.input<V>>>(isMap, { error: 'must be a map by name' })
    .transform((given, context): Record<string, z.output<V>> => {
      const read: [string, z.output<V>][] = [];
      for (const [key, member] of Object.entries(given)) {
        const [named, result] = [name.safeParse(key), value.safeParse(member)];
        for (const issue of [...(named.error?.issues ?? []), ...(result.error?.issues ?? [])])
          context.issues.push({ ...issue, input: member, path: [key, ...issue.path] } as z.core.$ZodRawIssue);
        if (result.success) read.push([key, result.data]);
      }
      return Object.fromEntries(read);
    })
    .meta({ type: 'object', additionalProperties: schemaOf(value) });
}

/** As the OpenAPI document shows it. */
function schemaOf(value: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(value, { unrepresentable: 'any' });
  return schema;
}
