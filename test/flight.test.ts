import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Client, credentials, Metadata, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import type { FlightHandlers, StreamContext, WireFrame } from '../daemon/edge/peer/index.js';
import { http2ServersOf, widenConnection, widenStreams } from '../daemon/edge/peer/internals.js';
import { CounterfoilError, LIMITS, systemClock, utf8 } from '../daemon/foundation/index.js';
import { coded } from './support/errors.js';
import { TestGateway } from './support/gateway.js';
import { sharedIdentity } from './support/peering.js';
import { until } from './support/until.js';

const MIB = 1024 * 1024;
type Options = ConstructorParameters<typeof TestGateway>[1];

async function friends(t: TestContext, flight: Partial<FlightHandlers>, options: Options = {}) {
  const [acme, vendor] = await Promise.all(
    ['acme.example', 'vendor.example'].map(async (id) =>
      new TestGateway(await sharedIdentity(id, systemClock), { ...options, flight }).start(t),
    ),
  );
  await acme!.befriend(vendor!);
  return { acme: acme!, vendor: vendor! };
}

const frame = (index: number, bytes = 1000): WireFrame => ({
  header: utf8(`header ${index}`),
  metadata: utf8(`meta ${index}`),
  body: new Uint8Array(bytes).fill(index),
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const value of source) out.push(value);
  return out;
}

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

test('an error of the source reaches the other side with its code, and a crash without its text', async (t) => {
  const { acme, vendor } = await friends(t, {
    async *onGet(_, ticket) {
      yield frame(0);
      if (ticket.length === 1) throw new CounterfoilError('agreement.not_active', 'The agreement has ended.');
      throw new TypeError('internal detail');
    },
  });
  await assert.rejects(collect(vendor.network.doGet(acme.id, utf8('a'))), coded('agreement.not_active', /has ended/));
  await assert.rejects(
    collect(vendor.network.doGet(acme.id, utf8('bb'))),
    coded('internal', /^Something went wrong inside/),
  );
  async function* broken() {
    yield frame(0);
    throw new CounterfoilError('store.corrupt', 'The version does not decrypt.');
  }
  const { vendor: other, acme: taker } = await friends(t, {
    async *onPut(_, __, frames) {
      for await (const _ of frames) yield utf8('ok');
    },
  });
  await assert.rejects(collect(other.network.doPut(taker.id, utf8('t'), broken())), coded('store.corrupt'));
});

test('cancelling ends the source; a stream that is cut is incomplete, never short in silence', async (t) => {
  const ends: (CounterfoilError | undefined)[] = [];
  const { acme, vendor } = await friends(t, {
    async *onGet(context) {
      try {
        for (let index = 0; ; index++) yield frame(index % 256, 10_000);
      } finally {
        ends.push(context.signal.reason);
      }
    },
  });
  const controller = new AbortController();
  let got = 0;
  const pull = async (options = {}) => {
    for await (const _ of vendor.network.doGet(acme.id, utf8('t'), options)) if (++got === 10) controller.abort();
  };
  await assert.rejects(pull({ signal: controller.signal }), coded('cancelled'));
  await until('the first source to end', () => ends.length === 1);
  assert.equal(ends[0]?.code, 'stream.incomplete');
  for await (const _ of vendor.network.doGet(acme.id, utf8('t'))) break;
  await until('the second source to end', () => ends.length === 2);

  got = 100;
  const cut = assert.rejects(pull(), coded('stream.incomplete'));
  await until('data to flow', () => got > 110);
  await acme.network.close();
  await cut;
});

