import type { Policy } from '../../agreement/index.js';
import type { Batch, Field, Schema } from '../../columnar/index.js';
import { CounterfoilError, canonicalJson, type Json, printable } from '../../foundation/index.js';
import type { MaskKeys } from './keys.js';
import { operatorOf, parseColumnRule } from './registry.js';

/** Key of a field's metadata under which a masked column says what was done to it: canonical JSON of its rule. */
export const MASK_METADATA = 'counterfoil.mask';

/** A column of the view: its name, the column it is made from, where that stands in a batch, and by which operator. */
export interface ViewColumn {
  name: string;
  from: string;
  at: number;
  operator: string;
}

/** What a peer sees of a schema. */
export interface View {
  schema: Schema;
  columns: readonly ViewColumn[];
}

export interface MaskPlan extends View {
  /** The batch as the peer gets it. Batches in any order, from any worker: only batch and index matter. */
  apply(batch: Batch, index: number): Batch;
}

const KEEP = { op: 'keep' } as const;

/**
 * The schema that a policy makes of another. Masked fields carry their rule in their metadata. `agreement.invalid` for a
 * rule of a column that is not there, an operator that does not take its type, or a view without columns.
 */
export function viewOf(schema: Schema, policy: Policy): View {
  const names = new Set(schema.fields.map((field) => field.name));
  const stray = Object.keys(policy.columns).find((name) => !names.has(name));
  if (stray !== undefined)
    throw new CounterfoilError(
      'agreement.invalid',
      `The policy has a rule for column ${printable(stray)}, which is not there.`,
    );
  const fields: Field[] = [];
  const columns: ViewColumn[] = [];
  schema.fields.forEach((field, at) => {
    const rule = parseColumnRule(ruleOf(policy, field.name), field.name);
    const seen = operatorOf(rule, field.name).yields(field, rule, schema);
    if (seen === undefined) return;
    fields.push(rule.op === 'keep' ? unmarked(field) : marked(seen, canonicalJson(rule as Json)));
    columns.push({ name: field.name, from: field.name, at, operator: rule.op });
  });
  if (fields.length === 0)
    throw new CounterfoilError('agreement.invalid', 'The policy drops every column, so there is nothing to send.');
  const plain = columns.length === schema.fields.length && columns.every(({ operator }) => operator === 'keep');
  // What a writer noted about the table (columns, categories, statistics) can tell of what is masked.
  return { schema: plain ? { ...schema, fields } : { fields }, columns };
}

const ruleOf = (policy: Policy, column: string) =>
  Object.hasOwn(policy.columns, column) ? policy.columns[column]! : KEEP;

/** A masked field: of what was noted about the raw column nothing is said, only what was done to it. */
const marked = ({ name, type, nullable }: Field, rule: string): Field => ({
  name,
  type,
  nullable,
  metadata: { [MASK_METADATA]: rule },
});

/** A field that is sent as it is. A mark that its source carries is of another exchange, and says nothing here. */
function unmarked(field: Field): Field {
  if (field.metadata?.[MASK_METADATA] === undefined) return field;
  const { [MASK_METADATA]: _, ...metadata } = field.metadata;
  return { ...field, metadata };
}

/** A policy made ready to run over the batches of a schema. Errors as `viewOf`. */
export function planMasks(schema: Schema, policy: Policy, keys: MaskKeys): MaskPlan {
  const view = viewOf(schema, policy);
  const maskers = view.columns.map(({ from, at }) => {
    const rule = parseColumnRule(ruleOf(policy, from), from);
    return operatorOf(rule, from).masker(schema.fields[at]!, rule, { schema, keys });
  });
  return {
    ...view,
    apply: (batch, index) => ({
      rows: batch.rows,
      columns: view.columns.map(({ at }, place) => {
        const masked = maskers[place]!(batch.columns[at]!, batch, index);
        return { ...masked, type: view.schema.fields[place]!.type };
      }),
    }),
  };
}
