import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { orgId, systemClock } from '../daemon/foundation/index.js';
import { Identity, organisationOf, readCertificate } from '../daemon/identity/index.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';

test('certificates that openssl made with certs/dev.sh are taken as an own PKI', async (t) => {
  const folder = temporaryFolder(t);
  const run = promisify(execFile);
  await run(join(repoRoot, 'certs', 'dev.sh'), ['acme.example', 'gw.acme.example', '10.1.2.3'], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', OUT: folder },
  });
  const file = (name: string) => join(folder, `acme.example${name}`);
  const pki = { ca: file('.ca.pem'), certificate: file('.pem'), key: file('.key') };
  const identity = await Identity.create({
    home: join(folder, 'home'),
    id: orgId('acme.example'),
    clock: systemClock,
    pki,
  });
  t.after(() => identity.close());
  const leaf = readCertificate(identity.tls.certificate);
  assert.equal(organisationOf(leaf), 'acme.example');
  assert.match(leaf.subjectAltName ?? '', /DNS:gw\.acme\.example, IP Address:10\.1\.2\.3/);
});
