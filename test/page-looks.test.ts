import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLongRun } from './support/effort.js';
import { temporaryFolder } from './support/folder.js';
import { Member } from './support/member.js';
import { agree, csvFile, meet } from './support/pair.js';
import { browser, Person, skip } from './support/person.js';

const PLACES = [
  '/',
  '/peers',
  '/peers/vendor.example',
  '/datasets',
  '/datasets/items',
  '/datasets/items/versions',
  '/datasets/items/contract',
  '/agreements',
  '/agreements/new?peer=vendor.example&dataset=items',
  '/transfers',
  '/ledger',
  '/ledger/heads',
  '/ledger/compare?peer=vendor.example',
  '/settings/users',
  '/settings/gateway',
  '/settings/configuration',
];

test('every page in light and dark, narrow and wide: axe finds nothing serious, nothing is wider than the window', {
  skip,
}, async (t) => {
  const [acme, vendor] = await Promise.all([Member.make(t, 'acme.example'), Member.make(t, 'vendor.example')]);
  await meet(acme, vendor);
  await acme.dataset('items', csvFile(temporaryFolder(t), 'items', 40));
  const agreement = await agree(acme, vendor, 'items', { mask: ['label=token:item'] });
  const id = await acme.transfer(agreement);
  await acme.ends(id, 60_000);
  const running = await browser(t);
  const first = await Person.at(running, acme);
  await first.setUp('ada');
  const places = [...PLACES, `/agreements/${agreement}`, `/transfers/${id}`];
  /** In a short run each place is looked at in one of the two looks. */
  let turn = 0;
  const shown = (all: readonly string[]) => {
    turn += 1;
    return all.filter((_, at) => isLongRun || at % 2 === turn % 2);
  };
  for (const [width, scheme] of [
    [1920, 'light'],
    [375, 'dark'],
  ] as const) {
    const ada = await Person.at(running, acme, { width, scheme });
    await ada.signIn('ada');
    await ada.heading('Overview');
    for (const place of shown(places)) {
      await ada.go(place);
      assert.deepEqual(await ada.axe(), [], `${place} at ${width} px, ${scheme}`);
      assert.ok((await ada.overflow()) <= 0, `${place} at ${width} px is wider than the window`);
      await ada.shoot(`${place.replace(/[^a-z0-9]+/gi, '-')}-${width}-${scheme}`);
    }
    ada.sound();
  }
  const head = await first.page.request.get(first.base, { headers: { accept: 'text/html' } });
  const policy = head.headers()['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
});
