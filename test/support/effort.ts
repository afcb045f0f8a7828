/** Set by `npm run test:long`: exhaustive tests then try everything, for as long as it takes. */
export const isLongRun = process.env.LONG_TESTS === 'all';

/**
 * The whole numbers from `first` to `last` that an exhaustive test tries: all of them in a long run, otherwise every
 * so many, such that about `most` remain. The same ones each time.
 */
export function tried(first: number, last: number, most: number): number[] {
  const count = last - first + 1;
  const step = isLongRun ? 1 : strideOf(Math.max(1, Math.ceil(count / most)));
  return Array.from({ length: Math.max(0, Math.ceil(count / step)) }, (_, i) => first + i * step);
}

/** An odd step, so that places of every alignment are met. */
const strideOf = (step: number): number => (step % 2 === 0 ? step + 1 : step);
