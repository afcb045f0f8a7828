import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from './support/folder.js';
import { Member } from './support/member.js';
import { csvFile } from './support/pair.js';
import { browser, Person, skip } from './support/person.js';

test('two teams meet, agree, deliver and verify, each in a browser at its own gateway', { skip }, async (t) => {
  const [acme, vendor] = await Promise.all([Member.make(t, 'acme.example'), Member.make(t, 'vendor.example')]);
  const running = await browser(t);
  const ada = await Person.at(running, acme);
  const vic = await Person.at(running, vendor);
  await ada.setUp('ada');
  await vic.setUp('vic');
  assert.deepEqual(await ada.axe(), []);
  await ada.show('first-steps');

  // They meet.
  await ada.click('Invite or accept');
  await ada.click('Make the invite');
  const invite = await ada.page.getByLabel('Text of the invite').inputValue();
  await ada.page.getByRole('tab', { name: 'QR code' }).click();
  await ada.page.getByRole('img', { name: 'The invite as a QR code' }).waitFor();
  await ada.show('invite');
  await ada.page.keyboard.press('Escape');
  await vic.click('Invite or accept');
  await vic.page.getByRole('tab', { name: 'I got an invite' }).click();
  await vic.page.getByLabel('Invite or reply').fill(invite);
  await vic.click('Accept the invite');
  await vic.heading('acme.example');
  await ada.sees(/Compare the six words with vendor.example/);
  await ada.open('/peers/vendor.example');
  const words = (person: Person) => person.page.locator('ol li').allInnerTexts();
  await ada.sees('Compare these six words');
  await vic.sees('Compare these six words');
  assert.deepEqual(await words(ada), await words(vic));
  await ada.show('words');
  await ada.click('They are the same');
  await vic.click('They are the same');
  for (const person of [ada, vic])
    await person.page
      .locator('.cf-state', { hasText: /^active$/ })
      .first()
      .waitFor();

  // Acme adds a dataset and offers it.
  const file = csvFile(temporaryFolder(t), 'items', 500);
  await ada.open('/datasets?add');
  await ada.page.getByLabel('Where the rows are').fill(file);
  await ada.click('Look at it');
  await ada.sees('csv, 3 columns');
  await ada.page.getByRole('tab', { name: 'First rows' }).click();
  await ada.sees('item 0');
  await ada.show('source');
  await ada.click('Add items');
  await ada.heading('items');
  await ada.click('Publish a version');
  await ada.sees(/Published 500 rows/);
  await ada.page.getByRole('link', { name: 'Offer it' }).click();
  await ada.page.getByRole('combobox', { name: 'To' }).click();
  await ada.page.getByRole('option', { name: /vendor.example/ }).click();
  await ada.page.getByLabel('What the peer gets of label').getByText('Drop').click();
  await ada.sees('The peer sees 2 columns.');
  await ada.page.getByLabel('Purpose').fill('A first look');
  await ada.show('offer');
  await ada.click('Offer items to vendor.example');
  await ada.heading('items');

  // Vendor accepts what it sees arrive, and gets the rows.
  await vic.page.getByRole('link', { name: 'Overview' }).click();
  await vic.sees('acme.example offers items: accept, counter or reject.');
  await vic.page.getByRole('link', { name: 'Answer' }).click();
  await vic.sees('It waits for you');
  await vic.sees('A first look');
  await vic.show('accept');
  await vic.click('Accept');
  await vic.click('Sign and accept');
  await ada.click('Send the newest version');
  await ada.sees('The consumer has signed the receipt');
  await ada.show('delivered');
  await vic.page.getByRole('link', { name: 'Transfers', exact: true }).click();
  await vic.sees('delivered, receipt signed');

  await ada.page.getByRole('link', { name: 'Overview', exact: true }).click();
  await ada.sees('Who exchanges what with whom');
  await ada.show('overview');

  // Both look at the proof.
  for (const person of [ada, vic]) {
    await person.open('/ledger/verify');
    await person.click('Verify now');
    await person.sees('Sound');
    if (person === ada) await ada.show('verified');
    person.sound();
  }
});
