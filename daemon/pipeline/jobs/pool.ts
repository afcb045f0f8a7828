import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { CounterfoilError } from '../../foundation/index.js';
import { Channel, type Outgoing } from './channel.js';
import { CHANNEL_WINDOW, type JobContext, type JobTable, type Outcome } from './runner.js';

/** Jobs that take turns on one thread: those that wait for a peer or a disk leave it to the others. */
const JOBS_PER_THREAD = 8;

type Params<J> = J extends (params: infer P, context: JobContext) => Promise<unknown> ? P : never;
type Result<J> = J extends (params: never, context: JobContext) => Promise<infer R> ? R : never;

export interface RunOptions {
  /** Ends the job; its promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Items for the job, pulled as it takes them. */
  input?: AsyncIterable<Outgoing>;
  /** Called with each item the job emits; the job is held back until it resolves. */
  onItem?: (item: unknown) => void | Promise<void>;
}

/** The thread with the fewest jobs; another thread is started first where all have one and there may be more. */
function spread(threads: number): NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']> {
  return (_task, workers) => {
    const idlest = workers.reduce<(typeof workers)[number] | null>(
      (least, worker) => (least === null || worker.currentUsage < least.currentUsage ? worker : least),
      null,
    );
    if (idlest === null || (idlest.currentUsage > 0 && workers.length < threads)) return null;
    return idlest.currentUsage < JOBS_PER_THREAD ? idlest : null;
  };
}

/** The worker threads. All decoding, masking, checking, hashing and encrypting happens in them. */
export class Jobs<T extends JobTable> {
  /** How many jobs can run at the same time without taking turns. */
  readonly threads: number;
  readonly #pool: Piscina;

  /** `entry` is the worker's module: it exports `run(task)`. */
  constructor(entry: URL, threads = availableParallelism()) {
    this.threads = threads;
    // Buffers that come and go make V8 collect often, and four threads that mark while a job runs on take a quarter of
    // the processor time of publishing, for pauses that are a few milliseconds shorter. It costs some memory.
    setFlagsFromString('--no-concurrent-marking');
    this.#pool = new Piscina({
      filename: new URL('./thread.cjs', import.meta.url).href,
      workerData: entry.href,
      name: 'run',
      minThreads: 1, // the first job should not wait for a thread to load its modules
      maxThreads: threads,
      concurrentTasksPerWorker: JOBS_PER_THREAD,
      loadBalancer: spread(threads),
      idleTimeout: 30_000,
      atomics: 'disabled', // blocking waits would stop the other jobs of the thread
    });
  }

  /** Runs a job to its end; its items go to `onItem`. */
  async run<K extends keyof T & string>(
    name: K,
    params: Params<T[K]>,
    options: RunOptions = {},
  ): Promise<Result<T[K]>> {
    const items = this.stream(name, params, options);
    for (;;) {
      const next = await items.next();
      if (next.done) return next.value;
      try {
        await options.onItem?.(next.value);
      } catch (error) {
        await items.throw(error);
      }
    }
  }

  /** Runs a job and yields its items as they are taken; returns its result. Leaving the loop early aborts the job. */
  async *stream<K extends keyof T & string>(
    name: K,
    params: Params<T[K]>,
    options: Pick<RunOptions, 'signal' | 'input'> = {},
  ): AsyncGenerator<unknown, Result<T[K]>, undefined> {
    options.signal?.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    const channel = new Channel(port1, CHANNEL_WINDOW);
    const abort = () => channel.abort(CounterfoilError.from(options.signal?.reason));
    options.signal?.addEventListener('abort', abort, { once: true });
    const done = this.#pool.run({ name, params, port: port2 }, { transferList: [port2] }) as Promise<Outcome>;
    done.catch(() => {}); // awaited below; a thread may die before that
    const source = options.input?.[Symbol.asyncIterator]();
    if (source !== undefined) void feed(channel, source);
    let failure = new CounterfoilError('cancelled', 'The reader of this stream has stopped.');
    let finished = false;
    try {
      yield* channel.items();
      const outcome = await done;
      finished = true;
      return settle(outcome);
    } catch (error) {
      failure = CounterfoilError.from(error);
      throw error;
    } finally {
      if (!finished) channel.abort(failure);
      await done.catch(() => {}); // the job has let go of its files before the caller goes on
      options.signal?.removeEventListener('abort', abort);
      channel.close();
      // Lets go of a source that was not read to its end; one that is waiting ends by its own signal.
      void source?.return?.()?.catch(() => {});
    }
  }

  /** Waits for running jobs to see that they are aborted, then stops the threads. */
  async close(): Promise<void> {
    await this.#pool.close({ force: true });
  }
}

async function feed(channel: Channel, source: AsyncIterator<Outgoing>): Promise<void> {
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) await channel.send(next.value);
    channel.end();
  } catch (error) {
    channel.abort(CounterfoilError.from(error));
  }
}

function settle<R>(outcome: Outcome): R {
  if (outcome.ok) return outcome.value as R;
  const error = CounterfoilError.fromBody(outcome.error);
  if (outcome.stack !== undefined) error.cause = new Error(outcome.stack);
  throw error;
}
