import type { BoundCheck, CheckState, Outcome, Rows } from './define.js';
import { fromState, toState } from './state.js';

/** Rows counted, where the condition holds. */
export class RowCount implements CheckState {
  rows: number;

  constructor(rows = 0) {
    this.rows = rows;
  }

  update({ batch, selected }: Rows): void {
    if (selected === undefined) this.rows += batch.rows;
    else for (const yes of selected) this.rows += yes;
  }

  merge(other: this): void {
    this.rows += other.rows;
  }

  serialise(): Uint8Array {
    return toState({ rows: this.rows });
  }
}

export const countRows = (verdict: (rows: number) => Outcome): BoundCheck<RowCount> => ({
  init: () => new RowCount(),
  deserialise: (bytes) => new RowCount(fromState<{ rows: number }>(bytes).rows),
  verdict: (state) => verdict(state.rows),
});
