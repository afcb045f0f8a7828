import { personalDetector } from '../../catalog/index.js';
import type { Batch, Schema } from '../../columnar/index.js';
import type { CounterfoilError } from '../../foundation/index.js';
import { type BatchVerdict, type CheckRun, compileChecks, type Outcome, type Report } from '../checks/index.js';
import type { Before, Beside } from './beside.js';
import { evaluateBeside } from './outcomes.js';
import { readReferences } from './references.js';

interface Options {
  side: 'provider' | 'consumer';
  version: string;
  /** False where rows cannot be taken out: a sealed column is sealed batch by batch. */
  setsAside: boolean;
  beside: Beside;
  /** Milliseconds since the epoch. */
  now: number;
  /** Private folder. */
  tmp: string;
}

/** What a run of the rules came to, and what it leaves for the run over the next version. */
export interface Checked {
  report: Report;
  left: Before;
}

/** The rules of one side over the batches of a view, with all that they look at beside them. */
export class SideChecks {
  readonly #rules: readonly unknown[];
  readonly #schema: Schema;
  readonly #options: Options;
  readonly #outcomes: Map<string, Outcome | CounterfoilError>;
  readonly #run: CheckRun;
  #rows = 0;

  private constructor(
    rules: readonly unknown[],
    schema: Schema,
    options: Options,
    outcomes: Map<string, Outcome | CounterfoilError>,
    run: CheckRun,
  ) {
    this.#rules = rules;
    this.#schema = schema;
    this.#options = options;
    this.#outcomes = outcomes;
    this.#run = run;
  }

  /** `contract.invalid`, `limit.exceeded`. */
  static async open(
    rules: readonly unknown[],
    schema: Schema,
    options: Options,
    signal: AbortSignal,
  ): Promise<SideChecks> {
    const { side, version, setsAside, beside, now, tmp } = options;
    const references = await readReferences(beside, tmp, signal);
    const outcomes = new Map<string, Outcome | CounterfoilError>();
    const previous = beside.previous === undefined ? {} : { previous: beside.previous };
    const run = compileChecks(rules, schema, {
      ...{ side, setsAside, detector: personalDetector, now, tmp, subject: { version }, references, outcomes },
      ...previous,
    });
    return new SideChecks(rules, schema, options, outcomes, run);
  }

  update(batch: Batch, index: number): BatchVerdict {
    const verdict = this.#run.update(batch, index);
    this.#rows += verdict.left.rows;
    return verdict;
  }

  /** Ends the run. `again` gives the rows once more, those set aside left out, to SQL queries and hooks; without it the rows were not all seen. */
  async finish(
    again: (() => AsyncIterable<Batch> | Iterable<Batch>) | undefined,
    signal: AbortSignal,
  ): Promise<Checked> {
    const { side, version, beside, tmp } = this.#options;
    if (again !== undefined) {
      const rows = { schema: this.#schema, rows: this.#rows, batches: again };
      const found = await evaluateBeside(this.#rules, rows, { side, version, beside, tmp, signal });
      for (const [rule, outcome] of found) this.#outcomes.set(rule, outcome);
    }
    const left = { schema: this.#schema, rows: this.#rows, states: this.#run.states() };
    return { report: this.#run.finish({ partial: again === undefined }), left };
  }

  dispose(): void {
    this.#run.dispose();
  }
}
