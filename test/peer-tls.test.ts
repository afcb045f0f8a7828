import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { unary } from '../daemon/edge/peer/calls.js';
import { dial } from '../daemon/edge/peer/channels.js';
import { encodeRequest, pathOf } from '../daemon/edge/peer/codec.js';
import { dialCredentials, ListenerCredentials } from '../daemon/edge/peer/credentials.js';
import { dialEnrolment } from '../daemon/edge/peer/index.js';
import { controlChannel } from '../daemon/edge/peer/options.js';
import { fromStatus } from '../daemon/edge/peer/status.js';
import { type CounterfoilError, orgId, systemClock } from '../daemon/foundation/index.js';
import { issueLeaf, makeCa } from '../daemon/identity/certificates.js';
import { readCertificate, type TlsMaterial } from '../daemon/identity/index.js';
import { parseInvite, writeEnrolment } from '../daemon/invite/index.js';
import { coded } from './support/errors.js';
import { TestGateway } from './support/gateway.js';
import { partyOf } from './support/party.js';
import { homeOf, sharedIdentity } from './support/peering.js';
import { until } from './support/until.js';

const DAY = 24 * 3600_000;

async function pair(t: TestContext): Promise<[TestGateway, TestGateway]> {
  const made = ['acme.example', 'vendor.example'].map(async (id) => {
    const handlers = { 'Transfers/Cancel': async () => ({}) };
    return new TestGateway(await sharedIdentity(id, systemClock), { handlers }).start(t);
  });
  const [acme, vendor] = (await Promise.all(made)) as [TestGateway, TestGateway];
  await acme.befriend(vendor);
  return [acme, vendor];
}

/** One call to `to` by a client of our own making, which presents `tls`. */
async function callAs(to: TestGateway, tls: Pick<TlsMaterial, 'certificate' | 'key'> | undefined): Promise<void> {
  const peer = { id: to.id, ca: readCertificate(to.identity.tls.ca).raw };
  const endpoint = to.network.endpoint!;
  const client = dial(to.id, endpoint, dialCredentials(peer, tls as TlsMaterial | undefined), controlChannel);
  try {
    const request = encodeRequest('Transfers/Cancel', { transfer: 'x', reason: '' });
    await unary(client, pathOf('Transfers/Cancel'), request, { correlation: 'cor-tls', timeoutMs: 5000 });
  } catch (error) {
    throw fromStatus(error, { peer: to.id, endpoint, correlation: 'cor-tls' });
  } finally {
    client.close();
  }
}

const pem = (leaf: { certificate: string; key: string }) => ({ certificate: leaf.certificate, key: leaf.key });

/** The certificate authority of an identity, with its key: what that organisation could issue with. */
function caOf(gateway: TestGateway) {
  const text = readFileSync(join(homeOf(gateway.id), 'keys', 'ca.pem'), 'utf8');
  const at = text.indexOf('-----BEGIN CERTIFICATE-----');
  return { key: text.slice(0, at), certificate: text.slice(at) };
}

test('a stranger, a self-signed certificate, an expired leaf and no certificate are refused in the handshake', async (t) => {
  const [acme, vendor] = await pair(t);
  await callAs(acme, vendor.identity.tls);
  const stranger = await sharedIdentity('stranger.example', systemClock);
  const selfSigned = await makeCa('vendor.example', Date.now());
  const expired = await issueLeaf(caOf(vendor), vendor.id, [], Date.now() - 91 * DAY);
  const refused = coded('peer.tls', /closes the connection when it sees the certificate of this gateway/);
  await assert.rejects(callAs(acme, stranger.tls), refused);
  await assert.rejects(callAs(acme, pem(selfSigned)), refused);
  await assert.rejects(callAs(acme, pem(expired)), refused);
  await assert.rejects(callAs(acme, undefined), refused);
  // A stranger that says it is a peer is still a stranger.
  const claimed = await issueLeaf(await makeCa('vendor.example', Date.now()), 'vendor.example', [], Date.now());
  await assert.rejects(callAs(acme, pem(claimed)), refused);
  await callAs(acme, vendor.identity.tls);
});

test("a certificate that one peer's CA issued in the name of another is refused, and the attempt is in the ledger", async (t) => {
  const [acme, vendor] = await pair(t);
  const other = await new TestGateway(await sharedIdentity('other.example', systemClock)).start(t);
  await acme.befriend(other);
  const forged = await issueLeaf(caOf(vendor), 'other.example', [], Date.now());
  await assert.rejects(callAs(acme, pem(forged)), coded('peer.tls', /not issued by the CA that is pinned for other/));
  const nobody = await issueLeaf(caOf(vendor), 'nobody.example', [], Date.now());
  await assert.rejects(callAs(acme, pem(nobody)), coded('peer.tls', /nobody\.example is not a peer/));
  const refusal = acme.journal.entries.find(({ draft }) => draft.type === 'call.refused');
  assert.deepEqual(refusal?.draft.fields?.code, 'peer.tls');
});

