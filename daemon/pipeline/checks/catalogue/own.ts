import { z } from 'zod';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { checkQuery } from '../../engine/sql/guard.js';
import { toleranceText, tolerated } from '../cells.js';
import { RowCount } from '../counters.js';
import { type BindContext, type BoundCheck, defineCheck, type Outcome } from '../define.js';
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
    if (outcome instanceof CounterfoilError) throw outcome;
    return outcome;
  },
});

/** What was found beside the batches as an outcome: the tolerance of the rule holds for it as for any other. */
export function outcomeOf(rule: CommonRule, found: { tested: number; failed: number }, message: string): Outcome {
  return {
    passed: tolerated(rule, found),
    ...{ tested: found.tested, failed: found.failed, message },
    threshold: toleranceText(rule),
    observed: found.failed,
  };
}

/** A fault of the query, told when the contract is read and not with the first delivery. */
function queryFault(query: string): string | undefined {
  try {
    checkQuery(query);
    return undefined;
  } catch (error) {
    return CounterfoilError.from(error).message.replace(/\.$/, '');
  }
}

const WHERE = 'this check looks at all rows, so it takes no where';

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
    notes: `The data is the table \`data\`. Only one SELECT, run by the SQL engine of the gateway in a process of its own; it reads nothing else, and has ${LIMITS.ruleQueryMs / 60_000} minutes and ${LIMITS.ruleQueryBytes / 1024 ** 3} GiB of memory. Columns of types that the engine would change are refused by name. Takes no \`where\`.`,
    parameters: { query: 'The query. What it returns are failing rows.' },
    example: { id: 'no-orphans', check: 'sql', query: 'SELECT 1 FROM data WHERE ended < started' },
  },
  params: { query: z.string().min(1).max(LIMITS.queryChars) },
  refine: ({ query, where }) => (where === undefined ? queryFault(query) : `${WHERE}; put it into the query`),
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
      'A hook is named here and defined in config.yaml of the gateway that runs it (docs/HOOKS.md): a contract, and so a peer, can never bring code of its own. It runs outside the process of the gateway, with limits on time, memory and output. A crash, a hang or an answer that is none is an error, which blocks. Takes no `where`.',
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
  refine: ({ where }) => (where === undefined ? undefined : WHERE),
  bind: (rule, _fields, context) => outside(rule, context),
});
