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
  // Rejects the step that is waited for. A race against one lasting promise would keep every value it ever lost to.
  let interrupt: ((reason: unknown) => void) | undefined;
  const abort = () => interrupt?.(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      if (signal.aborted) throw signal.reason;
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        interrupt = reject;
        const timer = stallMs === undefined ? undefined : setTimeout(() => reject(stalled()), stallMs);
        iterator
          .next()
          .then(resolve, reject)
          .finally(() => clearTimeout(timer));
      });
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
