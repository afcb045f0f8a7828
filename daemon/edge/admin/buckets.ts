import { CounterfoilError } from '../../foundation/index.js';

interface Bucket {
  left: number;
  at: number;
}

/** Callers remembered at a time; beyond it, those that were not seen for longest are forgotten. */
const MOST = 10_000;

/** Token buckets, one for each caller: `burst` requests at once, `perSecond` over a longer time. */
export class Buckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** `admin.too_many` when a caller has used up what it may. */
  take(caller: string): void {
    const now = performance.now();
    const before = this.#buckets.get(caller);
    const regained = before === undefined ? this.#burst : ((now - before.at) / 1000) * this.#perSecond;
    const left = Math.min(this.#burst, (before?.left ?? 0) + regained);
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { left: Math.max(0, left - 1), at: now });
    if (this.#buckets.size > MOST) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (left < 1) throw new CounterfoilError('admin.too_many', 'Too many requests in a short time.');
  }
}
