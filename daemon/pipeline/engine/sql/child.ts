import pl from 'nodejs-polars';
import { scanFile } from '../polars.js';
import type { QueryAnswer, QueryRequest } from './messages.js';

/** What the wrapper of nodejs-polars is around; typed as far as it is used here. */
interface NativeFrame {
  optimizationToggle(...toggles: boolean[]): NativeFrame;
  sinkIpc(path: string, options: Record<string, unknown>): NativeFrame;
  collectSync(engine: string): unknown;
}

// The process that runs one query: a panic of the engine ends it and nothing else.
process.once('message', (request: QueryRequest) => {
  answer(run(request));
});

function run({ files, names, query, target, pushdown, count }: QueryRequest): QueryAnswer {
  let planned: NativeFrame;
  try {
    const parts = files.map(scanFile);
    const source = parts.length === 1 ? parts[0]! : pl.concat(parts, { how: 'vertical' });
    const context = pl.SQLContext(Object.fromEntries(names.map((name) => [name, source])));
    const asked = context.execute(query);
    const refused = (asked as unknown as { _ldf: unknown })._ldf;
    if (refused instanceof Error) throw refused;
    const result = count === true ? asked.select(pl.len()) : asked;
    planned = (result as unknown as { _ldf: NativeFrame })._ldf;
  } catch (error) {
    return { ok: false, phase: 'plan', message: (error as Error).message };
  }
  try {
    const options = {
      compatLevel: 'newest',
      compression: 'uncompressed',
      syncOnClose: 'none',
      maintainOrder: true,
      mkdir: false,
    };
    // type coercion, predicates, projections, expressions, slices, common plans, common expressions, streaming
    planned
      .optimizationToggle(true, pushdown, true, true, true, false, true, true)
      .sinkIpc(target, options)
      .collectSync('streaming');
    return { ok: true };
  } catch (error) {
    return { ok: false, phase: 'run', message: (error as Error).message };
  }
}

function answer(result: QueryAnswer): void {
  process.send!(result, () => process.exit(0));
}
