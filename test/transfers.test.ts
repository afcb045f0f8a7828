import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { agree, csvFile, firstColumn, pair, proven } from './support/pair.js';

const { acme, vendor, folder } = await pair({ after }, { acme: { config: { limits: { batchTargetRows: 1024 } } } });

test('either side starts a transfer; it lands, and both ledgers prove it', async () => {
  const { version, batches } = await acme.dataset('items', csvFile(folder, 'items', 5000));
  assert.equal(batches, 5);
  const agreement = await agree(acme, vendor, 'items');
  for (const side of [vendor, acme]) {
    const id = await side.transfer(agreement);
    const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
    for (const shown of [there, here]) {
      assert.equal(shown.state, 'receipted');
      assert.equal(shown.version, version);
      assert.equal(shown.rows, 5000);
    }
    assert.equal(here.correlation, there.correlation);
    const ids = await firstColumn(there.landed!, folder);
    assert.equal(ids.length, 5000);
    assert.equal(ids[4999], 4999n);
  }
  await proven(acme, vendor, folder);
});
