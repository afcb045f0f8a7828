import { Readable } from 'node:stream';
import { type CounterfoilError, LIMITS } from '../../foundation/index.js';
import type { Progress } from './service.js';

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

/**
 * Items as NDJSON, pulled as fast as the caller reads. The first item is awaited before anything is written, so that
 * a failure before it is an ordinary answer; a later one is a last line `{"error": …}`.
 */
export async function itemLines(
  items: AsyncIterable<unknown>,
  signal: AbortSignal,
  checked: (item: unknown) => unknown,
  failure: (error: unknown) => CounterfoilError,
): Promise<Readable> {
  const iterator = items[Symbol.asyncIterator]();
  const ended = new Promise<IteratorResult<unknown>>((resolve) => {
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined }), { once: true });
  });
  const next = () => Promise.race([iterator.next(), ended]);
  const first = await next();
  async function* lines(): AsyncGenerator<string> {
    try {
      for (let item = first; !item.done; item = await next()) yield line(checked(item.value));
    } catch (error) {
      yield line({ error: failure(error).toBody() });
    } finally {
      // Not awaited: a source that is stuck in its own wait must not hold the answer open.
      Promise.resolve(iterator.return?.()).catch(() => undefined);
    }
  }
  return Readable.from(lines());
}

/** A long call as NDJSON: `{"progress": …}` lines, then `{"result": …}` or `{"error": …}`. */
export function progressLines(
  work: (report: (progress: Progress) => void) => Promise<unknown>,
  failure: (error: unknown) => CounterfoilError,
): Readable {
  const out = new Readable({ read: () => undefined });
  let told = 0;
  const report = (progress: Progress): void => {
    const now = performance.now();
    if (now - told < LIMITS.progressMs || out.readableLength > LIMITS.progressBacklogBytes) return;
    told = now;
    out.push(line({ progress }));
  };
  work(report)
    .then((result) => out.push(line({ result })))
    .catch((error: unknown) => out.push(line({ error: failure(error).toBody() })))
    .finally(() => out.push(null));
  return out;
}
