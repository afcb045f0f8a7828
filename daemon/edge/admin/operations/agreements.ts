import {
  agreementDecideRequest,
  agreementListReply,
  agreementRequest,
  agreementSchema,
  agreementShowReply,
  counterRequest,
  draftReply,
  draftRequest,
  dryRunReply,
  dryRunRequest,
  landingChoice,
  landingReply,
  needsReply,
  offerReply,
  offerRequest,
  requirementsReply,
  requirementsRequest,
} from '../schemas/agreements.js';
import { noInput } from '../schemas/common.js';
import { operation } from './operation.js';

export const agreementOperations = [
  operation('requirements.set', 'PUT /v1/requirements', 'What this gateway requires of a dataset of a peer', {
    request: requirementsRequest,
    reply: requirementsReply,
    call: (service, input, context) => service.agreements.setRequirements(input, context),
  }),
  operation('requirements.list', 'GET /v1/requirements', 'What both sides need of datasets, as far as known here', {
    request: noInput,
    reply: needsReply,
    call: (service, _, context) => service.agreements.needs(context),
  }),
  operation('agreement.draft', 'POST /v1/agreements/draft', 'What an offer would come to; changes nothing', {
    request: draftRequest,
    reply: draftReply,
    call: (service, input, context) => service.agreements.draft(input, context),
  }),
  operation('agreement.offer', 'POST /v1/agreements', 'Offers a dataset to a peer under contract and policy', {
    request: offerRequest,
    reply: offerReply,
    call: (service, input, context) => service.agreements.offer(input, context),
  }),
  operation('agreement.list', 'GET /v1/agreements', 'Agreements of this gateway', {
    request: noInput,
    reply: agreementListReply,
    call: (service, _, context) => service.agreements.list(context),
  }),
  operation('agreement.show', 'GET /v1/agreements/:id', 'One agreement, with the effective contract', {
    request: agreementRequest,
    reply: agreementShowReply,
    call: (service, input, context) => service.agreements.show(input, context),
  }),
  operation('agreement.accept', 'POST /v1/agreements/:id/accept', 'Signs the revision that the peer proposed', {
    request: agreementRequest,
    reply: agreementSchema,
    call: (service, input, context) => service.agreements.accept(input, context),
  }),
  operation('agreement.landing', 'GET /v1/agreements/:id/landing', 'How what comes under it is written', {
    request: agreementRequest,
    reply: landingReply,
    call: (service, input, context) => service.agreements.landing(input, context),
  }),
  operation(
    'agreement.set-landing',
    'PUT /v1/agreements/:id/landing',
    'Chooses how what comes under it is written, from the next transfer on',
    {
      request: landingChoice,
      reply: landingReply,
      call: (service, input, context) => service.agreements.setLanding(input, context),
    },
  ),
  operation('agreement.reject', 'POST /v1/agreements/:id/reject', 'Turns the offer down', {
    request: agreementDecideRequest,
    reply: agreementSchema,
    call: (service, input, context) => service.agreements.reject(input, context),
  }),
  operation('agreement.terminate', 'POST /v1/agreements/:id/terminate', 'Ends it, and transfers under it, at once', {
    request: agreementDecideRequest,
    reply: agreementSchema,
    call: (service, input, context) => service.agreements.terminate(input, context),
  }),
  operation('agreement.counter', 'POST /v1/agreements/:id/counter', 'Answers an offer with other terms', {
    request: counterRequest,
    reply: agreementSchema,
    call: (service, input, context) => service.agreements.counter(input, context),
  }),
  operation(
    'agreement.dry-run',
    'POST /v1/agreements/:id/dry-run',
    'Runs the effective contract where the data is: verdicts and counts, no data',
    {
      request: dryRunRequest,
      reply: dryRunReply,
      call: (service, input, context) => service.agreements.dryRun(input, context),
    },
    'long',
  ),
];
