import { mkdirSync } from 'node:fs';
import type { Bench } from './bench.js';
import { flightsFile, tableFile } from './data/files.js';
import { TABLE_RULES } from './data/rules.js';
import { runSteps, type StepCosts } from './data/steps.js';
import type { Settings } from './settings.js';

const STEPS = ['publish', 'prepare', 'receive', 'land'] as const;

/** Each step of a full job by itself in one thread: megabytes of Arrow in one second of processor time. */
export function stepBenches(settings: Settings): Bench[] {
  return (['table', 'flights'] as const).flatMap((data) => {
    let costs: Promise<StepCosts> | undefined;
    const measured = () => {
      costs ??= steps(settings, data);
      return costs;
    };
    return STEPS.map(
      (step): Bench => ({
        name: `steps/${step}-${data}`,
        unit: 'MB/cpu-s',
        run: async () => {
          const found = await measured();
          return { value: found.bytes / 1e6 / found[step].cpu };
        },
      }),
    );
  });
}

async function steps({ folder, rows }: Settings, data: 'table' | 'flights'): Promise<StepCosts> {
  mkdirSync(folder, { recursive: true });
  return data === 'table'
    ? runSteps(folder, { file: await tableFile(folder, rows), rules: TABLE_RULES })
    : runSteps(folder, { file: flightsFile(), rules: [] });
}
