import { z } from 'zod';
import type { DataType } from '../../../columnar/index.js';
import { printable } from '../../../foundation/index.js';
import { type CheckState, defineCheck, type Outcome, type Place, type Rows, unfit } from '../define.js';
import { fromState, toState } from '../state.js';
import { isValid, storageType } from '../values/access.js';
import { ExactSum } from '../values/exact-sum.js';
import { decimalLiteral, type Literal } from '../values/literal.js';
import { ordinalReader } from '../values/order.js';
import { Quantiles } from '../values/quantiles.js';
import { bound } from './shared.js';

const STATISTICS = ['sum', 'mean', 'min', 'max', 'quantile'] as const;
type Statistic = (typeof STATISTICS)[number];

interface Saved {
  tested: number;
  odd: number;
  whole: string;
  float: string;
  min: string | null;
  max: string | null;
  bins: readonly (readonly [number, number])[];
}

const EMPTY: Saved = { tested: 0, odd: 0, whole: '0', float: '0', min: null, max: null, bins: [] };

/** What one statistic needs, exactly: whole and decimal columns in bigints of their scale, floats in an exact sum. */
export class TotalState implements CheckState {
  readonly #field: Place;
  readonly #statistic: Statistic;
  tested: number;
  /** NaN and infinite values. */
  odd: number;
  whole: bigint;
  readonly float: ExactSum;
  min: number | bigint | null;
  max: number | bigint | null;
  readonly bins: Quantiles;

  constructor(field: Place, statistic: Statistic, saved: Saved = EMPTY) {
    this.#field = field;
    this.#statistic = statistic;
    this.tested = saved.tested;
    this.odd = saved.odd;
    this.whole = BigInt(saved.whole);
    this.float = new ExactSum(BigInt(saved.float));
    this.min = this.#read(saved.min);
    this.max = this.#read(saved.max);
    this.bins = new Quantiles(saved.bins);
  }

  get #isFloat(): boolean {
    return storageType(this.#field.type).name === 'float';
  }

