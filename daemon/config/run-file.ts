import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../foundation/index.js';
import type { HomePaths } from './home.js';

const runFile = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  admin: z.string(),
  tls: z.boolean(),
  peer: z.string().nullable(),
});

/** Where a running daemon is: its process, and its addresses as bound (HOST:PORT). */
export type RunFile = z.output<typeof runFile>;

export function writeRunFile(paths: HomePaths, run: RunFile): void {
  writeFileAtomic(paths.run, `${JSON.stringify(run, null, 2)}\n`);
}

/** What the daemon of this home wrote at start; undefined when none did. It may have died since. */
export function readRunFile(paths: HomePaths): RunFile | undefined {
  try {
    return runFile.parse(JSON.parse(readFileSync(paths.run, 'utf8')));
  } catch {
    return undefined;
  }
}

export function removeRunFile(paths: HomePaths): void {
  rmSync(paths.run, { force: true });
}