test('a connection that is reset while data is written ends on both sides, and soon', async (t) => {
  let [begun, ended] = [0, 0];
  const flight: FlightHandlers = {
    async *onGet() {
      begun++;
      try {
        yield* endless();
      } finally {
        ended++;
      }
    },
    async *onPut(_, __, frames) {
      begun++;
      try {
        for await (const _ of frames) yield utf8('ok');
      } finally {
        ended++;
      }
    },
  };
  async function* endless() {
    for (let index = 0; ; index++) yield frame(index % 256, 50_000);
  }
  // Resets each of its connections, in the middle of what it passes on, after 200 kB.
  const proxy = createServer((near) => {
    const far = connect(Number(acme.network.listening!.split(':')[1]), '127.0.0.1');
    let passed = 0;
    const pass = (to: Socket) => (data: Buffer) => {
      to.write(data);
      passed += data.length;
      if (passed < 200_000) return;
      near.destroy();
      far.destroy();
    };
    const link = (from: Socket, to: Socket) => {
      from.on('data', pass(to));
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    };
    link(near, far);
    link(far, near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => proxy.close());
  const advertise = { host: '127.0.0.1', port: (proxy.address() as AddressInfo).port };
  const acme = await new TestGateway(await sharedIdentity('acme.example', systemClock), { flight, advertise }).start(t);
  const vendor = await new TestGateway(await sharedIdentity('vendor.example', systemClock)).start(t);
  await acme.befriend(vendor);
  // Unreachable: where a stream begins on a connection before its reset is seen.
  const cut = (error: CounterfoilError) => ['stream.incomplete', 'peer.unreachable'].includes(error.code);
  for (let round = 1; round <= 3; round++) {
    await assert.rejects(collect(vendor.network.doGet(acme.id, utf8('t'))), cut);
    await assert.rejects(collect(vendor.network.doPut(acme.id, utf8('t'), endless())), cut);
    await until('the other side to see it', () => begun > 0 && ended === begun, 5000);
  }
});

test('a handler can end an earlier stream, also one whose reader has gone quiet', async (t) => {
  const open: StreamContext[] = [];
  const { acme, vendor } = await friends(t, {
    async *onGet(context) {
      open.splice(0).forEach((earlier) => {
        earlier.end(new CounterfoilError('transfer.state', 'A later stream took its place.'));
      });
      open.push(context);
      for (let index = 0; index < 50; index++) yield frame(index, MIB);
    },
  });
  const first = vendor.network.doGet(acme.id, utf8('t'));
  await first.next();
  assert.equal((await collect(vendor.network.doGet(acme.id, utf8('t')))).length, 50);
  await assert.rejects(collect(first), coded('transfer.state', /took its place/));
});

test('a peer has at most so many streams, and an end makes room', async (t) => {
  const { acme, vendor } = await friends(
    t,
    {
      async *onGet(context) {
        yield frame(0);
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      },
    },
    { limits: { streamsPerPeer: 2 } },
  );
  const open = async () => {
    const stream = vendor.network.doGet(acme.id, utf8('t'));
    await stream.next();
    return stream;
  };
  const [first] = [await open(), await open()];
  await assert.rejects(open(), coded('limit.exceeded', /2 streams open; at most 2/));
  await first.return();
  await until('room', () =>
    open().then(
      () => true,
      () => false,
    ),
  );
});

test('a push whose first message is missing or no FlightData is refused', async (t) => {
  const { acme, vendor } = await friends(t, {
    async *onPut(_, __, frames) {
      for await (const _ of frames) yield utf8('ok');
    },
  });
  async function* nothing(): AsyncGenerator<WireFrame> {}
  async function* large() {
    yield frame(0, LIMITS.batchBytes + 1);
  }
  await assert.rejects(
    collect(vendor.network.doPut(acme.id, utf8('t'), nothing())),
    coded('batch.invalid', /start with a schema/),
  );
  await assert.rejects(collect(vendor.network.doPut(acme.id, utf8('t'), large())), coded('batch.too_large'));
});

test('grpc-js 1.14.7 copies a gather message once, keeps its length, and takes the windows that we set', async (t) => {
  const copies: string[] = [];
  const gather = (side: string, text: string) => {
    const bytes = utf8(text);
    const copy = (target: Uint8Array, offset = 0) => {
      copies.push(side);
      target.set(bytes, offset);
      return bytes.length;
    };
    return { length: bytes.length, byteLength: bytes.length, copy } as unknown as Buffer;
  };
  const definition = (serialize: (text: string) => Buffer) => ({
    path: '/x/Echo',
    requestStream: true,
    responseStream: true,
    requestSerialize: serialize,
    requestDeserialize: (bytes: Buffer) => bytes.toString(),
    responseSerialize: serialize,
    responseDeserialize: (bytes: Buffer) => bytes.toString(),
  });
  const server = new Server();
  widenStreams(server, LIMITS.flowWindowBytes);
  server.addService(
    { Echo: definition((text) => gather('server', text)) },
    {
      Echo: (call: ServerDuplexStream<string, string>) => {
        call.on('data', (text: string) => call.write(`${text}!`));
        call.on('end', () => call.end());
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  t.after(() => server.forceShutdown());
  const windows: (number | undefined)[] = [];
  for (const http2 of http2ServersOf(server))
    http2.on('session', (session) => {
      widenConnection(session, LIMITS.flowWindowBytes);
      windows.push(session.state.effectiveLocalWindowSize);
      session.on('localSettings', (settings) => windows.push(settings.initialWindowSize));
    });
  const client = new Client(`dns:127.0.0.1:${port}`, credentials.createInsecure());
  t.after(() => client.close());
  const call = client.makeBidiStreamRequest(
    '/x/Echo',
    (text: string) => gather('client', text),
    (bytes) => bytes.toString(),
    new Metadata(),
  );
  call.write('one');
  call.write('two');
  call.end();
  assert.deepEqual(await collect(call), ['one!', 'two!']);
  assert.deepEqual(copies.sort(), ['client', 'client', 'server', 'server']);
  assert.deepEqual(windows, [LIMITS.flowWindowBytes, LIMITS.flowWindowBytes]);
});
