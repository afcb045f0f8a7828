import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { AdminOptions } from '../daemon/edge/index.js';
import { openApiDocument, requestedPolicy, startAdminServer } from '../daemon/edge/index.js';
import { CounterfoilError, LIMITS, silentLog } from '../daemon/foundation/index.js';
import { cannedAdmin, landedTransfer, stream } from './support/canned-admin.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';

const TOKEN = 'test-token';
const JSON_BODY = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };

async function started(
  t: TestContext,
  answers: Parameters<typeof cannedAdmin>[0] = {},
  more: Partial<AdminOptions> = {},
) {
  const { service, asked } = cannedAdmin(answers);
  const health = () => ({ ready: true, reasons: [], warnings: [] });
  const options = { service, token: TOKEN, health, software: '0.1.0', log: silentLog, ...more };
  const server = await startAdminServer(options, { host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const base = `http://127.0.0.1:${server.address.port}`;
  const get = (path: string, headers: Record<string, string> = JSON_BODY) => fetch(base + path, { headers });
  const post = (path: string, body: unknown, headers: Record<string, string> = JSON_BODY) =>
    fetch(base + path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { server, base, asked, get, post };
}

async function errorOf(response: Response) {
  const { error } = (await response.json()) as { error: Record<string, string> };
  assert.equal(response.headers.get('counterfoil-correlation'), error.correlation);
  for (const key of ['code', 'message', 'hint', 'correlation']) assert.ok(error[key], `${key} is there`);
  return { status: response.status, code: error.code, message: error.message! };
}

test('a call answers with what the service gave, and each has its own correlation id', async (t) => {
  const { get } = await started(t);
  const one = await get('/v1/peers/vendor.example');
  assert.equal(one.status, 200);
  assert.equal(((await one.json()) as { id: string }).id, 'vendor.example');
  const two = await get('/v1/peers');
  assert.match(one.headers.get('counterfoil-correlation') ?? '', /^cor-/);
  assert.notEqual(one.headers.get('counterfoil-correlation'), two.headers.get('counterfoil-correlation'));
});

test('every operation but the probes and the document needs the token', async (t) => {
  const { get } = await started(t);
  assert.deepEqual(await errorOf(await get('/v1/status', {})), {
    status: 401,
    code: 'admin.unauthorised',
    message: 'The request carries no token.',
  });
  for (const authorization of [`Bearer ${TOKEN}x`, 'Bearer ', TOKEN, `Basic ${TOKEN}`])
    assert.equal((await get('/v1/status', { authorization })).status, 401);
  for (const open of ['/healthz', '/readyz', '/v1/openapi.json']) assert.equal((await get(open, {})).status, 200);
});

test('liveness is apart from readiness, which says why', async (t) => {
  const reasons = [{ code: 'ledger.unavailable', message: 'The ledger cannot be written.' }];
  const { get } = await started(t, {}, { health: () => ({ ready: false, reasons, warnings: [] }) });
  assert.equal((await get('/healthz', {})).status, 200);
  const ready = await get('/readyz', {});
  assert.equal(ready.status, 503);
  assert.deepEqual(await ready.json(), { ready: false, reasons, warnings: [] });
});

test('a page of another name that resolves to loopback is refused, and no other origin is invited', async (t) => {
  const { server, get } = await started(t);
  const socket = connect(server.address.port, '127.0.0.1');
  socket.write(
    `GET /v1/status HTTP/1.1\r\nHost: evil.example:80\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
  );
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  const answer = Buffer.concat(chunks).toString();
  assert.match(answer, /^HTTP\/1\.1 403/);
  assert.match(answer, /"admin\.host"/);
  const cross = await get('/v1/status', { ...JSON_BODY, origin: 'https://evil.example' });
  assert.equal(cross.headers.get('access-control-allow-origin'), null);
});

const BAD: [name: string, path: string, body: unknown, message: RegExp][] = [
  ['an unknown entry', '/v1/invites', { tll: '1h' }, /"tll"/],
  ['a wrong type', '/v1/invites', { exchange: 'yes' }, /exchange: .*boolean/],
  ['a duration without unit', '/v1/invites', { ttl: '24' }, /ttl: must be a whole number and a unit/],
  ['an id that is none', '/v1/invites', { for: 'Not An Id' }, /for: "Not An Id" is not an organisation id/],
  ['a missing entry', '/v1/datasets', { name: 'x' }, /source: /],
  ['a list', '/v1/invites', [], /must be a JSON object/],
  ['no JSON', '/v1/invites', '{', /not JSON/],
];

for (const [name, path, body, message] of BAD) {
  test(`a request with ${name} is refused before the service sees it`, async (t) => {
    const { post, asked } = await started(t);
    const error = await errorOf(await post(path, body));
    assert.match(error.code!, /^input\.invalid$/);
    assert.match(error.message, message);
    assert.deepEqual(asked, []);
  });
}

test('path, query and body make one typed input', async (t) => {
  const { get, post, asked } = await started(t);
  await get('/v1/ledger/entries?peer=vendor.example&from=5&limit=10');
  await post('/v1/invites', { ttl: '2h', for: 'vendor.example' });
  const hostile = '../é "x"\n/..';
  await get(`/v1/datasets/${encodeURIComponent(hostile)}`);
  assert.deepEqual(asked, [
    { operation: 'ledger.list', input: { peer: 'vendor.example', from: 5, limit: 10 } },
    { operation: 'invites.create', input: { ttl: 7200_000, for: 'vendor.example' } },
    { operation: 'datasets.show', input: { name: hostile } },
  ]);
});

test('a body over the limit, another media type and an unknown path have their codes', async (t) => {
  const { get, post } = await started(t);
  assert.equal(
    (await errorOf(await post('/v1/invites', 'x'.repeat(LIMITS.adminBodyBytes + 1)))).code,
    'limit.exceeded',
  );
  const plain = { ...JSON_BODY, 'content-type': 'text/plain' };
  assert.match((await errorOf(await post('/v1/invites', 'ttl', plain))).message, /application\/json/);
  assert.equal((await errorOf(await get('/v1/nothing'))).code, 'not_found');
  assert.equal((await errorOf(await get('/v1/invites/x/revoke'))).status, 404);
});

test('a failure of the service keeps its code; anything unforeseen tells nothing but its correlation id', async (t) => {
  const { get, post } = await started(t, {
    'peers.show': () => {
      throw new CounterfoilError('peer.not_found', 'No peer "x".');
    },
    'peers.list': () => {
      throw new Error('password=hunter2');
    },
    'peers.suspend': () => ({ id: 'half an answer' }),
  });
  assert.deepEqual(await errorOf(await get('/v1/peers/vendor.example')), {
    status: 404,
    code: 'peer.not_found',
    message: 'No peer "x".',
  });
  const unforeseen = await errorOf(await get('/v1/peers'));
  assert.deepEqual([unforeseen.status, unforeseen.code], [500, 'internal']);
  assert.doesNotMatch(unforeseen.message, /hunter2/);
  const broken = await errorOf(await post('/v1/peers/vendor.example/suspend', {}));
  assert.match(broken.message, /answer of peer\.suspend/);
});

const lines = async (response: Response) =>
  (await response.text())
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));

test('a watch is NDJSON up to the final state; a failure before the first line is an ordinary answer', async (t) => {
  const { get } = await started(t);
  const states = await lines(await get('/v1/transfers/trn-1/watch'));
  assert.deepEqual(
    states.map(({ state }) => state),
    ['streaming', 'receipted'],
  );
  const failing = await started(t, {
    'transfers.watch': async function* () {
      yield* stream([]);
      throw new CounterfoilError('transfer.not_found', 'No transfer trn-1.');
    },
  });
  assert.equal((await errorOf(await failing.get('/v1/transfers/trn-1/watch'))).status, 404);
  const later = await started(t, {
    'transfers.watch': async function* () {
      yield landedTransfer;
      throw new CounterfoilError('peer.unreachable', 'Gone.');
    },
  });
  const [, last] = await lines(await later.get('/v1/transfers/trn-1/watch'));
  assert.equal(last.error.code, 'peer.unreachable');
});

test('a watch that waits ends when its caller goes, and when the gateway stops', async (t) => {
  const ended: string[] = [];
  const { server, base, get } = await started(t, {
    'transfers.watch': async function* (_, context) {
      yield landedTransfer;
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      ended.push('aborted');
    },
  });
  const caller = new AbortController();
  const response = await fetch(`${base}/v1/transfers/trn-1/watch`, { headers: JSON_BODY, signal: caller.signal });
  await response.body!.getReader().read();
  caller.abort();
  const waiting = await get('/v1/transfers/trn-1/watch');
  await server.close();
  assert.equal((await lines(waiting)).length, 1);
  assert.deepEqual(ended, ['aborted', 'aborted']);
});

test('a long call tells its progress to those who ask for it', async (t) => {
  const { post } = await started(t, {
    'datasets.publish': (_, context) => {
      context.progress({ phase: 'reading', done: 1, total: 2, unit: 'rows' });
      return { dataset: 'd', version: 'v-1', rows: 2, batches: 1, bytes: 8, unchanged: false, path: '/secret' };
    },
    'datasets.profile': () => {
      throw new CounterfoilError('source.missing', 'There is no file.');
    },
  });
  const ndjson = { ...JSON_BODY, accept: 'application/x-ndjson' };
  const [progress, result] = await lines(await post('/v1/datasets/d/publish', {}, ndjson));
  assert.deepEqual(progress, { progress: { phase: 'reading', done: 1, total: 2, unit: 'rows' } });
  assert.equal(result.result.version, 'v-1');
  assert.equal('path' in result.result, false, 'what the schema does not know is left out');
  const [failed] = await lines(await post('/v1/datasets/d/profile', {}, ndjson));
  assert.equal(failed.error.code, 'source.missing');
  assert.equal(
    (await post('/v1/datasets/d/publish', {})).headers.get('content-type'),
    'application/json; charset=utf-8',
  );
});

test('the OpenAPI document is valid and describes every operation', async () => {
  const document = openApiDocument('0.1.0');
  const result = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
  const { paths } = document as {
    paths: Record<string, Record<string, { operationId: string; parameters?: unknown[] }>>;
  };
  const ids = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ['invite.create', 'agreement.dry-run', 'transfer.watch', 'audit.export'])
    assert.ok(ids.includes(id));
  assert.equal(paths['/v1/ledger/entries']!.get!.parameters!.length, 6);
});

test('a port that is taken is named with its entry', async (t) => {
  const { server } = await started(t);
  const { service } = cannedAdmin();
  const options = {
    service,
    token: 'x',
    health: () => ({ ready: true, reasons: [], warnings: [] }),
    software: '0',
    log: silentLog,
  };
  await assert.rejects(
    startAdminServer(options, server.address),
    coded('port.in_use', new RegExp(`127\\.0\\.0\\.1:${server.address.port} \\(listen\\.admin in config\\.yaml\\)`)),
  );
});

test('single rules change the whole policy that a request gives', () => {
  const parseMask = (text: string) => {
    const [column, op] = text.split('=') as [string, string];
    return { column, rule: { op } };
  };
  assert.equal(requestedPolicy({}, parseMask), undefined);
  assert.deepEqual(
    requestedPolicy(
      {
        policy: { columns: { a: { op: 'null' }, b: { op: 'null' } }, where: 'x' },
        mask: ['b=token', '__proto__=keep'],
        drop: ['c'],
      },
      parseMask,
    ),
    {
      columns: Object.fromEntries([
        ['a', { op: 'null' }],
        ['b', { op: 'token' }],
        ['__proto__', { op: 'keep' }],
        ['c', { op: 'drop' }],
      ]),
      where: 'x',
    },
  );
  assert.deepEqual(requestedPolicy({ where: 'y' }, parseMask), { columns: {}, where: 'y' });
});

test('a request that trickles in, and connections beyond the limit, are dropped', async (t) => {
  const { server } = await started(t, {}, { requestMs: 100 });
  const slow = connect(server.address.port, '127.0.0.1');
  slow.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
  slow.resume();
  await once(slow, 'close');

  const calm = await started(t);
  const sockets = await Promise.all(
    Array.from({ length: LIMITS.adminConnections }, async () => {
      const socket = connect(calm.server.address.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }),
  );
  const surplus = connect(calm.server.address.port, '127.0.0.1');
  surplus.resume();
  await once(surplus, 'close');
  for (const socket of sockets) socket.destroy();
});

test('a path that is too long or not well-formed has its code', async (t) => {
  const { get } = await started(t);
  const long = await get(`/v1/datasets/${'x'.repeat(LIMITS.adminParameterChars + 1)}`);
  assert.deepEqual([long.status, (await errorOf(long)).code], [413, 'limit.exceeded']);
  assert.equal((await errorOf(await get('/v1/datasets/%ff'))).code, 'input.invalid');
});

test('with a certificate the API speaks TLS 1.3 only', async (t) => {
  const folder = temporaryFolder(t);
  const [cert, key] = [join(folder, 'a.crt'), join(folder, 'a.key')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=localhost',
    ],
    { stdio: 'ignore' },
  );
  const { server } = await started(t, {}, { tls: { cert, key } });
  const options = { port: server.address.port, host: '127.0.0.1', servername: 'localhost', ca: readFileSync(cert) };
  const socket = tlsConnect(options);
  await once(socket, 'secureConnect');
  assert.equal(socket.getProtocol(), 'TLSv1.3');
  socket.write(
    `GET /v1/status HTTP/1.1\r\nHost: gateway.example\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 200/);
  const old = tlsConnect({ ...options, maxVersion: 'TLSv1.2' });
  const [error] = (await once(old, 'error')) as [Error];
  assert.match(error.message, /protocol version/i);
});
