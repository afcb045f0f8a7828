import { z } from 'zod';

/** What a schema is when defaults and transforms are taken off. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return bare(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return bare(schema.def.in);
  return schema;
}

type Shape = Record<string, z.core.$ZodType>;

const shapeOf = (schema: z.core.$ZodType): Shape | undefined => {
  const object = bare(schema);
  return object instanceof z.ZodObject ? (object.shape as Shape) : undefined;
};

/** The entries known at a path; empty where it leads to no section. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const [head, ...rest] = path;
  if (head === undefined) return Object.keys(shapeOf(schema) ?? {});
  const inner = bare(schema);
  if (inner instanceof z.ZodArray) return keysAt(inner.def.element, rest);
  const next = shapeOf(schema)?.[String(head)];
  return next === undefined ? [] : keysAt(next, rest);
}

/** One entry of a file of this shape: a single value, or a whole list or map. */
interface Entry {
  path: string[];
  schema: z.core.$ZodType;
}

export function entriesOf(schema: z.core.$ZodType, path: string[] = []): Entry[] {
  const shape = shapeOf(schema);
  if (shape === undefined) return [{ path, schema }];
  return Object.entries(shape).flatMap(([key, next]) => entriesOf(next, [...path, key]));
}

export interface Leaf {
  path: string[];
  number: boolean;
}

/** Every single value a file of this shape can have; lists and maps are left out. */
export function leaves(schema: z.core.$ZodType): Leaf[] {
  return entriesOf(schema)
    .map((entry) => ({ path: entry.path, inner: bare(entry.schema) }))
    .filter(({ inner }) => !(inner instanceof z.ZodArray || inner instanceof z.ZodRecord))
    .map(({ path, inner }) => ({ path, number: inner instanceof z.ZodNumber }));
}
