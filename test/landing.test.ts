import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Answer } from '../daemon/cli/client.js';
import { columnReader } from '../daemon/columnar/index.js';
import { openLanded, readManifest } from '../daemon/pipeline/index.js';
import { coded } from './support/errors.js';
import type { Member } from './support/member.js';
import { agree, csvFile, pair, proven } from './support/pair.js';

const ROWS = 60;

type Landing = Answer<'agreements', 'landing'>;

/** `id=label` of every row that landed, sorted. */
async function rowsOf(folder: string, scratch: string): Promise<string[]> {
  const { schema, batches } = openLanded(folder, { scratch });
  const [id, label] = ['id', 'label'].map((name) => schema.fields.findIndex((field) => field.name === name));
  const rows: string[] = [];
  for await (const batch of batches()) {
    const [ids, labels] = [columnReader(batch.columns[id!]!), columnReader(batch.columns[label!]!)];
    for (let row = 0; row < batch.rows; row++) rows.push(`${String(ids.value(row))}=${String(labels.value(row))}`);
  }
  return rows.sort();
}

const source = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 2).join('='))
    .sort();

async function delivered(provider: Member, consumer: Member, agreement: string): Promise<string> {
  const id = await provider.transfer(agreement);
  await provider.reaches(id, ['receipted']);
  return (await consumer.show(id)).landed!;
}

test('deliveries land as config.yaml says, or as was chosen for their agreement', async (t) => {
  const landing = [
    { peer: 'acme.example', dataset: 'items', format: 'csv' },
    { dataset: 'parts', format: 'csv', partitionBy: ['label'] },
    { peer: 'acme.example', format: 'arrow' },
  ];
  const { acme, vendor, folder } = await pair(t, { vendor: { config: { landing } } });
  const file = csvFile(folder, 'items', ROWS);
  const expected = source(file);
  for (const name of ['items', 'parts', 'others']) await acme.dataset(name, file);

  await t.test('the first entry that fits applies', async () => {
    for (const [dataset, format, count] of [
      ['items', 'csv', 1],
      ['parts', 'csv', 60],
      ['others', 'arrow', 1],
    ] as const) {
      const landed = await delivered(acme, vendor, await agree(acme, vendor, dataset));
      const manifest = readManifest(landed);
      assert.deepEqual([manifest.format, manifest.files.length], [format, count], dataset);
      assert.deepEqual(await rowsOf(landed, folder), expected, dataset);
      assert.equal(
        manifest.files.reduce((sum, { rows }) => sum + rows, 0),
        ROWS,
      );
    }
  });

  await t.test('each file that landed is known again, wherever it lies', async () => {
    for (const { landed, dataset } of await vendor.transfers()) {
      const { files } = readManifest(landed!);
      const copy = join(folder, `found-${dataset}.${files[0]!.name.split('.').at(-1)}`);
      copyFileSync(join(landed!, files[0]!.name), copy);
      const { matches } = await vendor.admin.long<Answer<'datasets', 'identify'>>(
        '/v1/identify',
        { file: copy },
        () => undefined,
      );
      const match = matches.find((each) => each.dataset === dataset);
      assert.deepEqual([match?.peer, match?.columns.length], ['acme.example', 3], dataset);
    }
  });

  await t.test('a choice for an agreement comes before that; without one it is as before', async () => {
    const agreement = (await vendor.transfers()).find(({ dataset }) => dataset === 'items')!.agreement;
    const at = `/v1/agreements/${agreement}/landing`;
    const before = await vendor.admin.get<Landing>(at);
    assert.deepEqual([before.format, before.chosen, before.compression], ['csv', false, null]);
    const choice = { format: 'parquet', compression: 'zstd', partitionBy: ['label'], rowGroupRows: 2000 };
    const chosen = await vendor.admin.put<Landing>(at, choice);
    assert.deepEqual(chosen, { id: agreement, ...choice, chosen: true });
    writeFileSync(file, `${readFileSync(file, 'utf8')}9999,new,1.5\n`);
    await acme.publish('items');
    const landed = await delivered(acme, vendor, agreement);
    assert.ok(readdirSync(landed).includes('label=new'), readdirSync(landed).join());
    assert.deepEqual(await rowsOf(landed, folder), source(file));
    assert.deepEqual(await vendor.admin.put<Landing>(at, {}), before);
    await assert.rejects(acme.admin.get(at), coded('agreement.state', /provider/));
    await assert.rejects(
      vendor.admin.put(at, { format: 'parquet', partitionBy: ['amount'] }),
      coded('landing.unsupported', /"amount"/),
    );
    await assert.rejects(
      vendor.admin.put(at, { format: 'csv', compression: 'zstd' }),
      coded('input.invalid', /Parquet/),
    );
  });

  await proven(acme, vendor, folder);
});

test('what a format cannot hold is refused before a batch is sent, on both sides', async (t) => {
  const { acme, vendor, folder } = await pair(t, { vendor: { config: { sink: { format: 'csv' } } } });
  const file = join(folder, 'nested.ndjson');
  writeFileSync(file, '{"id":1,"tags":["a","b"]}\n{"id":2,"tags":[]}\n');
  await acme.dataset('nested', file);
  const agreement = await agree(acme, vendor, 'nested');
  await assert.rejects(vendor.transfer(agreement), coded('landing.unsupported', /"tags": CSV has no exact form/));
  const id = await acme.transfer(agreement);
  const [here, there] = [await acme.ends(id), await vendor.ends(id)];
  for (const shown of [here, there])
    assert.deepEqual([shown.state, shown.reasons[0]?.code, shown.rows], ['failed', 'landing.unsupported', 0]);
  assert.deepEqual(readdirSync(join(vendor.home, 'quarantine')), []);
  await vendor.admin.put(`/v1/agreements/${agreement}/landing`, { format: 'arrow' });
  const landed = await delivered(acme, vendor, agreement);
  assert.equal(readManifest(landed).rows, 2);
});
