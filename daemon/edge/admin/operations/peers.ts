import { noInput } from '../schemas/common.js';
import { peerChangeRequest, peerConfirmRequest, peerListReply, peerRequest, peerSchema } from '../schemas/peers.js';
import { operation } from './operation.js';

export const peerOperations = [
  operation('peer.list', 'GET /v1/peers', 'Organisations that this gateway knows', {
    request: noInput,
    reply: peerListReply,
    call: (service, _, context) => service.peers.list(context),
  }),
  operation('peer.show', 'GET /v1/peers/:id', 'One peer', {
    request: peerRequest,
    reply: peerSchema,
    call: (service, input, context) => service.peers.show(input, context),
  }),
  operation('peer.confirm', 'POST /v1/peers/:id/confirm', 'Confirms that the six words are the same on both sides', {
    request: peerConfirmRequest,
    reply: peerSchema,
    call: (service, input, context) => service.peers.confirm(input, context),
  }),
  operation('peer.suspend', 'POST /v1/peers/:id/suspend', 'Stops exchanging for now; ends streams under way', {
    request: peerChangeRequest,
    reply: peerSchema,
    call: (service, input, context) => service.peers.suspend(input, context),
  }),
  operation('peer.resume', 'POST /v1/peers/:id/resume', 'Ends a suspension', {
    request: peerChangeRequest,
    reply: peerSchema,
    call: (service, input, context) => service.peers.resume(input, context),
  }),
  operation('peer.revoke', 'POST /v1/peers/:id/revoke', 'Ends the relation for good', {
    request: peerChangeRequest,
    reply: peerSchema,
    call: (service, input, context) => service.peers.revoke(input, context),
  }),
  operation(
    'peer.acknowledge-restore',
    'POST /v1/peers/:id/acknowledge-restore',
    'Accepts that a peer restored an older ledger and goes on from there',
    {
      request: peerRequest,
      reply: peerSchema,
      call: (service, input, context) => service.peers.acknowledgeRestore(input, context),
    },
  ),
];
