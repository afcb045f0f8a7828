import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from '../../../foundation/index.js';

const PREFIX = 'source-';

/** A new private folder below `parent`. */
export function scratchFolder(parent: string): string {
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join(parent, PREFIX));
    chmodSync(folder, 0o700);
    return folder;
  } catch (error) {
    throw diskError(error);
  }
}

/** Removes what a killed daemon left behind. For the start, before any source is opened. */
export function clearScratch(parent: string): void {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return; // nothing was ever put there
  }
  for (const name of names) if (name.startsWith(PREFIX)) rmSync(join(parent, name), { recursive: true, force: true });
}
