import type { Batch, Schema } from '../../columnar/index.js';
import { CounterfoilError, hex, LIMITS, printable } from '../../foundation/index.js';
import type { BindContext, BoundCheck, CheckState, Outcome, Previous, References, Rows } from './define.js';
import type { DetectorFactory } from './detector.js';
import { bindRule, checkNamed, parseRule } from './registry.js';
import { type Locator, overall, type Report, type ReportedSample, type Result, type Status } from './report.js';
import type { Rule } from './rule.js';
import type { Sample } from './samples.js';
import { stateDigest } from './state.js';
import { bindCondition, type Evaluate } from './where/evaluate.js';

export interface CheckOptions {
  side: 'provider' | 'consumer';
  /** Needed by the privacy checks that look for personal data. */
  detector?: DetectorFactory;
  /** Milliseconds since the epoch. */
  now: number;
  /** A private folder for what does not fit in memory; files in it are gone after `finish` or `dispose`. */
  tmp: string;
  /** True where rows that a `quarantine-rows` rule fails on are in fact set aside; else such a rule aborts. */
  setsAside?: boolean;
  subject?: Report['subject'];
  previous?: Previous;
  references?: References;
  /** What external rules (`externalRules`) came to, by id. May be filled until `finish`. */
  outcomes?: ReadonlyMap<string, Outcome | CounterfoilError>;
}

interface Running {
  rule: Rule;
  /** Why it could not be evaluated; the rule's result is then `error`. */
  broken?: string;
  bound?: BoundCheck;
  state?: CheckState;
  where?: string;
  perRow: boolean;
}

/** What one batch gave. */
export interface BatchVerdict {
  /** True once a rule that aborts has failed for good: the rest need not be read. */
  stop: boolean;
  /** One byte a row, 1 = set aside by a `quarantine-rows` rule. Absent when there is none. */
  aside?: Uint8Array;
}

/** A run of the rules of one side over the batches of one version or view. */
export interface CheckRun {
  /** Batches in order, each once; columns in the order of the schema. */
  update(batch: Batch, index: number): BatchVerdict;
  /**
   * Ends the run, gives the report, and frees what the run holds. With `partial` (the run ended before all batches were
   * seen) only what has failed for good is said to have failed; the rules that are still open are `skip`.
   */
  finish(how?: { partial?: boolean }): Report;
  /** States of the rules that compare with the version before, by id: for `Previous` of the next. Call before `finish`. */
  states(): Record<string, Uint8Array>;
  /** Frees files and memory of a run that is given up. */
  dispose(): void;
}

/**
 * The rules of one side, bound to a schema. A rule with a misspelled or impossible parameter is `contract.invalid`;
 * a sound rule that does not fit the schema gives a result with status `error`, which blocks.
 */
export function compileChecks(rules: readonly unknown[], schema: Schema, options: CheckOptions): CheckRun {
  if (rules.length > LIMITS.rulesPerContract)
    throw new CounterfoilError('limit.exceeded', `A contract has at most ${LIMITS.rulesPerContract} rules.`);
  const parsed = rules.map((json, at) => parseRule(json, `rules.${at}`));
  const twice = parsed.find((rule, at) => parsed.findIndex((other) => other.id === rule.id) !== at);
  if (twice !== undefined)
    throw new CounterfoilError('contract.invalid', `Two rules have the id ${printable(twice.id)}.`);
  const mine = parsed.filter((rule) => rule.side === 'both' || rule.side === options.side);
  const tallies = mine.filter((rule) => checkNamed(rule.check, rule.id).tallies).length;
  if (tallies > LIMITS.talliesPerRun)
    throw new CounterfoilError(
      'limit.exceeded',
      `${tallies} rules compare every row with every other; at most ${LIMITS.talliesPerRun} are run at once.`,
    );
  // The bound holds for the run: many such rules share it.
  const tallyKeys = Math.ceil(LIMITS.tallyKeysInMemory / Math.max(1, tallies / 4));
  return new Run(mine, schema, { ...options, tallyKeys });
}

class Run implements CheckRun {
  readonly #options: CheckOptions;
  readonly #running: readonly Running[];
  readonly #conditions = new Map<string, Evaluate>();
  /** First row of each batch, to turn row numbers back into places. */
  readonly #starts: number[] = [];
  #rows = 0;

  constructor(rules: readonly Rule[], schema: Schema, options: CheckOptions & { tallyKeys: number }) {
    this.#options = options;
    this.#running = rules.map((rule) => this.#begin(rule, { schema, ...options }));
  }

