import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Batch, columnReader, readStream, type Schema } from '../../../columnar/index.js';
import { CounterfoilError, LIMITS } from '../../../foundation/index.js';
import { scratchFolder } from '../files/scratch.js';
import { answered } from './query.js';
import { spilled } from './spill.js';

/** Queries over the same rows, which are called `data`. The rows are written to a private folder once, until `close`. */
export class QueryTable {
  readonly #folder: string;
  readonly #files: readonly string[];
  #queries = 0;

  private constructor(folder: string, files: readonly string[]) {
    this.#folder = folder;
    this.#files = files;
  }

  /** `type.unsupported` names the columns that the engine would change. */
  static async of(
    schema: Schema,
    batches: () => AsyncIterable<Batch> | Iterable<Batch>,
    scratch: string,
  ): Promise<QueryTable> {
    const folder = scratchFolder(scratch);
    try {
      return new QueryTable(folder, await spilled({ schema, notes: [], batches: () => all(batches()) }, folder));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** How many rows a query returns. `input.invalid` when it does not run; bounded in time and memory. */
  async rowsOf(query: string, signal: AbortSignal): Promise<number> {
    const target = join(this.#folder, `rows-${this.#queries++}.arrow`);
    const late = new CounterfoilError('input.invalid', `The query took longer than ${LIMITS.ruleQueryMs / 1000} s.`);
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(late), LIMITS.ruleQueryMs);
    try {
      const request = { files: this.#files, names: ['data'], query, target, count: true };
      await answered(
        { ...request, mostBytes: LIMITS.ruleQueryBytes },
        this.#folder,
        AbortSignal.any([signal, end.signal]),
      );
      const { batches } = await readStream(target);
      let rows = 0;
      for await (const batch of batches) rows += Number(columnReader(batch.columns[0]!).value(0));
      return rows;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function* all(batches: AsyncIterable<Batch> | Iterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  yield* batches;
}
