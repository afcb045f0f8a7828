import {
  transferCancelRequest,
  transferListReply,
  transferListRequest,
  transferReportReply,
  transferReportRequest,
  transferRequest,
  transferSchema,
  transferShowReply,
  transferStartRequest,
} from '../schemas/transfers.js';
import { operation } from './operation.js';

export const transferOperations = [
  operation('transfer.start', 'POST /v1/transfers', 'Starts sending (or fetching) a version under an agreement', {
    request: transferStartRequest,
    reply: transferSchema,
    call: (service, input, context) => service.transfers.start(input, context),
  }),
  operation('transfer.list', 'GET /v1/transfers', 'Transfers of this gateway, newest first', {
    request: transferListRequest,
    reply: transferListReply,
    call: (service, input, context) => service.transfers.list(input, context),
  }),
  operation('transfer.show', 'GET /v1/transfers/:id', 'One transfer, with its check reports', {
    request: transferRequest,
    reply: transferShowReply,
    call: (service, input, context) => service.transfers.show(input, context),
  }),
  operation(
    'transfer.watch',
    'GET /v1/transfers/:id/watch',
    'The transfer now and at every change, until its final state',
    {
      request: transferRequest,
      reply: transferSchema,
      call: (service, input, context) => service.transfers.watch(input, context),
    },
    'stream',
  ),
  operation(
    'transfer.report',
    'GET /v1/transfers/:id/report',
    'What both sides checked: signed, for build servers, or to read',
    {
      request: transferReportRequest,
      reply: transferReportReply,
      call: (service, input, context) => service.transfers.report(input, context),
    },
  ),
  operation('transfer.cancel', 'POST /v1/transfers/:id/cancel', 'Stops it on both sides; nothing lands', {
    request: transferCancelRequest,
    reply: transferSchema,
    call: (service, input, context) => service.transfers.cancel(input, context),
  }),
  operation('transfer.resume', 'POST /v1/transfers/:id/resume', 'Goes on from the last acknowledged batch', {
    request: transferRequest,
    reply: transferSchema,
    call: (service, input, context) => service.transfers.resume(input, context),
  }),
];
