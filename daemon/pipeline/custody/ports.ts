import type { Clock, Journal, Log, OrgId } from '../../foundation/index.js';
import type { Signer } from '../../identity/index.js';
import type { PeerMethod, PeerRequest } from '../../peering/index.js';
import type { Database, KeyBox } from '../../store/index.js';
import type { Jobs } from '../jobs/index.js';
import type { Transfers } from '../transfers/index.js';
import type { CustodyJobs } from './index.js';

/** What custody takes from the other rooms. */
export interface CustodyPorts {
  db: Database;
  clock: Clock;
  log: Log;
  journal: Journal;
  signer: Signer;
  keyBox: KeyBox;
  jobs: Jobs<CustodyJobs>;
  transfers: Transfers;
  sink: { root: string; scratch: string };
  /** Organisation key of a peer by its fingerprint, 32 bytes. */
  peerKey(peer: OrgId, fingerprint: Uint8Array): Uint8Array;
  /** An agreement in whatever state; `agreement.not_found`. */
  agreement(id: string): { peer: OrgId; role: 'provider' | 'consumer'; retain: string | null };
  /** What stands for a value in a column of the peer of an agreement: its own token. `input.invalid` where nothing does. */
  standsFor(agreement: string, column: string, value: string): string;
  /** Delivers later, in order, also over a restart. */
  post<M extends PeerMethod>(peer: OrgId, method: M, request: PeerRequest<M>, correlation: string): void;
}
