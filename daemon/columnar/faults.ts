import { CounterfoilError, printable } from '../foundation/index.js';

/** `batch.invalid` for bytes that are not a sound Arrow message. `what` never contains values. */
export function malformed(what: string, cause?: unknown): CounterfoilError {
  return new CounterfoilError('batch.invalid', `Not a sound Arrow message: ${what}.`, { cause });
}

/** `batch.invalid` naming the column; nested positions follow the column's name, as in `"tags" item`. */
export function unsound(column: string, what: string): CounterfoilError {
  return new CounterfoilError('batch.invalid', `Column ${column}: ${what}.`);
}

/** `type.unsupported` naming the column. */
export function unsupported(column: string, what: string): CounterfoilError {
  return new CounterfoilError('type.unsupported', `Column ${column}: ${what}.`);
}

/** `schema.mismatch`: what came has other columns than were agreed. */
export function mismatch(what: string): CounterfoilError {
  return new CounterfoilError('schema.mismatch', `The batch does not fit its schema: ${what}.`);
}

/** How a column, or a place inside one, is named in messages. */
export const columnLabel = (name: string): string => printable(name);
export const itemLabel = (label: string): string => `${label} item`;
export const fieldLabel = (label: string, name: string): string => `${label} field ${printable(name)}`;
