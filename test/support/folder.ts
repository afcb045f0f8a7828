import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private temporary folder that is gone when the test ends. */
export function temporaryFolder(t: { after(work: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'counterfoil-test-'));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}
