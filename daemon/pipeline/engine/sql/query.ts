import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenOptions, SourceFormat } from '../../../catalog/index.js';
import { readStream } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { memoryOf } from '../../hooks/memory.js';
import type { SourceFile } from '../files/local.js';
import { changedByPolars } from '../parquet/open.js';
import type { Rows } from '../rows.js';
import { checkQuery, refuseChanged } from './guard.js';
import type { QueryAnswer, QueryRequest } from './messages.js';
import { spilled } from './spill.js';

/**
 * The rows of a query over a source. It runs in a process of its own: a fault in a query can end the engine, and what the
 * engine then prints holds values. The result waits in `folder`. Errors: `input.invalid`, `type.unsupported`.
 */
export async function queried(
  source: { rows: Rows; files: readonly SourceFile[]; format: SourceFormat },
  spec: { query: string; name: string },
  folder: string,
  open: OpenOptions,
): Promise<Rows> {
  checkQuery(spec.query);
  const direct = source.format === 'parquet';
  if (direct) for (const file of source.files) refuseChanged(await changedByPolars(source.rows.schema, file));
  const files = direct ? source.files.map(({ path }) => path) : await spilled(source.rows, folder);
  const request = {
    files,
    names: [...new Set(['source', 'self', 'data', spec.name])],
    query: spec.query,
    target: join(folder, 'query.arrow'),
  };
  await answered(request, folder, open.signal);
  const result = await readStream(request.target);
  return { schema: { fields: result.schema.fields }, notes: source.rows.notes, batches: () => result.batches };
}

/**
 * Runs a query; its rows are in the target afterwards. `input.invalid` when it does not run.
 */
export async function answered(
  request: Omit<QueryRequest, 'pushdown'>,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const answer =
    (await inProcess({ ...request, pushdown: true }, folder, signal)) ??
    (await inProcess({ ...request, pushdown: false }, folder, signal));
  if (answer === undefined) throw failed('it ended the engine that runs it');
  if (!answer.ok) throw failed(answer.phase === 'plan' ? oneLine(answer.message) : withoutValues(answer.message));
}

/** Undefined when the process ended without an answer. */
function inProcess(request: QueryRequest, folder: string, signal?: AbortSignal): Promise<QueryAnswer | undefined> {
  const entry = fileURLToPath(new URL('./child.js', import.meta.url));
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = fork(entry, [], {
      execArgv: [],
      env: { POLARS_TEMP_DIR: folder },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let answer: QueryAnswer | undefined;
    const stop = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    const { mostBytes } = request;
    const watch =
      mostBytes === undefined
        ? undefined
        : setInterval(() => {
            if ((memoryOf(child.pid!) ?? 0) <= mostBytes) return;
            answer = { ok: false, phase: 'plan', message: 'it took more memory than the query of a rule may' };
            stop();
          }, 100);
    child.once('message', (message: QueryAnswer) => {
      answer = message;
    });
    child.once('error', reject);
    child.once('exit', () => {
      clearInterval(watch);
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(signal.reason);
      else resolve(answer);
    });
    child.send(request);
  });
}

const failed = (what: string): CounterfoilError =>
  new CounterfoilError('input.invalid', `The query does not run: ${what}.`, { hint: 'Correct the query.' });

const oneLine = (text: string): string => text.split('\n')[0]!.slice(0, 300).replace(/\.$/, '');

const CONVERSION = /conversion from `([^`]*)` to `([^`]*)` failed in column '([^']*)'/;
const COMPARISON = /cannot compare [a-z]+ with [a-z]+ type \([a-z0-9]+\)/;

/** What the engine says while it reads rows may quote them: only sentences that cannot are passed on. */
function withoutValues(message: string): string {
  const [, from, to, column] = CONVERSION.exec(message) ?? [];
  return column === undefined
    ? (COMPARISON.exec(message)?.[0] ?? 'it failed on a row')
    : `a value of column ${printable(column)} cannot be converted from ${from} to ${to}`;
}
