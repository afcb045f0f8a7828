import { noInput } from '../schemas/common.js';
import {
  contractReply,
  contractSetRequest,
  datasetAddRequest,
  datasetListReply,
  datasetRequest,
  datasetShowReply,
  identifyReply,
  identifyRequest,
  previewReply,
  previewRequest,
  profileReply,
  publishReply,
  versionsReply,
} from '../schemas/datasets.js';
import { operation } from './operation.js';

export const datasetOperations = [
  operation('dataset.add', 'POST /v1/datasets', 'Names a table and where its rows come from', {
    request: datasetAddRequest,
    reply: datasetShowReply,
    call: (service, input, context) => service.datasets.add(input, context),
  }),
  operation('dataset.list', 'GET /v1/datasets', 'Datasets of this gateway', {
    request: noInput,
    reply: datasetListReply,
    call: (service, _, context) => service.datasets.list(context),
  }),
  operation('dataset.show', 'GET /v1/datasets/:name', 'One dataset: source, contract, columns', {
    request: datasetRequest,
    reply: datasetShowReply,
    call: (service, input, context) => service.datasets.show(input, context),
  }),
  operation('contract.show', 'GET /v1/datasets/:name/contract', 'Its contract, and what no check looks at', {
    request: datasetRequest,
    reply: contractReply,
    call: (service, input, context) => service.datasets.contract(input, context),
  }),
  operation('contract.set', 'PUT /v1/datasets/:name/contract', 'Gives it a contract, for offers from now on', {
    request: contractSetRequest,
    reply: contractReply,
    call: (service, input, context) => service.datasets.setContract(input, context),
  }),
  operation('dataset.versions', 'GET /v1/datasets/:name/versions', 'Its published versions, newest first', {
    request: datasetRequest,
    reply: versionsReply,
    call: (service, input, context) => service.datasets.versions(input, context),
  }),
  operation(
    'dataset.profile',
    'POST /v1/datasets/:name/profile',
    'Types, nulls, distinct values, and what looks personal; no values',
    {
      request: datasetRequest,
      reply: profileReply,
      call: (service, input, context) => service.datasets.profile(input, context),
    },
    'long',
  ),
  operation(
    'dataset.publish',
    'POST /v1/datasets/:name/publish',
    'Makes an immutable version of the rows as they are now',
    {
      request: datasetRequest,
      reply: publishReply,
      call: (service, input, context) => service.datasets.publish(input, context),
    },
    'long',
  ),
  operation('dataset.preview', 'POST /v1/datasets/:name/preview', 'First rows, exactly as one peer would get them', {
    request: previewRequest,
    reply: previewReply,
    call: (service, input, context) => service.datasets.preview(input, context),
  }),
  operation(
    'dataset.identify',
    'POST /v1/identify',
    'Says which version, agreement and peer the rows of a file belong to',
    {
      request: identifyRequest,
      reply: identifyReply,
      call: (service, input, context) => service.datasets.identify(input, context),
    },
    'long',
  ),
];
