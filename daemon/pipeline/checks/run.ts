import type { Batch, Schema } from '../../columnar/index.js';
import { CounterfoilError, hex, LIMITS, printable } from '../../foundation/index.js';
import { ones, without } from './aside.js';
import type { BindContext, BoundCheck, CheckState, Outcome, Previous, References, Rows } from './define.js';
import type { DetectorFactory } from './detector.js';
import { Places } from './places.js';
import { bindRule, checkNamed, parseRule } from './registry.js';
import { overall, type Report, type Result, type Status } from './report.js';
import type { Rule } from './rule.js';
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
  /**
   * True where rows that a `quarantine-rows` rule fails on are taken out of the batches, by what `update` gives; else such
   * a rule aborts.
   */
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
  /** Its failing rows are set aside. */
  apart: boolean;
  /** At the provider: the state over the rows that are left, which the consumer's is compared with. */
  kept?: CheckState;
}

/** What one batch gave. */
export interface BatchVerdict {
  /** True once a rule that aborts has failed for good: the rest need not be read. */
  stop: boolean;
  /** The rows that are set aside, ascending. Absent when there are none. */
  aside?: Int32Array;
  /** The batch without them: what is to go on. */
  left: Batch;
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
  /** Rows as they came, and those that were left of them. */
  readonly #came = new Places();
  readonly #left = new Places();
  #aside = 0;

  constructor(rules: readonly Rule[], schema: Schema, options: CheckOptions & { tallyKeys: number }) {
    this.#options = options;
    this.#running = rules.map((rule) => this.#begin(rule, { schema, ...options }));
  }

  #begin(rule: Rule, context: BindContext): Running {
    const { setsAside, side } = this.#options;
    const running: Running = { rule, apart: rule.onFail === 'quarantine-rows' && setsAside === true };
    try {
      if (rule.where !== undefined && !this.#conditions.has(rule.where))
        this.#conditions.set(rule.where, bindCondition(rule.where, context.schema));
      const bound = bindRule(rule, context);
      if (running.apart && side === 'provider') running.kept = bound.init();
      return { ...running, bound, state: bound.init(), ...(rule.where === undefined ? {} : { where: rule.where }) };
    } catch (error) {
      return { ...running, broken: CounterfoilError.from(error).message };
    }
  }

  update(batch: Batch, index: number): BatchVerdict {
    if (index !== this.#came.batches)
      throw new CounterfoilError('internal', `Batch ${index} was checked out of order.`);
    const came = this.#rowsOf(batch, this.#came.begin(batch.rows));
    const apart = this.#running.filter((running) => running.apart);
    const bad = apart.length === 0 ? undefined : new Uint8Array(batch.rows);
    for (const running of apart) this.#feed(running, { ...came(running), bad: bad! });
    const aside = bad === undefined ? undefined : ones(bad);
    const some = aside !== undefined && aside.length > 0;
    const left = some ? without(batch, aside) : batch;
    const remaining = this.#rowsOf(left, this.#left.begin(left.rows), left === batch ? came : undefined);
    this.#aside += aside?.length ?? 0;
    for (const running of apart) if (running.kept !== undefined) this.#feed(running, remaining(running), running.kept);
    for (const running of this.#running)
      if (!running.apart) this.#feed(running, (this.#seesAll(running) ? came : remaining)(running));
    const stop = this.#running.some((running) => this.#stops(running)) || this.#aside > LIMITS.rowsAside;
    return { stop, left, ...(some ? { aside } : {}) };
  }

  /** What a consumer sets aside it holds all the same: personal data is looked for there too. */
  #seesAll({ rule }: Running): boolean {
    return this.#options.side === 'consumer' && checkNamed(rule.check, rule.id).family === 'privacy';
  }

  /** The rows of a batch as a rule looks at them; each condition is evaluated once. */
  #rowsOf(batch: Batch, firstRow: number, known?: (running: Running) => Rows): (running: Running) => Rows {
    const selections = new Map<string, Uint8Array>();
    return (running) => {
      const { where } = running;
      if (where === undefined) return { batch, firstRow };
      if (known !== undefined) return { ...known(running), firstRow };
      const selected = selections.get(where) ?? this.#conditions.get(where)!(batch).map((truth) => Number(truth === 1));
      selections.set(where, selected);
      return { batch, firstRow, selected };
    };
  }

