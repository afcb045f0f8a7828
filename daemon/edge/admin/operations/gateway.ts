import { noInput } from '../schemas/common.js';
import { doctorReply, doctorRequest, statusReply } from '../schemas/gateway.js';
import { operation } from './operation.js';

export const gatewayOperations = [
  operation('gateway.status', 'GET /v1/status', 'Who this gateway is, whether it is ready, what is under way', {
    request: noInput,
    reply: statusReply,
    call: (service, _, context) => service.gateway.status(context),
  }),
  operation('gateway.doctor', 'GET /v1/doctor', 'Looks for what is wrong, and says what to do', {
    request: doctorRequest,
    reply: doctorReply,
    call: (service, input, context) => service.gateway.doctor(input, context),
  }),
];
