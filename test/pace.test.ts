import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { paceOf } from '../daemon/config/index.js';
import { timeWindow } from '../daemon/config/windows.js';
import { Bucket, type Time } from '../daemon/pipeline/pace/bucket.js';
import { Lanes } from '../daemon/pipeline/pace/lanes.js';
import { isOpen, opensAt } from '../daemon/pipeline/pace/windows.js';

const signal = new AbortController().signal;

/** Time that passes only where somebody waits for it. */
class Waited implements Time {
  at = 0;
  now = () => this.at;
  sleep = async (ms: number) => {
    this.at += ms;
  };
}

test('a bucket holds its rate to within a frame, whatever the frames are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 16 * 1024 * 1024 }), { minLength: 50, maxLength: 200 }),
      fc.integer({ min: 128 * 1024, max: 1e9 }),
      async (frames, rate) => {
        const time = new Waited();
        const bucket = new Bucket(time);
        let sent = 0;
        for (const frame of frames) {
          await bucket.take(frame, rate, signal);
          // What went before this frame has had its time, less the burst.
          assert.ok(sent <= (rate * (time.at + 100.1)) / 1000, `${sent} bytes after ${time.at} ms at ${rate}/s`);
          sent += frame;
        }
        const least = (sent - frames.at(-1)!) / rate;
        assert.ok(time.at / 1000 <= least + 0.001, 'and no slower than that');
      },
    ),
    { numRuns: 50 },
  );
});

test('streams that share a bucket have the rate together, and a pause is not saved up', async () => {
  const time = new Waited();
  const bucket = new Bucket(time);
  for (let frame = 0; frame < 100; frame++) await bucket.take(100_000, 1_000_000, signal);
  assert.ok(Math.abs(time.at - 9_800) < 200, `${time.at}`);
  time.at += 60_000;
  const before = time.at;
  for (let frame = 0; frame < 20; frame++) await bucket.take(100_000, 1_000_000, signal);
  assert.ok(time.at - before >= 1_700, 'a minute of silence allows no more than a tenth of a second');
});

test('streams wait in turn: the peer with fewer of them first, and no peer takes all', async () => {
  const lanes = new Lanes<string>(4, () => 8);
  const leaves = await Promise.all([1, 2, 3].map(() => lanes.enter('large', signal)));
  assert.equal(lanes.isFree('large'), false, 'the last quarter is for others');
  const order: string[] = [];
  const enter = async (peer: string) => {
    const leave = await lanes.enter(peer, signal);
    order.push(peer);
    return leave;
  };
  const waiting = [enter('large'), enter('large'), enter('small')];
  const small = await waiting[2]!;
  assert.deepEqual(order, ['small'], 'at once, past those who came first');
  const late = enter('other');
  leaves[0]!();
  const other = await late;
  assert.deepEqual(order, ['small', 'other'], 'who has none comes before who has two');
  small();
  other();
  other(); // a second time changes nothing
  await waiting[0];
  assert.deepEqual(order, ['small', 'other', 'large'], 'the last quarter stays free');
  leaves[1]!();
  await waiting[1];
  assert.equal(lanes.running('large'), 3);
});

test('who waits for a turn can give up, and is not let in later', async () => {
  const lanes = new Lanes<string>(2, () => 1);
  const leave = await lanes.enter('a', signal);
  const gone = new AbortController();
  const waiting = lanes.enter('a', gone.signal);
  gone.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  leave();
  assert.equal(lanes.running('a'), 0);
  assert.ok(lanes.tryEnter('a'));
  assert.equal(lanes.tryEnter('a'), undefined);
});

const windowOf = (text: string) => timeWindow.parse(text);
const at = (text: string) => Date.parse(text);

test('a time window opens and closes by the clocks of its zone', () => {
  const night = [windowOf('20:00-06:00 Europe/Amsterdam')];
  assert.equal(isOpen(night, at('2026-01-10T18:59:59Z')), false);
  assert.equal(isOpen(night, at('2026-01-10T19:00:00Z')), true);
  assert.equal(isOpen(night, at('2026-01-11T04:59:59Z')), true);
  assert.equal(isOpen(night, at('2026-01-11T05:00:00Z')), false);
  assert.equal(isOpen(night, at('2026-07-10T18:00:00Z')), true, 'an hour earlier in summer');
  assert.equal(opensAt(night, at('2026-07-10T10:00:30Z')), at('2026-07-10T18:00:00Z'));
  assert.equal(opensAt(night, at('2026-07-10T19:00:00Z')), at('2026-07-10T19:00:00Z'), 'it is open');
  const weekend = [windowOf('fri 22:00-24:00 UTC'), windowOf('sat-sun 00:00-24:00 UTC')];
  assert.equal(opensAt(weekend, at('2026-11-24T12:00:00Z')), at('2026-11-27T22:00:00Z')); // a Tuesday
  assert.equal(isOpen(weekend, at('2026-11-29T23:59:59Z')), true);
  assert.equal(isOpen(weekend, at('2026-11-30T00:00:00Z')), false);
});

test('a window in the hour that clocks leave out opens a day later; the hour that comes twice is open twice', () => {
  const gap = [windowOf('02:15-02:45 Europe/Amsterdam')];
  assert.equal(opensAt(gap, at('2026-03-29T00:59:00Z')), at('2026-03-30T00:15:00Z'));
  assert.equal(isOpen(gap, at('2026-10-25T00:30:00Z')), true);
  assert.equal(isOpen(gap, at('2026-10-25T01:30:00Z')), true);
});

test('when a window opens is when it is open, and not before', () => {
  const windows = fc.record({ from: fc.integer({ min: 0, max: 1439 }), length: fc.integer({ min: 1, max: 1439 }) });
  const moment = fc.integer({ min: at('2026-03-01T00:00:00Z'), max: at('2026-11-30T00:00:00Z') });
  fc.assert(
    fc.property(windows, moment, ({ from, length }, now) => {
      const all = [
        { text: '', from, to: (from + length) % 1440, zone: 'America/New_York', days: [0, 1, 2, 3, 4, 5, 6] },
      ];
      const opens = opensAt(all, now);
      assert.ok(opens >= now && isOpen(all, opens));
      if (opens > now) assert.ok(!isOpen(all, opens - 60_000));
    }),
    { numRuns: 200 },
  );
});

test('the first entry that fits a peer applies', () => {
  const windows = [windowOf('00:00-24:00 UTC')];
  const config = {
    peers: [
      { peer: 'a.example', streams: 2, windows: [] },
      { sendBytesPerSecond: 1_000_000, windows },
    ],
    limits: { streamsPerPeer: 8 },
  } as unknown as Parameters<typeof paceOf>[0];
  const none = { sendBytesPerSecond: null, receiveBytesPerSecond: null };
  assert.deepEqual(paceOf(config, 'a.example'), { ...none, streams: 2, windows: [] });
  assert.deepEqual(paceOf(config, 'b.example'), { ...none, streams: 8, sendBytesPerSecond: 1_000_000, windows });
});
