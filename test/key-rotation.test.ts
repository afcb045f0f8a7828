import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { coded } from './support/errors.js';
import { ACME, asAdmin, Exchange, VENDOR } from './support/exchange.js';
import { until } from './support/until.js';

const CSV = `city,amount\n${Array.from({ length: 40 }, (_, row) => `Town${row},${row}`).join('\n')}\n`;

/** Both bundles, verified together. */
async function audit(exchange: Exchange) {
  const out = (name: string) => join(exchange.folder, `${name}-${Date.now()}.tar`);
  const { file: a } = await exchange.acme.admin.audit.export({ peer: VENDOR, out: out('acme') }, asAdmin);
  const { file: b } = await exchange.vendor.admin.audit.export({ peer: ACME, out: out('vendor') }, asAdmin);
  return verifyBundles([a, b].map(fileSource));
}

/** After a restart, once each side can reach the other. */
const connected = ({ acme, vendor }: Exchange) =>
  until('the connection', async () => {
    const shown = await Promise.all([
      acme.admin.peers.show({ id: VENDOR }, asAdmin),
      vendor.admin.peers.show({ id: ACME }, asAdmin),
    ]);
    return shown.every((peer) => peer.connected);
  });

const keyAtVendor = async ({ vendor }: Exchange) => (await vendor.admin.peers.show({ id: ACME }, asAdmin)).fingerprint;

test('a key is rotated end to end: peers follow, agreements and transfers go on, and auditors see one party', async (t) => {
  const exchange = await Exchange.open(t);
  const { acme, vendor } = exchange;
  await exchange.publish('cities', CSV);
  const agreement = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'keep' } } } });
  assert.equal((await exchange.transfer(agreement.id)).acme.state, 'receipted');
  const { id: invite } = await acme.admin.invites.create({ exchange: false } as never, asAdmin);

  const before = await keyAtVendor(exchange);
  const rotated = await acme.admin.ledger.rotateKey({}, asAdmin);
  assert.deepEqual(rotated, {
    ...{ fingerprint: rotated.fingerprint, previous: before, revoked: false },
    ...{ invites: [invite], told: [VENDOR], waiting: [] },
  });
  assert.notEqual(rotated.fingerprint, before);
  assert.equal((await acme.admin.gateway.status(asAdmin)).fingerprint, rotated.fingerprint);
  const shown = await vendor.admin.peers.show({ id: ACME }, asAdmin);
  assert.deepEqual([shown.fingerprint, shown.formerFingerprint], [rotated.fingerprint, before]);
  assert.ok((await vendor.types(ACME)).includes('key.rotated'), 'in the ledger of the peer too');
  for (const peer of [undefined, VENDOR]) assert.ok((await acme.types(peer)).includes('key.rotated'));

  assert.equal((await exchange.transfer(agreement.id)).acme.state, 'receipted', 'under the old agreement');
  const next = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'drop' } } } });
  assert.equal((await exchange.transfer(next.id)).vendor.state, 'receipted', 'and under one that was made since');
  const report = await audit(exchange);
  assert.deepEqual(report.faults, []);
  assert.equal(report.verdict, 'sound');
  assert.equal(report.parties.find(({ org }) => org === ACME)?.key, rotated.fingerprint);

  await acme.stop();
  await acme.start();
  await connected(exchange);
  assert.equal((await exchange.transfer(next.id)).acme.state, 'receipted', 'after a restart too');
  const verified = await acme.admin.ledger.verify({}, asAdmin);
  assert.deepEqual(verified.faults, []);
  assert.deepEqual((await vendor.admin.ledger.verify({}, asAdmin)).faults, []);
});

test('a peer that was away follows several rotations when it is back, and drops a key that was revoked', async (t) => {
  const exchange = await Exchange.open(t);
  const { acme, vendor } = exchange;
  await exchange.publish('cities', CSV);
  const agreement = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'keep' } } } });
  await vendor.stop();
  const first = await acme.admin.ledger.rotateKey({}, asAdmin);
  assert.deepEqual([first.told, first.waiting], [[], [VENDOR]]);
  const second = await acme.admin.ledger.rotateKey({ revokeOld: true, reason: 'the laptop was stolen' }, asAdmin);
  assert.equal(second.previous, first.fingerprint);
  await vendor.start();
  await until('the last key', async () => (await keyAtVendor(exchange)) === second.fingerprint);
  assert.equal((await exchange.transfer(agreement.id)).acme.state, 'receipted');
  await until('the revocation', async () => (await vendor.types(ACME)).includes('key.revoked'));
  const { formerFingerprint } = await vendor.admin.peers.show({ id: ACME }, asAdmin);
  assert.notEqual(formerFingerprint, first.fingerprint, 'what was revoked is not accepted for a while');
  const report = await audit(exchange);
  assert.deepEqual(report.faults, []);
});

test('a rotation that a crash cut in two is settled at the next start, by what the ledger says', async (t) => {
  const exchange = await Exchange.open(t);
  const { acme } = exchange;
  const keys = (name: string) => join(acme.home, 'keys', name);
  // The ledger names the new key, but the file was not put in place.
  copyFileSync(keys('org.key'), keys('old'));
  const { fingerprint } = await acme.admin.ledger.rotateKey({}, asAdmin);
  await acme.stop();
  renameSync(keys('org.key'), keys('org.next.key'));
  renameSync(keys('old'), keys('org.key'));
  await acme.start();
  assert.equal((await acme.admin.gateway.status(asAdmin)).fingerprint, fingerprint);
  assert.equal(existsSync(keys('org.next.key')), false);
  // The next key was made, and the ledger does not know of it.
  await acme.stop();
  copyFileSync(keys('store.key'), keys('kept'));
  copyFileSync(join(exchange.vendor.home, 'keys', 'org.key'), keys('org.next.key'));
  const before = readFileSync(keys('org.key'));
  await acme.start();
  assert.equal(existsSync(keys('org.next.key')), false);
  assert.deepEqual(readFileSync(keys('org.key')), before);
  // A key that is neither is refused.
  await acme.stop();
  copyFileSync(keys('org.key'), keys('kept'));
  copyFileSync(join(exchange.vendor.home, 'keys', 'org.key'), keys('org.key'));
  await assert.rejects(acme.start(), coded('key.invalid'));
  copyFileSync(keys('kept'), keys('org.key'));
  await acme.start();
});
