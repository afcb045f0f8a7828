import { noInput } from '../schemas/common.js';
import { doctorReply, doctorRequest, statusReply } from '../schemas/gateway.js';
import { overviewReply, reachReply } from '../schemas/overview.js';
import { settingsChangeRequest, settingsReply, sourceRemoveRequest, sourceSetRequest } from '../schemas/settings.js';
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
  operation(
    'overview.show',
    'GET /v1/overview',
    'What waits for somebody, who exchanges what with whom, the last days',
    {
      request: noInput,
      reply: overviewReply,
      call: (service, _, context) => service.gateway.overview(context),
    },
  ),
  operation('gateway.reach', 'POST /v1/reach', 'Dials the address that peers are told', {
    request: noInput,
    reply: reachReply,
    call: (service, _, context) => service.gateway.reach(context),
  }),
  operation('gateway.settings', 'GET /v1/settings', 'What config.yaml says, entry by entry; no secrets', {
    request: noInput,
    reply: settingsReply,
    call: (service, _, context) => service.gateway.settings(context),
  }),
  operation('settings.change', 'POST /v1/settings', 'Changes entries of config.yaml, all else as it was', {
    request: settingsChangeRequest,
    reply: settingsReply,
    call: (service, input, context) => service.gateway.changeSettings(input, context),
  }),
  operation(
    'settings.source',
    'POST /v1/settings/sources',
    'How sources with one beginning are reached; counts at once',
    {
      request: sourceSetRequest,
      reply: settingsReply,
      call: (service, input, context) => service.gateway.setSource(input, context),
    },
  ),
  operation('settings.source-remove', 'POST /v1/settings/sources/remove', 'Takes such an entry out, with its secrets', {
    request: sourceRemoveRequest,
    reply: settingsReply,
    call: (service, input, context) => service.gateway.removeSource(input, context),
  }),
];
