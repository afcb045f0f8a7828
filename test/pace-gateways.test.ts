import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../daemon/foundation/index.js';
import { agree, csvFile, pair, peerOf, proven } from './support/pair.js';
import { until } from './support/until.js';

/** A clock that can be set forward. */
class Ahead implements Clock {
  ms = 0;
  now = () => systemClock.now() + this.ms;
}

const HOUR = 3600_000;

/** `HH:MM` in UTC of a moment. */
const clockOf = (ms: number) => new Date(ms).toISOString().slice(11, 16);

for (const closed of ['acme', 'vendor'] as const)
  test(`outside of the time window of ${closed} a transfer waits, says until when, and goes on`, async (t) => {
    const clock = new Ahead();
    const [from, to] = [clockOf(systemClock.now() + 5 * HOUR), clockOf(systemClock.now() + 7 * HOUR)];
    const config = { peers: [{ windows: [`${from}-${to} UTC`] }] };
    const { acme, vendor, folder } = await pair(t, {
      [closed]: { config, overrides: { clock } },
      [closed === 'acme' ? 'vendor' : 'acme']: { overrides: { clock } },
    });
    const [here, there] = closed === 'acme' ? [acme, vendor] : [vendor, acme];
    await acme.dataset('items', csvFile(folder, 'items', 500));
    const id = await acme.transfer(await agree(acme, vendor, 'items'));
    for (const member of [here, vendor])
      await until(`${member.id} to say that it waits`, async () => {
        const shown = await member.show(id).catch(() => undefined); // the consumer hears of it in a moment
        return shown?.state === 'streaming' && shown.reasons[0]?.code === 'transfer.waiting';
      });
    const { reasons } = await here.show(id);
    assert.match(reasons[0]!.message, new RegExp(`it waits until \\d{4}-\\d\\d-\\d\\dT${from}:00`));
    assert.ok((await peerOf(here, there)).pace.waitsUntil?.includes(`T${from}:00`));
    assert.equal((await vendor.show(id)).rows, 0);
    clock.ms += 6 * HOUR;
    for (const member of [acme, vendor]) await member.tick();
    await vendor.admin.post(`/v1/transfers/${id}/resume`, {}); // without waiting for the next try
    await acme.reaches(id, ['receipted']);
    assert.equal((await vendor.show(id)).rows, 500);
    assert.equal((await peerOf(here, there)).pace.waitsUntil, null);
  });

for (const [what, config] of [
  ['sends', { acme: { sendBytesPerSecond: 256 * 1024 } }],
  ['receives', { vendor: { receiveBytesPerSecond: 256 * 1024 } }],
] as const)
  test(`what a gateway ${what} keeps to the bandwidth that is set`, async (t) => {
    const limits = { batchTargetRows: 1024 };
    const of = (name: 'acme' | 'vendor') => {
      const own = (config as Record<string, object>)[name];
      return { config: { limits, wireCompression: 'never', ...(own && { peers: [own] }) } };
    };
    const { acme, vendor, folder } = await pair(t, { acme: of('acme'), vendor: of('vendor') });
    await acme.dataset('items', csvFile(folder, 'items', 20_000));
    const id = await acme.transfer(await agree(acme, vendor, 'items'));
    const begun = await acme.reaches(id, ['streaming', 'verifying', 'landed', 'receipted']);
    await acme.reaches(id, ['receipted']);
    const { wire, steps } = await vendor.show(id);
    const [from, to] = ['streaming', 'verifying'].map((state) =>
      Date.parse(steps.find((step) => step.state === state)!.at),
    );
    const seconds = (to! - from!) / 1000;
    t.diagnostic(`${wire} bytes in ${seconds} s: ${Math.round(wire! / seconds / 1024)} KiB/s of 256`);
    assert.ok(begun.id === id && wire! > 500_000);
    // One frame and the burst may go ahead of their time; slower than that a loaded machine may be.
    assert.ok(wire! / seconds < 256 * 1024 * 1.15, `${wire! / seconds} bytes a second`);
  });

test('with one stream for a peer the second transfer waits for its turn, and says so', async (t) => {
  const config = { peers: [{ peer: 'acme.example', streams: 1, receiveBytesPerSecond: 256 * 1024 }] };
  const { acme, vendor, folder } = await pair(t, {
    acme: { config: { limits: { batchTargetRows: 1024 }, wireCompression: 'never' } },
    vendor: { config },
  });
  for (const name of ['one', 'two']) await acme.dataset(name, csvFile(folder, name, 12_000));
  const ids: string[] = [];
  for (const name of ['one', 'two']) ids.push(await acme.transfer(await agree(acme, vendor, name)));
  await until('one to wait for its turn', async () => {
    const shown = await vendor.transfers();
    return shown.some(({ reasons }) => /turn: 1 data stream is under way with acme/.test(reasons[0]?.message ?? ''));
  });
  assert.equal((await peerOf(vendor, acme)).pace.receiving, 1);
  for (const id of ids) await acme.reaches(id, ['receipted']);
  for (const id of ids) assert.deepEqual((await vendor.show(id)).rows, 12_000);
  await proven(acme, vendor, folder);
});
