import { test } from 'node:test';
import { temporaryFolder } from './support/folder.js';
import { Member } from './support/member.js';
import { csvFile } from './support/pair.js';
import { browser, Person, skip } from './support/person.js';
import { until } from './support/until.js';

test('two browsers show the same, and the second who changes a contract is told', { skip }, async (t) => {
  const acme = await Member.make(t, 'acme.example');
  await acme.dataset('items', csvFile(temporaryFolder(t), 'items', 40));
  const running = await browser(t);
  const ada = await Person.at(running, acme);
  await ada.setUp('ada');
  const bob = await Person.at(running, acme);
  await bob.signIn('ada');
  await bob.heading('Overview');

  // Two browsers show the same: nobody reloads.
  await ada.page.getByRole('link', { name: 'Datasets' }).click();
  await ada.page.getByRole('link', { name: 'items' }).waitFor();
  const began = Date.now();
  await acme.admin.post('/v1/datasets', { name: 'more', source: csvFile(temporaryFolder(t), 'more', 4) });
  await ada.page.getByRole('link', { name: 'more' }).waitFor();
  t.diagnostic(`seen in another browser ${Date.now() - began} ms after it began`);

  // Two administrators change one contract: the second is told.
  const contract = (version: string) =>
    `kind: DataContract\napiVersion: v3.1.0\nid: items\nversion: ${version}\nstatus: active\nschema:\n  - name: items\n    properties:\n      - name: id\n`;
  await acme.admin.put('/v1/datasets/items/contract', { contract: contract('1.0.0') });
  await bob.open('/datasets/items/contract');
  await bob.page.getByLabel('Version of the contract').fill('1.0.1');
  await bob.page.getByLabel('Version of the contract').blur();
  await until('the button', async () => bob.button('Save the contract').isEnabled());
  await acme.admin.put('/v1/datasets/items/contract', { contract: contract('2.0.0') });
  await bob.sees('Somebody else has saved another contract meanwhile');
  await bob.click('Save the contract');
  await bob.sees(/Somebody else has changed the contract of items/);
  await bob.click('Show theirs');
  await until('theirs', async () => (await bob.page.getByLabel('Version of the contract').inputValue()) === '2.0.0');
  ada.sound();
});
