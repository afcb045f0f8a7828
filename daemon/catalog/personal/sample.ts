import { LIMITS } from '../../foundation/index.js';

/** A distinct value as the sample keeps it: never the value, only how often it was there and what it looks like. */
export interface Entry {
  /** 52 bits of the value's hash. */
  hash: number;
  /** Cells that hold it. */
  count: number;
  /** Indices into KINDS; undefined until the batch in which it was first seen is done. */
  kinds?: Uint8Array;
  /** Row in the batch under way. */
  row: number;
}

/**
 * The distinct values with the smallest hashes (k minimum values): a uniform sample of the distinct values, whatever the
 * order and the split of the rows. A value of the final sample is below the threshold at all times, so its count is exact.
 */
export class Sample {
  readonly entries = new Map<number, Entry>();
  threshold = Number.POSITIVE_INFINITY;

  /** The caller has seen that the hash is below the threshold. */
  add(hash: number, row: number): void {
    const entry = this.entries.get(hash);
    if (entry !== undefined) entry.count++;
    else {
      this.entries.set(hash, { hash, count: 1, row });
      if (this.entries.size >= 2 * LIMITS.personalSample) this.prune();
    }
  }

  merge(other: Sample): void {
    for (const [hash, theirs] of other.entries) {
      const mine = this.entries.get(hash);
      if (mine === undefined) this.entries.set(hash, { ...theirs });
      else mine.count += theirs.count;
    }
    this.threshold = Math.min(this.threshold, other.threshold);
    this.prune();
  }

  /** Keeps the smallest ones. */
  prune(): void {
    if (this.entries.size > LIMITS.personalSample) {
      const hashes = Float64Array.from(this.entries.keys()).sort();
      this.threshold = Math.min(this.threshold, hashes[LIMITS.personalSample]!);
    }
    for (const hash of this.entries.keys()) if (hash >= this.threshold) this.entries.delete(hash);
  }

  sorted(): Entry[] {
    return [...this.entries.values()].sort((a, b) => a.hash - b.hash);
  }

  /** Distinct values of the column: exact below the size of the sample, else estimated from its density. */
  distinct(): number {
    const { size } = this.entries;
    return this.threshold === Number.POSITIVE_INFINITY ? size : Math.round((size / this.threshold) * 2 ** 52);
  }
}
