import { type Batch, exactText, type Schema } from '../../columnar/index.js';
import { type PersonalFinding, personalDetector } from '../personal/index.js';
import type { OpenOptions, SourceEngine, SourceSpec } from '../source.js';
import { type VersionAccess, VersionReader } from '../version/read.js';
import { addValues } from './cells.js';
import { Distinct } from './distinct.js';
import { FewValues } from './few-values.js';
import { Range } from './range.js';

/** What a table is like, without any text of it. Plain data. */
export interface TableProfile {
  schema: Schema;
  rows: number;
  columns: readonly ColumnProfile[];
  /** For a first contract, column by column. */
  facts: readonly ColumnFacts[];
  /** How the source was read. */
  notes: readonly string[];
}

export interface ColumnProfile {
  name: string;
  type: string;
  nulls: number;
  distinct: number;
  /** Ends of a range of numbers or times; null for other types and where they could tell of a person. */
  min: string | number | null;
  max: string | number | null;
  personal: readonly PersonalFinding[];
}

/** What a profile does not show. */
export interface ColumnFacts {
  /** Whether the number of distinct values was counted, not estimated. */
  counted: boolean;
  hasNaN: boolean;
  /** The values of a column that takes few of them often and does not look personal. */
  values?: readonly (string | number)[];
}

/** The rows to look at: those of a stored version, or those that the source has now. */
export type ProfileParams = { version: VersionAccess } | { spec: SourceSpec; scratch: string };

/** Looks at every row. For a worker thread. Errors: those of sources, `store.corrupt`. */
export async function profileTable(
  params: ProfileParams,
  engine: SourceEngine,
  hooks: Pick<OpenOptions, 'signal' | 'onProgress'>,
): Promise<TableProfile> {
  if ('version' in params) {
    const reader = new VersionReader(params.version);
    try {
      return await profiled(reader.manifest.schema, stored(reader, hooks), []);
    } finally {
      reader.close();
    }
  }
  const source = await engine(params.spec, { scratch: params.scratch, ...hooks });
  try {
    return await profiled(source.schema, source.batches(), source.notes);
  } finally {
    await source.close();
  }
}

async function* stored(
  reader: VersionReader,
  { signal, onProgress }: Pick<OpenOptions, 'signal' | 'onProgress'>,
): AsyncGenerator<Batch, void, undefined> {
  for (let index = 0; index < reader.batches; index++) {
    signal?.throwIfAborted();
    yield reader.batch(index).batch;
    onProgress?.(index + 1, reader.batches);
    // Reads are synchronous: other work of this thread, and an abort, get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function profiled(
  schema: Schema,
  batches: AsyncIterable<Batch>,
  notes: readonly string[],
): Promise<TableProfile> {
  const detector = personalDetector(schema);
  const columns = schema.fields.map(({ type }) => ({
    nulls: 0,
    distinct: new Distinct(),
    range: new Range(type),
    few: new FewValues(type),
  }));
  let rows = 0;
  for await (const batch of batches) {
    rows += batch.rows;
    detector.update(batch);
    for (const [at, column] of batch.columns.entries()) {
      const state = columns[at]!;
      state.nulls += column.nulls;
      addValues(state.distinct, column);
      state.range.update(column);
      state.few.update(column);
    }
  }
  const findings = detector.findings();
  return {
    schema,
    rows,
    notes,
    facts: schema.fields.map(({ name }, at) => {
      const { distinct, range, few } = columns[at]!;
      const values = findings.some(isIn(name)) ? undefined : few.list();
      return { counted: distinct.isExact, hasNaN: range.hasNaN, ...(values === undefined ? {} : { values }) };
    }),
    columns: schema.fields.map(({ name, type }, at) => {
      const { nulls, distinct, range } = columns[at]!;
      const personal = findings.filter(isIn(name));
      const ends = personal.length > 0 ? { min: null, max: null } : range.ends();
      return { name, type: exactText(type), nulls, distinct: distinct.count(), ...ends, personal };
    }),
  };
}

/** Whether a finding is in a column, or in a field of it. */
const isIn =
  (name: string) =>
  ({ column }: PersonalFinding): boolean =>
    column === name || column.startsWith(`${name}.`);
