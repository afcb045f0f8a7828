import { z } from 'zod';
import { printable, rfc3339 } from '../../../foundation/index.js';
import { type CheckState, defineCheck, type Outcome, type Place, type Rows, unfit } from '../define.js';
import { fromState, toState } from '../state.js';
import { isInstant, secondReader } from '../time/buckets.js';
import { Zone } from '../time/zone.js';
import { isValid, storageType } from '../values/access.js';
import { parseSpan } from '../values/moments.js';
import { count } from '../wording.js';

interface Saved {
  tested: number;
  /** Seconds since the epoch of the newest, in UTC; null when nothing was seen. */
  newest: number | null;
}

class NewestState implements CheckState {
  readonly #field: Place;
  readonly #zone: Zone | undefined;
  tested: number;
  newest: number | null;

  constructor(field: Place, zone: Zone | undefined, saved: Saved = { tested: 0, newest: null }) {
    this.#field = field;
    this.#zone = zone;
    this.tested = saved.tested;
    this.newest = saved.newest;
  }

  update({ batch, selected }: Rows): void {
    const column = batch.columns[this.#field.at]!;
    const second = secondReader(column);
    for (let row = 0; row < batch.rows; row++) {
      if (!isValid(column, row) || (selected !== undefined && selected[row] === 0)) continue;
      this.tested++;
      const local = second(row);
      if (this.newest === null || local > this.newest) this.newest = local;
    }
  }

  /** The newest as a point in time: wall-clock times are read in the rule's zone. */
  instant(): number | null {
    if (this.newest === null || this.#zone === undefined) return this.newest;
    return this.newest - this.#zone.offset(this.newest - this.#zone.offset(this.newest));
  }

  merge(other: this): void {
    this.tested += other.tested;
    if (other.newest !== null && (this.newest === null || other.newest > this.newest)) this.newest = other.newest;
  }

  serialise(): Uint8Array {
    return toState({ tested: this.tested, newest: this.newest });
  }
}

const span = z
  .string()
  .max(40)
  .refine((text) => parseSpan(text) !== undefined, { message: 'is not a span such as "36h", "2d" or "PT36H"' });

export const freshness = defineCheck({
  name: 'freshness',
  family: 'completeness',
  columns: 'one',
  describe: {
    summary: 'The newest time in a column is recent enough, and not in the future.',
    counts: 'Tested: the non-null values. Failed: 1 when the newest is too old or in the future, else 0.',
    nulls: 'Not tested.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'Measured at the moment the check runs, so the two sides may differ by the time between them. A date counts from its start in `timeZone`; so do timestamps without a zone.',
    parameters: {
      maxAge: 'Largest age of the newest value: "36h", "2d", "PT36H".',
      maxFuture: 'How far ahead of now the newest may be. Default "1d"; "0s" for not at all.',
      timeZone: 'IANA name for dates and for timestamps without a zone. Default UTC.',
    },
    example: { id: 'from-this-week', check: 'freshness', columns: ['updated_at'], maxAge: '7d' },
  },
  params: { maxAge: span, maxFuture: span.default('1d'), timeZone: z.string().min(1).max(64).default('UTC') },
  bind: (rule, [place], { now }) => {
    const field = place!;
    if (!['date', 'timestamp'].includes(storageType(field.type).name))
      throw unfit(field, 'freshness needs dates or timestamps');
    const zone = isInstant(field.type) ? undefined : new Zone(rule.timeZone);
    return {
      init: () => new NewestState(field, zone),
      deserialise: (bytes: Uint8Array) => new NewestState(field, zone, fromState<Saved>(bytes)),
      verdict: (state: NewestState) => verdict(rule, field, state, now),
    };
  },
  meet: (mine, theirs) => {
    if (mine.timeZone !== theirs.timeZone) return undefined;
    const shorter = (a: string, b: string): string => (parseSpan(a)! <= parseSpan(b)! ? a : b);
    return {
      params: {
        maxAge: shorter(mine.maxAge, theirs.maxAge),
        maxFuture: shorter(mine.maxFuture, theirs.maxFuture),
        timeZone: mine.timeZone,
      },
    };
  },
});

function verdict(rule: { maxAge: string; maxFuture: string }, field: Place, state: NewestState, now: number): Outcome {
  const newest = state.instant();
  const name = printable(field.name);
  if (newest === null) return { passed: true, tested: 0, failed: 0, message: `Column ${name} holds no time.` };
  const age = Math.floor(now / 1000) - newest;
  const old = age > parseSpan(rule.maxAge)!;
  const ahead = -age > parseSpan(rule.maxFuture)!;
  const message = old
    ? `The newest value of column ${name} is ${spanText(age)} old; ${rule.maxAge} is allowed.`
    : ahead
      ? `The newest value of column ${name} is ${spanText(-age)} in the future.`
      : `The newest value of column ${name} is ${age >= 0 ? `${spanText(age)} old` : `${spanText(-age)} ahead`}.`;
  return {
    passed: !old && !ahead,
    tested: state.tested,
    failed: old || ahead ? 1 : 0,
    threshold: { maxAge: rule.maxAge, at: rfc3339(now) },
    observed: age,
    message,
  };
}

function spanText(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${count(Math.floor(seconds / 86_400))} days`;
  if (seconds >= 2 * 3600) return `${Math.floor(seconds / 3600)} hours`;
  return seconds >= 120 ? `${Math.floor(seconds / 60)} minutes` : `${seconds} seconds`;
}
