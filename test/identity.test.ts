import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { canonicalJson, type Json, orgId, utf8 } from '../daemon/foundation/index.js';
import {
  certificateFingerprint,
  fingerprint,
  Identity,
  issuedBy,
  organisationOf,
  parseCanonical,
  privateKeyFromSeed,
  rawPublicKey,
  readCertificate,
  signEd25519,
  verifyEd25519,
  verifySigned,
} from '../daemon/identity/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';

const DAY = 24 * 3600_000;
const acme = orgId('acme.example');

test('a new identity has its keys, private to their owner, and opens again as itself', async (t) => {
  const home = temporaryFolder(t);
  const clock = new ManualClock();
  const made = await Identity.create({ home, id: acme, clock, hosts: ['gw.acme.example', '::1'] });
  for (const name of readdirSync(join(home, 'keys')))
    assert.equal(statSync(join(home, 'keys', name)).mode & 0o777, 0o600, name);
  const opened = await Identity.open({ home, id: acme, clock });
  assert.equal(opened.fingerprint, made.fingerprint);
  assert.equal(opened.fingerprint, fingerprint(made.publicKey));
  assert.equal(opened.tls.certificate, made.tls.certificate);
  assert.equal(made.storeKey.length, 32);

  const leaf = readCertificate(made.tls.certificate);
  assert.ok(issuedBy(leaf, readCertificate(made.tls.ca)));
  assert.equal(organisationOf(leaf), acme);
  assert.match(leaf.subjectAltName ?? '', /DNS:gw\.acme\.example/);
  const statement = made.caStatement();
  assert.ok(verifySigned(statement, 'ca', made.publicKey));
  assert.deepEqual(parseCanonical(statement.document), { v: 1, id: acme, ca: made.tls.caFingerprint });
  assert.equal(Buffer.from(certificateFingerprint(made.tls.ca)).toString('hex'), made.tls.caFingerprint);

  await assert.rejects(Identity.create({ home, id: acme, clock }), coded('home.exists'));
});

test('the leaf is renewed at two thirds of its life, under the same CA', async (t) => {
  const clock = new ManualClock();
  const identity = await Identity.create({ home: temporaryFolder(t), id: acme, clock });
  t.after(() => identity.close());
  const renewed: string[] = [];
  identity.onRenewed((tls) => renewed.push(tls.certificate));
  const first = identity.tls;
  clock.advance(60 * DAY - 1000);
  assert.equal(await identity.renew(), false);
  clock.advance(2000);
  assert.equal(await identity.renew(), true);
  assert.deepEqual(renewed, [identity.tls.certificate]);
  assert.notEqual(identity.tls.certificate, first.certificate);
  assert.equal(identity.tls.caFingerprint, first.caFingerprint);
  assert.ok(identity.tls.validTo - clock.now() > 89 * DAY);
  clock.advance(91 * DAY);
  assert.throws(() => identity.verify(), coded('key.invalid', /expired/));
});

test('a key that others may read, or that is missing, damaged or another, is named', async (t) => {
  const home = temporaryFolder(t);
  const other = temporaryFolder(t);
  const clock = new ManualClock();
  await Promise.all([
    Identity.create({ home, id: acme, clock }),
    Identity.create({ home: other, id: orgId('other.example'), clock }),
  ]);
  const path = (name: string) => join(home, 'keys', name);
  const open = () => Identity.open({ home, id: acme, clock });

  for (const name of ['org.key', 'store.key', 'admin.token', 'ca.pem', 'leaf.pem']) {
    const good = readFileSync(path(name));
    chmodSync(path(name), 0o644);
    await assert.rejects(open(), coded('config.permissions', new RegExp(`keys/${name}.*0644`)));
    chmodSync(path(name), 0o600);
    for (const bad of [Buffer.alloc(0), Buffer.from('nonsense'), good.subarray(0, good.length / 2)]) {
      writeFileSync(path(name), bad);
      await assert.rejects(open(), coded('key.invalid', new RegExp(`keys/${name}`)), `${name} ${bad.length}`);
    }
    writeFileSync(path(name), good);
  }
  copyFileSync(join(other, 'keys', 'ca.pem'), path('ca.pem'));
  await assert.rejects(open(), coded('key.invalid', /not issued by the CA/));
  copyFileSync(join(other, 'keys', 'leaf.pem'), path('leaf.pem'));
  await assert.rejects(open(), coded('key.invalid', /does not name acme\.example/));
  rmSync(path('org.key'));
  await assert.rejects(open(), coded('key.invalid', /keys\/org\.key is missing/));
});

