import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from './support/folder.js';
import { freePort } from './support/homes.js';
import { Member } from './support/member.js';
import { csvFile } from './support/pair.js';
import { browser, PASSWORD, Person, skip } from './support/person.js';
import { until } from './support/until.js';

test('the keyboard is enough; what is gone and a gateway that is away are told', { skip }, async (t) => {
  const admin = `127.0.0.1:${await freePort()}`;
  const listen = { peer: `127.0.0.1:${await freePort()}`, enrol: `127.0.0.1:${await freePort()}`, admin };
  const acme = await Member.make(t, 'acme.example', { config: { listen } });
  const running = await browser(t);
  const ada = await Person.at(running, acme);
  await ada.setUp('ada');

  // By keyboard alone.
  await ada.open('/');
  await ada.heading('Overview');
  await ada.page.keyboard.press('Tab');
  assert.equal(await ada.page.evaluate('document.activeElement.textContent'), 'Skip to the content');
  const focus = async (name: string) => {
    for (let tries = 0; tries < 60; tries++) {
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
  await until(
    'the focus where it was',
    async () => (await ada.page.evaluate('document.activeElement.textContent')) === 'Invite or accept',
  );
  // A dataset, from its source to its first version.
  await ada.go('/datasets');
  await focus('Add a dataset');
  await ada.page.keyboard.press('Enter');
  await ada.page.getByRole('dialog', { name: 'Add a dataset' }).waitFor();
  await until('the first field', async () => (await ada.page.evaluate('document.activeElement.tagName')) === 'INPUT');
  await ada.page.keyboard.type(csvFile(temporaryFolder(t), 'items', 20));
  await ada.page.keyboard.press('Enter');
  await ada.sees('csv, 3 columns');
  await focus('Add items');
  await ada.page.keyboard.press('Enter');
  await ada.heading('items');
  await focus('Publish a version');
  await ada.page.keyboard.press('Enter');
  await ada.sees('Published 20 rows');
  await focus('Columns');
  await ada.page.keyboard.press('ArrowRight');
  assert.equal(await ada.page.evaluate('document.activeElement.textContent'), 'Versions');

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

  // A session that ends under the page: the sign-in is shown, and leads back to where somebody was.
  await ada.go('/transfers');
  await ada.heading('Transfers');
  await ada.page.context().clearCookies();
  await ada.page.getByRole('link', { name: 'Datasets', exact: true }).click();
  await ada.heading('Sign in');
  await ada.page.getByLabel('Name').fill('ada');
  await ada.page.getByLabel(/^Password( \*)?$/).fill(PASSWORD);
  await ada.click('Sign in');
  await ada.heading('Datasets');
  ada.sound();
});
