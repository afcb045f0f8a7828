import type { MessagePort } from 'node:worker_threads';
import { CounterfoilError, type ErrorBody } from '../../foundation/index.js';
import { Channel, type Outgoing } from './channel.js';

/** Items that may be on the way between two threads. Batches are up to 16 MiB, so few. */
export const CHANNEL_WINDOW = 4;

/** What a job in a worker thread is given besides its parameters. */
export interface JobContext {
  /** Aborted when the main thread gives up; `reason` is a CounterfoilError. */
  signal: AbortSignal;
  /** Items the main thread sends. */
  input: AsyncIterable<unknown>;
  /** Gives an item to the main thread; waits while it does not keep up. */
  emit(outgoing: Outgoing): Promise<void>;
}

/** A unit of work that runs in a worker thread: parameters and result are plain data (structured clone). */
export type Job = (params: never, context: JobContext) => Promise<unknown>;

/** The jobs by name; the worker's composition root makes this table. */
export type JobTable = Readonly<Record<string, Job>>;

export interface Task {
  name: string;
  params: unknown;
  port: MessagePort;
}

export type Outcome = { ok: true; value: unknown } | { ok: false; error: ErrorBody; stack?: string };

/** Worker side: runs the named job and turns any failure into plain data, since errors lose their class on the way. */
export async function runTask(jobs: JobTable, task: Task): Promise<Outcome> {
  const channel = new Channel(task.port, CHANNEL_WINDOW);
  try {
    const job = jobs[task.name]!;
    const context: JobContext = { signal: channel.signal, input: channel.items(), emit: (item) => channel.send(item) };
    const value = await job(task.params as never, context);
    return { ok: true, value };
  } catch (error) {
    const cause = channel.signal.aborted ? channel.signal.reason : error;
    const known = CounterfoilError.from(cause);
    const stack = known.cause instanceof Error ? known.cause.stack : undefined;
    return { ok: false, error: known.toBody(), ...(stack === undefined ? {} : { stack }) };
  } finally {
    channel.end();
    channel.close();
  }
}
