import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Member } from './support/member.js';
import { browser, Person, skip } from './support/person.js';

test('an administrator changes the configuration, and two of them see each other', { skip }, async (t) => {
  const acme = await Member.make(t, 'acme.example', { config: { limits: { streamsPerPeer: 4 } } });
  const file = () => readFileSync(join(acme.home, 'config.yaml'), 'utf8');
  const running = await browser(t);
  const ada = await Person.at(running, acme);
  await ada.setUp('ada');
  const bob = await Person.at(running, acme, { width: 375, scheme: 'dark' });
  await bob.signIn('ada');
  await bob.heading('Overview');
  for (const person of [ada, bob]) {
    await person.go('/settings/configuration');
    await person.sees('limits.streamsPerPeer');
    assert.deepEqual(await person.axe(), []);
    assert.ok((await person.overflow()) <= 0);
    await person.shoot(`settings-configuration-${person === ada ? 'light' : 'dark'}`);
  }

  // What the file does not take is told, with where it is wrong; then it is saved.
  await ada.page.getByRole('textbox', { name: 'limits.streamsPerPeer' }).fill('999');
  await ada.click('Save');
  await ada.page
    .getByRole('alert')
    .getByText(/limits.streamsPerPeer/)
    .waitFor();
  await ada.page.getByRole('textbox', { name: 'limits.streamsPerPeer' }).fill('16');
  // Meanwhile another administrator changes something else: neither is lost, and the second is told.
  await bob.page.getByRole('textbox', { name: 'advertise' }).fill('gateway.acme.example');
  await bob.click('Save');
  await bob.page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  await bob.sees('Waits for a restart');
  await ada.sees('Somebody else has changed the configuration meanwhile');
  await ada.click('Save');
  await ada.page.getByRole('alert').getByText('Somebody else has changed the configuration meanwhile.').waitFor();
  await ada.shoot('settings-conflict');
  await ada.click('Keep mine on top of theirs');
  await ada.click('Save');
  await ada.page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  assert.match(file(), /"streamsPerPeer": 16|streamsPerPeer: 16/);
  assert.match(file(), /gateway\.acme\.example/);

  // A secret goes in and is never seen again.
  await ada.click('Add access');
  const dialog = ada.page.getByRole('dialog');
  await dialog.getByLabel('Sources that begin with').fill('s3://bucket/');
  await dialog.getByRole('textbox', { name: 'Option' }).fill('secret_access_key');
  await dialog
    .getByLabel(/^Value/)
    .first()
    .fill('hush hush');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await ada.sees('secret_access_key, secret');
  await ada.click('Change s3://bucket/');
  await dialog.getByRole('button', { name: 'Kept as it is: replace' }).waitFor();
  await ada.shoot('settings-source');
  await ada.page.keyboard.press('Escape');
  assert.doesNotMatch(file(), /hush/);
  assert.doesNotMatch(await ada.page.content(), /hush/);
  await ada.go('/ledger');
  await ada.sees('advertise = gateway.acme.example');
  await ada.sees('sources s3://bucket/ = secret_access_key');
  for (const person of [ada, bob]) person.sound();
});
