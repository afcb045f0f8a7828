import { z } from 'zod';
import type { ColumnRule } from '../../agreement/index.js';
import type { Batch, Column, DataType, Field, Schema } from '../../columnar/index.js';
import { CounterfoilError, printable } from '../../foundation/index.js';
import { ordinalReader } from '../checks/values/order.js';
import { exactText } from '../checks/values/type-text.js';
import type { MaskKeys } from './keys.js';

/** Turns one column of each batch into what the peer gets. `index` is the batch's; `batch` holds the other columns. */
export type Masker = (column: Column, batch: Batch, index: number) => Column;

/** What docs/MASKS.md says about an operator. */
export interface MaskDescription {
  summary: string;
  accepts: string;
  yields: string;
  nulls: string;
  parameters: Readonly<Record<string, string>>;
  /** As written on the command line. */
  example: string;
}

export interface MaskContext {
  schema: Schema;
  keys: MaskKeys;
}

/** What stays true of a masked column: which rows are null, and which values are equal. */
export type Kept = 'nulls' | 'equality';

export interface MaskOperator {
  name: string;
  describe: MaskDescription;
  preserves: readonly Kept[];
  /** Names of the operator's parameters. */
  parameters: readonly string[];
  /** The parameter that `COL=OP:value` sets. */
  positional: string | undefined;
  /** Whether it takes columns of a type. */
  accepts(type: DataType): boolean;
  parse(rule: ColumnRule, column: string): ColumnRule;
  /** The field that the peer sees; undefined when it sees none. `agreement.invalid` for a type that it does not take. */
  yields(field: Field, rule: ColumnRule, schema: Schema): Field | undefined;
  masker(field: Field, rule: ColumnRule, context: MaskContext): Masker;
  /** Where what the operator makes has a form of its own: says of each row of a masked column whether it has it. */
  recognise?(rule: ColumnRule, field: Field): Recognise | undefined;
}

/** Undefined where the column is not of a type that the operator makes. */
export type Recognise = (column: Column) => (row: number) => boolean;

interface Spec<S extends z.ZodRawShape> {
  name: string;
  describe: MaskDescription;
  /** Default: nothing. */
  preserves?: readonly Kept[];
  positional?: string;
  params: S;
  accepts(type: DataType): boolean;
  /** The type of the masked column. Default: the same. */
  yields?(type: DataType, params: z.infer<z.ZodObject<S>>): DataType | undefined;
  nullable?: boolean;
  /** A fault of the parameters for this column. */
  refine?(params: z.infer<z.ZodObject<S>>, field: Field, schema: Schema): string | undefined;
  masker(field: Field, params: z.infer<z.ZodObject<S>>, context: MaskContext): Masker;
  recognise?(params: z.infer<z.ZodObject<S>>, field: Field): Recognise | undefined;
  /** For operators on ordered values that leave alone what they made, which is then how it is recognised. */
  idempotent?(type: DataType): boolean;
}

/** An operator from its parts. Parameters are strict: a misspelled one is `agreement.invalid` with what is allowed. */
export function defineMask<S extends z.ZodRawShape>(spec: Spec<S>): MaskOperator {
  const shape = z.strictObject(spec.params);
  const read = (rule: ColumnRule, column: string): z.infer<z.ZodObject<S>> => {
    const { op: _, ...params } = rule;
    const result = shape.safeParse(params);
    if (result.success) return result.data;
    throw invalid(column, `${spec.name} ${faultOf(result.error.issues[0]!, Object.keys(spec.params))}`);
  };
  return {
    name: spec.name,
    describe: spec.describe,
    preserves: spec.preserves ?? [],
    parameters: Object.keys(spec.params),
    positional: spec.positional,
    accepts: spec.accepts,
    parse: (rule, column) => ({ ...read(rule, column), op: spec.name }) as unknown as ColumnRule,
    yields: (field, rule, schema) => {
      const params = read(rule, field.name);
      if (!spec.accepts(field.type))
        throw invalid(field.name, `${spec.name} takes ${spec.describe.accepts}, not ${exactText(field.type)}`);
      const fault = spec.refine?.(params, field, schema);
      if (fault !== undefined) throw invalid(field.name, `${spec.name} ${fault}`);
      const type = spec.yields === undefined ? field.type : spec.yields(field.type, params);
      return type === undefined ? undefined : { ...field, type, nullable: spec.nullable ?? field.nullable };
    },
    masker: (field, rule, context) => spec.masker(field, read(rule, field.name), context),
    ...recogniser(spec, read),
  };
}

function recogniser<S extends z.ZodRawShape>(
  spec: Spec<S>,
  read: (rule: ColumnRule, column: string) => z.infer<z.ZodObject<S>>,
): Pick<MaskOperator, 'recognise'> {
  const { recognise, idempotent } = spec;
  if (recognise !== undefined) return { recognise: (rule, field) => recognise(read(rule, field.name), field) };
  if (idempotent === undefined) return {};
  return {
    recognise: (rule, field) => {
      if (!spec.accepts(field.type) || !idempotent(field.type)) return undefined;
      const apply = spec.masker(field, read(rule, field.name), NOBODY);
      return (column) => {
        const again = apply(column, { rows: column.rows, columns: [] }, 0);
        const [before, after] = [ordinalReader(column), ordinalReader(again)];
        return (row) => before(row) === after(row);
      };
    },
  };
}

/** For the operators that use no key and no other column. */
const NOBODY: MaskContext = {
  schema: { fields: [] },
  keys: { root: new Uint8Array(32), organisation: '', peer: '', agreement: '' },
};

const invalid = (column: string, what: string): CounterfoilError =>
  new CounterfoilError('agreement.invalid', `The mask of column ${printable(column)} cannot be: ${what}.`);

function faultOf(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const allowed = known.length === 0 ? 'it takes none' : `it takes ${[...known].sort().join(', ')}`;
  if (issue.code === 'unrecognized_keys')
    return `has no parameter ${issue.keys.map((key) => printable(key)).join(', ')}; ${allowed}`;
  const place = issue.path.join('.');
  if (issue.code === 'invalid_value') return `needs ${place} to be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `needs ${place} to be ${issue.expected}`;
  if (issue.code === 'invalid_union') return `needs ${place}, a text, number or truth value`;
  return `does not take this ${place}: ${issue.message}`;
}
