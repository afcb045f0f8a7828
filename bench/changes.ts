import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { agree } from '../test/support/pair.js';
import type { Bench } from './bench.js';
import { batchesOf, SEED, tableFile, writeRows } from './data/files.js';
import { tableRows } from './data/table.js';
import { transferred, withGateways } from './gateways.js';
import type { Settings } from './settings.js';

/** Rows of this table: one in ten of the full one, as each way of changing it is a transfer of its own. */
const SHARE = 10;
const BATCH_ROWS = 50_000;
const CHANGED = 2 ** 31;

type Change = 'full' | 'in-place' | 'inserted' | 'appended' | 'dropped';

/** One row in a hundred of `rows`, changed in this way: the numbers of the rows of the new version. */
function* numbersOf(rows: number, change: Exclude<Change, 'full'>): Generator<number> {
  const few = Math.floor(rows / 100);
  if (change === 'inserted') for (let row = 0; row < few; row++) yield rows + row;
  for (let row = change === 'dropped' ? few : 0; row < rows; row++)
    yield change === 'in-place' && row % 100 === 37 ? row + CHANGED : row;
  if (change === 'appended') for (let row = 0; row < few; row++) yield rows + row;
}

/** What a new version costs of which one row in a hundred is another: bytes on the wire beside those of a whole one. */
export function changeBenches(settings: Settings): Bench[] {
  let measured: Promise<Record<Change, { wire: number; cpu: number }>> | undefined;
  const all = () => {
    measured ??= measure(settings);
    return measured;
  };
  const benches = (['in-place', 'inserted', 'appended', 'dropped'] as const).map(
    (change): Bench => ({
      name: change === 'in-place' ? 'changed-rows/full' : `changed-rows/full-${change}`,
      unit: 'bytes',
      run: async () => {
        const found = await all();
        return { value: found[change].wire, baseline: found.full.wire };
      },
    }),
  );
  const cpu: Bench = {
    name: 'changed-rows/full-cpu',
    unit: 'cpu-s',
    run: async () => {
      const found = await all();
      return { value: found['in-place'].cpu, baseline: found.full.cpu };
    },
  };
  return [...benches, cpu];
}

async function measure({ folder, rows: full }: Settings): Promise<Record<Change, { wire: number; cpu: number }>> {
  const rows = Math.ceil(full / SHARE);
  await tableFile(folder, rows);
  const place = mkdtempSync(join(folder, 'changes-'));
  try {
    return await withGateways(folder, async (pair) => {
      const source = join(place, 'table.parquet');
      await writeRows(source, batchesOf(rows));
      await pair.acme.admin.post('/v1/datasets', { name: 'table', source });
      const deliver = async (agreement: string) => {
        const { shown, cost } = await transferred(pair, agreement);
        return { wire: shown.wire!, cpu: cost.cpu };
      };
      await pair.acme.publish('table');
      const agreement = await agree(pair.acme, pair.vendor, 'table');
      const found: Partial<Record<Change, { wire: number; cpu: number }>> = { full: await deliver(agreement) };
      for (const change of ['in-place', 'inserted', 'appended', 'dropped'] as const) {
        // Each is compared with the table as it was first, which is published and delivered again in between.
        await writeRows(source, changedBatches(rows, change));
        await pair.acme.publish('table');
        found[change] = await deliver(agreement);
        await writeRows(source, batchesOf(rows));
        await pair.acme.publish('table');
        await deliver(agreement);
      }
      return found as Record<Change, { wire: number; cpu: number }>;
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function* changedBatches(rows: number, change: Exclude<Change, 'full'>) {
  let numbers: number[] = [];
  for (const number of numbersOf(rows, change)) {
    numbers.push(number);
    if (numbers.length < BATCH_ROWS) continue;
    yield tableRows(SEED, Float64Array.from(numbers));
    numbers = [];
  }
  if (numbers.length > 0) yield tableRows(SEED, Float64Array.from(numbers));
}
