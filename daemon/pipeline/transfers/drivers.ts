import { CounterfoilError, type ErrorCode, type Log } from '../../foundation/index.js';

/** One step loop at work: how to wake it and how to end it. */
interface Driver {
  abort: AbortController;
  done: Promise<void>;
  wake: (() => void) | undefined;
  poked: boolean;
  /** To be started again once it has ended: asked for while it was being stopped. */
  again: Work | undefined;
}

/** What a step loop is given. */
export interface Drive {
  /** Aborted when the transfer is ended, its peer suspended, or the gateway stops. */
  signal: AbortSignal;
  /** Waits until something happened to the transfer, or `ms` passed. */
  wait(ms: number): Promise<void>;
}

/** One transfer's work, and what is to be known of it. */
export interface Work {
  /** Does what is to be done until the end; called again after errors that pass. */
  loop(drive: Drive): Promise<void>;
  /** Changes when something was achieved: the count of tries without progress begins anew. */
  mark(): string;
  /** Told of an error that is waited out. */
  waits(error: CounterfoilError): void;
  /** Told of an error that ends the work. */
  failed(error: CounterfoilError): Promise<void>;
  /** The loop has ended, in whatever way, and has let go of its files. */
  ended(): void;
}

export interface Patience {
  /** First and longest wait before the next try. */
  retryMs: number;
  retryMostMs: number;
  /** Tries without progress, of errors that may pass. */
  tries: number;
}

/** What has to change elsewhere first: waited for without counting, and tried when the peer is met again. */
const WAITED_FOR: ReadonlySet<ErrorCode> = new Set([
  'anchor.stale',
  'ledger.behind',
  'ledger.unavailable',
  'ledger.unconfirmed',
  'peer.suspended',
  'peer.unreachable',
  'transfer.waiting',
]);

/** What may pass by itself, or be mended by someone: tried again a bounded number of times. */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'internal',
  'limit.exceeded',
  'peer.error',
  'peer.not_active',
  'peer.tls',
  'sink.failed',
  'store.full',
  'stream.incomplete',
]);

/** Why a driver ends without its transfer being at an end: a clean stop, or a suspended peer. It is parked as it is. */
const PARKED = new CounterfoilError('cancelled', 'The transfer is parked; it goes on later.');

/**
 * Runs at most one loop for each transfer. A loop looks at the stored state, does the next step and looks again; so a
 * restart, a retry and a first run are the same code.
 */
export class Drivers {
  readonly #running = new Map<string, Driver>();
  readonly #log: Log;
  readonly #patience: Patience;
  #closed = false;

  constructor(log: Log, patience: Patience) {
    this.#log = log;
    this.#patience = patience;
  }

  /** Starts the loop of a transfer, or wakes it where it runs. */
  start(id: string, work: Work): void {
    if (this.#closed) return;
    const running = this.#running.get(id);
    if (running?.abort.signal.aborted) running.again = work;
    else if (running !== undefined) wake(running);
    else this.#begin(id, work);
  }

  /** Wakes a loop that waits for something to happen; not one that waits before another try. */
  poke(id: string): void {
    const driver = this.#running.get(id);
    if (driver === undefined) return;
    driver.poked = true;
    driver.wake?.();
  }

  /** Ends a loop; `ended` is called when it has let go of its files. False when none ran. */
  abort(id: string): boolean {
    const driver = this.#running.get(id);
    if (driver === undefined) return false;
    driver.again = undefined;
    driver.abort.abort(PARKED);
    return true;
  }

  /** The same, and waits for that. Not for a loop about itself. */
  async stop(id: string): Promise<void> {
    this.abort(id);
    await this.#running.get(id)?.done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running.keys()].map((id) => this.stop(id)));
  }

  #begin(id: string, work: Work): void {
    const driver: Driver = {
      abort: new AbortController(),
      done: Promise.resolve(),
      wake: undefined,
      poked: false,
      again: undefined,
    };
    this.#running.set(id, driver);
    driver.done = this.#run(id, driver, work).finally(() => {
      this.#running.delete(id);
      work.ended();
      if (driver.again !== undefined) this.start(id, driver.again);
    });
  }

  async #run(id: string, driver: Driver, work: Work): Promise<void> {
    const { signal } = driver.abort;
    const drive: Drive = { signal, wait: (ms) => wait(driver, ms, true) };
    const { tries, retryMs, retryMostMs } = this.#patience;
    let mark = '';
    let failures = 0;
    let counted = 0;
    for (;;) {
      try {
        return await work.loop(drive);
      } catch (thrown) {
        if (signal.aborted) return;
        if (work.mark() !== mark) [mark, failures, counted] = [work.mark(), 0, 0];
        const error = CounterfoilError.from(thrown);
        const isWaitedFor = WAITED_FOR.has(error.code);
        if (MAY_PASS.has(error.code)) counted++;
        if (!isWaitedFor && (!MAY_PASS.has(error.code) || counted >= tries)) {
          this.#log.warn({ transfer: id, code: error.code, err: error, cause: error.cause }, 'transfer failed');
          if (await this.#failed(id, work, error)) return;
        } else {
          this.#log.info({ transfer: id, code: error.code, cause: error.cause }, 'transfer waits');
          work.waits(error);
        }
        const ms = Math.min(retryMostMs, retryMs * 2 ** Math.min(failures++, 16));
        await wait(driver, ms, isWaitedFor).catch(() => {});
        if (signal.aborted) return;
      }
    }
  }

  /** False when the failure itself could not be recorded: then it is tried again. */
  async #failed(id: string, work: Work, error: CounterfoilError): Promise<boolean> {
    try {
      await work.failed(error);
      return true;
    } catch (second) {
      this.#log.error({ transfer: id, err: second }, 'a failure could not be recorded');
      return false;
    }
  }
}

function wake(driver: Driver): void {
  driver.poked = true;
  driver.wake?.();
}

/** Waits for the time, an abort (rejects), or, where it `listens`, a poke. */
function wait(driver: Driver, ms: number, listens: boolean): Promise<void> {
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
    if (!listens) return;
    driver.wake = finish;
    if (driver.poked) finish();
  });
}
