import type { Column } from '../../columnar/index.js';
import { LIMITS, printable } from '../../foundation/index.js';
import type { BoundCheck, CheckState, Outcome, Place, Rows } from './define.js';
import type { CommonRule } from './rule.js';
import { type Sample, Samples, sampleOf } from './samples.js';
import { fromState, toState } from './state.js';
import { validBytes } from './values/access.js';
import { distinctOf } from './values/distinct.js';
import { count, sentence } from './wording.js';

/** Says of a row of one batch's column whether it is as the rule wants it. */
export type CellTest = (row: number) => boolean;

/** A check that looks at each cell of its columns by itself. */
export interface CellPlan {
  rule: CommonRule;
  fields: readonly Place[];
  /** Prepares the test of one column of one batch. */
  test(column: Column, field: Place): CellTest;
  /** True when null cells are shown to the test; else they are neither tested nor failed. */
  nulls?: boolean;
  /**
   * A quick look at a whole column: true when every cell that counts is as the rule wants it. False when one is not, or
   * when only the test can tell.
   */
  allPass?(column: Column, field: Place): boolean;
  /** The test costs more than to find out which values there are: it is asked once for each. */
  costly?: boolean;
  /** What is wrong with a failing cell, to complete "3 of 1 000 values of column x …". */
  fault: string;
}

interface Tally {
  tested: number;
  failed: number;
}

interface Saved {
  cells: readonly (readonly [number, number])[];
  samples: readonly Sample[];
}

class CellState implements CheckState {
  readonly #plan: CellPlan;
  readonly tallies: Tally[];
  readonly samples: Samples;

  constructor(plan: CellPlan, saved?: Saved) {
    this.#plan = plan;
    this.tallies = plan.fields.map((_, at) => ({
      tested: saved?.cells[at]?.[0] ?? 0,
      failed: saved?.cells[at]?.[1] ?? 0,
    }));
    this.samples = Samples.from(saved?.samples ?? []);
  }

  update(rows: Rows): void {
    this.#plan.fields.forEach((field, at) => {
      this.#column(rows, rows.batch.columns[field.at]!, field, this.tallies[at]!);
    });
  }

  #column(rows: Rows, column: Column, field: Place, tally: Tally): void {
    if (rows.selected === undefined && this.#allPass(column, field)) {
      tally.tested += this.#plan.nulls === true ? column.rows : column.rows - column.nulls;
      return;
    }
    const test = this.#plan.test(column, field);
    const valid = this.#plan.nulls === true ? undefined : validBytes(column);
    const { selected, bad, firstRow } = rows;
    for (let row = 0; row < column.rows; row++) {
      if (selected !== undefined && selected[row] === 0) continue;
      if (valid !== undefined && valid[row] === 0) continue;
      tally.tested++;
      if (test(row)) continue;
      tally.failed++;
      if (bad !== undefined) bad[row] = 1;
      if (this.samples.wants(firstRow + row)) this.samples.add(sampleOf(column, field.name, row, firstRow + row));
    }
  }

  #allPass(column: Column, field: Place): boolean {
    const { nulls, allPass, costly, test } = this.#plan;
    if (allPass?.(column, field) === true) return true;
    const distinct = costly === true && nulls !== true ? distinctOf(column) : undefined;
    return distinct?.first.every(test(column, field)) === true;
  }

  merge(other: this): void {
    other.tallies.forEach((tally, at) => {
      this.tallies[at]!.tested += tally.tested;
      this.tallies[at]!.failed += tally.failed;
    });
    this.samples.merge(other.samples);
  }

  serialise(): Uint8Array {
    return toState({
      cells: this.tallies.map((tally) => [tally.tested, tally.failed]),
      samples: this.samples.list().map((sample) => ({ ...sample })),
    });
  }
}

export function cellCheck(plan: CellPlan): BoundCheck<CellState> {
  return {
    init: () => new CellState(plan),
    deserialise: (bytes) => new CellState(plan, fromState<Saved>(bytes)),
    verdict: (state) => verdict(plan, state),
    hopeless: (state) => state.tallies.some((tally) => failedForGood(plan.rule, tally)),
  };
}

