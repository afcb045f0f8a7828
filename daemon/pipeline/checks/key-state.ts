import type { Batch } from '../../columnar/index.js';
import type { BindContext, CheckState, Place, Rows } from './define.js';
import { Tally, type VisitGroup } from './tally.js';
import { isValid } from './values/access.js';
import { Ascent } from './values/ascent.js';
import { type Hashes, hashRows } from './values/hash.js';

/** Whether a row with a null in a key column is left out, or nulls are compared as values. */
export type Nulls = 'ignore' | 'equal';

/** Rows by the hash of their key columns. What is asked of the groups is worked out in one pass and kept. */
export class KeyState<T> implements CheckState {
  readonly #plan: KeyPlan<T>;
  readonly tally: Tally;
  /** Where rising keys would say that none is there twice, and that is all that is asked. */
  #ascent: Ascent | undefined;
  #found: { found: T } | undefined;

  constructor(plan: KeyPlan<T>, tally: Tally, ascent?: Ascent) {
    this.#plan = plan;
    this.tally = tally;
    this.#ascent = ascent;
  }

  update({ batch, firstRow, selected }: Rows): void {
    this.#found = undefined;
    const columns = this.#plan.fields.map((field) => batch.columns[field.at]!);
    this.#ascent?.see(columns[0]!);
    const hashes = this.#plan.hash?.(batch) ?? hashRows(columns, batch.rows);
    const skip = this.#plan.nulls === 'ignore' ? columns.filter((column) => column.nulls > 0) : [];
    if (selected === undefined && skip.length === 0) {
      this.tally.addAll(hashes, firstRow);
      return;
    }
    for (let row = 0; row < batch.rows; row++) {
      if (selected !== undefined && selected[row] === 0) continue;
      if (skip.length > 0 && skip.some((column) => !isValid(column, row))) continue;
      this.tally.add(hashes, row, firstRow + row);
    }
  }

  merge(other: this): void {
    this.#found = undefined;
    this.#ascent = undefined;
    this.tally.merge(other.tally);
  }

  /** What the plan asked of the groups. */
  get found(): T {
    if (this.#found === undefined) {
      const { visit, found } = this.#plan.ask();
      if (this.#ascent?.holds !== true) this.tally.scan(visit);
      this.#found = { found: found() };
    }
    return this.#found.found;
  }

  digest(): Uint8Array {
    return this.tally.digest();
  }

  serialise(): Uint8Array {
    return this.tally.serialise();
  }

  dispose(): void {
    this.tally.dispose();
  }
}

export interface KeyPlan<T> {
  fields: readonly Place[];
  nulls: Nulls;
  /** Keys of the rows, where they are not simply the hash of the columns. */
  hash?(batch: Batch): Hashes;
  ask(): { visit: VisitGroup; found: () => T };
  /** Only keys of several rows tell it anything. */
  repeatsOnly?: boolean;
}

export const keyStates = <T>(plan: KeyPlan<T>, { tmp, tallyKeys }: Pick<BindContext, 'tmp' | 'tallyKeys'>) => ({
  init: () => new KeyState(plan, new Tally(tmp, tallyKeys), ascentOf(plan)),
  deserialise: (bytes: Uint8Array) => new KeyState(plan, Tally.from(tmp, bytes)),
});

const ascentOf = <T>({ fields, hash, repeatsOnly }: KeyPlan<T>): Ascent | undefined =>
  repeatsOnly === true && fields.length === 1 && hash === undefined ? new Ascent() : undefined;
