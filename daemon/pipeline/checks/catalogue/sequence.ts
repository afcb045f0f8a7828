import { z } from 'zod';
import { CounterfoilError, type Json, LIMITS, printable } from '../../../foundation/index.js';
import { failedForGood, toleranceText, tolerated } from '../cells.js';
import { type CheckState, defineCheck, type Outcome, type Place, placeOf, type Rows, unfit } from '../define.js';
import type { CommonRule } from '../rule.js';
import { type Sample, Samples } from '../samples.js';
import { fromState, toState } from '../state.js';
import { isValid, storageType } from '../values/access.js';
import { tupleReader } from '../values/keys.js';
import { isOrdered } from '../values/literal.js';
import { type Ordinal, ordinalReader } from '../values/order.js';
import { count } from '../wording.js';

type Follows = (before: Ordinal, after: Ordinal) => boolean;

/** The ends of one group within a run of rows. */
interface Ends {
  first: Ordinal;
  firstRow: number;
  last: Ordinal;
}

/** Rows from `from` up to `to`, looked at without a gap. */
interface Segment {
  from: number;
  to: number;
  groups: Map<string, Ends>;
}

interface Plan {
  field: Place;
  groupBy: readonly Place[];
  follows: Follows;
}

interface Saved {
  tested: number;
  failed: number;
  samples: readonly Sample[];
  segments: readonly (readonly [number, number, readonly (readonly [string, string, number, string])[]])[];
}

class SequenceState implements CheckState {
  readonly #plan: Plan;
  tested = 0;
  failed = 0;
  samples = new Samples();
  #segments: Segment[] = [];

  constructor(plan: Plan, saved?: Saved) {
    this.#plan = plan;
    if (saved === undefined) return;
    this.tested = saved.tested;
    this.failed = saved.failed;
    this.samples = Samples.from(saved.samples);
    const read = (text: string): Ordinal => (text.endsWith('n') ? BigInt(text.slice(0, -1)) : Number(text));
    this.#segments = saved.segments.map(([from, to, groups]) => ({
      from,
      to,
      groups: new Map(
        groups.map(([name, first, firstRow, last]) => [name, { first: read(first), firstRow, last: read(last) }]),
      ),
    }));
  }

  update({ batch, firstRow, selected }: Rows): void {
    if (batch.rows === 0) return;
    const column = batch.columns[this.#plan.field.at]!;
    const read = ordinalReader(column);
    const columns = this.#plan.groupBy.map((place) => batch.columns[place.at]!);
    const groupOf = columns.length === 0 ? () => '' : tupleReader(columns);
    const segment: Segment = { from: firstRow, to: firstRow + batch.rows, groups: new Map() };
    for (let row = 0; row < batch.rows; row++) {
      if (!isValid(column, row) || (selected !== undefined && selected[row] === 0)) continue;
      this.tested++;
      const value = read(row);
      const group = groupOf(row);
      const ends = segment.groups.get(group);
      if (ends === undefined) segment.groups.set(group, { first: value, firstRow: firstRow + row, last: value });
      else {
        this.#compare(ends.last, value, firstRow + row);
        ends.last = value;
      }
    }
    this.#add(segment);
  }

  #compare(before: Ordinal, after: Ordinal, row: number): void {
    if (this.#plan.follows(before, after)) return;
    this.failed++;
    if (this.samples.wants(row)) this.samples.add({ row, column: this.#plan.field.name });
  }

  /** Puts a segment in its place and joins it with those that it touches. */
  #add(segment: Segment): void {
    const at = this.#segments.findIndex((each) => each.from >= segment.to);
    const place = at < 0 ? this.#segments.length : at;
    this.#segments.splice(place, 0, segment);
    this.#join(place);
    this.#join(place - 1);
    const groups = this.#segments.reduce((sum, each) => sum + each.groups.size, 0);
    if (groups > LIMITS.countedKeys)
      throw new CounterfoilError(
        'limit.exceeded',
        `More than ${LIMITS.countedKeys} groups would have to be followed at once.`,
      );
  }

  #join(at: number): void {
    const [left, right] = [this.#segments[at], this.#segments[at + 1]];
    if (left === undefined || right === undefined || left.to !== right.from) return;
    for (const [name, ends] of right.groups) {
      const before = left.groups.get(name);
      if (before === undefined) left.groups.set(name, ends);
      else {
        this.#compare(before.last, ends.first, ends.firstRow);
        before.last = ends.last;
      }
    }
    left.to = right.to;
    this.#segments.splice(at + 1, 1);
  }

  merge(other: this): void {
    this.tested += other.tested;
    this.failed += other.failed;
    this.samples.merge(other.samples);
    for (const segment of other.#segments) this.#add(segment);
  }

  serialise(): Uint8Array {
    const text = (value: Ordinal): string => (typeof value === 'bigint' ? `${value}n` : String(value));
    return toState({
      tested: this.tested,
      failed: this.failed,
      samples: this.samples.list().map((sample) => ({ ...sample })),
      segments: this.#segments.map(
        ({ from, to, groups }): Json => [
          from,
          to,
          [...groups]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, { first, firstRow, last }]): Json => [name, text(first), firstRow, text(last)]),
        ],
      ),
    });
  }
}

