import { z } from 'zod';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { RowCount } from '../counters.js';
import { type BindContext, type BoundCheck, defineCheck } from '../define.js';
import type { CommonRule } from '../rule.js';
import { fromState } from '../state.js';

/**
 * A rule that something beside the batches evaluates: the SQL engine, a hook's process. What it found is handed to the
 * run before the end; a rule without an outcome is an error, which blocks.
 */
const outside = (rule: CommonRule, { outcomes }: BindContext): BoundCheck<RowCount> => ({
  init: () => new RowCount(),
  deserialise: (bytes) => new RowCount(fromState<{ rows: number }>(bytes).rows),
  verdict: () => {
    const outcome = outcomes?.get(rule.id);
    if (outcome === undefined)
      throw new CounterfoilError('contract.invalid', `The ${rule.check} rule ${printable(rule.id)} was not run.`);
    return outcome;
  },
});

export const sql = defineCheck({
  name: 'sql',
  family: 'own',
  columns: 'none',
  external: true,
  describe: {
    summary: 'A query returns no row.',
    counts: 'Tested: the rows of the data. Failed: the rows that the query returns.',
    nulls: 'As the query says.',
    empty: 'No rows: fails unless allowEmpty.',
    notes:
      'The data is the table `data`. Only one SELECT, run by the SQL engine of the gateway; it reads nothing else.',
    parameters: { query: 'The query. What it returns are failing rows.' },
    example: { id: 'no-orphans', check: 'sql', query: 'SELECT 1 FROM data WHERE ended < started' },
  },
  params: { query: z.string().min(1).max(LIMITS.queryChars) },
  bind: (rule, _fields, context) => outside(rule, context),
});

export const hook = defineCheck({
  name: 'hook',
  family: 'own',
  columns: 'none',
  external: true,
  describe: {
    summary: 'Validation code of this organisation says that the data is sound.',
    counts: 'As the hook reports.',
    nulls: 'As the hook says.',
    empty: 'As the hook says; zero tested fails unless allowEmpty.',
    notes:
      'A hook is named here and defined in config.yaml of the gateway that runs it: a contract, and so a peer, can never bring code of its own. It runs outside the process of the gateway, with limits on time, memory and output. A crash, a hang or an answer that is none is an error, which blocks.',
    parameters: { hook: 'Name of the hook.', arguments: 'Texts and numbers that the hook is given.' },
    example: {
      id: 'own-model',
      check: 'hook',
      hook: 'plausible-orders',
      arguments: { strict: true },
      side: 'consumer',
    },
  },
  params: {
    hook: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
    arguments: z.record(z.string().max(64), z.union([z.string().max(4096), z.number(), z.boolean()])).default({}),
  },
  bind: (rule, _fields, context) => outside(rule, context),
});
