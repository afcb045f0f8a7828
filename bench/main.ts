import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { runBenches } from './bench.js';
import { changeBenches } from './changes.js';
import { jobBenches } from './jobs.js';
import { ledgerBenches } from './ledger.js';
import { linkBenches } from './links.js';
import { maskBenches } from './masks.js';
import { memoryBenches } from './memory.js';
import { piiBenches } from './pii.js';
import { planeBenches } from './plane.js';
import { settingsOf } from './settings.js';
import { stepBenches } from './steps.js';
import { offBenches } from './steps-off.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: text, rows: text, folder: text } });
const settings = settingsOf(values);
/** Every suite. A new one is added here. */
const SUITES = [
  ledgerBenches,
  maskBenches,
  piiBenches,
  stepBenches(settings),
  offBenches(settings),
  planeBenches(settings),
  jobBenches(settings),
  changeBenches(settings),
  linkBenches(settings),
  memoryBenches(settings),
];

const only = values.only?.split(',').map((name) => name.trim()) ?? [];
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory: totalmem(),
  node: process.version,
};
const results = await runBenches(SUITES.flat(), only, ({ name, value, unit, baseline }) => {
  const beside = baseline === null ? '' : ` (baseline ${round(baseline)})`;
  process.stderr.write(`${name.padEnd(28)} ${round(value)} ${unit}${beside}\n`);
});
if (values.json === true) process.stdout.write(`${JSON.stringify({ machine, results })}\n`);

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
