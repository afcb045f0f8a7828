import type { Log } from '../foundation/index.js';

/** How often the clock is looked at. Rights end at the time itself; this is for what is to be done and recorded then. */
const LOOK_MS = 10_000;

/** What is done because time has passed. */
export class Clockwork {
  readonly #log: Log;
  readonly #chores: readonly (() => Promise<void>)[];
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;

  constructor(log: Log, chores: readonly (() => Promise<void>)[]) {
    this.#log = log;
    this.#chores = chores;
    this.#timer = setInterval(() => void this.tick(), LOOK_MS);
  }

  /** Every chore once; a look that is under way is waited for instead of a second. Never rejects. */
  tick(): Promise<void> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    for (const chore of this.#chores) {
      await chore().catch((error: unknown) => this.#log.error({ err: error }, 'what was due could not be done'));
    }
  }
}
