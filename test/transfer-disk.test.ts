import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { agree, csvFile, firstColumn, pair, proven } from './support/pair.js';
import { until } from './support/until.js';

const ROWS = 3000;
const config = { limits: { batchTargetRows: 1024, transferTries: 4 }, keepDelivered: 'none' };
const { acme, vendor, folder } = await pair({ after }, { acme: { config }, vendor: { config, disk: true } });
await acme.dataset('items', csvFile(folder, 'items', ROWS));
const agreement = await agree(acme, vendor, 'items');
await vendor.dataset('others', csvFile(folder, 'others', ROWS));
const reverse = await agree(vendor, acme, 'others', { mask: ['label=null'] });

const filesIn = (...path: string[]): string[] => {
  const all = readdirSync(join(vendor.home, ...path), { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => entry.name);
};

/** Both sides give the transfer up because the disk of Vendor is full, and nothing of it is left. */
async function givenUp(id: string): Promise<void> {
  for (const [side, other] of [[vendor, acme] as const, [acme, vendor] as const]) {
    const shown = await side.ends(id);
    assert.equal(shown.state, 'failed', `${side.id}: ${JSON.stringify(shown.reasons)}`);
    assert.equal(shown.reasons[0]!.code, 'store.full');
    const types = await side.entriesOf(other, id);
    assert.equal(types.filter((type) => type === 'transfer.failed').length, 1);
    assert.equal(types.includes('transfer.landed'), false);
  }
  await until('no files of it', () => filesIn('quarantine').length + filesIn('store', 'views').length === 0);
}

test('a consumer whose disk is full waits a while, and goes on when there is room', async () => {
  vendor.fullDisk('quarantine');
  const id = await vendor.transfer(agreement);
  await until('waiting', async () => (await vendor.show(id)).reasons[0]?.code === 'store.full');
  assert.equal((await vendor.show(id)).final, false);
  vendor.fullDisk();
  const ended = await vendor.ends(id);
  assert.equal(ended.state, 'receipted', JSON.stringify(ended.reasons));
  assert.equal((await firstColumn(ended.landed!, folder)).length, ROWS);
  await acme.ends(id);
});

test('where it stays full the transfer is given up on both sides: at landing, and at preparing the view', async () => {
  const before = filesIn('landing');
  vendor.fullDisk('landing', 'store/views');
  const ids = [await vendor.transfer(agreement), await acme.transfer(reverse)];
  await Promise.all(ids.map((id) => givenUp(id)));
  assert.deepEqual(filesIn('landing'), before);
  vendor.fullDisk();
});

test('a version that does not fit on the disk is not published; the one before stays', async () => {
  const { version } = (await vendor.admin.get<{ versions: { version: string }[] }>('/v1/datasets/others/versions'))
    .versions[0]!;
  csvFile(folder, 'others', ROWS + 1);
  vendor.fullDisk('store');
  await assert.rejects(vendor.publish('others'), { code: 'store.full' });
  vendor.fullDisk();
  const { versions } = await vendor.admin.get<{ versions: { version: string }[] }>('/v1/datasets/others/versions');
  assert.deepEqual(
    versions.map((each) => each.version),
    [version],
  );
  const again = await vendor.publish('others');
  assert.equal(again.rows, ROWS + 1);
});

test('with room again both directions work, and both ledgers prove together', async () => {
  const ids = [await vendor.transfer(agreement), await acme.transfer(reverse)];
  for (const id of ids) {
    assert.equal((await vendor.ends(id)).state, 'receipted');
    assert.equal((await acme.ends(id)).state, 'receipted');
  }
  await proven(acme, vendor, folder);
});
