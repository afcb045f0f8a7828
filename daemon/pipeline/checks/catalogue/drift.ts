import { z } from 'zod';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { type CheckState, defineCheck, type Outcome, type Place, type Rows, unfit } from '../define.js';
import { fromState, toState } from '../state.js';
import { isValid, storageType } from '../values/access.js';
import { hashRows } from '../values/hash.js';
import { isOrdered } from '../values/literal.js';
import { ordinalReader } from '../values/order.js';
import { Quantiles } from '../values/quantiles.js';

interface Saved {
  bins: readonly (readonly [number, number])[];
  rows: number;
}

/** How values are spread: numbers by bins of 0.4 % width, others by 53 bits of hash, so that no value is kept. */
class SpreadState implements CheckState {
  readonly #field: Place;
  readonly bins: Quantiles;
  rows: number;

  constructor(field: Place, saved: Saved = { bins: [], rows: 0 }) {
    this.#field = field;
    this.bins = new Quantiles(saved.bins);
    this.rows = saved.rows;
  }

  update({ batch, selected }: Rows): void {
    const column = batch.columns[this.#field.at]!;
    const ordered = isOrdered(column.type);
    const read = ordered ? ordinalReader(column) : undefined;
    const hashes = ordered ? undefined : hashRows([column], batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      if (!isValid(column, row) || (selected !== undefined && selected[row] === 0)) continue;
      this.rows++;
      if (read !== undefined) this.bins.add(Number(read(row)));
      else this.bins.count(hashes![4 * row]! * 0x20_0000 + (hashes![4 * row + 1]! >>> 11));
    }
    if (this.bins.bins.size > LIMITS.countedKeys)
      throw new CounterfoilError(
        'limit.exceeded',
        `Column ${printable(this.#field.name)} has more than ${LIMITS.countedKeys} categories.`,
      );
  }

  merge(other: this): void {
    this.rows += other.rows;
    this.bins.merge(other.bins);
  }

  serialise(): Uint8Array {
    return toState({ bins: this.bins.sorted(), rows: this.rows });
  }
}

export const drift = defineCheck({
  name: 'drift',
  family: 'distribution',
  columns: 'one',
  compares: true,
  describe: {
    summary: 'The values are spread as in the version before.',
    counts: 'Tested: the non-null values. Failed: 1 when the distance is too large, else 0.',
    nulls: 'Left out.',
    empty:
      'Nothing to test: fails unless allowEmpty. The first version has nothing to compare with and passes, and says so.',
    notes:
      'Numbers, dates and times by their order, in ten parts of the version before; other values by category. The two sides keep the state of the last version each for itself.',
    parameters: {
      method:
        '`psi` (default): population stability index; below 0.1 is usually called stable, above 0.25 shifted. `ks`: largest distance of the cumulative shares, for ordered values.',
      max: 'Largest distance allowed. Default 0.25.',
    },
    example: { id: 'same-mix', check: 'drift', columns: ['amount'], method: 'psi', max: 0.2 },
  },
  params: { method: z.enum(['psi', 'ks']).default('psi'), max: z.number().min(0).default(0.25) },
  bind: (rule, [place], { previous }) => {
    const field = place!;
    const ordered = isOrdered(field.type);
    if (['null', 'list', 'fixed_size_list', 'struct'].includes(storageType(field.type).name))
      throw unfit(field, 'it has no single values');
    if (rule.method === 'ks' && !ordered) throw unfit(field, 'ks needs numbers, dates or times; use psi');
    const saved = previous?.states?.[rule.id];
    const before = saved === undefined ? undefined : fromState<Saved>(saved);
    return {
      init: () => new SpreadState(field),
      deserialise: (bytes: Uint8Array) => new SpreadState(field, fromState<Saved>(bytes)),
      verdict: (state: SpreadState) => verdict(rule, field, ordered, state, before),
    };
  },
  meet: (mine, theirs) =>
    mine.method === theirs.method
      ? { params: { method: mine.method, max: Math.min(mine.max, theirs.max) } }
      : undefined,
});

function verdict(
  rule: { method: 'psi' | 'ks'; max: number },
  field: Place,
  ordered: boolean,
  state: SpreadState,
  before: Saved | undefined,
): Outcome {
  const name = printable(field.name);
  if (before === undefined || before.rows === 0 || state.rows === 0)
    return {
      passed: true,
      tested: state.rows,
      failed: 0,
      message: `There is no earlier version of column ${name} to compare with.`,
    };
  const [old, now] =
    ordered && rule.method === 'psi' ? parts(before, state.bins.sorted()) : aligned(before, state.bins.sorted());
  const distance = Math.round((rule.method === 'psi' ? psi(old, now) : ks(old, now)) * 1e6) / 1e6;
  const passed = distance <= rule.max;
  return {
    passed,
    tested: state.rows,
    failed: passed ? 0 : 1,
    threshold: { method: rule.method, max: rule.max },
    observed: distance,
    message: `Column ${name} is spread ${passed ? 'as' : 'otherwise than'} in the version before (${rule.method} ${distance}, allowed ${rule.max}).`,
  };
}

type Bins = readonly (readonly [number, number])[];

/** Counts of old and new by ten parts that the old values make; a bin belongs to one part as a whole. */
function parts(before: Saved, now: Bins): [number[], number[]] {
  const edges: number[] = [];
  const old: number[] = [];
  let [sum, part] = [0, 0];
  for (const [bin, rows] of before.bins) {
    sum += rows;
    part += rows;
    if (sum < ((edges.length + 1) * before.rows) / 10) continue;
    while (sum >= ((edges.length + 1) * before.rows) / 10 && edges.length < 10) edges.push(bin);
    old.push(part);
    part = 0;
  }
  const distinct = [...new Set(edges)];
  const counts = new Array<number>(distinct.length).fill(0);
  for (const [bin, rows] of now) {
    const at = distinct.findIndex((edge) => bin <= edge);
    counts[at < 0 ? distinct.length - 1 : at]! += rows;
  }
  return [old, counts];
}

/** Counts of old and new for every bin that either has, in order. */
function aligned(before: Saved, now: Bins): [number[], number[]] {
  const [old, fresh] = [new Map(before.bins), new Map(now)];
  const all = [...new Set([...old.keys(), ...fresh.keys()])].sort((a, b) => a - b);
  return [all.map((bin) => old.get(bin) ?? 0), all.map((bin) => fresh.get(bin) ?? 0)];
}

/** Σ (q − p) ln(q / p), with half a row added to every part so that none is empty. */
function psi(old: readonly number[], now: readonly number[]): number {
  const total = (list: readonly number[]): number => list.reduce((sum, each) => sum + each + 0.5, 0);
  const [all, fresh] = [total(old), total(now)];
  return old.reduce((sum, each, at) => {
    const [p, q] = [(each + 0.5) / all, (now[at]! + 0.5) / fresh];
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}

function ks(old: readonly number[], now: readonly number[]): number {
  const total = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0);
  const [all, fresh] = [total(old), total(now)];
  let [a, b, most] = [0, 0, 0];
  old.forEach((each, at) => {
    a += each / all;
    b += now[at]! / fresh;
    most = Math.max(most, Math.abs(a - b));
  });
  return most;
}
