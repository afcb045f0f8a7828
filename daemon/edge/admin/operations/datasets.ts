import { maskListReply, maskListRequest } from '../schemas/agreements.js';
import { noInput } from '../schemas/common.js';
import {
  contractCheckReply,
  contractCheckRequest,
  contractEditReply,
  contractEditRequest,
} from '../schemas/contracts.js';
import {
  compareReply,
  compareRequest,
  contractReply,
  contractSetRequest,
  datasetAddRequest,
  datasetListReply,
  datasetRequest,
  datasetShowReply,
  describeReply,
  describeRequest,
  identifyReply,
  identifyRequest,
  previewReply,
  previewRequest,
  profileReply,
  publishReply,
  sampleReply,
  sampleRequest,
  versionsReply,
} from '../schemas/datasets.js';
import { overrideListReply, overrideRequest, overrideWithdrawRequest } from '../schemas/personal.js';
import { presetListReply } from '../schemas/presets.js';
import { operation } from './operation.js';

export const datasetOperations = [
  operation('preset.list', 'GET /v1/presets', 'Presets of laws, and what each comes to: rules, masks, terms', {
    request: noInput,
    reply: presetListReply,
    call: (service, _, context) => service.datasets.presets(context),
  }),
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
  operation('contract.check', 'POST /v1/contracts/check', 'Reads a contract that is being written: faults, rules', {
    request: contractCheckRequest,
    reply: contractCheckReply,
    call: (service, input, context) => service.datasets.checkContract(input, context),
  }),
  operation('contract.edit', 'POST /v1/contracts/edit', 'Changes places of a contract, all else as it was', {
    request: contractEditRequest,
    reply: contractEditReply,
    call: (service, input, context) => service.datasets.editContract(input, context),
  }),
  operation('mask.list', 'GET /v1/datasets/:name/masks', 'What masks there are, and which fit which column', {
    request: maskListRequest,
    reply: maskListReply,
    call: (service, input, context) => service.datasets.masks(input, context),
  }),
  operation(
    'source.describe',
    'POST /v1/sources/describe',
    'What a source has, before it becomes a dataset: format, columns, and the first rows where they are asked for',
    {
      request: describeRequest,
      reply: describeReply,
      call: (service, input, context) => service.datasets.describe(input, context),
    },
    'long',
  ),
  operation(
    'version.compare',
    'POST /v1/datasets/:name/compare',
    'What changed from one version to another, column by column; no values',
    {
      request: compareRequest,
      reply: compareReply,
      call: (service, input, context) => service.datasets.compare(input, context),
    },
    'long',
  ),
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
  operation('override.list', 'GET /v1/datasets/:name/overrides', 'What people have said of what looks personal', {
    request: datasetRequest,
    reply: overrideListReply,
    call: (service, input, context) => service.datasets.overrides(input, context),
  }),
  operation(
    'override.set',
    'POST /v1/datasets/:name/overrides',
    'Says that a column is not the personal data that it looks like, and why',
    {
      request: overrideRequest,
      reply: overrideListReply,
      call: (service, input, context) => service.datasets.override(input, context),
    },
    'long',
  ),
  operation('override.withdraw', 'POST /v1/datasets/:name/overrides/withdraw', 'Takes that back', {
    request: overrideWithdrawRequest,
    reply: overrideListReply,
    call: (service, input, context) => service.datasets.withdrawOverride(input, context),
  }),
  operation('dataset.preview', 'POST /v1/datasets/:name/preview', 'First rows, exactly as one peer would get them', {
    request: previewRequest,
    reply: previewReply,
    call: (service, input, context) => service.datasets.preview(input, context),
  }),
  operation(
    'dataset.sample',
    'POST /v1/datasets/:name/sample',
    'Writes a synthetic table of the same shape, stamped as such; no value of the data',
    {
      request: sampleRequest,
      reply: sampleReply,
      call: (service, input, context) => service.datasets.sample(input, context),
    },
    'long',
  ),
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
