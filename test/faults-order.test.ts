import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Clock, systemClock } from '../daemon/foundation/index.js';
import { framewise, Hostile } from './support/hostile.js';
import { agree, csvFile, firstColumn, pair } from './support/pair.js';

const ROWS = 12_000;
const limits = { batchTargetRows: 1024, acknowledgeBatches: 1, batchesUnacknowledged: 4 };
const config = { limits, keepDelivered: 'none', wireCompression: 'never' };

/** A clock that can be set forward and back. */
class Stepped implements Clock {
  ms = 0;
  now = () => systemClock.now() + this.ms;
}

const hostile = new Hostile();
const here = new Hostile();
const clock = new Stepped();
const { acme, vendor, folder } = await pair(
  { after },
  { acme: { config, overrides: { between: here } }, vendor: { config, overrides: { between: hostile, clock } } },
);
await acme.dataset('items', csvFile(folder, 'items', ROWS));
const agreement = await agree(acme, vendor, 'items');

async function lands(): Promise<void> {
  const id = await acme.transfer(agreement);
  const shown = await acme.ends(id);
  assert.equal(shown.state, 'receipted', JSON.stringify(shown.reasons));
  const values = await firstColumn((await vendor.ends(id)).landed!, folder);
  assert.deepEqual([values.length, new Set(values).size], [ROWS, ROWS]);
}

test('acknowledgements that arrive late, twice and in another order than they were sent', async () => {
  const held: (() => Promise<unknown>)[] = [];
  const release = async (count: number) => {
    while (held.length > count) await held.pop()!().catch(() => undefined); // the newest first
  };
  hostile.outgoing['Transfers/Acknowledge'] = async (request, go) => {
    held.push(
      () => go(request),
      () => go(request),
    );
    // No more may wait than the provider sends ahead.
    if (held.length >= 2 * (limits.batchesUnacknowledged - 1)) await release(0);
    return {};
  };
  // What was held back at the end comes when the other side asks where it stands.
  hostile.outgoing['Transfers/Report'] = async (request, go) => {
    await release(0);
    return go(request);
  };
  await lands();
  hostile.behave();
});

test('the word that all was sent, and reports, that come late and more than once', async () => {
  here.outgoing['Transfers/Sent'] = async (request, go) => {
    await go(request);
    return go(request);
  };
  hostile.outgoing['Transfers/Report'] = async (request, go) => {
    const { state } = request;
    await go({ ...request, state: state === 'verifying' ? 'streaming' : state }); // an old one
    return go(request);
  };
  hostile.outgoing['Transfers/Receipt'] = async (request, go) => {
    await go(request);
    return go(request);
  };
  await lands();
  hostile.behave();
  here.behave();
});

test('a clock that is set forward and back amid the batches', async () => {
  let batches = 0;
  here.sends = framewise((frame, kind) => {
    if (kind === 'batch') clock.ms = [-120_000, 180_000, 0, 240_000, -60_000][batches++ % 5]!;
    return [frame];
  });
  await lands();
  assert.ok(batches >= Math.ceil(ROWS / 1024));
  here.behave();
  clock.ms = 0;
  for (const member of [acme, vendor]) {
    const { ok, faults } = await member.admin.post<{ ok: boolean; faults: unknown[] }>('/v1/ledger/verify', {});
    assert.ok(ok, JSON.stringify(faults));
  }
});
