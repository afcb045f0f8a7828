import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { contractOf } from './support/exchange.js';
import { agree, firstColumn, pair, proven } from './support/pair.js';
import { fileIn } from './support/sources.js';

const { acme, vendor, folder } = await pair({ after });
const scratch = join(folder, 'scratch');

const ROWS = 200;
/** Every twentieth amount is negative, every fiftieth label is odd. */
const lines = Array.from({ length: ROWS }, (_, row) => {
  const amount = row % 20 === 7 ? -row : row;
  return `${row},${row % 50 === 3 ? 'odd' : 'even'},${amount}`;
});
const path = fileIn(folder, 'items.csv', `${['id,label,amount', ...lines].join('\n')}\n`);
const contract = contractOf('items', [
  '{id: amount, check: range, columns: [amount], min: 0, onFail: quarantine-rows, tolerance: {count: 20}}',
  '{id: key, check: unique, columns: [id]}',
  '{id: nothing-below, check: sql, query: "SELECT id FROM data WHERE amount < 0"}',
]);
const needs = contractOf('items', [
  '{id: label, check: in_set, columns: [label], values: [even], onFail: quarantine-rows, side: consumer}',
  '{id: only-even, check: sql, query: "SELECT id FROM data WHERE label <> \'even\'", side: consumer}',
]);

interface Shown {
  state: string;
  rows: number;
  landed: string;
  reasons: { code: string; message: string }[];
  report: Record<'provider' | 'consumer', { verdict: string; rows: number; aside?: number; results: Result[] } | null>;
  comparison: { compared: number; differing: string[] } | null;
}
interface Result {
  id: string;
  status: string;
  tested: number;
  failed: number;
  message: string;
}

test('the rest goes on: what each side finds is left out on its side, counted in report and ledger', async () => {
  await acme.dataset('items', path, { contract });
  const agreement = await agree(acme, vendor, 'items', { requirements: needs });
  const id = await vendor.transfer(agreement);
  const { state, reasons } = await vendor.ends(id);
  assert.deepEqual([state, reasons], ['receipted', []]);
  const shown = await vendor.admin.get<Shown>(`/v1/transfers/${id}`);
  const { provider, consumer } = shown.report;
  assert.deepEqual([provider!.verdict, provider!.rows, provider!.aside], ['warn', ROWS, 10]);
  assert.deepEqual([consumer!.verdict, consumer!.rows, consumer!.aside], ['warn', ROWS - 10, 4]);
  const amount = provider!.results.find((result) => result.id === 'amount')!;
  assert.deepEqual([amount.status, amount.tested, amount.failed], ['warn', ROWS, 10]);
  assert.match(amount.message, /set aside/);
  for (const one of [...provider!.results, ...consumer!.results])
    assert.equal(
      one.status,
      ['amount', 'label'].includes(one.id) && one.failed > 0 ? 'warn' : 'pass',
      JSON.stringify(one),
    );
  assert.deepEqual(shown.comparison!.differing, []);
  assert.ok(shown.comparison!.compared > 0);

  const wanted = Array.from({ length: ROWS }, (_, row) => BigInt(row)).filter(
    (row) => row % 20n !== 7n && row % 50n !== 3n,
  );
  assert.deepEqual(await firstColumn(shown.landed, scratch), wanted);
  assert.deepEqual(await firstColumn(join(shown.landed, '_aside'), scratch), [3n, 53n, 103n, 153n]);
  const manifest = JSON.parse(readFileSync(join(shown.landed, '_manifest.json'), 'utf8')) as {
    rows: number;
    files: { rows: number }[];
    aside: { rows: number; files: { name: string; rows: number }[] };
  };
  assert.deepEqual([manifest.rows, manifest.files[0]!.rows, manifest.aside.rows], [wanted.length, wanted.length, 4]);

  const entries = async (member: typeof acme, peer: string) =>
    (
      await member.admin.get<{ entries: { type: string; entry: { aside?: number; rows?: number } }[] }>(
        `/v1/ledger/entries?peer=${peer}`,
      )
    ).entries;
  const there = await entries(acme, vendor.id);
  const here = await entries(vendor, acme.id);
  assert.equal(there.find(({ type }) => type === 'checks.passed')!.entry.aside, 10);
  assert.equal(there.find(({ type }) => type === 'transfer.sent')!.entry.rows, ROWS - 10);
  assert.equal(here.find(({ type }) => type === 'transfer.landed')!.entry.aside, 4);
  await proven(acme, vendor, folder);
});

test('more rows than the rule tolerates, or all of them, refuse the delivery', async () => {
  fileIn(
    folder,
    'items.csv',
    `${['id,label,amount', ...lines.map((line) => line.replace(/[^,]*$/, '-5'))].join('\n')}\n`,
  );
  await acme.publish('items');
  const list = await acme.admin.get<{ agreements: { id: string; state: string }[] }>('/v1/agreements');
  const id = await vendor.transfer(list.agreements.find(({ state }) => state === 'active')!.id);
  const { state, reasons } = await vendor.ends(id);
  assert.equal(state, 'refused');
  assert.match(reasons.map(({ message }) => message).join(), /amount: .*More rows fail than may be set aside/);
});
