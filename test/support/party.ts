import type { TestContext } from 'node:test';
import { type Clock, orgId } from '../../daemon/foundation/index.js';
import { Identity, readCertificate } from '../../daemon/identity/index.js';
import type { Party } from '../../daemon/invite/index.js';
import { temporaryFolder } from './folder.js';

/** A new identity in a folder of its own. */
export async function newIdentity(t: TestContext, id: string, clock: Clock): Promise<Identity> {
  const identity = await Identity.create({ home: temporaryFolder(t), id: orgId(id), clock });
  t.after(() => identity.close());
  return identity;
}

/** How an identity presents itself in invites. */
export function partyOf(identity: Identity, addresses: { endpoint?: string; enrol?: string } = {}): Party {
  return {
    id: identity.id,
    name: `The ${identity.id} company`,
    signer: identity,
    ca: readCertificate(identity.tls.ca).raw,
    genesis: '00'.repeat(32),
    protocols: ['1.0'],
    ...addresses,
  };
}