  #begin(rule: Rule, context: BindContext): Running {
    const running: Running = { rule, perRow: rule.onFail === 'quarantine-rows' && this.#options.setsAside === true };
    try {
      if (rule.where !== undefined && !this.#conditions.has(rule.where))
        this.#conditions.set(rule.where, bindCondition(rule.where, context.schema));
      const bound = bindRule(rule, context);
      return { ...running, bound, state: bound.init(), ...(rule.where === undefined ? {} : { where: rule.where }) };
    } catch (error) {
      return { ...running, broken: CounterfoilError.from(error).message };
    }
  }

  update(batch: Batch, index: number): BatchVerdict {
    if (index !== this.#starts.length)
      throw new CounterfoilError('internal', `Batch ${index} was checked out of order.`);
    const firstRow = this.#rows;
    this.#starts.push(firstRow);
    this.#rows += batch.rows;
    const selections = new Map<string, Uint8Array>();
    for (const [where, evaluate] of this.#conditions) {
      selections.set(
        where,
        evaluate(batch).map((truth) => Number(truth === 1)),
      );
    }
    const aside = this.#running.some((running) => running.perRow) ? new Uint8Array(batch.rows) : undefined;
    let stop = false;
    for (const running of this.#running) {
      if (running.state === undefined) continue;
      const rows: Rows = { batch, firstRow };
      if (running.where !== undefined) rows.selected = selections.get(running.where)!;
      if (running.perRow) rows.bad = aside!;
      this.#feed(running, rows);
      stop ||= this.#stops(running);
    }
    return aside === undefined ? { stop } : { stop, aside };
  }

  #feed(running: Running, rows: Rows): void {
    try {
      running.state!.update(rows);
    } catch (error) {
      running.broken = CounterfoilError.from(error).message;
      running.state!.dispose?.();
      delete running.state;
    }
  }

  #stops(running: Running): boolean {
    const { rule, bound, state } = running;
    if (rule.severity !== 'error' || rule.onFail === 'warn' || running.perRow) return false;
    return state === undefined || bound?.hopeless?.(state) === true;
  }

  states(): Record<string, Uint8Array> {
    const out: Record<string, Uint8Array> = {};
    for (const { rule, state } of this.#running)
      if (state !== undefined && checkNamed(rule.check, rule.id).compares) out[rule.id] = state.serialise();
    return out;
  }

  finish({ partial = false }: { partial?: boolean } = {}): Report {
    const results = this.#running.map((running) => this.#result(running, partial));
    this.dispose();
    return {
      v: 1,
      subject: this.#options.subject ?? {},
      side: this.#options.side,
      verdict: overall(results),
      rows: this.#rows,
      batches: this.#starts.length,
      results,
    };
  }

  dispose(): void {
    for (const running of this.#running) running.state?.dispose?.();
  }

  #result(running: Running, partial: boolean): Result {
    const { rule } = running;
    const head = { id: rule.id, check: rule.check, columns: rule.columns ?? [], severity: rule.severity };
    try {
      if (running.bound === undefined || running.state === undefined)
        return { ...head, status: 'error', tested: 0, failed: 0, samples: [], message: running.broken! };
      if (partial && running.bound.hopeless?.(running.state) !== true)
        return {
          ...head,
          status: 'skip',
          tested: 0,
          failed: 0,
          samples: [],
          message: 'The run ended before all rows were seen.',
        };
      const outcome = running.bound.verdict(running.state);
      const samples = (outcome.samples ?? []).map((sample) => this.#place(sample));
      return {
        ...head,
        status: statusOf(running, outcome),
        tested: outcome.tested,
        failed: outcome.failed,
        ...(outcome.tested === 0 ? {} : { fraction: Math.round((outcome.failed / outcome.tested) * 1e6) / 1e6 }),
        ...(outcome.threshold === undefined ? {} : { threshold: outcome.threshold }),
        ...(outcome.observed === undefined ? {} : { observed: outcome.observed }),
        ...(samples.length === 0 ? {} : { first: { batch: samples[0]!.batch, row: samples[0]!.row } }),
        samples,
        message: emptyFails(rule, outcome) ? nothingTested(rule) : outcome.message,
        ...(partial ? {} : { state: hex(stateDigest(running.state)) }),
      };
    } catch (error) {
      const { message } = CounterfoilError.from(error);
      return { ...head, status: 'error', tested: 0, failed: 0, samples: [], message };
    }
  }

  #place(sample: Sample): ReportedSample {
    const { row, ...rest } = sample;
    return { ...this.#locate(row), ...rest };
  }

  #locate(row: number): Locator {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return { batch: low, row: row - this.#starts[low]! };
  }
}

const emptyFails = (rule: Rule, outcome: Outcome): boolean =>
  outcome.tested === 0 && outcome.passed && !rule.allowEmpty;

const nothingTested = (rule: Rule): string =>
  `Nothing was there to test${rule.where === undefined ? '' : ' where the condition holds'}; set allowEmpty if that is meant.`;

/** What a failure counts as: severity and `onFail` soften it to a warning, nothing softens an error. */
function statusOf({ rule, perRow }: Running, outcome: Outcome): Status {
  if (outcome.passed && !emptyFails(rule, outcome)) return 'pass';
  if (rule.severity !== 'error' || rule.onFail === 'warn') return 'warn';
  return perRow && outcome.tested > 0 ? 'warn' : 'fail';
}
