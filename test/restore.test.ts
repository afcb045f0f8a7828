import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { CounterfoilError } from '../daemon/foundation/index.js';
import { coded } from './support/errors.js';
import { ACME, asAdmin, Exchange, VENDOR } from './support/exchange.js';
import { until } from './support/until.js';

const CSV = `city,amount\n${Array.from({ length: 40 }, (_, row) => `Town${row},${row}`).join('\n')}\n`;

const LEDGER = ['ledger.db', 'ledger.db-wal', 'ledger.db-shm'];

/** The files of Acme's ledger as they are while its gateway is stopped. */
function back(exchange: Exchange, to: string, names: readonly string[]): void {
  for (const name of names) cpSync(join(exchange.acme.home, name), join(exchange.folder, to, name), { force: true });
}

function restore(exchange: Exchange, from: string, names: readonly string[]): void {
  for (const name of LEDGER) rmSync(join(exchange.acme.home, name), { force: true });
  for (const name of names) cpSync(join(exchange.folder, from, name), join(exchange.acme.home, name), { force: true });
}

/** A relation with one finished transfer, another one behind a backup, and the gateway stopped. */
async function afterABackup(t: Parameters<typeof Exchange.open>[0]) {
  const exchange = await Exchange.open(t);
  const { acme } = exchange;
  await exchange.publish('cities', CSV);
  const agreement = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'keep' } } } });
  await exchange.transfer(agreement.id);
  await acme.stop();
  back(exchange, 'backup', ['ledger.db', 'ledger.head']);
  await acme.start();
  await until('the connection', async () => (await acme.admin.peers.show({ id: VENDOR }, asAdmin)).connected);
  await until('the way back', async () => (await exchange.vendor.admin.peers.show({ id: ACME }, asAdmin)).connected);
  await exchange.transfer(agreement.id);
  const size = (await acme.admin.ledger.list({ peer: VENDOR, limit: 1 }, asAdmin)).size;
  await acme.stop();
  return { exchange, agreement, size };
}

test('a ledger that was set back alone does not start; with --restore it takes back what the peer holds', async (t) => {
  const { exchange, agreement, size } = await afterABackup(t);
  const { acme, vendor } = exchange;
  restore(exchange, 'backup', ['ledger.db']);
  await assert.rejects(acme.start(), (error: unknown) => {
    assert.ok(error instanceof CounterfoilError && error.code === 'ledger.behind');
    assert.match(error.message, /older copy/);
    assert.match(error.hint, /--restore.*declare-restored/);
    return true;
  });
  await acme.start({ restore: true });
  await until('what the peer holds', async () => {
    const { size: now } = await acme.admin.ledger.list({ peer: VENDOR, limit: 1 }, asAdmin);
    return now >= size;
  });
  const status = await acme.admin.gateway.status(asAdmin);
  assert.deepEqual([status.ready, status.reasons.map(({ code }) => code)], [false, ['ledger.behind']]);
  await assert.rejects(acme.admin.transfers.start({ agreement: agreement.id }, asAdmin), coded('ledger.behind'));
  await assert.rejects(acme.admin.ledger.rotateKey({}, asAdmin), coded('ledger.behind'));

  await assert.rejects(
    vendor.admin.peers.acknowledgeRestore({ id: ACME }, asAdmin),
    coded('input.invalid', /has not said/),
  );
  const declared = await acme.admin.ledger.declareRestored(asAdmin);
  assert.deepEqual(declared.peers, [VENDOR]);
  assert.equal((await acme.admin.gateway.status(asAdmin)).ready, true);
  await assert.rejects(acme.admin.ledger.declareRestored(asAdmin), coded('input.invalid'));

  // The peer hears of it, also over a restart, and takes the new master log once its operator says so.
  await acme.stop();
  await acme.start();
  await until('the word of it', async () => (await vendor.admin.peers.show({ id: ACME }, asAdmin)).restored);
  const { warnings } = await vendor.admin.gateway.status(asAdmin);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['peer.restored'],
  );
  const shown = await vendor.admin.peers.acknowledgeRestore({ id: ACME }, asAdmin);
  assert.deepEqual([shown.restored, shown.state, shown.evidence], [false, 'active', []]);
  await until('the new heads', async () => {
    const { logs } = await acme.admin.ledger.head({}, asAdmin);
    return logs.every(({ cosigned }) => cosigned !== null);
  });
  await until('the way back', async () => (await vendor.admin.peers.show({ id: ACME }, asAdmin)).connected);
  const again = await exchange.transfer(agreement.id);
  assert.deepEqual([again.acme.state, again.vendor.state], ['receipted', 'receipted']);
  const out = (name: string) => join(exchange.folder, name);
  const { file: a } = await acme.admin.audit.export({ peer: VENDOR, out: out('a.tar') }, asAdmin);
  const { file: b } = await vendor.admin.audit.export({ peer: ACME, out: out('b.tar') }, asAdmin);
  const report = await verifyBundles([a, b].map(fileSource));
  assert.deepEqual(report.faults, []);
  assert.ok(report.notes.some((note) => /declares that it restored/.test(note)));
});

test('a home that was set back as a whole starts, and finds out from its peer before it signs', async (t) => {
  const { exchange, size } = await afterABackup(t);
  const { acme } = exchange;
  restore(exchange, 'backup', ['ledger.db', 'ledger.head']);
  await acme.start();
  await until('what the peer knows', async () => !(await acme.admin.gateway.status(asAdmin)).ready);
  const { reasons } = await acme.admin.gateway.status(asAdmin);
  assert.deepEqual(
    reasons.map(({ code }) => code),
    ['ledger.behind'],
  );
  await until('its entries', async () => {
    const { size: now } = await acme.admin.ledger.list({ peer: VENDOR, limit: 1 }, asAdmin);
    return now >= size;
  });
  const { findings } = await acme.admin.gateway.doctor({}, asAdmin);
  assert.match(findings.map(({ hint }) => hint ?? '').join(), /declare-restored/);
});
