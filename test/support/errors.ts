import { CounterfoilError, type ErrorCode } from '../../daemon/foundation/index.js';

/** For `assert.throws` and `assert.rejects`: a CounterfoilError of this code, its message matching where one is given. */
export const coded =
  (code: ErrorCode, message?: RegExp) =>
  (error: unknown): boolean =>
    error instanceof CounterfoilError && error.code === code && (message === undefined || message.test(error.message));