/** Whether so many failures are within the rule's tolerance. Without one, none are. */
export function tolerated(rule: CommonRule, tally: Tally): boolean {
  if (rule.tolerance === undefined) return tally.failed === 0;
  if ('count' in rule.tolerance) return tally.failed <= rule.tolerance.count;
  if ('percent' in rule.tolerance) return tally.failed * 100 <= rule.tolerance.percent * tally.tested;
  const { unit, min = 0, max = Number.POSITIVE_INFINITY, exclusiveMin, exclusiveMax, outside } = rule.tolerance;
  // A bound times what was tested, rather than a quotient: 1 of 3 is not rounded.
  const [found, scale] = unit === 'rows' ? [tally.failed, 1] : [tally.failed * 100, tally.tested];
  const above = exclusiveMin === true ? found > min * scale : found >= min * scale;
  const below =
    max === Number.POSITIVE_INFINITY || (exclusiveMax === true ? found < max * scale : found <= max * scale);
  return (above && below) !== (outside === true);
}

/** Whether more rows can only make it worse: a number of failures is over what is allowed. */
export function failedForGood(rule: CommonRule, tally: Tally): boolean {
  if (rule.tolerance === undefined || 'count' in rule.tolerance) return !tolerated(rule, tally);
  if ('percent' in rule.tolerance) return false;
  const { unit, max, outside } = rule.tolerance;
  return unit === 'rows' && outside !== true && max !== undefined && tally.failed > max;
}

/** The tolerance in words, for messages and reports. */
export function toleranceText(rule: CommonRule): string {
  if (rule.tolerance === undefined) return 'none';
  if ('count' in rule.tolerance) return `at most ${count(rule.tolerance.count)}`;
  if ('percent' in rule.tolerance) return `at most ${rule.tolerance.percent} %`;
  const { unit, min, max, exclusiveMin, exclusiveMax, outside } = rule.tolerance;
  const said = (bound: number): string => (unit === 'rows' ? count(bound) : `${bound} %`);
  if (min !== undefined && min === max) return `${outside === true ? 'not' : 'exactly'} ${said(min)}`;
  const parts = [
    ...(min === undefined ? [] : [`${exclusiveMin === true ? 'more than' : 'at least'} ${said(min)}`]),
    ...(max === undefined ? [] : [`${exclusiveMax === true ? 'less than' : 'at most'} ${said(max)}`]),
  ];
  return outside === true ? `all but ${parts.join(' and ')}` : parts.join(' and ');
}

/** The tolerance holds for each column by itself, so that a bad column cannot hide among good ones. */
function verdict(plan: CellPlan, state: CellState): Outcome {
  const all = plan.fields.map((field, at) => ({ field, tally: state.tallies[at]! }));
  const faulty = all.filter(({ tally }) => tally.failed > 0);
  const over = all.filter(({ tally }) => !tolerated(plan.rule, tally));
  const shown = (over.length > 0 ? over : faulty).slice(0, LIMITS.namesPerMessage);
  const parts = shown.map(
    ({ field, tally }) =>
      `${count(tally.failed)} of ${count(tally.tested)} values of column ${printable(field.name)} ${plan.fault}`,
  );
  const tested = state.tallies.reduce((sum, tally) => sum + tally.tested, 0);
  const failed = state.tallies.reduce((sum, tally) => sum + tally.failed, 0);
  return {
    passed: over.length === 0,
    tested,
    failed,
    threshold: toleranceText(plan.rule),
    samples: state.samples.list(),
    message:
      parts.length === 0
        ? `All ${count(tested)} values are as they should be.`
        : sentence(
            parts,
            over.length > 0 ? `; allowed: ${toleranceText(plan.rule)}` : '; that is within the tolerance',
          ),
  };
}

/** Remembers what a costly test said of a text while texts repeat; stops when they do not. */
export function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  let asked = 0;
  let found = 0;
  return (text) => {
    if (asked > LIMITS.rememberedTexts && found * 2 < asked) return test(text);
    asked++;
    const before = known.get(text);
    if (before !== undefined) {
      found++;
      return before;
    }
    const result = test(text);
    if (known.size < LIMITS.rememberedTexts && text.length <= 256) known.set(text, result);
    return result;
  };
}
