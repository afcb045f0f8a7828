import { z } from 'zod';
import { LIMITS, printable } from '../../../foundation/index.js';
import { toleranceText, tolerated } from '../cells.js';
import { type CheckState, defineCheck, type Rows } from '../define.js';
import { type Sample, Samples } from '../samples.js';
import { fromState, toState } from '../state.js';
import { bindCondition, type Evaluate } from '../where/evaluate.js';
import { parseCondition } from '../where/parser.js';
import { count } from '../wording.js';

interface Saved {
  tested: number;
  failed: number;
  samples: readonly Sample[];
}

class TruthState implements CheckState {
  readonly #evaluate: Evaluate;
  tested: number;
  failed: number;
  readonly samples: Samples;

  constructor(evaluate: Evaluate, saved: Saved = { tested: 0, failed: 0, samples: [] }) {
    this.#evaluate = evaluate;
    this.tested = saved.tested;
    this.failed = saved.failed;
    this.samples = Samples.from(saved.samples);
  }

  update({ batch, firstRow, selected, bad }: Rows): void {
    const truth = this.#evaluate(batch);
    for (let row = 0; row < truth.length; row++) {
      if (truth[row] === 2 || (selected !== undefined && selected[row] === 0)) continue;
      this.tested++;
      if (truth[row] === 1) continue;
      this.failed++;
      if (bad !== undefined) bad[row] = 1;
      if (this.samples.wants(firstRow + row)) this.samples.add({ row: firstRow + row });
    }
  }

  merge(other: this): void {
    this.tested += other.tested;
    this.failed += other.failed;
    this.samples.merge(other.samples);
  }

  serialise(): Uint8Array {
    const samples = this.samples.list().map((sample) => ({ ...sample }));
    return toState({ tested: this.tested, failed: this.failed, samples });
  }
}

export const crossField = defineCheck({
  name: 'cross_field',
  family: 'values',
  perRow: true,
  columns: 'none',
  describe: {
    summary: 'A condition between the columns of a row holds.',
    counts: 'Tested: the rows on which the condition is true or false. Failed: those on which it is false.',
    nulls: 'Where a null makes the condition unknown the row is not tested, as with a CHECK constraint of SQL.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'The language of `where`: columns, values, = <> < <= > >=, IS NULL, IN, BETWEEN, LIKE, AND, OR, NOT and parentheses. Numbers of different types, and dates with timestamps, are compared by value.',
    parameters: { condition: 'The condition.' },
    example: { id: 'ends-after-start', check: 'cross_field', condition: 'ended >= started' },
  },
  params: { condition: z.string().min(1).max(LIMITS.whereChars) },
  refine: ({ condition }) => {
    parseCondition(condition);
    return undefined;
  },
  bind: (rule, _fields, { schema }) => {
    const evaluate = bindCondition(rule.condition, schema);
    return {
      init: () => new TruthState(evaluate),
      deserialise: (bytes: Uint8Array) => new TruthState(evaluate, fromState<Saved>(bytes)),
      verdict: (state: TruthState) => ({
        passed: tolerated(rule, state),
        tested: state.tested,
        failed: state.failed,
        threshold: toleranceText(rule),
        samples: state.samples.list(),
        message:
          state.failed === 0
            ? `The condition holds on all ${count(state.tested)} rows.`
            : `On ${count(state.failed)} of ${count(state.tested)} rows the condition ${printable(rule.condition)} does not hold.`,
      }),
      hopeless: (state: TruthState) =>
        !(rule.tolerance !== undefined && 'percent' in rule.tolerance) && !tolerated(rule, state),
    };
  },
});
