import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannedPage } from './support/canned-page.js';
import { browser, Person, skip } from './support/person.js';

const AT = '2026-11-24T10:00:00.000Z';
const TRANSFERS = 10_000;
const ENTRIES = 100_000;
const COLUMNS = 1000;

const id = (at: number): string => `trn-${String(at).padStart(6, '0')}`;
const transfer = (at: number) => ({
  ...{ id: id(at), state: at % 50 === 0 ? 'rejected' : 'receipted', role: 'provider', dataset: `set-${at % 7}` },
  ...{ version: 'v-1', agreement: 'agr-1', peer: 'vendor.example', rows: at, bytes: at * 100, final: true },
  ...{ rowsTotal: at, bytesTotal: at * 100, bytesPerSecond: null, secondsLeft: null, landed: null, reasons: [] },
  ...{ keepUntil: null, deleted: null },
  ...{ correlation: 'cor-1', startedAt: AT, updatedAt: AT },
});

const entry = (seq: number) => ({
  ...{ log: 'acme.example/counterfoil/master', seq, ts: AT, type: 'dataset.added', actor: 'admin', leaf: 'ab' },
  entry: { seq, dataset: `set-${seq}` },
});

const answers = {
  'transfers.list': ({ before, limit = 200 }: { before?: string; limit?: number }) => {
    const next = before === undefined ? TRANSFERS : Number(before.slice(4));
    const length = Math.min(limit, next);
    return { transfers: Array.from({ length }, (_, at) => transfer(next - 1 - at)), total: TRANSFERS };
  },
  'ledger.list': ({ before = ENTRIES, limit = 200 }: { before?: number; limit?: number }) => {
    const first = Math.min(before, ENTRIES);
    const length = Math.min(limit, first);
    const next = first - length;
    return {
      ...{ origin: 'acme.example/counterfoil/master', size: ENTRIES, next: next > 0 ? next : null },
      entries: Array.from({ length }, (_, at) => entry(first - 1 - at)),
    };
  },
  'datasets.masks': () => ({
    ...{ operators: [], policy: null },
    columns: Array.from({ length: COLUMNS }, (_, at) => ({
      ...{ name: `column_${at}`, type: 'utf8', nullable: true, operators: ['keep', 'drop'], personal: [] },
    })),
  }),
};

test('what is loaded first is small, and long lists hold only the rows in sight', { skip }, async (t) => {
  const { base } = await cannedPage(t, answers);
  const running = await browser(t);
  const ada = await Person.at(running, base);
  const { page } = ada;
  let bytes = 0;
  page.on('requestfinished', (request) => {
    if (/\/(assets\/|$)/.test(new URL(request.url()).pathname))
      void request.sizes().then((sizes) => {
        bytes += sizes.responseBodySize;
      });
  });
  await ada.signIn('ada');
  await ada.heading('Overview');
  await ada.sees('Who exchanges what with whom');
  t.diagnostic(`loaded first: ${Math.round(bytes / 1000)} kB, compressed`);
  assert.ok(bytes > 50_000 && bytes <= 400_000, `${bytes} bytes before the overview is there`);
  const loaded = (await page.evaluate(
    "document.querySelector('h1') && performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd",
  )) as number;
  t.diagnostic(`document and scripts were there after ${Math.round(loaded)} ms`);

  const inDocument = () => page.locator('tbody tr').count();
  const end = (label: string) =>
    page.evaluate(
      `{ const box = document.querySelector('[role=region][aria-label="${label}"]'); box.scrollTop = box.scrollHeight; }`,
    );
  await ada.open('/transfers');
  await ada.sees('10,000 transfers');
  assert.ok((await inDocument()) < 100);
  for (const place of [9, 8, 7]) {
    await end('Transfers');
    await page.locator(`tr[aria-rowindex="${(10 - place) * 200 + 1}"]`).waitFor();
  }
  assert.ok((await inDocument()) < 100, 'and not more after going on');

  await ada.open('/ledger');
  await ada.sees('100,000 entries in this log');
  await end('Entries');
  await page.locator('tr[aria-rowindex="201"]').waitFor();
  assert.ok((await inDocument()) < 100);

  await ada.open('/datasets/flights/columns');
  await ada.sees('1,000 columns');
  await end('Columns of flights');
  await ada.sees('column_999');
  assert.ok((await inDocument()) < 100);
  await page.getByLabel('Find columns').fill('column_77');
  await ada.sees('column_770');
  assert.equal(await page.getByText('column_999').count(), 0);
  ada.sound();
});