test("an organisation's own PKI is used in place of the gateway's CA", async (t) => {
  const clock = new ManualClock();
  const [pkiHome, home] = [temporaryFolder(t), temporaryFolder(t)];
  const source = await Identity.create({ home: pkiHome, id: acme, clock });
  const files = { ca: join(home, 'corp-ca.pem'), certificate: join(home, 'corp.pem'), key: join(home, 'corp.key') };
  writeFileSync(files.ca, source.tls.ca);
  writeFileSync(files.certificate, source.tls.certificate);
  writeFileSync(files.key, source.tls.key, { mode: 0o600 });
  const identity = await Identity.create({ home, id: acme, clock, pki: files });
  assert.equal(identity.tls.caFingerprint, source.tls.caFingerprint);
  assert.equal(await identity.renew(true), false);
  chmodSync(files.key, 0o640);
  await assert.rejects(identity.renew(), coded('config.permissions'));
});

test('a signature holds for its bytes, its kind and its key, and for nothing else', async (t) => {
  const identity = await Identity.create({ home: temporaryFolder(t), id: acme, clock: new ManualClock() });
  const stranger = rawPublicKey(privateKeyFromSeed(new Uint8Array(32).fill(7)));
  await fc.assert(
    fc.property(fc.json({ maxDepth: 2 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, flip) => {
      const signed = identity.signDocument('notice', { text });
      assert.ok(verifySigned(signed, 'notice', identity.publicKey));
      assert.ok(!verifySigned(signed, 'receipt', identity.publicKey));
      assert.ok(!verifySigned(signed, 'notice', stranger));
      for (const part of ['document', 'signature', 'key'] as const) {
        const changed = Uint8Array.from(signed[part]);
        changed[at % changed.length]! ^= flip;
        assert.ok(!verifySigned({ ...signed, [part]: changed }, 'notice', identity.publicKey));
        assert.ok(!verifySigned({ ...signed, [part]: signed[part].subarray(1) }, 'notice', identity.publicKey));
      }
    }),
    { numRuns: 50 },
  );
});

test('Ed25519 keys and signatures are those of RFC 8032', () => {
  // Section 7.1, test 2.
  const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex');
  const key = privateKeyFromSeed(seed);
  const publicKey = rawPublicKey(key);
  assert.equal(
    Buffer.from(publicKey).toString('hex'),
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  );
  const signature = signEd25519(key, Uint8Array.of(0x72));
  assert.match(
    Buffer.from(signature).toString('hex'),
    /^92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da/,
  );
  assert.ok(verifyEd25519(publicKey, Uint8Array.of(0x72), signature));
});

test('only canonical JSON is read as a signed document', () => {
  const sound: Json = { a: 1, b: ['é', null, true] };
  assert.deepEqual(parseCanonical(utf8(canonicalJson(sound))), sound);
  for (const text of [
    '{ "a":1}',
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a":1.0}',
    '{"a":1}\n',
    '',
    '{"a":"\\u0041"}',
    '9007199254740993',
  ])
    assert.throws(() => parseCanonical(utf8(text)), coded('input.invalid'), text);
  assert.throws(() => parseCanonical(Uint8Array.of(0x22, 0xff, 0x22)), coded('input.invalid'));
});
