import { auditExportReply, auditExportRequest } from '../schemas/audit.js';
import {
  ledgerHeadReply,
  ledgerListReply,
  ledgerListRequest,
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
];
