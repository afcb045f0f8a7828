import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that the running test was compiled from. */
export const repoRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  return existsSync(join(folder, 'proto')) && existsSync(join(folder, 'package.json'))
    ? folder
    : findRoot(dirname(folder));
}

/** The shared test vectors made by others, or undefined where they are not present (tests then say that they skip). */
export function vectorsFolder(): string | undefined {
  const folder = process.env.COUNTERFOIL_VECTORS ?? join(repoRoot, '..', 'shared', 'vectors');
  return existsSync(folder) ? folder : undefined;
}
