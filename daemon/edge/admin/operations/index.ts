import { accessOperations } from './access.js';
import { agreementOperations } from './agreements.js';
import { custodyOperations } from './custody.js';
import { dataOperations } from './data.js';
import { datasetOperations } from './datasets.js';
import { evidenceOperations } from './evidence.js';
import { gatewayOperations } from './gateway.js';
import { inviteOperations } from './invites.js';
import type { Operation } from './operation.js';
import { peerOperations } from './peers.js';
import { transferOperations } from './transfers.js';

export type { Operation } from './operation.js';

/** The whole admin API. */
export const operations: readonly Operation[] = [
  ...gatewayOperations,
  ...inviteOperations,
  ...peerOperations,
  ...datasetOperations,
  ...agreementOperations,
  ...transferOperations,
  ...dataOperations,
  ...custodyOperations,
  ...evidenceOperations,
  ...accessOperations,
];
