import { z } from 'zod';
import {
  annotated,
  columnRelationships,
  context,
  described,
  only,
  optionalText,
  relay,
  scalar,
  synonyms,
  tableRelationships,
  text,
  texts,
} from './parts.js';
import { type Quality, qualityRules } from './quality.js';

const LOGICAL_TYPES = [
  'string',
  'date',
  'timestamp',
  'time',
  'number',
  'integer',
  'object',
  'array',
  'boolean',
  'map',
  'vector',
] as const;

export type LogicalType = (typeof LOGICAL_TYPES)[number];

const count = z.int().min(0).optional();
const flag = z.boolean().optional();

const textBounds = {
  minimum: optionalText,
  maximum: optionalText,
  exclusiveMinimum: optionalText,
  exclusiveMaximum: optionalText,
};
const number = z.number().optional();
const numberBounds = { minimum: number, maximum: number, exclusiveMinimum: number, exclusiveMaximum: number };
const multiple = { multipleOf: z.number().gt(0).optional() };
const moments = only({ format: optionalText, ...textBounds, timezone: flag, defaultTimezone: optionalText });
const INTEGERS = ['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'u128'] as const;
const ELEMENTS = ['bfloat16', 'binary', 'float16', 'float32', 'float64', 'int8', 'uint8'] as const;
const DISTANCES = ['cosine', 'dotProduct', 'euclidean', 'hamming', 'manhattan'] as const;

/** What each logical type can be narrowed by. */
const OPTIONS = {
  string: only({ minLength: count, maxLength: count, pattern: optionalText, format: optionalText }),
  date: only({ format: optionalText, ...textBounds }),
  timestamp: moments,
  time: moments,
  integer: only({ ...numberBounds, ...multiple, format: z.enum(INTEGERS).optional() }),
  number: only({ ...numberBounds, ...multiple, format: z.enum(['f32', 'f64']).optional() }),
  object: only({ minProperties: count, maxProperties: count, required: z.array(text).min(1).optional() }),
  array: only({ minItems: count, maxItems: count, uniqueItems: flag }),
  boolean: z.looseObject({}),
  map: z.looseObject({}),
  vector: only({
    dimensions: z.int().min(1),
    elementType: z.enum(ELEMENTS).optional(),
    distanceMetric: z.enum(DISTANCES).optional(),
    embeddingModel: optionalText,
    embeddingModelVersion: optionalText,
    normalized: flag,
  }),
} as const satisfies Record<LogicalType, z.ZodType>;

/** The options of all types together: what is known of a column is read from here once its own type has taken it. */
export interface TypeOptions {
  readonly [option: string]: unknown;
}

const element = {
  ...described,
  ...annotated,
  physicalType: optionalText,
  physicalName: optionalText,
  businessName: optionalText,
};
const common = { ...element, deprecated: flag, synonyms };

/** A column, or something inside one. `name` is undefined for the items of a list and the sides of a map. */
export interface Property {
  id?: string | undefined;
  name?: string | undefined;
  physicalName?: string | undefined;
  physicalType?: string | undefined;
  description?: string | undefined;
  logicalType?: LogicalType | undefined;
  logicalTypeOptions?: TypeOptions | undefined;
  required?: boolean | undefined;
  unique?: boolean | undefined;
  primaryKey?: boolean | undefined;
  primaryKeyPosition?: number | undefined;
  classification?: string | undefined;
  enum?: { value: string | number | boolean | null }[] | undefined;
  quality?: Quality[] | undefined;
  relationships?: unknown[] | undefined;
  customProperties?: { property: string; value?: unknown; vendor?: string | undefined }[] | undefined;
  properties?: Property[] | undefined;
  items?: Property | undefined;
  map?: { key: Property; value: Property } | undefined;
}

const enumeration = z
  .array(only({ ...described, ...annotated, value: scalar, label: optionalText }))
  .min(1)
  .superRefine((list, context) => {
    const values = list.map(({ value }) => value);
    values.forEach((value, at) => {
      if (values.indexOf(value) < at)
        context.addIssue({ code: 'custom', path: [at, 'value'], message: 'is there twice' });
    });
  })
  .optional();

const propertyEntries = {
  ...common,
  logicalType: z.enum(LOGICAL_TYPES).optional(),
  logicalTypeOptions: z.looseObject({}).optional(),
  semanticType: z.enum(['column', 'measure', 'dimension']).optional(),
  required: flag,
  unique: flag,
  primaryKey: flag,
  primaryKeyPosition: z.int().optional(),
  partitioned: flag,
  partitionKeyPosition: z.int().optional(),
  classification: optionalText,
  encryptedName: optionalText,
  transformSourceObjects: texts,
  transformLogic: optionalText,
  transformDescription: optionalText,
  examples: z.array(z.unknown()).optional(),
  enum: enumeration,
  criticalDataElement: flag,
  relationships: columnRelationships,
  quality: qualityRules,
  properties: z.lazy(() => z.array(named)).optional(),
  items: z.lazy(() => unnamed).optional(),
  map: z.lazy(() => only({ key: unnamed, value: unnamed })).optional(),
};

function typeFaults(
  property: { logicalType?: LogicalType | undefined; logicalTypeOptions?: unknown; map?: unknown },
  context: z.RefinementCtx,
): void {
  const { logicalType, logicalTypeOptions } = property;
  if (logicalType === 'map' && property.map === undefined)
    context.addIssue({ code: 'custom', path: ['map'], message: 'is missing: a map says what its keys and values are' });
  if (logicalTypeOptions === undefined) return;
  if (logicalType === undefined) {
    context.addIssue({ code: 'custom', path: ['logicalTypeOptions'], message: 'needs a logicalType beside it' });
    return;
  }
  relay(OPTIONS[logicalType], logicalTypeOptions, context, ['logicalTypeOptions']);
}

const named: z.ZodType<Property> = only({ ...propertyEntries, name: text.min(1) }).superRefine(typeFaults);
const unnamed: z.ZodType<Property> = only({ ...propertyEntries, name: optionalText }).superRefine(typeFaults);

/** A table: one entry of `schema`. */
export const table = only({
  ...common,
  name: text.min(1),
  logicalType: z.literal('object').optional(),
  dataGranularityDescription: optionalText,
  context,
  properties: z.array(named).optional(),
  relationships: tableRelationships,
  quality: qualityRules,
});

export type Table = z.infer<typeof table>;
