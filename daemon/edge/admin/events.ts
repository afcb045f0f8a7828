import { Readable } from 'node:stream';

/** Something that has changed. */
export interface ServerEvent {
  /** Grows; a page that was cut off says the last one it has seen. */
  id: string;
  /** The room it happened in: `peer`, `transfer`, …; `reset`: more was missed than is kept, so look at everything anew. */
  topic: string;
  data: unknown;
}

/** What happens in the gateway, to be followed. The composition root gives it. */
export interface Events {
  /** After an operation that changed something. */
  changed(room: string, id: string | undefined): void;
  /** The id of the newest event. */
  readonly last: string;
  /** What came after an event, oldest first; a `reset` where that is not known any more. */
  after(id: string): readonly ServerEvent[];
  /** Calls back when there is something new. Returns what ends it. */
  onEvent(listener: () => void): () => void;
}

/** Silence after which a comment shows both ends that the other is there. */
const PULSE_MS = 15_000;

/**
 * Server-sent events (HTML standard, section 9.2) after one of them, as fast as the caller reads: who is slow gets them in
 * one go later, or a `reset`. `still` is asked now and then whether the caller may go on.
 */
export class EventStream extends Readable {
  readonly #events: Events;
  readonly #still: () => boolean;
  readonly #endings: (() => void)[] = [];
  #last: string;
  #wanted = false;

  constructor(events: Events, after: string | undefined, signal: AbortSignal, still: () => boolean) {
    super();
    this.#events = events;
    this.#still = still;
    this.#last = after ?? events.last;
    this.push(`retry: 1000\nid: ${this.#last}\nevent: hello\ndata: {}\n\n`);
    const pulse = setInterval(() => this.#pulse(), PULSE_MS).unref();
    const end = () => this.push(null);
    signal.addEventListener('abort', end, { once: true });
    this.#endings.push(
      () => clearInterval(pulse),
      () => signal.removeEventListener('abort', end),
      events.onEvent(() => this.#flush()),
    );
    if (signal.aborted) end();
  }

  override _read(): void {
    this.#wanted = true;
    this.#flush();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const end of this.#endings.splice(0)) end();
    done(error);
  }

  #flush(): void {
    if (!this.#wanted || this.readableEnded || this.destroyed) return;
    const news = this.#events.after(this.#last);
    if (news.length === 0) return;
    if (!this.#still()) {
      this.#signedOut();
      return;
    }
    this.#last = news.at(-1)!.id;
    this.#wanted = this.push(news.map(written).join(''));
  }

  #pulse(): void {
    if (!this.#still()) this.#signedOut();
    else if (this.readableLength === 0) this.push(': pulse\n\n');
  }

  #signedOut(): void {
    this.push('event: signed-out\ndata: {}\n\n');
    this.push(null);
    for (const end of this.#endings.splice(0)) end();
  }
}

const written = ({ id, topic, data }: ServerEvent): string =>
  `id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify(data)}\n\n`;