export const sequence = defineCheck({
  name: 'sequence',
  family: 'values',
  columns: 'one',
  describe: {
    summary: 'The values go up in the order of the rows.',
    counts: 'Tested: the non-null values. Failed: those that do not follow from the one before (in their group).',
    nulls: 'Left out; the values on both sides of one are compared.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes: 'For numbers, dates and times. A NaN follows nothing.',
    parameters: {
      order:
        '`increasing` (default): each is larger than the one before. `not_decreasing`: equal ones may follow. `gap_free`: each is larger by `step`; for whole numbers, decimals, dates and times.',
      step: 'For gap_free: the distance, in units of the column (last decimal place, day, microsecond, …). Default 1.',
      groupBy: 'Columns: each of their combinations is a sequence of its own.',
    },
    example: { id: 'no-gaps', check: 'sequence', columns: ['invoice_number'], order: 'gap_free' },
  },
  params: {
    order: z.enum(['increasing', 'not_decreasing', 'gap_free']).default('increasing'),
    step: z.number().int().min(1).optional(),
    groupBy: z.array(z.string().min(1)).max(16).default([]),
  },
  refine: ({ order, step }) => (step !== undefined && order !== 'gap_free' ? 'step is for order gap_free' : undefined),
  bind: (rule, [place], { schema }) => {
    const field = place!;
    if (!isOrdered(field.type)) throw unfit(field, 'a sequence needs numbers, dates or times');
    if (rule.order === 'gap_free' && storageType(field.type).name === 'float')
      throw unfit(field, 'a sequence without gaps needs whole values');
    const step = BigInt(rule.step ?? 1);
    const follows: Record<typeof rule.order, Follows> = {
      increasing: (before, after) => after > before,
      not_decreasing: (before, after) => after >= before,
      gap_free: (before, after) => BigInt(after) - BigInt(before) === step,
    };
    const plan = { field, groupBy: rule.groupBy.map((name) => placeOf(schema, name)), follows: follows[rule.order] };
    return {
      init: () => new SequenceState(plan),
      deserialise: (bytes: Uint8Array) => new SequenceState(plan, fromState<Saved>(bytes)),
      verdict: (state: SequenceState) => verdict(rule, field, state),
      hopeless: (state: SequenceState) => failedForGood(rule, state),
    };
  },
});

function verdict(rule: CommonRule & { order: string }, field: Place, state: SequenceState): Outcome {
  const name = printable(field.name);
  const what = rule.order === 'gap_free' ? 'does not follow without a gap' : 'is out of order';
  return {
    passed: tolerated(rule, state),
    tested: state.tested,
    failed: state.failed,
    threshold: toleranceText(rule),
    samples: state.samples.list(),
    message:
      state.failed === 0
        ? `All ${count(state.tested)} values of column ${name} are in order.`
        : `${count(state.failed)} of ${count(state.tested)} values of column ${name}: each ${what}.`,
  };
}
