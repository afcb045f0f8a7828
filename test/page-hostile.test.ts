import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './support/folder.js';
import { Member } from './support/member.js';
import { meet } from './support/pair.js';
import { browser, Person, skip } from './support/person.js';
import { until } from './support/until.js';

const HOSTILE = '<img src=x onerror=alert(1)>';
const LONG = 'W'.repeat(180);
const RTL = 'ولئك \u05d0\u05d1\u05d2';

test('what a hostile peer writes is shown as text, and breaks no page', { skip }, async (t) => {
  const acme = await Member.make(t, 'acme.example');
  const vendor = await Member.make(t, 'vendor.example', { config: { org: `${HOSTILE} ${RTL} ${'Q'.repeat(60)}` } });
  await meet(vendor, acme);
  const file = join(temporaryFolder(t), 'items.csv');
  writeFileSync(file, `"<script>alert(2)</script>","${LONG}","${RTL}"\n"${HOSTILE}",2,3\n"${RTL}",5,6\n`);
  const contract = `apiVersion: v3.1.0
kind: DataContract
id: items
version: 1.0.0
status: active
schema:
  - name: items
    properties:
      - name: <script>alert(2)</script>
        description: ${JSON.stringify(HOSTILE + LONG)}
        quality:
          - name: ${JSON.stringify(HOSTILE)}
            description: ${JSON.stringify(`${HOSTILE} ${RTL}`)}
            metric: invalidValues
            arguments: { validValues: [${JSON.stringify(HOSTILE)}, '{{7*7}}'] }
            mustBeLessThan: 2
            severity: warning
`;
  await vendor.dataset('items', file, { contract });
  const terms = { peer: 'acme.example', dataset: 'items', purpose: `${HOSTILE} javascript:alert(3) ${LONG}` };
  const { id } = await vendor.admin.post<{ id: string }>('/v1/agreements', terms);
  const shows = () => acme.admin.get<{ state: string }>(`/v1/agreements/${id}`).catch(() => undefined);
  await until('the offer', async () => (await shows()) !== undefined);
  const running = await browser(t);
  const ada = await Person.at(running, acme, { width: 375 });
  await ada.setUp('ada');
  const open = async (path: string, text: string) => {
    await ada.go(path);
    await ada.sees(text);
    assert.ok((await ada.overflow()) <= 0, `${path} is wider than the window`);
    await ada.shoot(`hostile-${path.replace(/[^a-z0-9]+/gi, '-')}`);
  };
  await open('/', 'vendor.example offers items');
  await open('/peers', 'onerror=alert(1)');
  await open('/peers/vendor.example', 'onerror=alert(1)');
  await open('/agreements', 'items');
  await open(`/agreements/${id}`, 'javascript:alert(3)');
  await ada.sees('<script>alert(2)</script>');
  await ada.click('Accept');
  await ada.click('Sign and accept');
  await ada.click('Fetch the newest version');
  await ada.sees('The consumer has signed the receipt');
  await ada.page.getByRole('tab', { name: /At vendor.example, the provider/ }).click();
  await ada.sees('Masked samples');
  assert.ok((await ada.overflow()) <= 0, 'results of checks are wider than the window');
  await open('/transfers', 'items');
  await open('/ledger', 'entries in this log');
  // A reason from the other side, at last.
  await vendor.admin.post(`/v1/agreements/${id}/terminate`, { reason: `${HOSTILE} ${LONG}` });
  await ada.open(`/agreements/${id}`);
  await ada.page.getByText('terminated', { exact: true }).first().waitFor();
  await open(`/agreements/${id}`, 'Terminated by the peer');
  assert.equal(await ada.page.locator('img[src="x"]').count(), 0);
  ada.sound();
});
