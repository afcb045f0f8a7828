import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KnownDataset, writeContract } from '../daemon/catalog/index.js';
import { samples } from './support/columns.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';

const SEED = 20_260_615;
const python = spawnSync('python3', ['-c', 'import jsonschema, open_data_contract_standard'], { encoding: 'utf8' });
const skip =
  python.status === 0
    ? false
    : 'the Python packages open-data-contract-standard and jsonschema are not here, so what is written was not read with them';

/** Datasets of every type, with hostile names and values. */
const known: fc.Arbitrary<KnownDataset> = fc
  .record({
    sample: samples(),
    dataset: fc.string({ minLength: 1 }),
    organisation: fc.string({ minLength: 1 }),
    apiVersion: fc.constantFrom('v3.1.0' as const, 'v3.2.0' as const),
    values: fc.uniqueArray(
      fc.oneof(fc.string(), fc.constantFrom('yes', 'no', '1:30', '2026-01-31', 'null', '~', '0x1f', '1e3')),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    name: fc.string({ minLength: 1 }),
  })
  .map(({ sample, dataset, organisation, apiVersion, values, name }) => ({
    ...{ dataset, organisation, apiVersion, rows: 100 },
    columns: [
      ...sample.schema.fields.map((field, at) => ({ name: `${at}`, type: field.type, nulls: at % 2 })),
      { name: `${name}!`, type: { name: 'utf8' as const }, nulls: 0, distinct: values.length, values, personal: [] },
      {
        ...{
          name: 'id',
          type: { name: 'int' as const, bits: 64 as const, signed: true },
          nulls: 0,
          distinct: 100,
          min: 1,
          max: 100,
        },
        personal: [{ entity: 'customer_id', verdict: 'is' as const, evidence: name }],
      },
    ],
  }));

test('another ODCS tool, and the official schema, take what is written', { skip, timeout: 120_000 }, (t) => {
  const folder = temporaryFolder(t);
  const texts = fc.sample(known, { seed: SEED, numRuns: 60 }).map(writeContract);
  texts.forEach((text, at) => {
    writeFileSync(join(folder, `${at}.odcs.yaml`), text);
  });
  const run = spawnSync('python3', [join(repoRoot, 'test', 'support', 'read_odcs.py'), folder], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const found = JSON.parse(run.stdout) as Record<string, string[]>;
  assert.equal(Object.keys(found).length, texts.length);
  for (const [file, faults] of Object.entries(found)) assert.deepEqual(faults, [], file);
});
