import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repoRoot } from './repo.js';

const python = spawnSync('python3', ['-c', 'import cryptography.hazmat.primitives.serialization.pkcs7']);

/** Why the implementation in another language cannot run here; false where it can. */
export const noForeign = python.status !== 0 && 'no python3 with cryptography on the PATH';

/** What an implementation made from the specification alone has checked of a bundle or of the vectors; throws its fault. */
export function checked(what: 'bundle' | 'vectors', path: string): { [name: string]: number } {
  const script = join(repoRoot, 'test', 'support', 'check_evidence.py');
  const run = spawnSync('python3', [script, what, path], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr.trim().split('\n').at(-1));
  return JSON.parse(run.stdout) as { [name: string]: number };
}
