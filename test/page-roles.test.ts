import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from './support/folder.js';
import { freePort } from './support/homes.js';
import { Member } from './support/member.js';
import { csvFile } from './support/pair.js';
import { browser, PASSWORD, Person, skip } from './support/person.js';
import { until } from './support/until.js';

test('each role is offered what it may do; two browsers show the same; a restart and dead links are told', {
  skip,
}, async (t) => {
  const admin = `127.0.0.1:${await freePort()}`;
  const listen = { peer: `127.0.0.1:${await freePort()}`, enrol: `127.0.0.1:${await freePort()}`, admin };
  const acme = await Member.make(t, 'acme.example', { config: { listen } });
  await acme.dataset('items', csvFile(temporaryFolder(t), 'items', 40));
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

  const odo = await Person.at(running, acme);
  await odo.signIn('odo');
  await odo.heading('Overview');
  await odo.open('/datasets/items');
  await odo.sees('3 columns');
  assert.equal(await odo.button(/Publish|Profile/).count(), 0);
  await odo.open('/ledger/verify');
  await odo.click('Verify now');
  await odo.sees('Sound');

  // Two browsers show the same: nobody reloads.
  await odo.page.getByRole('link', { name: 'Datasets' }).click();
  await odo.page.getByRole('link', { name: 'items' }).waitFor();
  const began = Date.now();
  await acme.admin.post('/v1/datasets', { name: 'more', source: csvFile(temporaryFolder(t), 'more', 4) });
  await odo.page.getByRole('link', { name: 'more' }).waitFor();
  t.diagnostic(`seen in another browser ${Date.now() - began} ms after it began`);

  // Two administrators change one contract: the second is told.
  const contract = (version: string) =>
    `kind: DataContract\napiVersion: v3.1.0\nid: items\nversion: ${version}\nstatus: active\nschema:\n  - name: items\n    properties:\n      - name: id\n`;
  await acme.admin.put('/v1/datasets/items/contract', { contract: contract('1.0.0') });
  await stella.open('/datasets/items/contract');
  await stella.page.getByLabel('Version of the contract').fill('1.0.1');
  await stella.page.getByLabel('Version of the contract').blur();
  await until('the button', async () => stella.button('Save the contract').isEnabled());
  await acme.admin.put('/v1/datasets/items/contract', { contract: contract('2.0.0') });
  await stella.sees('Somebody else has saved another contract meanwhile');
  await stella.click('Save the contract');
  await stella.sees(/Somebody else has changed the contract of items/);
  await stella.click('Show theirs');
  await until('theirs', async () => (await stella.page.getByLabel('Version of the contract').inputValue()) === '2.0.0');

  // By keyboard alone.
  await ada.open('/');
  await ada.heading('Overview');
  await ada.page.keyboard.press('Tab');
  assert.equal(await ada.page.evaluate('document.activeElement.textContent'), 'Skip to the content');
  const focus = async (name: string) => {
    for (let tries = 0; tries < 40; tries++) {
      await ada.page.keyboard.press('Tab');
      if ((await ada.page.evaluate('document.activeElement.textContent')) === name) return;
    }
    assert.fail(`${name} is not reached by Tab`);
  };
  await focus('Peers');
  await ada.page.keyboard.press('Enter');
  await ada.heading('Peers');
  await focus('Invite or accept');
  await ada.page.keyboard.press('Enter');
  await ada.page.getByRole('dialog', { name: 'Meet a peer' }).waitFor();
  await ada.page.keyboard.press('Escape');
  await ada.page.getByRole('dialog').waitFor({ state: 'detached' });

  // What is gone, and a gateway that is away for a while.
  for (const path of ['/transfers/trn-none', '/peers/nobody.example', '/agreements/agr-none', '/no/such/page']) {
    await ada.open(path);
    await ada.sees(/is not here/);
  }
  await ada.page.getByRole('link', { name: 'Overview', exact: true }).click();
  await ada.heading('Overview');
  await acme.stop();
  await ada.sees('The gateway does not answer');
  await acme.start();
  await ada.page.getByText('The gateway does not answer').waitFor({ state: 'detached' });
  await ada.heading('Overview');
  for (const person of [ada, odo]) person.sound();
});
