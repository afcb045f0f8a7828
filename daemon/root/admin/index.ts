import type { Access } from '../../access/index.js';
import type { Agreements, RuleBook } from '../../agreement/index.js';
import { type Datasets, type Profiles, parseContract, type Versions } from '../../catalog/index.js';
import { type Config, sourceAccess } from '../../config/index.js';
import type { AdminService, Health, PeerNetwork } from '../../edge/index.js';
import type { Clock, OrgId } from '../../foundation/index.js';
import type { Identity } from '../../identity/index.js';
import type { Invites } from '../../invite/index.js';
import type { Ledger } from '../../ledger/index.js';
import type { Meeting, Outbox, Peers } from '../../peering/index.js';
import type { Attestations, Jobs, Landings, Pace, Transfers } from '../../pipeline/index.js';
import type { Custody } from '../custody.js';
import { relationDocuments } from '../documents.js';
import type { Evidence } from '../evidence.js';
import type { Identifier } from '../identify.js';
import { ledgerFiles } from '../ledger-files.js';
import { rotateKey } from '../rotation.js';
import type { Views } from '../views.js';
import type { WorkerJobs } from '../worker.js';
import { accessAdmin } from './access.js';
import { agreementAdmin } from './agreements.js';
import { auditAdmin } from './audit.js';
import { custodyAdmin } from './custody.js';
import { dataAdmin } from './data.js';
import { datasetAdmin } from './datasets.js';
import { gatewayAdmin } from './gateway.js';
import { inviteAdmin } from './invites.js';
import { type LastVerified, ledgerAdmin } from './ledger.js';
import { peerAdmin } from './peers.js';
import { transferAdmin, type transferReplies } from './transfers.js';

/** The rooms that the admin operations work on. */
export interface AdminParts {
  config: Config;
  access: Access;
  transferReply: ReturnType<typeof transferReplies>;
  clock: Clock;
  identity: Identity;
  ledger: Ledger;
  peers: Peers;
  invites: Invites;
  meeting: Meeting;
  outbox: Outbox;
  network: PeerNetwork;
  datasets: Datasets;
  versions: Versions;
  profiles: Profiles;
  views: Views;
  agreements: Agreements;
  landings: Landings;
  pace: Pace;
  transfers: Transfers;
  attestations: Attestations;
  custody: Custody;
  identifier: Identifier;
  evidence: Evidence;
  rules: RuleBook;
  jobs: Jobs<WorkerJobs>;
  scratch: string;
  software: string;
  startedAt: number;
  health(): Health;
  adminAddress(): string;
}

/** Rotates the key; peers that can be reached hear of it before the answer. */
async function rotate(parts: AdminParts, options: Parameters<typeof rotateKey>[1]) {
  const { network, evidence } = parts;
  const tell = async (peer: OrgId) => {
    await network.probe(peer);
    await evidence.exchange(peer);
  };
  const rotated = await rotateKey({ ...parts, tell }, options);
  await network.syncEnrolment();
  return rotated;
}

/** What this side has written of the datasets that agreements are about. */
function sourcesOf({ agreements, datasets, versions }: AdminParts) {
  const known = (name: string) => datasets.list().some((dataset) => dataset.name === name);
  return {
    versions: (dataset: string) => (known(dataset) ? versions.list(dataset).map(({ id }) => id) : []),
    contract: (dataset: string) => (known(dataset) ? datasets.contract(dataset) : undefined),
    requirements: (peer: OrgId, dataset: string) => {
      const text = agreements.requirements(peer, dataset);
      return text === undefined ? undefined : parseContract(text, { dataset });
    },
  };
}

export function adminService(parts: AdminParts): AdminService {
  const { config, identity, ledger, peers, outbox, agreements, transfers, views, jobs } = parts;
  const verify = (peer: string | undefined) =>
    jobs.run('verifyLedger', {
      ...ledgerFiles(config, identity.publicKey),
      ...(peer === undefined ? {} : { peer: peers.get(peer).id }),
    });
  const verified: LastVerified = {};
  return {
    gateway: gatewayAdmin({ ...parts, verified }),
    invites: inviteAdmin(parts),
    peers: peerAdmin(parts),
    datasets: datasetAdmin({ ...parts, access: (uri) => sourceAccess(config, uri) }),
    agreements: agreementAdmin(agreements, sourcesOf(parts), views, outbox, parts.landings),
    transfers: transferAdmin({ ...parts, reply: parts.transferReply }),
    data: dataAdmin(parts),
    custody: custodyAdmin(parts),
    ledger: ledgerAdmin(ledger, {
      verify,
      verified,
      tell: (peer) => parts.evidence.exchange(peer),
      known: (peer) => peers.get(peer).id,
      rotate: (options) => rotate(parts, options),
    }),
    audit: auditAdmin({
      ...parts,
      documents: (peer) => relationDocuments(peer, agreements, transfers, parts.attestations),
      exchange: (peer) => parts.evidence.exchange(peer),
    }),
    access: accessAdmin({
      access: parts.access,
      gateway: { id: config.id, org: config.org, software: parts.software },
    }),
  };
}
