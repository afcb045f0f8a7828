import { type VersionAccess, VersionReader } from '../../catalog/index.js';
import { type Batch, exactText } from '../../columnar/index.js';
import type { JobContext } from '../jobs/index.js';
import { type MaskKeys, type Policy, planMasks } from '../masks/index.js';
import { rowFilter } from './filter.js';
import { firstRows } from './first-rows.js';

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
    async function* masked(): AsyncGenerator<Batch> {
      for (let index = 0; index < reader.batches; index++) {
        signal.throwIfAborted();
        yield plan.apply(pick(reader.batch(index).batch), index);
      }
    }
    const rows = await firstRows(plan.schema, masked(), params.rows);
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
