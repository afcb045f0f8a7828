import { z } from 'zod';
import type { Schema } from '../../../columnar/index.js';
import { type Json, LIMITS, printable } from '../../../foundation/index.js';
import { type CheckState, defineCheck, type Outcome, type Rows } from '../define.js';
import { fromState, toState } from '../state.js';
import { exactText, isTypeText, KIND_NAMES, typeFits } from '../values/type-text.js';
import { count, names, sentence } from '../wording.js';

/** Nulls by column, for `nullable: false`. */
class NullState implements CheckState {
  nulls: number[];

  constructor(columns: number, nulls?: number[]) {
    this.nulls = nulls ?? new Array<number>(columns).fill(0);
  }

  update({ batch }: Rows): void {
    batch.columns.forEach((column, at) => {
      this.nulls[at]! += column.type.name === 'null' ? column.rows : column.nulls;
    });
  }

  merge(other: this): void {
    other.nulls.forEach((nulls, at) => {
      this.nulls[at]! += nulls;
    });
  }

  serialise(): Uint8Array {
    return toState(this.nulls);
  }
}

const typeParameter = z.union([
  z
    .string()
    .max(500)
    .refine(isTypeText, {
      message: `is not a type; write ${KIND_NAMES.join(', ')}, or an exact one such as int64, decimal(15,2), timestamp[us,UTC]`,
    }),
  z.looseObject({ name: z.string() }),
]);

const fieldParameter = z.strictObject({
  name: z.string().min(1),
  type: typeParameter.optional(),
  nullable: z.boolean().optional(),
});

interface Params {
  mode: 'exact' | 'superset' | 'subset';
  order: boolean;
  fields: readonly z.infer<typeof fieldParameter>[];
}

export const schemaMatch = defineCheck({
  name: 'schema.match',
  family: 'shape',
  columns: 'none',
  describe: {
    summary: 'The columns are those that the contract lists, with their types.',
    counts:
      'Tested: the columns listed, and those in the data that are not. Failed: missing or unexpected ones, other types, forbidden nulls.',
    nulls: '`nullable: false` fails when the column holds a null, whatever the schema says of it.',
    empty: 'The schema is compared all the same; no rows are needed.',
    parameters: {
      mode: '`exact` (default): these columns and no others. `superset`: the data may have more. `subset`: the data may have fewer.',
      order: 'true: in this order. Default false.',
      fields: `List of {name, type?, nullable?}. A type is a kind (${KIND_NAMES.join(', ')}), an exact type such as int64, decimal(15,2), timestamp[us,UTC], or its normal form as an object.`,
    },
    example: {
      id: 'schema',
      check: 'schema.match',
      mode: 'superset',
      fields: [
        { name: 'id', type: 'int64', nullable: false },
        { name: 'amount', type: 'decimal(15,2)' },
      ],
    },
  },
  params: {
    mode: z.enum(['exact', 'superset', 'subset']).default('exact'),
    order: z.boolean().default(false),
    fields: z.array(fieldParameter).min(1).max(LIMITS.columns),
  },
  refine: ({ fields }) =>
    new Set(fields.map((field) => field.name)).size === fields.length ? undefined : 'fields names a column twice',
  bind: (rule, _fields, { schema }) => ({
    init: () => new NullState(schema.fields.length),
    deserialise: (bytes: Uint8Array) => new NullState(schema.fields.length, fromState<number[]>(bytes)),
    verdict: (state: NullState) => verdict(rule, schema, state),
  }),
});

function verdict({ mode, order, fields }: Params, schema: Schema, state: NullState): Outcome {
  const faults = new Map<string, string>();
  for (const wanted of fields) {
    const at = schema.fields.findIndex((field) => field.name === wanted.name);
    const name = printable(wanted.name);
    if (at < 0) {
      if (mode !== 'subset') faults.set(wanted.name, `column ${name} is missing`);
      continue;
    }
    const { type } = schema.fields[at]!;
    if (wanted.type !== undefined && !typeFits(wanted.type as Json, type))
      faults.set(wanted.name, `column ${name} is ${exactText(type)}, not ${wantedText(wanted.type as Json)}`);
    else if (wanted.nullable === false && state.nulls[at]! > 0)
      faults.set(wanted.name, `column ${name} has ${count(state.nulls[at]!)} nulls and may have none`);
  }
  const listed = new Set(fields.map((field) => field.name));
  const extra = schema.fields.filter((field) => !listed.has(field.name)).map((field) => field.name);
  if (mode !== 'superset')
    for (const name of extra) faults.set(name, `column ${printable(name)} is not in the contract`);
  const parts = [...faults.values()].slice(0, LIMITS.namesPerMessage);
  if (faults.size > parts.length) parts.push(`and ${count(faults.size - parts.length)} more faults`);
  if (order && faults.size === 0) {
    const wanted = fields
      .map((field) => field.name)
      .filter((name) => schema.fields.some((field) => field.name === name));
    const found = schema.fields.map((field) => field.name).filter((name) => listed.has(name));
    const wrong = wanted.filter((name, at) => found[at] !== name);
    if (wrong.length > 0) {
      faults.set('', 'order');
      parts.push(`columns ${names(wrong)} are not in the order of the contract`);
    }
  }
  return {
    passed: faults.size === 0,
    tested: new Set([...listed, ...extra]).size,
    failed: faults.size,
    threshold: mode,
    observed: { columns: schema.fields.length },
    message: parts.length > 0 ? sentence(parts) : `All ${count(listed.size)} columns are as the contract lists them.`,
  };
}

const wantedText = (wanted: Json): string => (typeof wanted === 'string' ? wanted : JSON.stringify(wanted));
