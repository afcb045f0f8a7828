import type { ColumnState } from './column-state.js';
import { KIND_INDEX, type Kind } from './kinds.js';
import type { Leaf } from './leaves.js';
import { TALLY_INDEX, type Tally } from './tallies.js';

/** What the rules ask of one leaf. */
export class Profile {
  readonly leaf: Leaf;
  readonly #state: ColumnState;
  readonly cells: number;
  readonly distinct: number;
  readonly #shares = new Map<string, { cells: number; distinct: number }>();

  constructor(leaf: Leaf, state: ColumnState) {
    this.leaf = leaf;
    this.#state = state;
    this.cells = state.tallies[TALLY_INDEX.cells]!;
    this.distinct = state.sample.distinct();
  }

  get least(): number {
    return this.#state.least;
  }

  get most(): number {
    return this.#state.most;
  }

  /** Distinct values that were looked at one by one. */
  get sampled(): number {
    return this.#state.sample.entries.size;
  }

  get proseShare(): number {
    return this.cells === 0 ? 0 : this.tally('prose') / this.cells;
  }

  tally(name: Tally): number {
    return this.#state.tallies[TALLY_INDEX[name]]!;
  }

  /** Share of the cells whose value is of one of the kinds. */
  share(...kinds: readonly Kind[]): number {
    return this.#of(kinds).cells;
  }

  /** Share of the distinct values that are of one of the kinds. */
  distinctShare(...kinds: readonly Kind[]): number {
    return this.#of(kinds).distinct;
  }

  /** The better of the two: a mark for nothing that is repeated, or junk that never is, spoils only one. */
  best(...kinds: readonly Kind[]): number {
    const { cells, distinct } = this.#of(kinds);
    return Math.max(cells, distinct);
  }

  /** Share of the distinct values that are of all of the kinds. */
  both(...kinds: readonly Kind[]): number {
    const wanted = kinds.map((kind) => KIND_INDEX.get(kind)!);
    let good = 0;
    for (const { kinds: has } of this.#state.sample.entries.values())
      if (wanted.every((kind) => has!.includes(kind))) good++;
    return this.sampled === 0 ? 0 : good / this.sampled;
  }

  #of(kinds: readonly Kind[]): { cells: number; distinct: number } {
    const key = kinds.join();
    const before = this.#shares.get(key);
    if (before !== undefined) return before;
    const wanted = kinds.map((kind) => KIND_INDEX.get(kind)!);
    let all = 0;
    let good = 0;
    let goodDistinct = 0;
    for (const { count, kinds: has } of this.#state.sample.entries.values()) {
      all += count;
      if (!wanted.some((kind) => has!.includes(kind))) continue;
      good += count;
      goodDistinct++;
    }
    const shares = all === 0 ? { cells: 0, distinct: 0 } : { cells: good / all, distinct: goodDistinct / this.sampled };
    this.#shares.set(key, shares);
    return shares;
  }
}
