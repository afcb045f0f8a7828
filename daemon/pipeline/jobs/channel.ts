import type { MessagePort, Transferable } from 'node:worker_threads';
import { CounterfoilError, type ErrorBody } from '../../foundation/index.js';

type Message =
  | { kind: 'item'; item: unknown }
  | { kind: 'credit' }
  | { kind: 'end' }
  | { kind: 'abort'; error: ErrorBody };

/** Something to send, with the buffers that move instead of being copied. */
export interface Outgoing {
  item: unknown;
  transfer?: readonly Transferable[];
}

/**
 * Both directions of a stream between two threads over one MessagePort. The sender waits while `window` items are not
 * yet taken by the reader, so a slow reader holds the source back. Either end may abort; the other then rejects.
 */
export class Channel {
  readonly #port: MessagePort;
  #credit: number;
  #waiting: (() => void) | undefined;
  readonly #queue: unknown[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #closed = false;
  readonly #abort = new AbortController();

  constructor(port: MessagePort, window: number) {
    this.#port = port;
    this.#credit = window;
    port.on('message', (message: Message) => this.#take(message));
    // A thread that dies closes its port: what the other end still waits for will not come.
    port.on('close', () => {
      this.#ended = true;
      this.#closed = true;
      this.#stir();
    });
  }

  /** Aborted when the other end aborted; `reason` is a CounterfoilError. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Sends one item, waiting for credit first. */
  async send({ item, transfer = [] }: Outgoing): Promise<void> {
    while (this.#credit === 0 && !this.#closed) {
      this.#abort.signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    this.#abort.signal.throwIfAborted();
    if (this.#closed) throw new CounterfoilError('cancelled', 'The other end of this stream has stopped.');
    this.#credit--;
    this.#post({ kind: 'item', item }, transfer);
  }

  /** No more items from this end. */
  end(): void {
    this.#post({ kind: 'end' });
  }

  /** Stops both directions; the other end sees `error`. */
  abort(error: CounterfoilError): void {
    this.#post({ kind: 'abort', error: error.toBody() });
    this.#stop(error);
  }

  close(): void {
    this.#port.close();
  }

  /** The other end's items, in order, until its `end`. */
  async *items(): AsyncGenerator<unknown, void, undefined> {
    for (;;) {
      this.#abort.signal.throwIfAborted();
      if (this.#queue.length > 0) {
        const item = this.#queue.shift();
        this.#post({ kind: 'credit' });
        yield item;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #post(message: Message, transfer: readonly Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #take(message: Message): void {
    if (message.kind === 'item') this.#queue.push(message.item);
    if (message.kind === 'credit') this.#credit++;
    if (message.kind === 'end') this.#ended = true;
    if (message.kind === 'abort') this.#stop(CounterfoilError.fromBody(message.error));
    this.#stir();
  }

  #stop(error: CounterfoilError): void {
    if (!this.#abort.signal.aborted) this.#abort.abort(error);
    this.#stir();
  }

  #stir(): void {
    this.#waiting?.();
    this.#waiting = undefined;
    this.#wake?.();
    this.#wake = undefined;
  }
}
