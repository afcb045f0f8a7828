import type { Batch, DataType, Schema } from '../../../columnar/index.js';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { isValid } from './access.js';
import { type Hashes, hashRows } from './hash.js';

/** The keys of some columns of a version, as 128-bit hashes: what `foreign_key` looks values up in. */
export class KeySet {
  readonly types: readonly DataType[];
  #slots = new Uint32Array(4 * 1024);
  #used = new Uint8Array(1024);
  #size = 0;

  private constructor(types: readonly DataType[]) {
    this.types = types;
  }

  /** Reads the keys of the batches; rows with a null in a key column are left out. `limit.exceeded` beyond the bound. */
  static async read(
    schema: Schema,
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    columns: readonly string[],
  ): Promise<KeySet> {
    const places = columns.map((name) => schema.fields.findIndex((field) => field.name === name));
    if (places.includes(-1))
      throw new CounterfoilError(
        'contract.invalid',
        `The version referred to has no column ${printable(columns[places.indexOf(-1)]!)}.`,
      );
    const set = new KeySet(places.map((at) => schema.fields[at]!.type));
    for await (const batch of batches) {
      const keys = places.map((at) => batch.columns[at]!);
      const hashes = hashRows(keys, batch.rows);
      for (let row = 0; row < batch.rows; row++)
        if (keys.every((column) => isValid(column, row))) set.#add(hashes, row);
    }
    return set;
  }

  get size(): number {
    return this.#size;
  }

  has(hashes: Hashes, row: number): boolean {
    return this.#used[this.#slot(hashes, row)] === 1;
  }

  #add(hashes: Hashes, row: number): void {
    if (this.#size * 2 >= this.#used.length) this.#grow();
    const slot = this.#slot(hashes, row);
    if (this.#used[slot] === 1) return;
    if (this.#size >= LIMITS.referenceKeys)
      throw new CounterfoilError('limit.exceeded', `A version referred to has at most ${LIMITS.referenceKeys} keys.`);
    this.#used[slot] = 1;
    this.#slots.set(hashes.subarray(row * 4, row * 4 + 4), slot * 4);
    this.#size++;
  }

  /** The slot that holds the key, or the free one where it would be. */
  #slot(hashes: Hashes, row: number): number {
    const mask = this.#used.length - 1;
    const at = row * 4;
    for (let slot = hashes[at]! & mask; ; slot = (slot + 1) & mask) {
      if (this.#used[slot] === 0) return slot;
      const from = slot * 4;
      if (
        this.#slots[from] === hashes[at] &&
        this.#slots[from + 1] === hashes[at + 1] &&
        this.#slots[from + 2] === hashes[at + 2] &&
        this.#slots[from + 3] === hashes[at + 3]
      )
        return slot;
    }
  }

  #grow(): void {
    const [slots, used] = [this.#slots, this.#used];
    this.#slots = new Uint32Array(slots.length * 2);
    this.#used = new Uint8Array(used.length * 2);
    for (let slot = 0; slot < used.length; slot++) {
      if (used[slot] === 0) continue;
      const to = this.#slot(slots, slot);
      this.#used[to] = 1;
      this.#slots.set(slots.subarray(slot * 4, slot * 4 + 4), to * 4);
    }
  }
}
