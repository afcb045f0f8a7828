import { CounterfoilError } from '../../../foundation/index.js';

/**
 * The values of an iterable until the signal is aborted, then its reason is thrown. With `stallMs`, waiting longer than
 * that for one value throws `stream.incomplete`; the time in which the consumer does not ask does not count.
 */
export async function* abortable<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  stallMs?: number,
): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]();
  let reject: (reason: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, fail) => {
    reject = fail;
  });
  ended.catch(() => undefined);
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    for (;;) {
      const timer = stallMs === undefined ? undefined : setTimeout(() => reject(stalled()), stallMs);
      let next: IteratorResult<T>;
      try {
        next = await Promise.race([iterator.next(), ended]);
      } finally {
        clearTimeout(timer);
      }
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Not awaited: a source that hangs must not keep its reader.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

const stalled = () => new CounterfoilError('stream.incomplete', 'The other side has stopped sending.');
