import { decryptReply, decryptRequest } from '../schemas/data.js';
import { operation } from './operation.js';

export const dataOperations = [
  operation(
    'data.decrypt',
    'POST /v1/decrypt',
    'Writes landed files again with their sealed columns opened',
    {
      request: decryptRequest,
      reply: decryptReply,
      call: (service, input, context) => service.data.decrypt(input, context),
    },
    'long',
  ),
];
