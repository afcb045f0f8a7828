import { setTimeout as sleep } from 'node:timers/promises';

/** What may go at once after a pause: no more than goes in this time. */
const BURST_MS = 100;

/** Milliseconds that only go forward, and a wait that ends early by rejecting when the signal is aborted. */
export interface Time {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

const realTime: Time = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/**
 * Bytes a second over all streams that share it, in the order in which they ask. What is sent pays with time: the next
 * one waits until the bytes before it would have gone at the rate.
 */
export class Bucket {
  readonly #time: Time;
  /** When what was taken so far will have gone. */
  #free = Number.NEGATIVE_INFINITY;

  constructor(time: Time = realTime) {
    this.#time = time;
  }

  /** Waits until so many bytes may go. */
  async take(bytes: number, perSecond: number, signal: AbortSignal): Promise<void> {
    const now = this.#time.now();
    const start = Math.max(this.#free, now - BURST_MS);
    this.#free = start + (bytes / perSecond) * 1000;
    if (start > now) await this.#time.sleep(start - now, signal);
  }
}
