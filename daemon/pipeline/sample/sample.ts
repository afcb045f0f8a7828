import { existsSync, rmSync } from 'node:fs';
import { type VersionAccess, VersionReader } from '../../catalog/index.js';
import { type Column, exactText, type Field, type Schema } from '../../columnar/index.js';
import { CounterfoilError, type Json, printable, syncFile } from '../../foundation/index.js';
import { ParquetWriter, setPairs } from '../engine/index.js';
import type { JobContext } from '../jobs/index.js';
import { drawnColumn, isDrawn, plainColumn } from './column.js';
import { fromContract, type RuleText } from './contract-level.js';
import { fieldsOf } from './fields.js';
import { type Known, Marginal } from './marginals.js';
import { type Draw, Seeded } from './seeded.js';

/** What a sample is and is not. */
export const SAMPLE_NOTE =
  'A shape sample, not an anonymity guarantee. Columns are drawn independently; correlations are not preserved.';

export interface SampleParams {
  level: 'contract' | 'marginals';
  rows: number;
  seed: number;
  /** The columns of the newest version; without one those that the contract lists. Level `marginals` needs them. */
  fields?: readonly Field[];
  /** Rules of the contract, as JSON: for level `contract`. */
  rules: readonly Json[];
  /** The newest version and what its profile says of each column. Only for level `marginals`: the other reads no data. */
  learn?: { version: VersionAccess; known: Readonly<Record<string, Known>> };
  /** A Parquet file that does not exist yet. */
  out: string;
  /** Goes into the metadata of the file, beside the stamp. */
  about: Readonly<Record<string, string>>;
}

export interface Sampled {
  rows: number;
  columns: { name: string; type: string }[];
}

/**
 * Writes a synthetic table, stamped as such in its metadata. Columns are drawn independently of each other. The same
 * parameters give the same values. `input.invalid` when the file is there already, or nothing says which columns there are.
 */
export async function sample(params: SampleParams, { signal }: JobContext): Promise<Sampled> {
  const { out, rows, seed, level } = params;
  if (existsSync(out))
    throw new CounterfoilError('input.invalid', `${printable(out)} exists already.`, { hint: 'Name a new file.' });
  const rules = params.rules as unknown as RuleText[];
  const fields = params.fields ?? fieldsOf(rules);
  if (fields.length === 0)
    throw new CounterfoilError('input.invalid', 'Nothing says which columns a sample would have.', {
      hint: 'Give the dataset a contract that lists its columns, or publish a version of it.',
    });
  const draws =
    level === 'contract' ? fields.map((field) => fromContract(field, rules)) : learnt(params, fields, signal);
  const columns = fields.map(({ name, type }, at): Column => {
    const random = new Seeded(seed, name);
    return isDrawn(type) ? drawnColumn(type, rows, random, draws[at]!) : plainColumn(name, type, rows, random);
  });
  const metadata = { ...params.about, ...stamp(params) };
  const schema: Schema = { fields: fields.map(({ name, type }) => ({ name, type, nullable: true })), metadata };
  try {
    (await ParquetWriter.for(schema)).write(out, [{ rows, columns }]);
    setPairs(out, metadata); // where readers that know nothing of Arrow look
    syncFile(out);
  } catch (error) {
    rmSync(out, { force: true });
    throw error;
  }
  return { rows, columns: fields.map(({ name, type }) => ({ name, type: exactText(type) })) };
}

/** One pass over the version: what each column is like by itself. */
function learnt({ learn, seed }: SampleParams, fields: readonly Field[], signal: AbortSignal): Draw[] {
  const { version, known } = learn!;
  const reader = new VersionReader(version);
  try {
    const marginals = fields.map((field) => new Marginal(field, seed));
    for (let index = 0; index < reader.batches; index++) {
      signal.throwIfAborted();
      const { batch } = reader.batch(index);
      for (const [at, marginal] of marginals.entries()) marginal.update(batch.columns[at]!);
    }
    return marginals.map((marginal, at) => marginal.draw(known[fields[at]!.name]!));
  } finally {
    reader.close();
  }
}

const stamp = ({ level, seed }: SampleParams): Record<string, string> => ({
  'counterfoil.synthetic': 'true',
  'counterfoil.synthetic.level': level,
  'counterfoil.synthetic.seed': String(seed),
  'counterfoil.synthetic.note': SAMPLE_NOTE,
});
