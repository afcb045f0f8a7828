import type { Clock } from '../../daemon/foundation/index.js';

/** A clock that moves only when a test says so. Starts at the real time, so that certificates made by it are valid. */
export class ManualClock implements Clock {
  #now: number;

  constructor(now = Date.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
