import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the benches are run with. */
export interface Settings {
  /** Where generated tables are kept for the next run, and gateways live while one runs. */
  folder: string;
  /** Rows of the generated table. */
  rows: number;
}

/** About 1.1 GB as Arrow. */
const FULL_ROWS = 6_400_000;

export const settingsOf = (given: { folder?: string; rows?: string }): Settings => ({
  folder: given.folder ?? join(tmpdir(), 'counterfoil-bench'),
  rows: given.rows === undefined ? FULL_ROWS : Number(given.rows),
});
