import { join } from 'node:path';
import type { DocumentSource } from '../../audit/index.js';
import { exportBundle } from '../../audit/index.js';
import type { AdminService } from '../../edge/index.js';
import { type Clock, newId, type OrgId } from '../../foundation/index.js';
import type { Ledger } from '../../ledger/index.js';
import type { Peers } from '../../peering/index.js';

interface Parts {
  ledger: Ledger;
  peers: Peers;
  clock: Clock;
  software: string;
  scratch: string;
  documents(peer: OrgId): DocumentSource;
  exchange(peer: OrgId): Promise<void>;
}

export function auditAdmin({
  ledger,
  peers,
  clock,
  software,
  scratch,
  documents,
  exchange,
}: Parts): AdminService['audit'] {
  return {
    export: async ({ peer, out }) => {
      const { id } = peers.get(peer);
      // The newest heads, each cosigned, where the peer can be reached; what is held already, where it cannot.
      await exchange(id).catch(() => undefined);
      const bundle = await exportBundle({ ledger, peer: id, out, clock, software, documents: documents(id) });
      return { ...bundle, peer: id };
    },
    bundle: async ({ peer }) => {
      const { id } = peers.get(peer);
      await exchange(id).catch(() => undefined);
      const out = join(scratch, `${newId('sto')}.tar`);
      const bundle = await exportBundle({ ledger, peer: id, out, clock, software, documents: documents(id) });
      return { ...bundle, peer: id };
    },
  };
}
