import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CounterfoilError } from '../../../foundation/index.js';
import { FLIGHTS_CONTRACT, FLIGHTS_REQUIREMENTS } from '../contracts.js';
import { countRows } from '../landed.js';
import { ACME, count, must, type Scene, VENDOR } from '../scene.js';

export async function flights(scene: Scene): Promise<Record<string, unknown>> {
  const contract = scene.stage.file('flights.contract.yaml', FLIGHTS_CONTRACT);
  const requirements = scene.stage.file('flights.requirements.yaml', FLIGHTS_REQUIREMENTS);
  await scene.stage.run('acme', ['dataset', 'add', 'flights', '--source', flightsFile(), '--contract', contract]);
  const { json: published } = await scene.stage.run('acme', ['dataset', 'publish', 'flights']);
  scene.fact(`published ${count(published.rows)} rows as ${short(published.version)}`);
  const { json: again } = await scene.stage.run('acme', ['dataset', 'publish', 'flights']);
  must(again.unchanged === true && again.version === published.version, 'publishing unchanged rows makes no version');
  await scene.stage.run('vendor', ['requirements', 'set', requirements, '--peer', ACME, '--dataset', 'flights']);
  const agreement = await scene.agree('vendor', VENDOR, 'flights', [
    '--purpose',
    'evaluation of delay models',
    '--retain',
    '30d',
  ]);
  const transfer = await scene.transfer('vendor', agreement, 'receipted');
  const rows = await countRows(scene.stage, transfer.landed as string);
  must(rows === published.rows, `all ${String(published.rows)} rows are read back`);
  scene.fact(`landed and read back: ${count(rows)} rows, ${megabytes(transfer.bytes)} in ${transfer.seconds} s`);
  return { version: published.version, rows };
}

const short = (version: unknown): string => `${String(version).slice(0, 12)}…`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The flights of the package vega-datasets, which nobody here made. It comes with the development dependencies. */
function flightsFile(): string {
  // Its package.json is not among its exports, so the folder is looked for where Node would.
  const folders = createRequire(import.meta.url).resolve.paths('vega-datasets') ?? [];
  const found = folders
    .map((folder) => join(folder, 'vega-datasets', 'data', 'flights-3m.parquet'))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new CounterfoilError(
    'source.missing',
    'The flights of the demo come with the development dependencies, which are not installed.',
    {
      hint: 'Run npm ci in a checkout of the project, then npm run demo.',
    },
  );
}
