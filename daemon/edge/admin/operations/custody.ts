import { noInput } from '../schemas/common.js';
import {
  deleteRequest,
  erasureIdRequest,
  erasureListReply,
  erasureRequest,
  erasureSchema,
  erasureShowReply,
  shredReply,
  shredRequest,
} from '../schemas/custody.js';
import { transferSchema } from '../schemas/transfers.js';
import { operation } from './operation.js';

export const custodyOperations = [
  operation('transfer.delete', 'POST /v1/transfers/:id/delete', 'Deletes what landed, and signs so to the provider', {
    request: deleteRequest,
    reply: transferSchema,
    call: (service, input, context) => service.custody.delete(input, context),
  }),
  operation(
    'version.shred',
    'POST /v1/datasets/:name/versions/:version/shred',
    'Destroys the keys of a version, and its rows; the ledger keeps what it was',
    {
      request: shredRequest,
      reply: shredReply,
      call: (service, input, context) => service.custody.shred(input, context),
    },
  ),
  operation('erasure.request', 'POST /v1/erasures', 'Asks a consumer to erase the rows of a person', {
    request: erasureRequest,
    reply: erasureSchema,
    call: (service, input, context) => service.custody.requestErasure(input, context),
  }),
  operation('erasure.list', 'GET /v1/erasures', 'Erasures, asked of others and by others, newest first', {
    request: noInput,
    reply: erasureListReply,
    call: (service, _, context) => service.custody.erasures(context),
  }),
  operation('erasure.show', 'GET /v1/erasures/:id', 'One erasure, with the signed receipt', {
    request: erasureIdRequest,
    reply: erasureShowReply,
    call: (service, input, context) => service.custody.erasure(input, context),
  }),
];
