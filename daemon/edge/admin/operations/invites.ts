import { noInput } from '../schemas/common.js';
import {
  inviteAcceptReply,
  inviteAcceptRequest,
  inviteCreateReply,
  inviteCreateRequest,
  inviteListReply,
  inviteRevokeRequest,
  inviteSchema,
} from '../schemas/invites.js';
import { operation } from './operation.js';

export const inviteOperations = [
  operation('invite.create', 'POST /v1/invites', 'Makes a one-time invite', {
    request: inviteCreateRequest,
    reply: inviteCreateReply,
    call: (service, input, context) => service.invites.create(input, context),
  }),
  operation('invite.accept', 'POST /v1/invites/accept', 'Accepts an invite, or the reply to one', {
    request: inviteAcceptRequest,
    reply: inviteAcceptReply,
    call: (service, input, context) => service.invites.accept(input, context),
  }),
  operation('invite.list', 'GET /v1/invites', 'Invites of this gateway', {
    request: noInput,
    reply: inviteListReply,
    call: (service, _, context) => service.invites.list(context),
  }),
  operation('invite.revoke', 'POST /v1/invites/:id/revoke', 'Makes an invite useless', {
    request: inviteRevokeRequest,
    reply: inviteSchema,
    call: (service, input, context) => service.invites.revoke(input, context),
  }),
];
