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

test('bandwidth and streams keep to what is set for the peer, both ways', async (t) => {
  const RATE = 256 * 1024;
  const peers = [{ peer: 'vendor.example', streams: 1, sendBytesPerSecond: RATE, receiveBytesPerSecond: RATE }];
  const common = { limits: { batchTargetRows: 1024 }, wireCompression: 'never' };
  const { acme, vendor, folder } = await pair(t, {
    acme: { config: { ...common, peers } },
    vendor: { config: common },
  });
  const agreements = new Map<string, string>();
  for (const [from, to, name] of [
    [acme, vendor, 'out'],
    [vendor, acme, 'in'],
    [vendor, acme, 'too'],
  ] as const) {
    await from.dataset(name, csvFile(folder, name, 12_000));
    agreements.set(name, await agree(from, to, name));
  }

  for (const [from, to, names] of [
    [acme, vendor, ['out']],
    [vendor, acme, ['in', 'too']],
  ] as const) {
    const ids: string[] = [];
    for (const name of names) ids.push(await from.transfer(agreements.get(name)!));
    if (ids.length > 1) {
      await until('one to wait for its turn', async () =>
        (await acme.transfers()).some(({ reasons }) =>
          /turn: 1 data stream is under way with vendor/.test(reasons[0]?.message ?? ''),
        ),
      );
      assert.equal((await peerOf(acme, vendor)).pace.receiving, 1);
    }
    for (const id of ids) {
      await from.reaches(id, ['receipted']);
      const { wire, rows } = await to.show(id);
      assert.ok(rows === 12_000 && wire! > 300_000);
    }
    const shown = await Promise.all(ids.map((id) => to.show(id)));
    const moments = (state: string) =>
      shown.map(({ steps }) => Date.parse(steps.find((step) => step.state === state)!.at));
    const seconds = (Math.max(...moments('verifying')) - Math.min(...moments('streaming'))) / 1000;
    const bytes = shown.reduce((sum, { wire }) => sum + wire!, 0);
    t.diagnostic(`${names.join()}: ${bytes} bytes in ${seconds} s, ${Math.round(bytes / seconds / 1024)} KiB/s of 256`);
    // A frame and the burst may go ahead of their time; slower than that a loaded machine may be.
    assert.ok(bytes / seconds < RATE * 1.2, `${bytes / seconds} bytes a second`);
  }
  await proven(acme, vendor, folder);
});
