import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CounterfoilError, LIMITS, utf8 } from '../daemon/foundation/index.js';
import { coded } from './support/errors.js';
import { collect, frame, friends, MIB } from './support/flight.js';
import { until } from './support/until.js';

test('frames are pulled over mutual TLS in order, aligned, with who asks and why', async (t) => {
  const seen: string[] = [];
  const { acme, vendor } = await friends(t, {
    async *onGet(context, ticket) {
      seen.push(`${context.peer} ${context.correlation} ${Buffer.from(ticket)}`);
      for (let index = 0; index < 20; index++) yield frame(index, index * 77_777);
    },
  });
  const got = await collect(vendor.network.doGet(acme.id, utf8('trn-1'), { correlation: 'cor-7' }));
  assert.equal(got.length, 20);
  got.forEach((received, index) => {
    assert.equal(Buffer.from(received.header).toString(), `header ${index}`);
    assert.equal(Buffer.from(received.metadata).toString(), `meta ${index}`);
    assert.equal(received.body.length, index * 77_777);
    assert.ok(received.body.every((byte) => byte === index));
    assert.equal(received.body.byteOffset % 8, 0);
  });
  assert.deepEqual(seen, ['vendor.example cor-7 trn-1']);
});

test('frames are pushed in order and acknowledged while they flow', async (t) => {
  const { acme, vendor } = await friends(t, {
    async *onPut(context, descriptor, frames) {
      let count = 0;
      for await (const { metadata, body } of frames) {
        assert.equal(Buffer.from(metadata).toString(), `meta ${count}`);
        assert.equal(body.byteOffset % 8, 0);
        if (++count % 4 === 0) yield utf8(`${context.peer} ${Buffer.from(descriptor)} ${count}`);
      }
    },
  });
  async function* source() {
    for (let index = 0; index < 12; index++) yield frame(index, 300_000);
  }
  const acknowledged = await collect(vendor.network.doPut(acme.id, utf8('trn-2'), source()));
  assert.deepEqual(
    acknowledged.map((bytes) => Buffer.from(bytes).toString()),
    ['vendor.example trn-2 4', 'vendor.example trn-2 8', 'vendor.example trn-2 12'],
  );
});

test('a slow consumer holds the source back, pulling and pushing', async (t) => {
  let made = 0;
  let taken = 0;
  async function* source() {
    for (let index = 0; index < 60; index++) {
      made++;
      yield frame(index % 256, MIB);
    }
  }
  // What may be under way: the receiver's window, and the messages that each side holds.
  const most = LIMITS.flowWindowBytes / MIB + 2 * LIMITS.framesAhead + 4;
  const { acme, vendor } = await friends(t, {
    onGet: () => source(),
    async *onPut(_, __, frames) {
      for await (const _ of frames) {
        taken++;
        if (taken === 3)
          await until(
            'the source to stand still',
            stands(() => made),
          );
        if (taken <= 3) assert.ok(made - taken <= most, `${made} made, ${taken} taken`);
      }
      yield utf8('all');
    },
  });
  for await (const _ of vendor.network.doGet(acme.id, utf8('t'))) {
    taken++;
    if (taken === 3)
      await until(
        'the source to stand still',
        stands(() => made),
      );
    if (taken <= 3) assert.ok(made - taken <= most, `${made} made, ${taken} taken`);
  }
  assert.equal(taken, 60);
  made = taken = 0;
  assert.equal((await collect(vendor.network.doPut(acme.id, utf8('t'), source()))).length, 1);
  assert.equal(taken, 60);
});

test('streams under way outlive the renewal of certificates on both sides', async (t) => {
  let go: () => void = () => undefined;
  const renewed = new Promise<void>((resolve) => {
    go = resolve;
  });
  async function* source() {
    for (let index = 0; index < 40; index++) {
      if (index === 20) await renewed;
      yield frame(index, 100_000);
    }
  }
  const { acme, vendor } = await friends(t, {
    onGet: () => source(),
    async *onPut(_, __, frames) {
      for await (const { body } of frames) yield body.subarray(0, 1);
    },
  });
  const pulled = collect(vendor.network.doGet(acme.id, utf8('t')));
  const pushed = collect(vendor.network.doPut(acme.id, utf8('t'), source()));
  await acme.identity.renew(true);
  await vendor.identity.renew(true);
  const next = vendor.network.doGet(acme.id, utf8('t'));
  await next.next();
  await next.return();
  go();
  assert.equal((await pulled).length, 40);
  assert.equal((await pushed).length, 40);
});

test('a long stream is not kept in memory by anything that it passed through', async (t) => {
  const { acme, vendor } = await friends(t, {
    async *onGet() {
      for (let index = 0; index < 400; index++) yield frame(index % 256, MIB);
    },
    async *onPut(_, __, frames) {
      for await (const _ of frames) yield utf8('ok');
    },
  });
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  };
  for await (const _ of vendor.network.doGet(acme.id, utf8('t'))) look();
  async function* again() {
    for (let index = 0; index < 400; index++) yield frame(index % 256, MIB);
  }
  for await (const _ of vendor.network.doPut(acme.id, utf8('t'), again())) look();
  assert.ok(most < 300 * MIB, `${Math.round(most / MIB)} MiB at a time`);
});

/** True when a number has not changed for a while. */
function stands(read: () => number): () => boolean {
  let [last, since] = [read(), Date.now()];
  return () => {
    if (read() !== last) [last, since] = [read(), Date.now()];
    return Date.now() - since > 150;
  };
}

test('revoking or suspending a peer ends its streams at once, on the pulling and on the serving side', async (t) => {
  for (const act of ['suspend', 'revoke'] as const)
    for (const by of ['provider', 'consumer'] as const) {
      let ended: unknown;
      const { acme, vendor } = await friends(t, {
        async *onGet(context) {
          try {
            for (let index = 0; ; index++) yield frame(index % 256, 10_000);
          } finally {
            ended = context.signal.reason;
          }
        },
      });
      let got = 0;
      const pulling = async () => {
        for await (const _ of vendor.network.doGet(acme.id, utf8('t'))) got++;
      };
      const pulled = assert.rejects(
        pulling(),
        coded(act === 'revoke' ? 'peer.revoked' : 'peer.suspended'),
        `${act} by ${by}`,
      );
      await until('data to flow', () => got > 10);
      if (by === 'provider') await acme.peers[act](vendor.id);
      else await vendor.peers[act](acme.id);
      await pulled;
      await until('the source to end', () => ended !== undefined);
      await acme.stop();
      await vendor.stop();
    }
});

test('a push ends when the peer is revoked in the middle of it', async (t) => {
  let got = 0;
  let failure: unknown;
  const { acme, vendor } = await friends(t, {
    async *onPut(_, __, frames) {
      try {
        for await (const _ of frames) {
          got++;
          yield utf8('ok');
        }
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  });
  async function* endless() {
    for (let index = 0; ; index++) yield frame(index % 256, 10_000);
  }
  const pushed = assert.rejects(collect(vendor.network.doPut(acme.id, utf8('t'), endless())), coded('peer.revoked'));
  await until('data to flow', () => got > 10);
  await acme.peers.revoke(vendor.id);
  await pushed;
  await until('the receiver to know', () => failure !== undefined);
  assert.equal((failure as CounterfoilError).code, 'peer.revoked');
});