  #feed(running: Running, rows: Rows, state = running.state): void {
    try {
      state?.update(rows);
    } catch (error) {
      running.broken = CounterfoilError.from(error).message;
      running.state?.dispose?.();
      delete running.state;
    }
  }

  #stops(running: Running): boolean {
    const { rule, bound, state } = running;
    if (rule.severity !== 'error' || rule.onFail === 'warn') return false;
    if (running.apart && rule.tolerance === undefined && state !== undefined) return false;
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
      rows: this.#came.rows,
      ...(this.#aside > 0 ? { aside: this.#aside } : {}),
      batches: this.#came.batches,
      results,
    };
  }

  dispose(): void {
    for (const { state, kept } of this.#running) for (const each of [state, kept]) each?.dispose?.();
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
      const places = running.apart || this.#seesAll(running) ? this.#came : this.#left;
      const samples = (outcome.samples ?? []).map(({ row, ...rest }) => ({ ...places.locate(row), ...rest }));
      return {
        ...head,
        status: this.#statusOf(running, outcome),
        tested: outcome.tested,
        failed: outcome.failed,
        ...(outcome.tested === 0 ? {} : { fraction: Math.round((outcome.failed / outcome.tested) * 1e6) / 1e6 }),
        ...(outcome.threshold === undefined ? {} : { threshold: outcome.threshold }),
        ...(outcome.observed === undefined ? {} : { observed: outcome.observed }),
        ...(samples.length === 0 ? {} : { first: { batch: samples[0]!.batch, row: samples[0]!.row } }),
        samples,
        message: this.#message(running, outcome),
        ...(partial || !this.#isComparable(running) ? {} : { state: hex(stateDigest(running.kept ?? running.state)) }),
      };
    } catch (error) {
      const { message } = CounterfoilError.from(error);
      return { ...head, status: 'error', tested: 0, failed: 0, samples: [], message };
    }
  }

  /** Whether the other side looks at the same rows: those of the view, of which a consumer may have set some aside. */
  #isComparable(running: Running): boolean {
    return this.#options.side === 'provider' || this.#aside === 0 || running.apart || this.#seesAll(running);
  }

  /** What a failure counts as: severity and `onFail` soften it to a warning, nothing softens an error. */
  #statusOf({ rule, apart }: Running, outcome: Outcome): Status {
    if (outcome.passed && !emptyFails(rule, outcome) && !(apart && outcome.failed > 0)) return 'pass';
    if (rule.severity !== 'error' || rule.onFail === 'warn') return 'warn';
    return apart && outcome.tested > 0 && !this.#isTooMuch(rule, outcome) ? 'warn' : 'fail';
  }

  /** A tolerance says how many rows may be set aside. Never all of them, and never so many that they are no exception. */
  #isTooMuch({ tolerance }: Rule, { passed }: Outcome): boolean {
    if (tolerance !== undefined && !passed) return true;
    return this.#aside > LIMITS.rowsAside || this.#aside === this.#came.rows;
  }

  #message({ rule, apart }: Running, outcome: Outcome): string {
    if (emptyFails(rule, outcome)) return nothingTested(rule);
    if (!apart || outcome.failed === 0) return outcome.message;
    const what = this.#isTooMuch(rule, outcome)
      ? 'More rows fail than may be set aside.'
      : 'Failing rows are set aside.';
    return `${outcome.message} ${what}`;
  }
}

const emptyFails = (rule: Rule, outcome: Outcome): boolean =>
  outcome.tested === 0 && outcome.passed && !rule.allowEmpty;

const nothingTested = (rule: Rule): string =>
  `Nothing was there to test${rule.where === undefined ? '' : ' where the condition holds'}; set allowEmpty if that is meant.`;
