import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { canonicalJson, orgId, rfc3339, utf8 } from '../daemon/foundation/index.js';
import { signDocument } from '../daemon/identity/index.js';
import type { PeerMethod, PeerRequest } from '../daemon/peering/index.js';
import { encodeTicket } from '../daemon/pipeline/transfers/ticket.js';
import { ManualClock } from './support/clock.js';
import { tried } from './support/effort.js';
import { coded } from './support/errors.js';
import { Hostile } from './support/hostile.js';
import { Member } from './support/member.js';
import { agree, csvFile, firstColumn, meet, pair, peerOf, proven } from './support/pair.js';
import { until } from './support/until.js';

const ROWS = 5000;
const clock = new ManualClock();
const hostile = new Hostile();
const stranger = new Hostile();
const config = { limits: { batchTargetRows: 1024, acknowledgeBatches: 1 }, keepDelivered: 'none' };
const { acme, vendor, folder } = await pair(
  { after },
  { acme: { overrides: { between: hostile, clock }, config }, vendor: { overrides: { clock }, config } },
);
const lab = await Member.make({ after }, 'lab.example', { overrides: { between: stranger, clock } });
await meet(lab, acme);
await acme.dataset('items', csvFile(folder, 'items', ROWS));

afterEach(() => hostile.behave());

const landings = (): string[] =>
  (readdirSync(join(vendor.home, 'landing'), { recursive: true }) as string[]).filter((path) =>
    path.endsWith('manifest.json'),
  );

/** A transfer that stands still in the middle of its stream. `goOn` lets the stream go on, as far as it is let. */
async function inMidStream(agreement: string): Promise<{ id: string; goOn: () => void }> {
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  hostile.sends = async function* (frames) {
    let count = 0;
    for await (const frame of frames) {
      if (++count === 4) await gate;
      yield frame;
    }
  };
  const id = await vendor.transfer(agreement);
  await until('batches', async () => (await acme.show(id)).rows === 2048);
  return { id, goOn };
}

/** Both sides end the transfer in this state, for this reason; nothing of it has landed or is left. */
async function endsOnBoth(id: string, state: string, code: string): Promise<void> {
  for (const [side, other] of [[vendor, acme] as const, [acme, vendor] as const]) {
    const shown = await side.ends(id);
    assert.equal(shown.state, state, `${side.id}: ${JSON.stringify(shown.reasons)}`);
    assert.equal(shown.reasons[0]!.code, code, side.id);
    const types = await side.entriesOf(other, id);
    assert.equal(types.filter((type) => type === `transfer.${state}`).length, 1, side.id);
    assert.equal(types.includes('transfer.landed'), false);
  }
  const left = () =>
    readdirSync(join(vendor.home, 'quarantine')).concat(readdirSync(join(acme.home, 'store', 'views')));
  await until('no files of it', () => left().length === 0);
}

for (const side of [acme, vendor])
  test(`an agreement that ${side.id} terminates in mid-stream ends the stream, and what came of it is gone`, async () => {
    const agreement = await agree(acme, vendor, 'items');
    const before = landings();
    const { id, goOn } = await inMidStream(agreement);
    await side.admin.post(`/v1/agreements/${agreement}/terminate`, {});
    goOn();
    await endsOnBoth(id, 'failed', 'agreement.not_active');
    assert.deepEqual(landings(), before);
    await assert.rejects(vendor.transfer(agreement), { code: 'agreement.not_active' });
  });

const agreement = await agree(acme, vendor, 'items');

for (const side of [acme, vendor])
  test(`${side.id} cancels in mid-stream`, async () => {
    const { id, goOn } = await inMidStream(agreement);
    await side.admin.post(`/v1/transfers/${id}/cancel`, {});
    goOn();
    await endsOnBoth(id, 'cancelled', 'cancelled');
    await assert.rejects(side.admin.post(`/v1/transfers/${id}/cancel`, {}), { code: 'transfer.state' });
  });

for (const [side, other] of [[acme, vendor] as const, [vendor, acme] as const])
  test(`${side.id} suspends the other in mid-stream: the transfer waits, and goes on afterwards`, async () => {
    const { id, goOn } = await inMidStream(agreement);
    await side.admin.post(`/v1/peers/${other.id}/suspend`, {});
    goOn();
    for (const each of [acme, vendor])
      await until(`${each.id} waits`, async () => (await each.show(id)).reasons[0]?.code === 'peer.suspended');
    const { rows, state } = await vendor.show(id);
    assert.deepEqual([state, rows < ROWS], ['streaming', true]);
    await assert.rejects(other.transfer(agreement), { code: 'peer.suspended' });
    hostile.behave();
    await side.admin.post(`/v1/peers/${other.id}/resume`, {});
    const [there] = await Promise.all([vendor.ends(id), acme.ends(id)]);
    assert.equal(there.state, 'receipted', JSON.stringify(there.reasons));
    assert.equal((await firstColumn(there.landed!, folder)).length, ROWS);
  });

/** Both sides, or one of them. */
const CANCELLERS: [number, number][] = [
  [0, 2],
  [0, 1],
  [1, 2],
];