test('TLS 1.2 is refused, before and after every update of certificates and trust', async (t) => {
  const [acme, vendor] = await pair(t);
  const port = Number(acme.network.endpoint!.split(':')[1]);
  const handshake = (maxVersion: SecureVersion) =>
    new Promise<string | null>((resolve, reject) => {
      const { certificate: cert, key } = vendor.identity.tls;
      const options = {
        port,
        host: '127.0.0.1',
        maxVersion,
        minVersion: 'TLSv1.2' as const,
        ca: acme.identity.tls.ca,
        cert,
        key,
      };
      const socket = connect({ ...options, ALPNProtocols: ['h2'], checkServerIdentity: () => undefined }, () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  const check = async () => {
    await assert.rejects(handshake('TLSv1.2'), /protocol version/);
    assert.equal(await handshake('TLSv1.3'), 'TLSv1.3 TLS_AES_128_GCM_SHA256');
  };
  await check();
  await acme.identity.renew(true);
  await check();
  const other = await new TestGateway(await sharedIdentity('other.example', systemClock)).start(t);
  await acme.enrol(other);
  await check();
  await acme.peers.revoke(other.id);
  await until('trust removed', () => acme.peers.trustedCas().length === 1);
  await check();
});

test('trust that is removed ends open connections and refuses new ones', async (t) => {
  const [acme, vendor] = await pair(t);
  await vendor.network.close();
  // Vendor's own hearing is off: only what Acme does counts.
  const peer = { id: acme.id, ca: readCertificate(acme.identity.tls.ca).raw };
  const client = dial(acme.id, acme.network.endpoint!, dialCredentials(peer, vendor.identity.tls), controlChannel);
  t.after(() => client.close());
  const ask = () =>
    unary(client, pathOf('Transfers/Cancel'), encodeRequest('Transfers/Cancel', { transfer: 'x', reason: '' }), {
      correlation: 'c',
      timeoutMs: 5000,
    }).catch((error: unknown) => {
      throw fromStatus(error, { peer: acme.id, endpoint: '', correlation: 'c' });
    });
  await ask();
  await acme.peers.revoke(vendor.id);
  await assert.rejects(ask(), coded('peer.revoked'), 'on the connection that stands');
  acme.peers.farewellDelivered(vendor.id);
  await until('the connection to be cut', () =>
    ask().then(
      () => false,
      (error: CounterfoilError) => error.code === 'peer.tls',
    ),
  );
  await assert.rejects(callAs(acme, vendor.identity.tls), coded('peer.tls'));
});

test('a listener without any trusted CA trusts nobody, not the CAs of the machine', async (t) => {
  const acme = await new TestGateway(await sharedIdentity('acme.example', systemClock)).start(t);
  assert.equal(acme.peers.trustedCas().length, 0);
  const vendor = await sharedIdentity('vendor.example', systemClock);
  await assert.rejects(callAs(acme, vendor.tls), coded('peer.tls'));
  const credentials = new ListenerCredentials({ mutual: true, tls: vendor.tls, trusted: [] });
  assert.deepEqual(credentials._getSecureContextOptions()?.ca, []);
});

test('what answers in place of a peer is told apart, each with its remedy', async (t) => {
  const acme = await new TestGateway(await sharedIdentity('acme.example', systemClock)).start(t);
  const vendor = await sharedIdentity('vendor.example', systemClock);
  const ask = async (endpoint: string, who = { id: vendor.id as string, ca: vendor.tls.ca }, timeoutMs = 5000) => {
    const peer = { id: orgId(who.id), ca: readCertificate(who.ca).raw };
    const client = dial(peer.id, endpoint, dialCredentials(peer, vendor.tls), controlChannel);
    try {
      await unary(client, pathOf('Peering/Hello'), Buffer.alloc(0), { correlation: 'c', timeoutMs });
    } catch (error) {
      throw fromStatus(error, { peer: peer.id, endpoint, correlation: 'c' });
    } finally {
      client.close();
    }
  };
  const listening = async (server: ReturnType<typeof createServer>) => {
    const sockets: Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
    t.after(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as { port: number }).port}`;
  };
  const old = await listening(
    createTlsServer({
      cert: vendor.tls.certificate,
      key: vendor.tls.key,
      maxVersion: 'TLSv1.2',
      ALPNProtocols: ['h2'],
    }),
  );
  const notTls = await listening(
    createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 no\r\n\r\n')),
  );
  const silent = await listening(
    createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .on('end', () => socket.destroy()),
    ),
  );
  await assert.rejects(ask(acme.network.endpoint!), coded('peer.tls', /CA exchanged at enrolment did not issue/));
  await assert.rejects(
    ask(acme.network.endpoint!, { id: 'vendor.example', ca: acme.identity.tls.ca }),
    coded('peer.tls', /Another organisation \(acme\.example\)/),
  );
  await assert.rejects(ask(old), coded('peer.tls', /does not speak TLS 1\.3/));
  await assert.rejects(ask(notTls), coded('peer.tls', /does not speak TLS 1\.3/));
  await assert.rejects(ask(silent, undefined, 300), coded('peer.unreachable', /no answer/));
  await assert.rejects(ask('127.0.0.1:1'), coded('peer.unreachable', /Nothing listens/));
  await assert.rejects(ask('gateway.invalid:1'), coded('peer.unreachable', /cannot be resolved/));
});

test('a joiner speaks only to the enrolment listener whose certificate is in the invite', async (t) => {
  const acme = await new TestGateway(await sharedIdentity('acme.example', systemClock)).start(t);
  const stranger = await new TestGateway(await sharedIdentity('stranger.example', systemClock)).start(t);
  const vendor = await sharedIdentity('vendor.example', systemClock);
  const { invite: text } = await acme.invites.create({});
  await stranger.invites.create({});
  await Promise.all([acme.network.syncEnrolment(), stranger.network.syncEnrolment()]);
  const invite = parseInvite(text, Date.now(), vendor);
  const request = writeEnrolment(invite, partyOf(vendor), Date.now());
  const elsewhere = { ...invite, enrol: stranger.network.enrolEndpoint };
  await assert.rejects(dialEnrolment(elsewhere, request), coded('peer.tls', /CA exchanged at enrolment did not issue/));
  // The peer listener is no enrolment listener: it wants a certificate of a peer.
  await assert.rejects(dialEnrolment({ ...invite, enrol: acme.network.endpoint }, request), coded('peer.tls'));
  await dialEnrolment(invite, request);
});
