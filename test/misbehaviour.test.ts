import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyForkProof } from '@counterfoil/verifier';
import { type OrgId, systemClock, utf8 } from '../daemon/foundation/index.js';
import { Identity } from '../daemon/identity/index.js';
import type { HeadUpdate } from '../daemon/ledger/index.js';
import { signCheckpoint } from '../daemon/ledger/note.js';
import { openDatabase } from '../daemon/store/index.js';
import { coded } from './support/errors.js';
import { ACME, asAdmin, befriend, Exchange, Party, VENDOR } from './support/exchange.js';
import { TestGateway } from './support/gateway.js';
import { until } from './support/until.js';

const CSV = `city,amount\n${Array.from({ length: 40 }, (_, row) => `Town${row},${row}`).join('\n')}\n`;

/** What a party can do that has stopped its gateway and speaks for it with a program of its own. */
async function impostorOf(
  t: { after(work: () => Promise<void>): void },
  home: string,
  id: OrgId,
): Promise<TestGateway> {
  const identity = await Identity.open({ home, id, clock: systemClock });
  return new TestGateway(identity, { db: openDatabase(join(home, 'gateway.db')) }).start(t);
}

test('a peer that signs two histories is refused with proof, and exchange with it stops while others go on', async (t) => {
  const exchange = await Exchange.open(t);
  const { acme, vendor } = exchange;
  const lab = new Party('lab.example', join(exchange.folder, 'lab'), {});
  await lab.init(systemClock, '');
  await lab.start();
  t.after(() => lab.stop());
  await befriend(vendor, lab);
  await exchange.publish('cities', CSV);
  const agreement = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'keep' } } } });
  await exchange.transfer(agreement.id);
  await acme.stop();

  const impostor = await impostorOf(t, acme.home, ACME);
  await until('the connection', () => impostor.network.reachability(VENDOR) !== 'none');
  const { identity } = impostor;
  const held = await impostor.network.calls.call(VENDOR, 'Evidence/Held', {});
  const origin = `${ACME}/counterfoil/peer/${VENDOR}`;
  const head = (size: number, fill: number): HeadUpdate => ({
    ...{ origin, oldSize: 0, proof: [], entries: [] },
    checkpoint: utf8(signCheckpoint({ origin, size, root: Buffer.alloc(32, fill) }, identity)),
  });
  const send = (update: HeadUpdate) => impostor.network.calls.call(VENDOR, 'Evidence/Exchange', update);
  await assert.rejects(send(head(held.size, 7)), coded('peer.evidence', /cannot both be true/));

  const state = async (peer: OrgId) => (await vendor.admin.peers.show({ id: peer }, asAdmin)).state;
  await until('the suspension', async () => (await state(ACME)) === 'suspended');
  const shown = await vendor.admin.peers.show({ id: ACME }, asAdmin);
  assert.deepEqual([shown.stateBy, shown.evidence.length, shown.evidence[0]!.kind], ['us', 1, 'fork']);
  assert.ok(verifyForkProof(readFileSync(shown.evidence[0]!.file, 'utf8')).ok);
  const status = await vendor.admin.gateway.status(asAdmin);
  assert.equal(status.ready, true, 'others go on');
  assert.match(status.warnings.map(({ code, message }) => `${code} ${message}`).join(), /peer.evidence acme.example/);
  const { ok, findings } = await vendor.admin.gateway.doctor({}, asAdmin);
  assert.equal(ok, true, JSON.stringify(findings));
  assert.ok(findings.some(({ level, message }) => level === 'warning' && message.includes(ACME)));
  assert.ok((await vendor.types()).includes('peer.evidence'));
  assert.equal(await state('lab.example' as OrgId), 'active');
  await assert.rejects(
    impostor.network.calls.call(VENDOR, 'Transfers/Request', { agreement: agreement.id, version: '' }),
    coded('peer.suspended'),
  );

  // A head without a proof is kept as well; the same one again is not kept twice, and what is no head of its is not kept.
  await assert.rejects(send(head(held.size + 3, 8)), coded('peer.evidence', /without all its entries/));
  await assert.rejects(send(head(held.size + 3, 8)), coded('peer.evidence'));
  await assert.rejects(send({ ...head(1, 1), origin: `lab.example/counterfoil/master` }), coded('evidence.invalid'));
  const kept = (await vendor.admin.peers.show({ id: ACME }, asAdmin)).evidence;
  assert.deepEqual(
    kept.map(({ kind }) => kind),
    ['fork', 'unproven-head'],
  );
  // A smaller head that is true is answered with what is held, and with no cosignature.
  const { reply } = await send(trueHead(0, origin, identity));
  assert.deepEqual([reply!.size, reply!.cosignature.length], [held.size, 0]);
  // Garbage in place of a cosignature, and an answer for a log that nobody sent, change nothing.
  for (const wrong of [
    { origin: `${VENDOR}/counterfoil/peer/${ACME}`, size: 1, cosignature: utf8('— garbage\n') },
    { origin: 'lab.example/counterfoil/master', size: 1, cosignature: new Uint8Array() },
  ])
    await assert.rejects(impostor.network.calls.call(VENDOR, 'Evidence/Acknowledge', wrong), coded('evidence.invalid'));
  assert.deepEqual((await vendor.admin.ledger.verify({}, asAdmin)).faults, []);
});

/** The head of the empty log: true of every log. */
const trueHead = (size: number, origin: string, signer: Identity): HeadUpdate => ({
  ...{ origin, oldSize: 0, proof: [], entries: [] },
  checkpoint: utf8(
    signCheckpoint(
      { origin, size, root: Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex') },
      signer,
    ),
  ),
});

test('without a ledger that can be written the gateway is not ready, exchanges nothing, and says so', async (t) => {
  const exchange = await Exchange.open(t);
  const { acme } = exchange;
  await exchange.publish('cities', CSV);
  const agreement = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'keep' } } } });
  // Another process holds the database: writes fail, as they would on a full or broken disk.
  const other = openDatabase(join(acme.home, 'ledger.db'));
  t.after(() => void (other.open && other.close()));
  other.exec('BEGIN IMMEDIATE');
  await assert.rejects(
    acme.admin.peers.suspend({ id: VENDOR, reason: 'a test' }, asAdmin),
    coded('ledger.unavailable'),
  );
  other.exec('ROLLBACK');
  assert.equal((await acme.admin.peers.show({ id: VENDOR }, asAdmin)).state, 'active', 'no evidence, no action');
  const status = await acme.admin.gateway.status(asAdmin);
  assert.equal(status.ready, false);
  assert.deepEqual(
    status.reasons.map(({ code }) => code),
    ['ledger.unavailable'],
  );
  assert.equal(acme.gateway.health().ready, false);
  const { ok, findings } = await acme.admin.gateway.doctor({}, asAdmin);
  assert.equal(ok, false);
  assert.ok(findings.some(({ level, area }) => level === 'fault' && area === 'ledger'));
  await assert.rejects(
    acme.admin.transfers.start({ agreement: agreement.id }, asAdmin),
    coded('ledger.unavailable', /cannot be written/),
  );
  await acme.stop();
  await acme.start();
  assert.equal((await acme.admin.gateway.status(asAdmin)).ready, true, 'another start, another try');
});
