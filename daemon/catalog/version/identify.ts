import {
  type Batch,
  batchSalt,
  columnDigest,
  commitment,
  concatBatches,
  type DataType,
  sliceBatch,
  textTypeName,
  typeText,
} from '../../columnar/index.js';
import { hex, leafHash, MerkleRange } from '../../foundation/index.js';
import type { OpenOptions, OpenSource, SourceEngine, SourceSpec } from '../source.js';

/** What a file may turn out to be: a version, or what a peer got of one. Plain data; holds keys. */
export interface Candidate {
  id: string;
  /** Rows of each batch. */
  batches: readonly number[];
  /** Columns as they are called in the file, with the key that their commitments were made with. */
  columns: readonly { name: string; type: DataType; root: string; key: Uint8Array }[];
}

export interface Identified {
  rows: number;
  /** Candidates that the file has the rows of, and the columns that are the same. */
  matches: readonly { id: string; columns: readonly string[] }[];
}

export interface IdentifyParams {
  spec: SourceSpec;
  scratch: string;
  candidates: readonly Candidate[];
}

type Hooks = Pick<OpenOptions, 'signal'>;

/**
 * Recomputes the roots of a file's columns under the keys of each candidate, and says which are the same. The rows must be
 * in their order; columns may be missing. A file of text is read with the types of the candidate. For a worker thread.
 */
export async function identifyFile(params: IdentifyParams, engine: SourceEngine, hooks: Hooks): Promise<Identified> {
  const { spec, scratch, candidates } = params;
  const first = await engine(spec, { scratch, ...hooks });
  const { format, schema } = first;
  const rows = await counted(first);
  const names = schema.fields.map(({ name }) => name);
  const matches: { id: string; columns: string[] }[] = [];
  for (const candidate of candidates) {
    const total = candidate.batches.reduce((sum, each) => sum + each, 0);
    const wanted = candidate.columns.filter(({ name }) => names.includes(name));
    if (total !== rows || rows === 0 || wanted.length === 0) continue;
    const isText = format === 'csv' || format === 'ndjson';
    const types = Object.fromEntries(
      wanted.map(({ name, type }) => [name, textTypeName(type)]).filter((entry) => entry[1] !== undefined),
    );
    const typed = isText ? { ...spec, options: { ...spec.options, types } } : spec;
    const columns = await matching(typed, scratch, { ...candidate, columns: wanted }, engine, hooks);
    if (columns.length > 0) matches.push({ id: candidate.id, columns });
  }
  return { rows, matches };
}

async function counted(source: OpenSource): Promise<number> {
  try {
    let rows = 0;
    for await (const batch of source.batches()) rows += batch.rows;
    return rows;
  } finally {
    await source.close();
  }
}

async function matching(
  spec: SourceSpec,
  scratch: string,
  candidate: Candidate,
  engine: SourceEngine,
  hooks: Hooks,
): Promise<string[]> {
  let source: OpenSource;
  try {
    source = await engine(spec, { scratch, ...hooks });
  } catch (error) {
    if (hooks.signal?.aborted) throw error;
    return []; // its text is not of those types
  }
  try {
    const columns = candidate.columns.flatMap((column) => {
      const at = source.schema.fields.findIndex(
        ({ name, type }) => name === column.name && typeText(type) === typeText(column.type),
      );
      return at < 0 ? [] : [{ ...column, at, tree: new MerkleRange() }];
    });
    let index = 0;
    for await (const batch of cutTo(source.batches(), candidate.batches)) {
      for (const { at, key, tree } of columns) {
        tree.push(leafHash(commitment(batchSalt(key, index), columnDigest(batch.columns[at]!))));
      }
      index++;
    }
    return columns.filter(({ tree, root }) => hex(tree.root()) === root).map(({ name }) => name);
  } finally {
    await source.close();
  }
}

/** Cuts rows into batches of the given numbers of rows. */
async function* cutTo(batches: AsyncIterable<Batch>, sizes: readonly number[]): AsyncGenerator<Batch, void, undefined> {
  let parts: Batch[] = [];
  let held = 0;
  let next = 0;
  for await (const batch of batches) {
    for (let from = 0; from < batch.rows; ) {
      const count = Math.min(sizes[next]! - held, batch.rows - from);
      parts.push(sliceBatch(batch, from, count));
      held += count;
      from += count;
      if (held < sizes[next]!) continue;
      yield concatBatches(parts);
      parts = [];
      held = 0;
      next++;
    }
  }
}
