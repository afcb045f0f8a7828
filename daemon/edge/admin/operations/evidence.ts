import { auditBundleRequest, auditExportReply, auditExportRequest } from '../schemas/audit.js';
import { noInput } from '../schemas/common.js';
import {
  ledgerCompareReply,
  ledgerCompareRequest,
  ledgerDeclareReply,
  ledgerHeadReply,
  ledgerListReply,
  ledgerListRequest,
  ledgerRotateReply,
  ledgerRotateRequest,
  ledgerShowReply,
  ledgerShowRequest,
  ledgerVerifyReply,
  ledgerVerifyRequest,
} from '../schemas/ledger.js';
import { operation } from './operation.js';

export const evidenceOperations = [
  operation('ledger.list', 'GET /v1/ledger/entries', 'Entries of the master log, or of the channel with a peer', {
    request: ledgerListRequest,
    reply: ledgerListReply,
    call: (service, input, context) => service.ledger.list(input, context),
  }),
  operation('ledger.show', 'GET /v1/ledger/entries/:seq', 'One entry, with the proof that it is in the tree', {
    request: ledgerShowRequest,
    reply: ledgerShowReply,
    call: (service, input, context) => service.ledger.show(input, context),
  }),
  operation(
    'ledger.verify',
    'POST /v1/ledger/verify',
    'Recomputes chains and trees, checks signatures and heads; lists every fault',
    {
      request: ledgerVerifyRequest,
      reply: ledgerVerifyReply,
      call: (service, input, context) => service.ledger.verify(input, context),
    },
    'long',
  ),
  operation('ledger.head', 'GET /v1/ledger/head', 'Signed heads, and what peers have cosigned', {
    request: ledgerVerifyRequest,
    reply: ledgerHeadReply,
    call: (service, input, context) => service.ledger.head(input, context),
  }),
  operation(
    'ledger.compare',
    'POST /v1/ledger/compare',
    'The log kept here of a relation beside the one that the peer has shown of its own',
    {
      request: ledgerCompareRequest,
      reply: ledgerCompareReply,
      call: (service, input, context) => service.ledger.compare(input, context),
    },
  ),
  operation(
    'ledger.declare-restored',
    'POST /v1/ledger/declare-restored',
    'Declares that signed heads are lost for good after a restore; a new incarnation begins',
    {
      request: noInput,
      reply: ledgerDeclareReply,
      call: (service, _, context) => service.ledger.declareRestored(context),
    },
  ),
  operation(
    'ledger.rotate-key',
    'POST /v1/ledger/rotate-key',
    'Gives the organisation another key, and tells the peers',
    {
      request: ledgerRotateRequest,
      reply: ledgerRotateReply,
      call: (service, input, context) => service.ledger.rotateKey(input, context),
    },
  ),
  operation(
    'audit.export',
    'POST /v1/audit/export',
    "Writes the auditor's bundle of the relation with one peer; no raw data",
    {
      request: auditExportRequest,
      reply: auditExportReply,
      call: (service, input, context) => service.audit.export(input, context),
    },
    'long',
  ),
  operation(
    'audit.bundle',
    'GET /v1/audit/bundle',
    "The auditor's bundle of the relation with one peer, as a file; no raw data",
    {
      request: auditBundleRequest,
      reply: auditExportReply,
      call: (service, input, context) => service.audit.bundle(input, context),
    },
    'file',
  ),
];
