import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { Client, credentials, Metadata, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import type { FlightHandlers, StreamContext, WireFrame } from '../daemon/edge/peer/index.js';
import { http2ServersOf, widenConnection, widenStreams } from '../daemon/edge/peer/internals.js';
import { CounterfoilError, LIMITS, systemClock, utf8 } from '../daemon/foundation/index.js';
import { coded } from './support/errors.js';
import { collect, frame, friends, MIB } from './support/flight.js';
import { TestGateway } from './support/gateway.js';
import { sharedIdentity } from './support/peering.js';
import { until } from './support/until.js';

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