test('of a landing and two cancels at the same time one wins, and both sides say the same', async () => {
  const outcomes = new Set<string>();
  for (const [at, round] of tried(0, 23, 5).entries()) {
    const before = landings().length;
    let cancels: Promise<PromiseSettledResult<unknown>[]> | undefined;
    const cancel = async (id: string) => {
      for (let turn = 0; turn < round; turn++) await new Promise(setImmediate);
      const sides = [vendor, acme].slice(...CANCELLERS[at % 3]!);
      return Promise.allSettled(sides.map((side) => side.admin.post(`/v1/transfers/${id}/cancel`, {})));
    };
    hostile.outgoing['Transfers/Sent'] = (evidence, go) => {
      cancels ??= cancel(evidence.transfer);
      return go(evidence);
    };
    const id = await vendor.transfer(agreement);
    const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
    assert.equal(there.state, here.state);
    const said = await cancels!;
    const isLanded = there.state === 'receipted';
    assert.equal(landings().length, before + (isLanded ? 1 : 0));
    if (!isLanded) assert.equal(there.state, 'cancelled');
    for (const each of said) if (isLanded) assert.equal((each as PromiseRejectedResult).reason?.code, 'transfer.state');
    const types = (await vendor.entriesOf(acme, id)).filter((type) => /landed|cancelled/.test(type));
    assert.deepEqual(types, [isLanded ? 'transfer.landed' : 'transfer.cancelled']);
    outcomes.add(there.state);
  }
  assert.ok(outcomes.size > 0);
});

test("a peer that reaches for another's transfer finds none by any call or stream, and that it tried is on record", async () => {
  const id = await vendor.transfer(agreement);
  await Promise.all([vendor.ends(id), acme.ends(id)]);
  const shown = await acme.show(id);
  const { identity } = stranger.own;
  const document = utf8(
    canonicalJson({
      ...{ v: 1, transfer: id, view: '0'.repeat(64), batches: 0, rows: 0, bytes: 0 },
      ...{ root: '0'.repeat(64), at: '2030-01-01T00:00:00.000Z' },
    }),
  );
  const evidence = { transfer: id, body: utf8('counterfoil/entry/1\n{}'), at: null, report: new Uint8Array() };
  const calls: { [M in PeerMethod]?: PeerRequest<M> } = {
    'Transfers/Push': { transfer: id, start: 0, before: '', rate: 0 },
    'Transfers/Report': {
      ...{ transfer: id, agreement, correlation: shown.correlation, state: 'cancelled', version: shown.version! },
      ...{ rows: 0, bytes: 0, rowsTotal: 0, bytesTotal: 0, reasons: new Uint8Array() },
    },
    'Transfers/Cancel': { transfer: id, reason: '' },
    'Transfers/Acknowledge': signDocument(identity, 'acknowledgement', document),
    'Transfers/Sent': evidence,
    'Transfers/Receipt': evidence,
  };
  for (const [method, request] of Object.entries(calls))
    await assert.rejects(
      stranger.call(acme, method as PeerMethod, request as never),
      coded('transfer.not_found'),
      method,
    );
  await assert.rejects(
    stranger.call(acme, 'Transfers/Request', { agreement, version: '' }),
    coded('agreement.not_found'),
  );
  await assert.rejects(async () => {
    const options = { correlation: 'cor-x', signal: new AbortController().signal };
    for await (const _ of stranger.own.network.doGet(
      orgId(acme.id),
      encodeTicket({ transfer: id, start: 0 }),
      options,
    ));
  }, coded('transfer.not_found'));
  const { entries } = await acme.admin.get<{ entries: { type: string; entry: Record<string, unknown> }[] }>(
    '/v1/ledger/entries',
    { limit: 1000 },
  );
  const kept = entries.filter(({ type, entry }) => type === 'call.refused' && entry.peer === lab.id);
  assert.deepEqual(
    kept.map(({ entry }) => entry.method).sort(),
    [...Object.keys(calls), 'FlightService/DoGet', 'Transfers/Request'].sort(),
  );
  assert.equal((await acme.show(id)).state, 'receipted');
});

test('after all that both ledgers prove together', async () => {
  await proven(acme, vendor, folder);
});

test('an agreement that expires in mid-stream is over at that moment', async () => {
  const expires = rfc3339(clock.now() + 3_600_000);
  const { id, goOn } = await inMidStream(await agree(acme, vendor, 'items', { expires }));
  clock.advance(3_600_001);
  goOn();
  await endsOnBoth(id, 'failed', 'agreement.not_active');
});

test('a peer that is revoked in mid-stream is cut off and told by whom', async () => {
  const before = landings();
  const { id, goOn } = await inMidStream(agreement);
  await acme.admin.post(`/v1/peers/${vendor.id}/revoke`, {});
  goOn();
  await endsOnBoth(id, 'failed', 'peer.revoked');
  await until('told', async () => (await peerOf(vendor, acme)).state === 'revoked');
  assert.deepEqual(landings(), before);
});
