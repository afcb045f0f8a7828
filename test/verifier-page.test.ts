import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { verifyForkProof } from '@counterfoil/verifier';
import { type Page, chromium as playwright } from 'playwright-core';
import { hex, sha256, systemClock } from '../daemon/foundation/index.js';
import { Authority, noAuthority, stamp } from './support/authority.js';
import { entriesOf, entryFile, repack, rewrite } from './support/cheat.js';
import { chromium } from './support/chromium.js';
import { ManualClock } from './support/clock.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, LedgerParty, newSigner } from './support/ledgers.js';
import { agree, bundleOf, finishedRelation } from './support/relation.js';
import { repoRoot } from './support/repo.js';

const path = join(repoRoot, 'verifier', 'dist', 'counterfoil-verifier.html');
const browser = chromium();
const skip = browser === undefined && 'no Chromium on the PATH';

/** The page as an auditor opens it: from the disk. Fails the test when it asks for anything else. */
async function openPage(t: TestContext): Promise<Page> {
  const running = await playwright.launch({ executablePath: browser!, args: ['--no-sandbox'] });
  t.after(() => running.close());
  const page = await running.newPage();
  const faults: string[] = [];
  page.on('request', (request) => /^(file|blob|data):/.test(request.url()) || faults.push(request.url()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  t.after(() => assert.deepEqual(faults, []));
  await page.goto(pathToFileURL(path).href);
  return page;
}

const verdict = async (page: Page): Promise<string> => {
  await page.locator('#report').waitFor({ state: 'visible' });
  return (await page.locator('#verdict strong').textContent()) ?? '';
};

test('the page is one file that needs no other', () => {
  const html = readFileSync(path, 'utf8');
  assert.doesNotMatch(html, /<(script|link|img|iframe)[^>]+(src|href)=/i);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/);
  assert.doesNotMatch(html.slice(0, html.indexOf('<style>')), /unsafe/);
  for (const part of ['script', 'style']) {
    const text = new RegExp(`<${part}>([^]*)</${part}>`).exec(html)![1]!;
    assert.ok(html.includes(`'sha256-${createHash('sha256').update(text).digest('base64')}'`), part);
  }
});

test('two sound bundles, chosen one after the other', { skip }, async (t) => {
  const [a, b] = await finishedRelation(t);
  const [mine, theirs] = [await bundleOf(t, a, b), await bundleOf(t, b, a)];
  const page = await openPage(t);
  await page.locator('#files').setInputFiles(mine);
  assert.equal(await verdict(page), 'Sound, one side only');
  await page.locator('#files').setInputFiles(theirs);
  await page.getByText('and every entry of one fits the other').waitFor();
  assert.equal(await verdict(page), 'Sound');
  const text = (await page.locator('#report').textContent()) ?? '';
  for (const wanted of ['acme.example', 'vendor.example', 'trn-1', 'receipted', 'transfer.landed', '7 of 7 entries'])
    assert.ok(text.includes(wanted), `${wanted} in ${text}`);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('#intake').isVisible(), false);
  assert.equal(await page.locator('#print').isVisible(), false);
  assert.ok(await page.locator('#verdict').isVisible());
});

test('bundles that are dropped, with a rewritten history: fault, culprit and the proof to save', {
  skip,
}, async (t) => {
  const [a, b] = await finishedRelation(t);
  const theirs = await bundleOf(t, b, a);
  rewrite(a, b.id, (entries) => entries.map((entry, i) => (i === 2 ? { ...entry, actor: 'admin:mallory' } : entry)));
  const mine = await bundleOf(t, a, b);
  const page = await openPage(t);
  const dropped = [mine, theirs].map((file) => ({
    name: file.split('/').at(-1)!,
    text: readFileSync(file).toString('base64'),
  }));
  await page.evaluate(`{
    const data = new DataTransfer();
    for (const { name, text } of ${JSON.stringify(dropped)})
      data.items.add(new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], name));
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }`);
  assert.equal(await verdict(page), 'Tampered');
  const fault = page.locator('tr', { hasText: '2 history rewritten' });
  assert.match((await fault.first().textContent()) ?? '', /2acme\.example$/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Save the proof').click()]);
  const proof = readFileSync(await download.path());
  assert.ok(verifyForkProof(proof.toString()).ok);
  await page.locator('#files').setInputFiles({ name: 'fork.json', mimeType: '', buffer: proof });
  await page.getByText('cannot both be true').waitFor();
  assert.equal(await verdict(page), 'Fork proven');
  assert.ok((await page.locator('#report').textContent())!.includes(hex(sha256(a.key.publicKey))));
  await page.locator('#files').setInputFiles({ name: 'other.json', mimeType: '', buffer: Buffer.from('{"kind":1}') });
  await page.getByText('is no proof of a fork').waitFor();
});

test('what a hostile bundle says is shown as text; a policy that cannot be read is named', { skip }, async (t) => {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  repack(file, (files) => {
    const name = 'channel/tile/entries/000.p/7';
    const bodies = entriesOf(files.get(name)!);
    bodies[1] = Buffer.from(bodies[1]!.toString().replace('"v":1', '"<img src=x onerror=alert(1)>":1,"v":1'));
    files.set(name, entryFile(bodies));
  });
  const page = await openPage(t);
  await page.locator('#files').setInputFiles(file);
  assert.equal(await verdict(page), 'Tampered');
  assert.equal(await page.locator('img').count(), 0);
  await page.locator('summary').click();
  await page.locator('#policy').fill('log nonsense');
  await page.locator('#policy').blur();
  await page.getByText('Line 1 of the policy').waitFor();
  assert.equal(await verdict(page), 'Not checked');
});

test('time-stamps are verified in the page, and packed or hostile files answered', {
  skip: skip || (noAuthority ?? false),
}, async (t) => {
  const clock = new ManualClock(systemClock.now());
  const [a, b] = [
    new LedgerParty(temporaryFolder(t), newSigner('acme.example'), clock),
    new LedgerParty(temporaryFolder(t), newSigner('vendor.example'), clock),
  ];
  t.after(() => [a, b].forEach((party) => void party.ledger.close()));
  await a.ledger.openChannel(b.id, b.key.publicKey);
  await b.ledger.openChannel(a.id, a.key.publicKey);
  await agree(a, b);
  await exchangeHeads(a, b);
  const authority = await Authority.open(temporaryFolder(t));
  t.after(() => authority.close());
  await stamp(a, authority);
  const file = await bundleOf(t, a, b);
  const page = await openPage(t);
  await page.locator('#files').setInputFiles(file);
  assert.equal(await verdict(page), 'Sound, one side only');
  assert.match((await page.locator('tr', { hasText: 'Test TSA' }).textContent()) ?? '', /not named by a policy$/);
  await page.locator('summary').click();
  await page.locator('#policy').fill(`authority notary ${authority.fingerprint('ca')}\nquorum notary`);
  await page.locator('#policy').blur();
  await page.locator('tr', { hasText: 'Time-stamp of notary' }).waitFor();
  assert.equal(await verdict(page), 'Sound, one side only');
  const hostile = await openPage(t);
  await hostile
    .locator('#files')
    .setInputFiles({ name: 'a.tar.gz', mimeType: '', buffer: gzipSync(readFileSync(file)) });
  assert.equal(await verdict(hostile), 'Unreadable');
  await hostile.getByText('is compressed; unpack it first').first().waitFor();
});
