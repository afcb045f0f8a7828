import type { Batch } from '../../columnar/index.js';
import { CounterfoilError, type Json, LIMITS } from '../../foundation/index.js';
import type { CheckState, Place, Rows } from './define.js';
import { fromState, toState } from './state.js';
import { isValid } from './values/access.js';
import { distinctOf } from './values/distinct.js';
import { type Key, tupleReader } from './values/keys.js';

/** What is counted of each row: its group and its key; undefined leaves the row out. */
export interface CountPlan {
  groupBy: readonly Place[];
  /** The column that the key depends on, and on nothing else. */
  column: Place;
  keyOf(batch: Batch): (row: number) => Key | undefined;
}

/** Rows with a key, and rows of the group in all (those without a key too). */
export interface Group {
  counts: Map<Key, number>;
  rows: number;
}

interface Saved {
  groups: readonly (readonly [string, number, readonly (readonly [Key, number])[]])[];
}

/** Counts of rows by group and key. Bounded: too many groups and keys is an error, never a silent loss. */
export class CountState implements CheckState {
  readonly #plan: CountPlan;
  readonly groups = new Map<string, Group>();
  #keys = 0;

  constructor(plan: CountPlan, bytes?: Uint8Array) {
    this.#plan = plan;
    if (bytes === undefined) return;
    for (const [name, rows, counts] of fromState<Saved>(bytes).groups) {
      this.groups.set(name, { rows, counts: new Map(counts) });
      this.#keys += counts.length;
    }
  }

  update({ batch, selected }: Rows): void {
    const key = this.#plan.keyOf(batch);
    const columns = this.#plan.groupBy.map((place) => batch.columns[place.at]!);
    if (selected === undefined && columns.length === 0 && this.#countDistinct(batch, key)) return;
    const groupOf = columns.length === 0 ? () => '[]' : tupleReader(columns);
    for (let row = 0; row < batch.rows; row++) {
      if (selected !== undefined && selected[row] === 0) continue;
      this.#add(this.#group(groupOf(row)), key(row), 1, 1);
    }
  }

  /** Counts each different value once, where there are few; says whether it did. */
  #countDistinct(batch: Batch, key: (row: number) => Key | undefined): boolean {
    const column = batch.columns[this.#plan.column.at]!;
    const distinct = distinctOf(column);
    if (distinct === undefined || batch.rows === 0) return false;
    const group = this.#group('[]');
    group.rows += batch.rows;
    distinct.first.forEach((row, at) => {
      this.#add(group, key(row), distinct.counts[at]!, 0);
    });
    for (let row = 0; column.nulls > 0 && row < batch.rows; row++) {
      if (isValid(column, row)) continue;
      this.#add(group, key(row), column.nulls, 0);
      break;
    }
    return true;
  }

  #group(name: string): Group {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    this.#grow();
    const group: Group = { counts: new Map(), rows: 0 };
    this.groups.set(Buffer.from(name).toString(), group);
    return group;
  }

  #add(group: Group, key: Key | undefined, count: number, rows: number): void {
    group.rows += rows;
    if (key === undefined) return;
    const before = group.counts.get(key);
    if (before === undefined) {
      this.#grow();
      group.counts.set(typeof key === 'string' ? Buffer.from(key).toString() : key, count);
    } else group.counts.set(key, before + count);
  }

  #grow(): void {
    if (++this.#keys <= LIMITS.countedKeys) return;
    throw new CounterfoilError(
      'limit.exceeded',
      `More than ${LIMITS.countedKeys} groups and values would have to be counted at once.`,
    );
  }

  merge(other: this): void {
    for (const [name, theirs] of other.groups) {
      const mine = this.#group(name);
      mine.rows += theirs.rows;
      for (const [key, count] of theirs.counts) this.#add(mine, key, count, 0);
    }
  }

  serialise(): Uint8Array {
    const groups = [...this.groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { rows, counts }]): Json => [name, rows, [...counts].sort(byKey)]);
    return toState({ groups });
  }
}

/** Refuses to compare too many groups with too many expectations. */
export function boundedPairs(expected: number, groups: number): void {
  if (expected * groups <= LIMITS.countedPairs) return;
  throw new CounterfoilError(
    'limit.exceeded',
    `${groups} groups with ${expected} expectations each are more than can be compared.`,
  );
}

const byKey = ([a]: readonly [Key, number], [b]: readonly [Key, number]): number =>
  typeof a === typeof b ? (a < b ? -1 : 1) : typeof a === 'number' ? -1 : 1;
