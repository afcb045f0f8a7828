import {
  ownPasswordRequest,
  sessionReply,
  setupRequest,
  signInRequest,
  tokenCreateReply,
  tokenCreateRequest,
  tokenListReply,
  tokenRequest,
  tokenSchema,
  userAddRequest,
  userChangeRequest,
  userListReply,
  userRequest,
  userSchema,
} from '../schemas/access.js';
import { noInput } from '../schemas/common.js';
import { operation } from './operation.js';

export const accessOperations = [
  operation('session.show', 'GET /v1/session', 'Who is signed in, and whether anybody can', {
    request: noInput,
    reply: sessionReply,
    call: (service, _, context) => service.access.session(context),
  }),
  operation('session.open', 'POST /v1/session', 'Signs in with name and password; sets the session cookie', {
    request: signInRequest,
    reply: sessionReply,
    call: (service, input, context) => service.access.signIn(input, context),
  }),
  operation('session.end', 'POST /v1/session/end', 'Signs out', {
    request: noInput,
    reply: sessionReply,
    call: (service, _, context) => service.access.signOut(context),
  }),
  operation('session.setup', 'POST /v1/setup', 'Makes the first administrator, and signs in', {
    request: setupRequest,
    reply: sessionReply,
    call: (service, input, context) => service.access.setUp(input, context),
  }),
  operation('session.password', 'POST /v1/session/password', 'Changes the own password; ends other sessions', {
    request: ownPasswordRequest,
    reply: sessionReply,
    call: (service, input, context) => service.access.changePassword(input, context),
  }),
  operation('user.list', 'GET /v1/users', 'Who may use this gateway', {
    request: noInput,
    reply: userListReply,
    call: (service, _, context) => service.access.users(context),
  }),
  operation('user.add', 'POST /v1/users', 'Adds a user', {
    request: userAddRequest,
    reply: userSchema,
    call: (service, input, context) => service.access.addUser(input, context),
  }),
  operation('user.change', 'POST /v1/users/:name', 'Changes role, state or password of a user', {
    request: userChangeRequest,
    reply: userSchema,
    call: (service, input, context) => service.access.changeUser(input, context),
  }),
  operation('user.remove', 'POST /v1/users/:name/remove', 'Removes a user, with sessions and tokens', {
    request: userRequest,
    reply: userListReply,
    call: (service, input, context) => service.access.removeUser(input, context),
  }),
  operation('token.list', 'GET /v1/tokens', 'API tokens: all for an administrator, for others their own', {
    request: noInput,
    reply: tokenListReply,
    call: (service, _, context) => service.access.tokens(context),
  }),
  operation('token.create', 'POST /v1/tokens', 'Makes a token for a program, with no more rights than its maker', {
    request: tokenCreateRequest,
    reply: tokenCreateReply,
    call: (service, input, context) => service.access.createToken(input, context),
  }),
  operation('token.revoke', 'POST /v1/tokens/:id/revoke', 'Makes a token useless', {
    request: tokenRequest,
    reply: tokenSchema,
    call: (service, input, context) => service.access.revokeToken(input, context),
  }),
];
