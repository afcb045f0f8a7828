import { Worker } from 'node:worker_threads';

/** What the thread of the reference reader is asked: the schema of a file (which opens it), its next rows, or to let go. */
export interface ReaderRequest {
  id: number;
  file: number;
  path: string;
  wants: 'schema' | 'rows' | 'close';
}

/** An Arrow stream, none after the last rows, or why not. */
export interface ReaderAnswer {
  id: number;
  bytes?: Uint8Array | undefined;
  failed?: string;
}

interface Waiting {
  resolve(bytes: Uint8Array | undefined): void;
  reject(error: Error): void;
}

/**
 * The reference reader, in a thread of its own: where a damaged file makes it panic, its thread ends, the files that it had
 * open are refused, and the next file gets another thread.
 */
export class ReaderThread {
  static #running: ReaderThread | undefined;
  static #files = 0;

  /** What a panic prints may hold values: it is kept from the output of this process, and read by nobody. */
  readonly #worker = new Worker(new URL('./reader-thread.js', import.meta.url), { stdout: true, stderr: true });
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #ended: Error | undefined;

  private constructor() {
    this.#worker.on('message', ({ id, bytes, failed }: ReaderAnswer) => {
      const waiting = this.#settled(id);
      if (failed === undefined) waiting?.resolve(bytes);
      else waiting?.reject(new Error(failed));
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the reader has ended')));
    this.#worker.unref();
  }

  /** Gives what asks about one file; `schema` is to be asked first. */
  static file(path: string): (wants: ReaderRequest['wants']) => Promise<Uint8Array | undefined> {
    ReaderThread.#running ??= new ReaderThread();
    const thread = ReaderThread.#running;
    const file = ReaderThread.#files++;
    return (wants) => thread.#ask({ file, path, wants });
  }

  #ask(request: Omit<ReaderRequest, 'id'>): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      const id = this.#requests++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref(); // whoever waits for an answer is not to end meanwhile
      this.#worker.postMessage({ id, ...request } satisfies ReaderRequest);
    });
  }

  #settled(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  #end(error: Error): void {
    if (ReaderThread.#running === this) ReaderThread.#running = undefined;
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
