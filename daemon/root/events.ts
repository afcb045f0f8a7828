import { randomBytes } from 'node:crypto';
import type { Events, ServerEvent } from '../edge/index.js';
import { LIMITS } from '../foundation/index.js';

interface Waiting {
  topic: string;
  data: () => unknown;
}

/**
 * What happens in this gateway, for pages that follow it: the newest LIMITS.eventsKept, each with the state of its subject
 * at that time. Of what changes quickly only the latest state is told, every LIMITS.eventMs.
 */
export class EventHub implements Events {
  /** Another one after each start, so that ids of an earlier start are known as such. */
  readonly #start = randomBytes(4).toString('hex');
  readonly #kept: ServerEvent[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<() => void>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  get last(): string {
    return `${this.#start}-${this.#count}`;
  }

  changed(room: string, id: string | undefined): void {
    this.tell(room, id ?? '', () => (id === undefined ? {} : { id }));
  }

  /** `data` is asked when the event is told: it gives the state as it is then. */
  tell(topic: string, id: string, data: () => unknown): void {
    const key = `${topic} ${id}`;
    if (!this.#waiting.has(key)) this.#waiting.set(key, { topic, data });
    this.#timer ??= setTimeout(() => this.#flush(), LIMITS.eventMs).unref();
  }

  after(id: string): readonly ServerEvent[] {
    const [start, count] = id.split('-');
    const missed = this.#count - Number(count);
    if (start !== this.#start || !(missed >= 0) || missed > this.#kept.length)
      return [{ id: this.last, topic: 'reset', data: {} }];
    return missed === 0 ? [] : this.#kept.slice(-missed);
  }

  onEvent(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const [key, { topic, data }] of this.#waiting) {
      this.#waiting.delete(key);
      this.#count++;
      this.#kept.push({ id: this.last, topic, data: data() });
    }
    this.#kept.splice(0, Math.max(0, this.#kept.length - LIMITS.eventsKept));
    for (const listener of this.#listeners) listener();
  }
}
