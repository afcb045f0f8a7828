import { type Clock, CounterfoilError, type Journal } from '../../foundation/index.js';
import type { PeerContext } from '../../peering/index.js';

/** A transfer that is another's: to the caller the same as one that does not exist. */
export class Trespass extends CounterfoilError {
  readonly transfer: string;

  constructor(id: string, message: string) {
    super('transfer.not_found', message);
    this.transfer = id;
  }
}

/** The same attempt is recorded once in this time, so that nobody fills the ledger with them. */
const AGAIN_MS = 60_000;
const KEPT = 1000;

/** A peer that reaches for what is another's is answered as if there were nothing, and that it tried is recorded. */
export class Trespasses {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #recorded = new Map<string, number>();

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  async keep<T>(method: string, caller: PeerContext, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const subject = subjectOf(error);
      if (subject !== undefined) await this.#record(method, caller, (error as CounterfoilError).code, subject);
      throw error;
    }
  }

  async #record(method: string, { peer, correlation }: PeerContext, code: string, subject: Subject): Promise<void> {
    const key = `${peer} ${method} ${JSON.stringify(subject)}`;
    const now = this.#clock.now();
    if ((this.#recorded.get(key) ?? Number.NEGATIVE_INFINITY) + AGAIN_MS > now) return;
    if (this.#recorded.size >= KEPT) this.#recorded.clear();
    this.#recorded.set(key, now);
    const fields = { method, code, peer, correlation, ...subject };
    await this.#journal.record('master', { type: 'call.refused', actor: `peer:${peer}`, fields });
  }
}

type Subject = { transfer: string } | { agreement: string };

/** What a trespass was at: a transfer, or (as the agreements say it) an agreement. */
function subjectOf(error: unknown): Subject | undefined {
  if (error instanceof Trespass) return { transfer: error.transfer };
  const { agreement } = error as { agreement?: unknown };
  return error instanceof CounterfoilError && typeof agreement === 'string' ? { agreement } : undefined;
}
