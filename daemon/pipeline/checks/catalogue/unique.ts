import { toleranceText, tolerated } from '../cells.js';
import { type CheckState, defineCheck, type Outcome, type Place, type Rows } from '../define.js';
import type { CommonRule } from '../rule.js';
import { Samples } from '../samples.js';
import { Tally } from '../tally.js';
import { isValid } from '../values/access.js';
import { hashRows } from '../values/hash.js';
import { count, names } from '../wording.js';
import { nullsParameter } from './null.js';

/** Rows by the hash of their key columns. */
export class KeyState implements CheckState {
  readonly #fields: readonly Place[];
  readonly #nulls: 'ignore' | 'equal';
  readonly tally: Tally;

  constructor(fields: readonly Place[], nulls: 'ignore' | 'equal', tally: Tally) {
    this.#fields = fields;
    this.#nulls = nulls;
    this.tally = tally;
  }

  update({ batch, firstRow, selected }: Rows): void {
    const columns = this.#fields.map((field) => batch.columns[field.at]!);
    const hashes = hashRows(columns, batch.rows);
    const skip = this.#nulls === 'ignore' ? columns.filter((column) => column.nulls > 0) : [];
    for (let row = 0; row < batch.rows; row++) {
      if (selected !== undefined && selected[row] === 0) continue;
      if (skip.some((column) => !isValid(column, row))) continue;
      this.tally.add(hashes, row, firstRow + row);
    }
  }

  merge(other: this): void {
    this.tally.merge(other.tally);
  }

  serialise(): Uint8Array {
    return this.tally.serialise();
  }

  digest(): Uint8Array {
    return this.tally.digest();
  }

  dispose(): void {
    this.tally.dispose();
  }
}

export const unique = defineCheck({
  name: 'unique',
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
  bind: (rule, fields, { tmp }) => ({
    init: () => new KeyState(fields, rule.nulls, new Tally(tmp)),
    deserialise: (bytes: Uint8Array) => new KeyState(fields, rule.nulls, Tally.from(tmp, bytes)),
    verdict: (state: KeyState) => verdict(rule, state),
  }),
  meet: (mine, theirs) => ({
    params: { nulls: mine.nulls === 'equal' || theirs.nulls === 'equal' ? 'equal' : 'ignore' },
  }),
});

function verdict(rule: CommonRule, state: KeyState): Outcome {
  const samples = new Samples();
  let failed = 0;
  let repeated = 0;
  for (const group of state.tally.groups()) {
    if (group.count === 1) continue;
    failed += group.count - 1;
    repeated++;
    if (samples.wants(group.second)) samples.add({ row: group.second });
  }
  const tested = state.tally.size;
  const columns = rule.columns!;
  const what = columns.length === 1 ? `column ${names(columns)}` : `columns ${names(columns)} together`;
  return {
    passed: tolerated(rule, { tested, failed }),
    tested,
    failed,
    threshold: toleranceText(rule),
    observed: { distinct: tested - failed, repeated },
    samples: samples.list(),
    message:
      failed === 0
        ? `All ${count(tested)} rows differ in ${what}.`
        : `${count(failed)} of ${count(tested)} rows repeat an earlier value of ${what}.`,
  };
}
