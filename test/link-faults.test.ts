import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLongRun } from './support/effort.js';
import { Link } from './support/link.js';
import { agree, csvFile, firstColumn, pair, proven } from './support/pair.js';
import { until } from './support/until.js';

const ROWS = 40_000;
/** Batches of about 16 KiB, sent at most 8 ahead and acknowledged every 4. */
const limits = { batchTargetRows: 1024, batchesUnacknowledged: 8, acknowledgeBatches: 4 };
const config = { limits, wireCompression: 'never', keepDelivered: 'none' };

/** Where the connection is cut next, most often amid the batches: bytes, by a sequence that is the same every time. */
function* places(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield 40_000 + (state % 150_000);
  }
}

for (const seed of isLongRun ? Array.from({ length: 30 }, (_, at) => at) : [1])
  test(`a connection that is cut at any byte goes on where it was, and lands once (${seed})`, async (t) => {
    const link = await Link.open();
    t.after(() => link.close());
    const { acme, vendor, folder } = await pair(t, {
      acme: { config: { ...config, ...(await link.config()) } },
      vendor: { config },
    });
    await acme.dataset('rows', csvFile(folder, 'rows', ROWS));
    const agreement = await agree(acme, vendor, 'rows');
    const cut = places(seed);
    const id = await vendor.transfer(agreement);
    const isOver = async () => (await vendor.show(id)).final;
    link.cutAfter(cut.next().value!);
    for (let cuts = 0; cuts < 5 && !(await isOver()); cuts++) {
      await until('a cut or the end', async () => link.cuts > cuts || (await isOver()), 60_000);
      link.cutAfter(cut.next().value!);
    }
    link.cutAfter(Number.POSITIVE_INFINITY);
    const shown = await vendor.ends(id, 60_000);
    assert.equal(shown.state, 'receipted', JSON.stringify(shown.reasons));
    const values = await firstColumn(shown.landed!, folder);
    assert.equal(new Set(values).size, ROWS);
    assert.equal(values.length, ROWS);
    // Not more than what was on the way is sent again at each cut.
    const batch = shown.bytes / (ROWS / limits.batchTargetRows);
    const most = shown.bytes * 1.2 + link.cuts * (limits.batchesUnacknowledged + 1) * batch * 1.2 + 400_000;
    assert.ok(
      link.received < most,
      `${link.received} bytes came over the link, for ${shown.bytes} and ${link.cuts} cuts`,
    );
    await acme.ends(id);
    await proven(acme, vendor, folder);
  });

test('a slow, far and unsteady link holds the source back, and is waited for', async (t) => {
  const link = await Link.open({ rate: 400_000, delayMs: 40, jitterMs: 40 });
  t.after(() => link.close());
  const { acme, vendor, folder } = await pair(t, {
    acme: { config: { ...config, ...(await link.config()) } },
    vendor: { config },
  });
  await acme.dataset('rows', csvFile(folder, 'rows', ROWS));
  const agreement = await agree(acme, vendor, 'rows');
  const id = await vendor.transfer(agreement);
  await vendor.reaches(id, ['streaming', 'verifying', 'landed', 'receipted'], 60_000);
  const shown = await vendor.ends(id, 120_000);
  assert.equal(shown.state, 'receipted', JSON.stringify(shown.reasons));
  assert.equal((await firstColumn(shown.landed!, folder)).length, ROWS);
  await acme.ends(id, 60_000);
  await proven(acme, vendor, folder);
});
