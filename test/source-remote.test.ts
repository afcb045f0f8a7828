import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { coded } from './support/errors.js';
import { readSource } from './support/sources.js';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a file from a web server, with credentials that do not follow a redirect', async (t) => {
  const seen: (string | undefined)[] = [];
  const other = await serve(t, (request, answer) => {
    seen.push(request.headers.authorization);
    answer.end('x\n1\n');
  });
  const host = await serve(t, (request, answer) => {
    seen.push(request.headers.authorization);
    answer.writeHead(302, { location: `http://${other}/b.csv` }).end();
  });
  const { columns } = await readSource(t, {
    uri: `http://${host}/a.csv?signature=s3cret`,
    access: { bearer_token: 'tok' },
  });
  assert.deepEqual(columns, { x: [1n] });
  assert.deepEqual(seen, ['Bearer tok', undefined]);
});

test('answers of a web server become codes, and no address shows its query', async (t) => {
  const host = await serve(t, (request, answer) => {
    const status = Number(request.url?.slice(1, 4));
    if (status === 200) {
      answer.writeHead(200, { 'content-length': 100 }).write('x\n1\n', () => answer.destroy());
    } else answer.writeHead(status, status === 302 ? { location: request.url! } : {}).end();
  });
  const read = (path: string) => readSource(t, { uri: `http://${host}/${path}/a.csv?key=s3cret` });
  await assert.rejects(read('404'), coded('source.missing'));
  await assert.rejects(read('403'), coded('source.permission'));
  await assert.rejects(read('500'), coded('source.invalid', /status 500/));
  await assert.rejects(read('302'), coded('source.invalid', /redirects more than/));
  await assert.rejects(read('200'), coded('source.invalid', /cut short/));
  await assert.rejects(readSource(t, { uri: 'http://example.org/a.csv?key=s3cret' }), (error: Error) => {
    assert.doesNotMatch(error.message, /s3cret/);
    return coded('input.invalid', /without TLS/)(error);
  });
  await assert.rejects(
    readSource(t, { uri: 'http://127.0.0.1:1/a.csv' }),
    coded('source.missing', /cannot be reached/),
  );
  await assert.rejects(
    readSource(t, { uri: 'https://user:pw@example.org/a.csv' }),
    coded('input.invalid', /holds a password/),
  );
});

const ACCESS = { access_key_id: 'AKID', secret_access_key: 'SECRET', region: 'eu-test-1' };

/** Recomputes the signature from what arrived (AWS Signature Version 4), independently of the code under test. */
function isSigned(request: IncomingMessage): boolean {
  const match =
    /^AWS4-HMAC-SHA256 Credential=AKID\/(\d{8})\/eu-test-1\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (match === null) return false;
  const [, day, names, signature] = match as unknown as [string, string, string, string];
  const [path, query = ''] = request.url!.split('?');
  const headers = names
    .split(';')
    .map((name) => `${name}:${String(request.headers[name])}\n`)
    .join('');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = `GET\n${path}\n${query}\n${headers}\n${names}\n${String(request.headers['x-amz-content-sha256'])}`;
  const text = `AWS4-HMAC-SHA256\n${String(request.headers['x-amz-date'])}\n${day}/eu-test-1/s3/aws4_request\n${hash(canonical)}`;
  const mac = (key: string | Buffer, part: string) => createHmac('sha256', key).update(part).digest();
  const key = mac(mac(mac(mac('AWS4SECRET', day), 'eu-test-1'), 's3'), 'aws4_request');
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

test('objects of an S3-compatible store: one, a glob over pages, a folder', async (t) => {
  const objects = new Map([
    ['in/a 1.csv', 'x\n1\n'],
    ['in/b&+é.csv', 'x\n2\n'],
    ['in/c.txt', 'no'],
    ['in/deep/d.csv', 'x\n3\n'],
  ]);
  const etag = (body: string) => `"${createHash('md5').update(body).digest('hex')}"`;
  let lie = false;
  const host = await serve(t, (request, answer) => {
    if (!isSigned(request)) return answer.writeHead(403).end('<Code>SignatureDoesNotMatch</Code>');
    const url = new URL(request.url!, 'http://store');
    const key = decodeURIComponent(url.pathname.replace(/^\/bucket\//, ''));
    if (key !== '') {
      const body = objects.get(key);
      if (body === undefined) return answer.writeHead(404).end();
      return answer.writeHead(200, { etag: lie ? '"other"' : etag(body) }).end(body);
    }
    const keys = [...objects.keys()].filter((each) => each.startsWith(url.searchParams.get('prefix')!)).sort();
    const at = Number(url.searchParams.get('continuation-token') ?? 0);
    const page = keys
      .slice(at, at + 2)
      .map(
        (each) =>
          `<Contents><Key>${encodeURIComponent(each)}</Key><ETag>${etag(objects.get(each)!).replaceAll('"', '&quot;')}</ETag></Contents>`,
      );
    const more = at + 2 < keys.length;
    answer.end(
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${page.join('')}${more ? `<NextContinuationToken>${at + 2}</NextContinuationToken>` : ''}</ListBucketResult>`,
    );
  });
  const access = { ...ACCESS, endpoint_url: `http://${host}` };
  const x = async (key: string) => (await readSource(t, { uri: `s3://bucket/${key}`, access })).columns.x;
  assert.deepEqual(await x('in/a 1.csv'), [1n]);
  assert.deepEqual(await x('in/*.csv'), [1n, 2n]);
  assert.deepEqual(await x('in/'), [1n, 2n, 3n]);
  await assert.rejects(x('in/none.csv'), coded('source.missing', /bucket\/in\/none\.csv/));
  await assert.rejects(x('out/*.csv'), coded('source.missing', /No object/));
  await assert.rejects(
    readSource(t, { uri: 's3://bucket/in/', access: { ...access, secret_access_key: 'x' } }),
    coded('source.permission'),
  );
  await assert.rejects(readSource(t, { uri: 's3://bucket', access }), coded('input.invalid', /bucket and a key/));
  lie = true;
  await assert.rejects(x('in/*.csv'), coded('source.changed'));
});
