import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { agree, type Pair } from '../test/support/pair.js';
import type { Bench } from './bench.js';
import { tableFile } from './data/files.js';
import { fullJob, transferred, withGateways } from './gateways.js';
import type { Settings } from './settings.js';

const ROW_BYTES = 183;
const FILE_ROWS = 1_600_000;
/** What a daemon may hold at default settings. */
const MOST_BYTES = 512 * 1024 * 1024;
const QUICK_MS = 50;

/** The most memory of either daemon over a full job, and how quickly the admin API answers while one runs. */
export function memoryBenches(settings: Settings): Bench[] {
  const sizes = [1, 5, 20].map(
    (gigabytes): Bench => ({
      name: `rss/${gigabytes}gb`,
      unit: 'bytes',
      run: async () => ({ value: await peak(settings, gigabytes), baseline: MOST_BYTES }),
    }),
  );
  const admin: Bench = {
    name: 'admin/p99-under-load',
    unit: 'ms',
    run: async () => ({ value: await slowAnswer(settings), baseline: QUICK_MS }),
  };
  return [...sizes, admin];
}

async function peak({ folder, rows }: Settings, gigabytes: number): Promise<number> {
  const file = await tableFile(folder, Math.min(rows, FILE_ROWS));
  const copies = Math.max(1, Math.round((gigabytes * 1e9) / ROW_BYTES / Math.min(rows, FILE_ROWS)));
  const place = mkdtempSync(join(folder, 'memory-'));
  try {
    // The same rows again and again: what they are does not matter here, how many does.
    for (let at = 0; at < copies; at++) linkSync(file, join(place, `part-${String(at).padStart(4, '0')}.parquet`));
    return await withGateways(folder, async (pair) => (await fullJob(pair, { source: join(place, '*.parquet') })).peak);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Of the times that both admin APIs took to answer while a transfer ran flat out, the 99th in a hundred. */
async function slowAnswer({ folder, rows }: Settings): Promise<number> {
  const source = await tableFile(folder, Math.min(rows, FILE_ROWS));
  return withGateways(folder, async (pair) => {
    await pair.acme.admin.post('/v1/datasets', { name: 'table', source });
    await pair.acme.publish('table');
    const agreement = await agree(pair.acme, pair.vendor, 'table');
    const times: number[] = [];
    let isRunning = true;
    const asking = (['acme', 'vendor'] as const).map(async (name) => {
      while (isRunning) times.push(await answerTime(pair, name));
    });
    await transferred(pair, agreement);
    isRunning = false;
    await Promise.all(asking);
    times.sort((one, other) => one - other);
    return times[Math.floor(times.length * 0.99)]!;
  });
}

async function answerTime(pair: Pair, name: 'acme' | 'vendor'): Promise<number> {
  const begun = performance.now();
  await pair[name].admin.get('/v1/status');
  const took = performance.now() - begun;
  await wait(25); // 40 a second: what a page and a monitor ask together, and less than one caller may
  return took;
}