  #read(text: string | null): number | bigint | null {
    return text === null ? null : this.#isFloat ? Number(text) : BigInt(text);
  }

  update({ batch, selected }: Rows): void {
    const column = batch.columns[this.#field.at]!;
    const read = ordinalReader(column);
    const scale = scaleOf(this.#field.type);
    let small = 0; // whole numbers are added as doubles while that is exact
    for (let row = 0; row < batch.rows; row++) {
      if (!isValid(column, row) || (selected !== undefined && selected[row] === 0)) continue;
      const value = read(row);
      this.tested++;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        this.odd++;
        continue;
      }
      switch (this.#statistic) {
        case 'sum':
        case 'mean':
          if (this.#isFloat) this.float.add(value as number);
          else if (typeof value === 'number' && Number.isSafeInteger(small + value)) small += value;
          else this.whole += BigInt(value);
          break;
        case 'min':
          if (this.min === null || value < this.min) this.min = value;
          break;
        case 'max':
          if (this.max === null || value > this.max) this.max = value;
          break;
        case 'quantile':
          this.bins.add(Number(value) / 10 ** scale);
      }
    }
    this.whole += BigInt(small);
  }

  merge(other: this): void {
    this.tested += other.tested;
    this.odd += other.odd;
    this.whole += other.whole;
    this.float.merge(other.float);
    if (other.min !== null && (this.min === null || other.min < this.min)) this.min = other.min;
    if (other.max !== null && (this.max === null || other.max > this.max)) this.max = other.max;
    this.bins.merge(other.bins);
  }

  saved(): Saved {
    const text = (value: number | bigint | null): string | null => (value === null ? null : String(value));
    return {
      tested: this.tested,
      odd: this.odd,
      whole: String(this.whole),
      float: String(this.float.total),
      min: text(this.min),
      max: text(this.max),
      bins: this.bins.sorted(),
    };
  }

  serialise(): Uint8Array {
    return toState({ ...this.saved() });
  }

  /** The statistic: of whole and decimal columns as unscaled value over a divisor, of floats as a double over 1. */
  value(q: number): { exact: bigint; over: bigint } | number | undefined {
    if (this.tested - this.odd === 0) return undefined;
    const rows = BigInt(this.tested - this.odd);
    switch (this.#statistic) {
      case 'sum':
        return this.#isFloat ? this.float.over(1n) : { exact: this.whole, over: 1n };
      case 'mean':
        return this.#isFloat ? this.float.over(rows) : { exact: this.whole, over: rows };
      case 'min':
      case 'max': {
        const end = this.#statistic === 'min' ? this.min! : this.max!;
        return this.#isFloat ? Number(end) : { exact: BigInt(end), over: 1n };
      }
      case 'quantile':
        return this.bins.at(q);
    }
  }
}

export const scaleOf = (type: DataType): number => {
  const storage = storageType(type);
  return storage.name === 'decimal' ? storage.scale : 0;
};

export const controlTotal = defineCheck({
  name: 'control_total',
  family: 'completeness',
  columns: 'one',
  describe: {
    summary: 'A sum, mean, smallest, largest value or quantile of a column is what it should be.',
    counts: 'Tested: the non-null values. Failed: 1 when the total is not as given, else 0.',
    nulls: 'Left out.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'Sums and means are exact whatever the order of the rows: whole numbers and decimals in whole units, floats without rounding until the end. A NaN or infinite value fails the rule. A quantile is within 0.2 % of the true one.',
    parameters: {
      statistic: `One of ${STATISTICS.join(', ')}.`,
      q: 'For quantile: from 0 to 1, such as 0.95.',
      equals: 'What it must be; compared exactly, or within `within`.',
      within: 'Allowed distance from `equals`. Default 0.',
      min: 'Smallest allowed.',
      max: 'Largest allowed.',
    },
    example: { id: 'sum-agrees', check: 'control_total', columns: ['amount'], statistic: 'sum', equals: '1234567.89' },
  },
  params: {
    statistic: z.enum(STATISTICS),
    q: z.number().min(0).max(1).optional(),
    equals: bound.optional(),
    within: bound.optional(),
    min: bound.optional(),
    max: bound.optional(),
  },
  refine: (params) => {
    for (const key of ['equals', 'within', 'min', 'max'] as const) {
      const value = params[key];
      if (value !== undefined && decimalLiteral(value, 0) === undefined) return `${key} is not a number`;
    }
    if (params.equals === undefined && params.min === undefined && params.max === undefined)
      return 'give equals, min or max';
    if ((params.statistic === 'quantile') !== (params.q !== undefined))
      return 'q goes with statistic quantile, and only with it';
    return undefined;
  },
  bind: (rule, [place]) => {
    const field = place!;
    if (!['int', 'float', 'decimal'].includes(storageType(field.type).name))
      throw unfit(field, 'a total needs numbers');
    return {
      init: () => new TotalState(field, rule.statistic),
      deserialise: (bytes: Uint8Array) => new TotalState(field, rule.statistic, fromState<Saved>(bytes)),
      verdict: (state: TotalState) => verdict(rule, field, state),
    };
  },
});

interface Params {
  statistic: Statistic;
  q?: number | undefined;
  equals?: Literal | undefined;
  within?: Literal | undefined;
  min?: Literal | undefined;
  max?: Literal | undefined;
}

function verdict(rule: Params, field: Place, state: TotalState): Outcome {
  const found = state.value(rule.q ?? 0);
  const name = printable(field.name);
  if (found === undefined)
    return {
      passed: state.odd === 0,
      tested: state.tested,
      failed: state.odd,
      message: `Column ${name} holds no number.`,
    };
  const scale = scaleOf(field.type);
  const { low, high } = sides(rule, found, scale);
  const passed = !low && !high && state.odd === 0;
  const what = `${rule.statistic === 'quantile' ? `${rule.q} quantile` : rule.statistic} of column ${name}`;
  return {
    passed,
    tested: state.tested,
    failed: passed ? 0 : Math.max(1, state.odd),
    threshold: { equals: text(rule.equals), within: text(rule.within), min: text(rule.min), max: text(rule.max) },
    message:
      state.odd > 0
        ? `Column ${name} holds values that are not finite numbers, so it has no ${rule.statistic}.`
        : passed
          ? `The ${what} is as agreed.`
          : `The ${what} is too ${low ? 'small' : 'large'}.`,
  };
}

const text = (value: Literal | undefined): string | null => (value === undefined ? null : String(value));

/** Whether the total is below or above what the rule allows. Whole and decimal totals are compared exactly. */
export function sides(
  rule: Pick<Params, 'equals' | 'within' | 'min' | 'max'>,
  found: { exact: bigint; over: bigint } | number,
  scale: number,
): { low: boolean; high: boolean } {
  const { equals, within = 0, min = equals, max = equals } = rule;
  if (typeof found === 'number') {
    const slack = equals === undefined ? 0 : Number(within);
    return {
      low: min !== undefined && found < Number(min) - slack,
      high: max !== undefined && found > Number(max) + slack,
    };
  }
  const places = 400; // more decimals than a literal can have
  const units = (literal: Literal): bigint => decimalLiteral(literal, scale + places)!.floor * found.over;
  const slack = equals === undefined ? 0n : units(within);
  const total = found.exact * 10n ** BigInt(places);
  return {
    low: min !== undefined && total < units(min) - slack,
    high: max !== undefined && total > units(max) + slack,
  };
}
