import type { Batch } from '../../columnar/index.js';
import { failedForGood, toleranceText, tolerated } from './cells.js';
import type { BoundCheck, CheckState, Rows } from './define.js';
import type { CommonRule } from './rule.js';
import { type Sample, Samples } from './samples.js';
import { fromState, toState } from './state.js';

/** Says of a row whether it is as the rule wants it; undefined where it cannot be said. */
export type RowTest = (row: number) => boolean | undefined;

export interface RowTestPlan {
  prepare(batch: Batch): RowTest;
  message(state: RowTests): string;
}

interface Saved {
  tested: number;
  failed: number;
  samples: readonly Sample[];
}

/** How many rows were tested and failed, and where the first of those are. */
export class RowTests implements CheckState {
  readonly #plan: RowTestPlan;
  tested: number;
  failed: number;
  readonly samples: Samples;

  constructor(plan: RowTestPlan, saved: Saved = { tested: 0, failed: 0, samples: [] }) {
    this.#plan = plan;
    this.tested = saved.tested;
    this.failed = saved.failed;
    this.samples = Samples.from(saved.samples);
  }

  update({ batch, firstRow, selected, bad }: Rows): void {
    const test = this.#plan.prepare(batch);
    for (let row = 0; row < batch.rows; row++) {
      if (selected !== undefined && selected[row] === 0) continue;
      const passed = test(row);
      if (passed === undefined) continue;
      this.tested++;
      if (passed) continue;
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

/** A check of rows as wholes, each by itself. */
export const rowTestCheck = (rule: CommonRule, plan: RowTestPlan): BoundCheck<RowTests> => ({
  init: () => new RowTests(plan),
  deserialise: (bytes) => new RowTests(plan, fromState<Saved>(bytes)),
  verdict: (state) => ({
    passed: tolerated(rule, state),
    tested: state.tested,
    failed: state.failed,
    threshold: toleranceText(rule),
    samples: state.samples.list(),
    message: plan.message(state),
  }),
  hopeless: (state) => failedForGood(rule, state),
});
