import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifySigned } from '../daemon/identity/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { ACME, asAdmin, Exchange, type Party, VENDOR } from './support/exchange.js';
import { readLanded } from './support/pair.js';
import { until } from './support/until.js';

const DAY = 24 * 3600_000;
const CSV = 'customer,amount\nC-1,5\nC-2,7\nC-1,9\n';
const SHOPS = 'shop,amount\n1,5\n2,7\n';

async function soundLedgers(...parties: Party[]): Promise<void> {
  for (const party of parties) {
    const { ok, faults } = await party.admin.ledger.verify({}, asAdmin);
    assert.ok(ok, JSON.stringify(faults));
  }
}

const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

test('custody of what was given away', async (t) => {
  const clock = new ManualClock();
  const exchange = await Exchange.open(t, { clock });
  const { acme, vendor } = exchange;
  await t.test('what landed is deleted at its deadline, and the consumer signs so', async () => {
    await exchange.publish('orders', SHOPS);
    const { id } = await exchange.agree({ dataset: 'orders', retain: '2d' });
    const first = (await exchange.transfer(id)).vendor;
    exchange.file('orders.csv', `${SHOPS}3,4\n`);
    await acme.admin.datasets.publish({ name: 'orders' }, asAdmin);
    const second = (await exchange.transfer(id)).vendor;
    const folder = first.landed!;
    assert.equal(
      Date.parse(first.keepUntil!) - Date.parse(first.steps.find(({ state }) => state === 'landed')!.at),
      2 * DAY,
    );
    clock.advance(2 * DAY - 60_000);
    await vendor.gateway.tick();
    assert.ok(existsSync(folder));

    await acme.admin.agreements.terminate({ id }, asAdmin); // the duty outlives the right
    await until('the end', async () => (await vendor.admin.agreements.show({ id }, asAdmin)).state === 'terminated');
    clock.advance(120_000);
    await vendor.gateway.tick();
    assert.ok(!existsSync(folder));
    for (const party of [vendor, acme])
      for (const transfer of [first.id, second.id])
        await until(`${party.id}: the deletion`, async () => {
          const { deleted, landed } = await party.admin.transfers.show({ id: transfer }, asAdmin);
          return deleted?.reason === 'It was kept for 2d, as agreed.' && landed === null;
        });
    assert.equal((await vendor.types(ACME)).filter((type) => type === 'data.deleted').length, 2);
    assert.equal((await acme.types(VENDOR)).filter((type) => type === 'data.deleted').length, 2);
    await vendor.gateway.tick(); // nothing is left to do
    assert.equal((await vendor.types(ACME)).filter((type) => type === 'data.deleted').length, 2);
    await assert.rejects(vendor.admin.custody.delete({ id: first.id }, asAdmin), coded('transfer.state'));
    await assert.rejects(acme.admin.custody.delete({ id: first.id }, asAdmin), coded('transfer.state'));
    await soundLedgers(acme, vendor);
  });

  await t.test('a person is erased by its own token of one peer, in every version that has landed', async () => {
    await exchange.publish('sales', CSV);
    const { id } = await exchange.agree({ dataset: 'sales', mask: ['customer=token:customer', 'amount=noise:0.1'] });
    const first = (await exchange.transfer(id)).vendor;
    exchange.file('sales.csv', `${CSV}C-1,4\nC-3,1\n`);
    await acme.admin.datasets.publish({ name: 'sales' }, asAdmin);
    const second = (await exchange.transfer(id)).vendor;

    const ask = (column: string, value = 'C-1') =>
      acme.admin.custody.requestErasure({ agreement: id, column, value }, asAdmin);
    await assert.rejects(ask('amount'), coded('input.invalid', /masked by noise/));
    await assert.rejects(ask('nobody'), coded('input.invalid', /does not get a column/));
    await assert.rejects(
      vendor.admin.custody.requestErasure({ agreement: id, column: 'customer', value: 'C-1' }, asAdmin),
      coded('agreement.state', /Only the provider/),
    );
    const asked = await ask('customer');
    const shown = (party: Party) => party.admin.custody.erasure({ id: asked.id }, asAdmin);
    await until('the receipt', async () => (await shown(acme)).state === 'erased', 60_000);
    const done = await shown(acme);
    assert.equal(done.rows, 5);
    assert.deepEqual(
      done.versions.map(({ transfer, rows }) => [transfer, rows]).sort(),
      [
        [first.id, 2],
        [second.id, 3],
      ].sort(),
    );
    const receipt = {
      document: fromBase64(done.receipt!.document),
      signature: fromBase64(done.receipt!.signature),
      key: fromBase64(done.receipt!.key),
    };
    const key = fromBase64(
      (await vendor.admin.agreements.show({ id }, asAdmin)).signatures.find(({ by }) => by === VENDOR)!.key,
    );
    assert.ok(verifySigned(receipt, 'erasure-receipt', key));

    for (const [transfer, left] of [
      [first, 1],
      [second, 2],
    ] as const) {
      const { batches } = await readLanded(transfer.landed!, join(exchange.folder, 'scratch'));
      assert.equal(
        batches.reduce((sum, { rows }) => sum + rows, 0),
        left,
      );
      const manifest = JSON.parse(readFileSync(join(transfer.landed!, '_manifest.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      assert.equal(manifest.rows, left);
      assert.equal((manifest.erased as unknown[]).length, 1);
    }
    // Asked again, or for somebody who is not there: nothing to erase, and that is signed, too.
    const again = await ask('customer');
    await until(
      'the second receipt',
      async () => {
        const found = await acme.admin.custody.erasure({ id: again.id }, asAdmin);
        return found.state === 'erased' && found.rows === 0;
      },
      60_000,
    );
    for (const [party, other] of [
      [acme, VENDOR],
      [vendor, ACME],
    ] as const)
      assert.equal((await party.types(other)).filter((type) => type === 'data.erased').length, 2);
    await soundLedgers(acme, vendor);

    // The next version comes whole, although most of it was there before.
    exchange.file('sales.csv', 'customer,amount\nC-2,7\nC-3,1\n');
    await acme.admin.datasets.publish({ name: 'sales' }, asAdmin);
    assert.equal((await exchange.transfer(id)).vendor.state, 'receipted');
  });

  await t.test('a version that was shredded cannot be read or sent again, and the ledger holds', async () => {
    const version = await exchange.publish('deals', SHOPS);
    const { id } = await exchange.agree({ dataset: 'deals' });
    assert.equal((await exchange.transfer(id)).vendor.state, 'receipted');
    await assert.rejects(
      acme.admin.custody.shred({ name: 'deals', version: 'v-none' }, asAdmin),
      coded('version.not_found'),
    );
    await acme.admin.custody.shred({ name: 'deals', version }, asAdmin);
    await assert.rejects(vendor.admin.transfers.start({ agreement: id, version }, asAdmin), coded('version.not_found'));
    const { versions } = await acme.admin.datasets.versions({ name: 'deals' }, asAdmin);
    assert.equal(versions[0]!.version, version);
    await soundLedgers(acme, vendor);
  });
});
