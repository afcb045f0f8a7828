import { basename } from 'node:path';
import { CounterfoilError, diskError } from '../../foundation/index.js';

/** A failed write to the landing folder as what it means for who runs it: `store.full`, `sink.failed`. */
export function sinkError(error: unknown): unknown {
  if (error instanceof CounterfoilError) return error;
  const known = diskError(error);
  if (known !== error) return known;
  const reason = (error as NodeJS.ErrnoException).code;
  const at = basename((error as NodeJS.ErrnoException).path ?? 'the landing folder');
  if (reason === undefined) return error;
  return new CounterfoilError('sink.failed', `The rows cannot be written: ${reason} at ${at}.`, { cause: error });
}
