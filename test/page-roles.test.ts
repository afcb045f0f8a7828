import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './support/folder.js';
import { Member } from './support/member.js';
import { csvFile } from './support/pair.js';
import { browser, PASSWORD, Person, skip } from './support/person.js';

test('each role is offered what it may do', { skip }, async (t) => {
  const acme = await Member.make(t, 'acme.example');
  await acme.dataset('items', csvFile(temporaryFolder(t), 'items', 40));
  const people = join(temporaryFolder(t), 'people.csv');
  const rows = Array.from({ length: 40 }, (_, at) => `${at},ada.${at}@acme.example`);
  writeFileSync(people, `id,email\n${rows.join('\n')}\n`);
  await acme.dataset('people', people);
  const running = await browser(t);
  const ada = await Person.at(running, acme);
  await ada.setUp('ada');
  await ada.open('/settings/users');
  for (const [name, role] of [
    ['stella', 'Steward'],
    ['odo', 'Auditor'],
  ]) {
    await ada.click('Add a user');
    const dialog = ada.page.getByRole('dialog');
    await dialog.getByLabel(/^Name/).fill(name!);
    await dialog.getByRole('combobox', { name: 'Role' }).click();
    await ada.page.getByRole('option', { name: new RegExp(`^${role}`) }).click();
    await dialog.getByLabel('First password').fill(PASSWORD);
    await ada.click('Add the user');
    await ada.page.getByRole('cell', { name: name!, exact: true }).waitFor();
  }

  const stella = await Person.at(running, acme);
  await stella.signIn('stella', 'wrong password');
  await stella.page.getByRole('alert').waitFor();
  await stella.signIn('stella');
  await stella.heading('Overview');
  await stella.open('/peers');
  await stella.sees('No peers yet');
  assert.equal(await stella.button('Invite or accept').count(), 0);
  await stella.open('/settings/users');
  assert.equal(await stella.page.getByRole('tab', { name: 'Users' }).count(), 0);
  await stella.open('/datasets');
  await stella.button('Add a dataset').waitFor();

  // A steward may say that something is not as personal as it looks, with a reason that stays.
  await stella.go('/datasets/people');
  await stella.click('Judge email');
  await stella.sees('What looks personal in email');
  await stella.page.getByLabel('Why it is not').fill('Made-up addresses of a test');
  assert.deepEqual(await stella.axe(), []);
  await stella.click('It is not personal');
  await stella.page.getByRole('dialog').waitFor({ state: 'detached' });
  await stella.sees('Nothing in them looks personal.');
  await stella.click('Judge email');
  await stella.sees(/stella says it is not: Made-up addresses of a test/);
  await stella.shoot('override');
  await stella.click('Take it back');
  await stella.page.getByLabel('Why it is not').waitFor();

  const odo = await Person.at(running, acme);
  await odo.signIn('odo');
  await odo.heading('Overview');
  await odo.open('/datasets/items');
  await odo.sees('3 columns');
  assert.equal(await odo.button(/Publish|Profile/).count(), 0);
  await odo.go('/datasets/people');
  await odo.sees('1 column looks personal: an offer needs a rule for each.');
  assert.equal(await odo.button(/Judge/).count(), 0);
  await odo.open('/ledger/verify');
  await odo.click('Verify now');
  await odo.sees('Sound');
  for (const person of [ada, stella, odo]) person.sound();
});
