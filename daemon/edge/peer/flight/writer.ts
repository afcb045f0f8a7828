import type { Writable } from 'node:stream';
import { CounterfoilError, LIMITS } from '../../../foundation/index.js';

/**
 * Writes messages to a gRPC stream with at most `LIMITS.framesAhead` that the network has not taken. grpc-js itself
 * queues 16 before `write` says false, which at 16 MiB a message is no bound.
 */
export class FrameWriter<T> {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  readonly #stallMs: number;
  #underway = 0;
  #broken = false;
  #wake: (() => void) | undefined;

  constructor(stream: Writable, signal: AbortSignal, stallMs: number = LIMITS.streamStallMs) {
    this.#stream = stream;
    this.#signal = signal;
    this.#stallMs = stallMs;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  /**
   * Resolves when there is room for a further message: with false when the stream is broken, whose status says why.
   * Rejects with the signal's reason when it is aborted, and with `stream.incomplete` when the stream stands still.
   */
  async write(message: T): Promise<boolean> {
    this.#underway++;
    this.#stream.write(message, (error) => {
      this.#underway--;
      if (error) this.#broken = true;
      this.#wake?.();
    });
    return this.#until(() => this.#underway < LIMITS.framesAhead);
  }

  /** Resolves when everything written was taken by the network; as `write` otherwise. */
  async flushed(): Promise<boolean> {
    return this.#until(() => this.#underway === 0);
  }

  async #until(done: () => boolean): Promise<boolean> {
    for (;;) {
      if (this.#signal.aborted) throw this.#signal.reason;
      if (this.#broken) return false;
      if (done()) return true;
      await this.#changed();
    }
  }

  async #changed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        const stalled = () =>
          reject(new CounterfoilError('stream.incomplete', 'The other side has stopped reading the stream.'));
        timer = setTimeout(stalled, this.#stallMs);
      });
    } finally {
      clearTimeout(timer);
      this.#wake = undefined;
    }
  }
}
