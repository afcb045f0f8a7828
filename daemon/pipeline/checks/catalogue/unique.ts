import { toleranceText, tolerated } from '../cells.js';
import { defineCheck, type Outcome } from '../define.js';
import { type KeyState, keyStates } from '../key-state.js';
import type { CommonRule } from '../rule.js';
import { type Sample, Samples } from '../samples.js';
import type { VisitGroup } from '../tally.js';
import { count, names } from '../wording.js';
import { nullsParameter } from './null.js';

interface Repeats {
  failed: number;
  repeated: number;
  samples: readonly Sample[];
}

export const unique = defineCheck({
  name: 'unique',
  tallies: true,
  family: 'completeness',
  needs: 'equality',
  columns: 'some',
  describe: {
    summary: 'No two rows have the same value, or the same combination of values of several columns.',
    counts: 'Tested: the rows compared. Failed: the rows that repeat an earlier one.',
    nulls:
      'By default a row with a null in a key column is not compared. With nulls: equal, two nulls are the same value.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'Exact over the whole data, by 128-bit hashes; what does not fit in memory is sorted on disk in the private folder of the gateway. Floats: 0 and −0 are one value, and so are all NaNs.',
    parameters: { nulls: '`ignore` (default) or `equal`.' },
    example: { id: 'one-row-each', check: 'unique', columns: ['order_id', 'line'] },
  },
  params: { nulls: nullsParameter },
  bind: (rule, fields, context) => ({
    ...keyStates({ fields, nulls: rule.nulls, ask: askRepeats, repeatsOnly: true }, context),
    verdict: (state: KeyState<Repeats>) => verdict(rule, state),
  }),
  meet: (mine, theirs) => ({
    params: { nulls: mine.nulls === 'equal' || theirs.nulls === 'equal' ? 'equal' : 'ignore' },
  }),
});

function askRepeats(): { visit: VisitGroup; found: () => Repeats } {
  const samples = new Samples();
  let [failed, repeated] = [0, 0];
  return {
    visit: (rows, _first, second) => {
      if (rows === 1) return;
      failed += rows - 1;
      repeated++;
      if (samples.wants(second)) samples.add({ row: second });
    },
    found: () => ({ failed, repeated, samples: samples.list() }),
  };
}

function verdict(rule: CommonRule, state: KeyState<Repeats>): Outcome {
  const { failed, repeated, samples } = state.found;
  const tested = state.tally.size;
  const columns = rule.columns!;
  const what = columns.length === 1 ? `column ${names(columns)}` : `columns ${names(columns)} together`;
  return {
    passed: tolerated(rule, { tested, failed }),
    tested,
    failed,
    threshold: toleranceText(rule),
    observed: { distinct: tested - failed, repeated },
    samples,
    message:
      failed === 0
        ? `All ${count(tested)} rows differ in ${what}.`
        : `${count(failed)} of ${count(tested)} rows repeat an earlier value of ${what}.`,
  };
}
