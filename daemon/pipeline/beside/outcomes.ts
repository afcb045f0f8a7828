import type { Batch, Schema } from '../../columnar/index.js';
import { CounterfoilError, LIMITS, own, printable } from '../../foundation/index.js';
import { externalRules, type Outcome, outcomeOf, sampleOf } from '../checks/index.js';
import { QueryTable } from '../engine/index.js';
import { type HookAnswer, runHook } from '../hooks/index.js';
import type { Beside } from './beside.js';

/** Rows that are there to be read again. */
export interface Again {
  schema: Schema;
  rows: number;
  batches(): AsyncIterable<Batch> | Iterable<Batch>;
}

interface Options {
  side: 'provider' | 'consumer';
  version: string;
  beside: Beside;
  /** Private folder. */
  tmp: string;
  signal: AbortSignal;
}

type ExternalRule = ReturnType<typeof externalRules>[number];

/**
 * What the rules came to that something beside the batches evaluates, by id: SQL queries and hooks. A rule that could not
 * be evaluated has a sentence instead, which makes it an error. Throws only when the signal is aborted.
 */
export async function evaluateBeside(
  rules: readonly unknown[],
  again: Again,
  options: Options,
): Promise<Map<string, Outcome | CounterfoilError>> {
  const outcomes = new Map<string, Outcome | CounterfoilError>();
  const own = externalRules(rules, options.side);
  const queries = own.filter(({ check }) => check === 'sql');
  let table: QueryTable | undefined;
  try {
    if (queries.length > 0) {
      const tried = await attempt(options.signal, () => QueryTable.of(again.schema, again.batches, options.tmp));
      if (tried instanceof CounterfoilError) for (const { id } of queries) outcomes.set(id, tried);
      else table = tried;
    }
    for (const rule of own) {
      if (outcomes.has(rule.id)) continue;
      const run = () => (rule.check === 'sql' ? queried(rule, table!, again, options) : hooked(rule, again, options));
      outcomes.set(rule.id, await attempt(options.signal, run));
    }
  } finally {
    table?.close();
  }
  return outcomes;
}

async function attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | CounterfoilError> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    return CounterfoilError.from(error);
  }
}

async function queried(rule: ExternalRule, table: QueryTable, { rows }: Again, { signal }: Options): Promise<Outcome> {
  const failed = await table.rowsOf(rule.query as string, signal);
  const message = failed === 0 ? 'The query returns no row.' : `The query returns ${rowsText(failed)}.`;
  return outcomeOf(rule, { tested: Math.max(rows, failed), failed }, message);
}

async function hooked(rule: ExternalRule, again: Again, options: Options): Promise<Outcome> {
  const { side, version, beside, signal } = options;
  const name = rule.hook as string;
  const hook = own(beside.hooks.byName, name);
  if (hook === undefined)
    throw notEvaluated(
      `The hook ${printable(name)} is not defined at the ${side}: it belongs under hooks in its config.yaml.`,
    );
  const given = rule.arguments as Record<string, string | number | boolean>;
  const answer = await runHook({
    ...{ hook, hidden: beside.hooks.hidden, signal },
    call: { v: 1, hook: name, rule: rule.id, side, version, arguments: given },
    ...{ schema: again.schema, batches: again.batches() },
  });
  if (typeof answer === 'string') throw notEvaluated(`The hook ${printable(name)} gave no verdict: ${answer}.`);
  const beyond = (answer.rows ?? []).find((row) => row >= again.rows);
  if (beyond !== undefined)
    throw notEvaluated(`The hook ${printable(name)} gave no verdict: it names row ${beyond} of ${again.rows}.`);
  return { ...outcomeOf(rule, answer, sentence(name, answer)), samples: await samples(answer, again) };
}

function sentence(name: string, { tested, failed, code }: HookAnswer): string {
  const why = code === undefined ? '' : ` (${code})`;
  return `The hook ${printable(name)} finds fault with ${failed} of ${tested}${why}.`;
}

/** The rows that a hook names, by place, and by outline of the column that it names. */
async function samples({ rows = [], column }: HookAnswer, again: Again): Promise<Outcome['samples']> {
  const at = again.schema.fields.findIndex((field) => field.name === column);
  const wanted = [...new Set(rows)].sort((a, b) => a - b).slice(0, LIMITS.samplesPerCheck);
  if (at < 0) return wanted.map((row) => ({ row }));
  const found: NonNullable<Outcome['samples']>[number][] = [];
  let first = 0;
  for await (const batch of again.batches()) {
    for (; found.length < wanted.length && wanted[found.length]! < first + batch.rows; ) {
      const row = wanted[found.length]!;
      found.push(sampleOf(batch.columns[at]!, column!, row - first, row));
    }
    if (found.length === wanted.length) break;
    first += batch.rows;
  }
  return found;
}

const notEvaluated = (message: string): CounterfoilError => new CounterfoilError('contract.invalid', message);

const rowsText = (rows: number): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`;
