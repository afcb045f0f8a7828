import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './support/folder.js';
import { freePort } from './support/homes.js';
import { Member } from './support/member.js';
import { openIdSettings, realProvider } from './support/openid.js';
import { browser, Person, skip } from './support/person.js';

test('people sign in at the provider of their organisation, in a browser', { skip }, async (t) => {
  const admin = `127.0.0.1:${await freePort()}`;
  const groups = { ada: ['data-admins'], stella: ['data-team'], eve: ['cleaners'] };
  const provider = await realProvider(t, `http://${admin}/v1/openid/return`, groups);
  const { redirectUri: _, clientSecret, ...settings } = openIdSettings(provider);
  const file = join(temporaryFolder(t), 'client.secret');
  writeFileSync(file, `${clientSecret}\n`);
  const listen = { peer: `127.0.0.1:${await freePort()}`, enrol: `127.0.0.1:${await freePort()}`, admin };
  const config = { listen, admin: { oidc: { ...settings, clientSecret: { file } } } };
  const acme = await Member.make(t, 'acme.example', { config });
  const running = await browser(t);
  const arrive = async (name: string, path: string) => {
    const person = await Person.at(running, acme, { provider });
    await person.open(path);
    await person.page.getByRole('link', { name: 'Sign in with Acme login' }).click();
    await person.page.locator('input[name=login]').fill(name);
    await person.page.locator('input[name=password]').fill('not looked at');
    await person.page.getByRole('button', { name: /sign.?in/i }).click();
    return person;
  };

  // The first one needs no token of the first start; the place that was asked for is where they come to.
  const ada = await arrive('ada', '/settings/users');
  await ada.page.getByRole('cell', { name: 'ada', exact: false }).first().waitFor();
  await ada.sees('openid');
  const stella = await arrive('stella', '/datasets');
  await stella.button('Add a dataset').first().waitFor();
  await stella.open('/settings/users');
  assert.equal(await stella.page.getByRole('tab', { name: 'Users' }).count(), 0);

  const eve = await arrive('eve', '/');
  await eve.sees('Acme login knows this person, but none of their groups has a role at this gateway.');
  assert.deepEqual(await eve.axe(), []);
  await eve.shoot('sign-in-refused');
  await eve.heading('Sign in');

  await ada.open('/ledger');
  await ada.sees('user.add steward openid');
  await ada.sees('admin:stella');
  for (const person of [ada, stella, eve]) person.sound();
});
