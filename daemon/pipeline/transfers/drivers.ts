import { CounterfoilError, LIMITS, type Log, type OrgId } from '../../foundation/index.js';

/** One step loop at work: how to wake it and how to end it. */
interface Driver {
  peer: OrgId;
  abort: AbortController;
  done: Promise<void>;
  wake: (() => void) | undefined;
  poked: boolean;
}

/** What a step loop is given. */
export interface Drive {
  /** Aborted when the transfer is cancelled, its peer or agreement ends, or the gateway stops. */
  signal: AbortSignal;
  /** Waits until something happened to the transfer, or `ms` passed. */
  wait(ms: number): Promise<void>;
}

/** Errors that pass by themselves: the transfer is parked and tried again. */
const PASSING = new Set([
  'peer.unreachable',
  'peer.suspended',
  'stream.incomplete',
  'ledger.unavailable',
  'ledger.unconfirmed',
  'limit.exceeded',
]);

export const isPassing = (error: CounterfoilError): boolean => PASSING.has(error.code);

/** Why a driver ends without its transfer being at an end: a clean stop, or a suspended peer. It is parked as it is. */
export const PARKED = new CounterfoilError(
  'cancelled',
  'The gateway stops; the transfer goes on after the next start.',
);

/**
 * Runs at most one loop for each transfer. A loop looks at the stored state, does the next step and looks again; so a
 * restart, a retry and a first run are the same code.
 */
export class Drivers {
  readonly #running = new Map<string, Driver>();
  readonly #log: Log;
  #closed = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts the loop of a transfer, or wakes it where it runs. `loop` is called again after errors that pass. */
  start(
    id: string,
    peer: OrgId,
    loop: (drive: Drive) => Promise<void>,
    failed: (error: CounterfoilError) => Promise<void> = async () => {},
  ): void {
    if (this.#closed) return;
    if (this.#running.has(id)) {
      this.poke(id);
      return;
    }
    const driver: Driver = {
      peer,
      abort: new AbortController(),
      done: Promise.resolve(),
      wake: undefined,
      poked: false,
    };
    this.#running.set(id, driver);
    driver.done = this.#run(id, driver, loop, failed).finally(() => this.#running.delete(id));
  }

  poke(id: string): void {
    const driver = this.#running.get(id);
    if (driver === undefined) return;
    driver.poked = true;
    driver.wake?.();
  }

  pokePeer(peer: OrgId): void {
    for (const [id, driver] of this.#running) if (driver.peer === peer) this.poke(id);
  }

  /** Ends a loop and waits until it has let go of its files. */
  async stop(id: string, reason: CounterfoilError): Promise<void> {
    const driver = this.#running.get(id);
    driver?.abort.abort(reason);
    await driver?.done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running.keys()].map((id) => this.stop(id, PARKED)));
  }

  async #run(
    id: string,
    driver: Driver,
    loop: (drive: Drive) => Promise<void>,
    failed: (error: CounterfoilError) => Promise<void>,
  ): Promise<void> {
    const { signal } = driver.abort;
    const drive: Drive = { signal, wait: (ms) => wait(driver, ms) };
    for (let attempt = 0; ; attempt++) {
      try {
        return await loop(drive);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = CounterfoilError.from(thrown);
        if (!isPassing(error)) {
          this.#log.warn({ transfer: id, err: error, cause: error.cause }, 'transfer failed');
          return await failed(error).catch((second) =>
            this.#log.error({ transfer: id, err: second }, 'failure could not be recorded'),
          );
        }
        this.#log.info({ transfer: id, code: error.code }, 'transfer waits');
        await wait(driver, Math.min(LIMITS.retryMostMs, LIMITS.retryMs * 2 ** attempt)).catch(() => {});
        if (signal.aborted) return;
      }
    }
  }
}

function wait(driver: Driver, ms: number): Promise<void> {
  const { signal } = driver.abort;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      driver.wake = undefined;
      driver.poked = false;
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
    driver.wake = finish;
    if (driver.poked) finish();
  });
}
