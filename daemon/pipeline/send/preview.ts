import { type VersionAccess, VersionReader } from '../../catalog/index.js';
import { columnReader, type DataType, exactText, type Value, valueText } from '../../columnar/index.js';
import type { JobContext } from '../jobs/index.js';
import { type MaskKeys, type Policy, planMasks } from '../masks/index.js';
import { rowFilter } from './filter.js';

export interface PreviewParams {
  version: VersionAccess;
  policy: Policy;
  maskKeys: MaskKeys;
  /** Rows to show at most. */
  rows: number;
}

export interface Preview {
  columns: { name: string; type: string; operator: string }[];
  /** Text of each value, null where there is none. */
  rows: (string | null)[][];
}

/** The first rows of a version exactly as a peer would get them: through the same filter and masks. */
export async function preview(params: PreviewParams, { signal }: JobContext): Promise<Preview> {
  const reader = new VersionReader(params.version);
  try {
    const { schema } = reader.manifest;
    const plan = planMasks(schema, params.policy, params.maskKeys);
    const pick = rowFilter(schema, params.policy.where);
    const types = plan.schema.fields.map(({ type }) => type);
    const rows: (string | null)[][] = [];
    for (let index = 0; index < reader.batches && rows.length < params.rows; index++) {
      signal.throwIfAborted();
      const batch = plan.apply(pick(reader.batch(index).batch), index);
      const columns = batch.columns.map(columnReader);
      for (let row = 0; row < batch.rows && rows.length < params.rows; row++)
        rows.push(columns.map((column, at) => shown(types[at]!, column.value(row))));
    }
    const columns = plan.columns.map(({ name, operator }, at) => ({
      name,
      type: exactText(plan.schema.fields[at]!.type),
      operator,
    }));
    return { columns, rows };
  } finally {
    reader.close();
  }
}

const shown = (type: DataType, value: Value): string | null => (value === null ? null : valueText(type, value));
