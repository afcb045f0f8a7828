import { type Agreements, type AgreementView, nextRun } from '../agreement/index.js';
import type { Versions } from '../catalog/index.js';
import { type Clock, CounterfoilError, type Log, newId } from '../foundation/index.js';
import type { Transfer, Transfers } from '../pipeline/index.js';
import { type Database, migrate } from '../store/index.js';

/** When each standing agreement was last followed, so that what came up while the gateway was down is made up for, once. */
const MIGRATIONS = ['CREATE TABLE followed (agreement TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT'];

interface Parts {
  db: Database;
  clock: Clock;
  log: Log;
  agreements: Agreements;
  versions: Versions;
  transfers: Transfers;
}

/**
 * Standing agreements: when the schedule of one comes up, its dataset is published anew, and what has changed is sent.
 * A version that was delivered, or that a check turned down, is not sent again.
 */
export class Standing {
  readonly #parts: Parts;
  readonly #busy = new Set<string>();

  constructor(parts: Parts) {
    migrate(parts.db, 'root.standing', MIGRATIONS);
    this.#parts = parts;
  }

  /** Follows every agreement whose schedule has come up. Resolves when what is to be sent has been started. */
  async look(): Promise<void> {
    const { agreements, clock } = this.#parts;
    const now = clock.now();
    const due = agreements
      .following()
      .filter((agreement) => agreement.role === 'provider' && this.#isDue(agreement, now));
    // One dataset may be due for many peers: it is published once.
    const published = new Map<string, Promise<string | undefined>>();
    await Promise.all(
      due.map(async (agreement) => {
        if (this.#busy.has(agreement.id)) return;
        this.#busy.add(agreement.id);
        try {
          const version = published.get(agreement.dataset) ?? this.#publish(agreement.dataset);
          published.set(agreement.dataset, version);
          await this.#send(agreement, await version);
          this.#note(agreement.id, now);
        } catch (error) {
          const { code, message } = CounterfoilError.from(error);
          this.#parts.log.warn({ agreement: agreement.id, code, reason: message }, 'a standing agreement waits');
          if (!WAITING.has(code)) this.#note(agreement.id, now);
        } finally {
          this.#busy.delete(agreement.id);
        }
      }),
    );
  }

  #isDue({ id, follow, updatedAt }: AgreementView, now: number): boolean {
    const at = this.#parts.db.prepare('SELECT at FROM followed WHERE agreement = ?').pluck().get(id) as
      | number
      | undefined;
    const next = nextRun(follow!, at ?? Date.parse(updatedAt));
    return next !== undefined && next <= now;
  }

  #note(agreement: string, at: number): void {
    this.#parts.db.prepare('INSERT OR REPLACE INTO followed (agreement, at) VALUES (?, ?)').run(agreement, at);
  }

  /** The newest version. A source that cannot be read now is told in the log, and what was published before is sent. */
  async #publish(dataset: string): Promise<string | undefined> {
    const { versions, log } = this.#parts;
    try {
      return (await versions.publish(dataset, 'gateway')).version.id;
    } catch (error) {
      const { code, message } = CounterfoilError.from(error);
      log.warn({ dataset, code, reason: message }, 'a dataset could not be published on schedule');
      return versions.latest(dataset)?.id;
    }
  }

  async #send({ id, peer }: AgreementView, version: string | undefined): Promise<void> {
    const { transfers } = this.#parts;
    if (version === undefined || transfers.list().some((each) => isSettled(each, id, version))) return;
    await transfers.start(id, peer, version, newId('cor'));
  }
}

/** A fault of these kinds passes by itself: the schedule is looked at again soon. */
const WAITING: ReadonlySet<string> = new Set(['peer.unreachable', 'peer.suspended', 'ledger.unavailable']);

const isSettled = ({ agreement, version, state }: Transfer, id: string, wanted: string): boolean =>
  agreement === id && version === wanted && state !== 'failed';
