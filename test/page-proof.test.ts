import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { temporaryFolder } from './support/folder.js';
import { csvFile, pair } from './support/pair.js';
import { browser, Person, skip } from './support/person.js';
import { until } from './support/until.js';

test('a counter-offer, both logs side by side, the bundle, and a peer that vanishes', { skip }, async (t) => {
  const { acme, vendor, folder } = await pair(t);
  await acme.dataset('items', csvFile(temporaryFolder(t), 'items', 40));
  const running = await browser(t);
  const [ada, vic] = [await Person.at(running, acme), await Person.at(running, vendor)];
  await Promise.all([ada.setUp('ada'), vic.setUp('vic')]);

  // The consumer asks for other terms; the provider reads what changed, and accepts.
  const offered = await acme.admin.post<{ id: string }>('/v1/agreements', { peer: 'vendor.example', dataset: 'items' });
  const place = `/agreements/${offered.id}`;
  await until('the offer', () =>
    vendor.admin.get(`/v1${place}`).then(
      () => true,
      () => false,
    ),
  );
  await vic.go(place);
  await vic.click('Counter');
  await vic.page
    .getByRole('dialog')
    .getByLabel(/^Purpose/)
    .fill('A longer look');
  assert.deepEqual(await vic.axe(), []);
  await vic.shoot('counter');
  await vic.click('Send the counter-offer');
  await vic.page.getByRole('dialog').waitFor({ state: 'detached' });
  await ada.go(place);
  await ada.sees('What revision 2 changed');
  await ada.sees(/A longer look/);
  await ada.click('Accept');
  // Twice in a row is once.
  await ada.button('Sign and accept').dblclick();
  await ada.button('Send the newest version').dblclick();
  await ada.sees('The consumer has signed the receipt');
  assert.equal((await acme.transfers()).length, 1);

  // Both logs beside each other, and the file for the auditor.
  await ada.go('/ledger/compare?peer=vendor.example');
  await ada.click('Compare now');
  await ada.sees('2 of 2 agreements and transfers');
  await ada.sees('all cosigned by the peer');
  assert.deepEqual(await ada.axe(), []);
  await ada.shoot('ledger-compare');
  await ada.go('/ledger/export');
  await ada.page.getByRole('combobox', { name: 'Relation with' }).click();
  await ada.page.getByRole('option', { name: /vendor.example/ }).click();
  const [download] = await Promise.all([
    ada.page.waitForEvent('download'),
    ada.page.getByRole('link', { name: 'Download the bundle' }).click(),
  ]);
  const ours = join(folder, 'ours.tar');
  await download.saveAs(ours);
  assert.equal(download.suggestedFilename(), 'counterfoil-vendor.example.tar');
  const theirs = join(folder, 'theirs.tar');
  await vendor.admin.post('/v1/audit/export', { peer: acme.id, out: theirs });
  const report = await verifyBundles([ours, theirs].map(fileSource));
  assert.deepEqual([report.verdict, report.faults], ['sound', []]);

  // The peer is gone: what was seen of it stays, and what is asked of it says why it does not happen.
  await vendor.stop();
  await ada.go('/ledger/compare?peer=vendor.example');
  await ada.click('Compare now');
  await ada.sees('The peer could not be asked now');
  await ada.sees('2 of 2 agreements and transfers');
  await ada.go(place);
  await ada.click('Send the newest version');
  await ada.page.getByRole('heading', { level: 1 }).first().waitFor();
  await ada.shoot('peer-gone');
  ada.sound();
});
