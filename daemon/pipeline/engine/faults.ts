import { CounterfoilError, printable } from '../../foundation/index.js';

/** `source.invalid`: the file is not what it says, or not readable as told. `where` names file and line. */
export const invalid = (where: string, what: string, options: { hint?: string; cause?: unknown } = {}) =>
  new CounterfoilError('source.invalid', `${where}: ${what}.`, options);

export const changed = (name: string, cause?: unknown) =>
  new CounterfoilError('source.changed', `${printable(name)} was written to while it was read.`, { cause });

/** A failed look at a file of the source as what it means for the person who named it. */
export function fileError(name: string, error: unknown): CounterfoilError {
  if (error instanceof CounterfoilError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new CounterfoilError('source.missing', `There is no file ${printable(name)}.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new CounterfoilError('source.permission', `${printable(name)} may not be read by this gateway.`, {
        cause: error,
      });
    case 'EISDIR':
      return invalid(printable(name), 'it is a folder', { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return new CounterfoilError('store.full', 'The disk of this gateway is full.', { cause: error });
    default:
      return new CounterfoilError('source.invalid', `${printable(name)} cannot be read (${code ?? 'unknown fault'}).`, {
        cause: error,
        hint: 'Check the disk or share that the source is on.',
      });
  }
}
