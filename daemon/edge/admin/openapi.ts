import { z } from 'zod';
import { ERROR_TABLE } from '../../foundation/index.js';
import { type Operation, operations } from './operations/index.js';
import { ruleOf } from './rules.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}

const errorReply = z.object({
  error: z.object({
    code: z.enum(Object.keys(ERROR_TABLE)).describe('Stable; docs/ERRORS.md lists all.'),
    message: z.string(),
    hint: z.string().describe('What to do next.'),
    correlation: z.string().describe('The same in the log of this gateway and at the peer.'),
  }),
});

const reference = (path: string) => ({ $ref: `#/components/${path}` });
const json = (schema: object) => ({ 'application/json': { schema } });

/** The OpenAPI 3.1 document of the admin API, made from the schemas that validate it. */
export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of operations) {
    const path = one.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: described(one) };
  }
  paths['/v1/events'] = { get: EVENTS };
  paths['/v1/openid/begin'] = { get: led('openid.begin', 'Leads a browser to the OpenID Connect provider', ['to']) };
  paths['/v1/openid/return'] = {
    get: led('openid.return', 'Where the provider leads it back to; sets the session cookie', ['code', 'state']),
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Counterfoil admin API',
      version,
      description:
        'What the command line and the page use: with the token of keys/admin.token, with an API token, or with the session cookie of the page. x-role is the least role that may call an operation; x-mode says whether it answers with lines of NDJSON (stream), or does so for callers that accept them (long).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-counterfoil-…' },
      },
      schemas: { Error: schemaOf(errorReply, 'output') },
      responses: {
        Error: { description: 'What went wrong, and what to do.', content: json(reference('schemas/Error')) },
      },
    },
  };
}

const EVENTS = {
  operationId: 'events.follow',
  tags: ['events'],
  summary: 'What happens, as server-sent events; goes on where Last-Event-ID says, or tells a reset',
  'x-role': 'auditor',
  'x-mode': 'events',
  parameters: [{ name: 'last-event-id', in: 'header', required: false, schema: { type: 'string' } }],
  responses: {
    '200': {
      description: 'Events: their topic is a room (peer, transfer, …) and their data what has changed there.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    default: reference('responses/Error'),
  },
};

/** A place that browsers are led through; it is there where config.yaml has `admin.oidc`. */
const led = (operationId: string, summary: string, parameters: readonly string[]) => ({
  ...{ operationId, tags: ['openid'], summary, 'x-role': 'anyone', 'x-mode': 'redirect', security: [] },
  parameters: parameters.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } })),
  responses: { '303': { description: 'Goes on elsewhere.' }, default: reference('responses/Error') },
});

function described(operation: Operation): object {
  const input = schemaOf(operation.request, 'input');
  const inPath = [...operation.path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  const properties = Object.entries(input.properties ?? {}).filter(([name]) => !inPath.includes(name));
  const required = (input.required ?? []).filter((name) => !inPath.includes(name));
  const inQuery = operation.method === 'GET' ? properties : [];
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: input.properties?.[name] ?? {} })),
    ...inQuery.map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema })),
  ];
  const body = { ...input, properties: Object.fromEntries(properties), required };
  const { least } = ruleOf(operation.name);
  const hasBody = operation.method !== 'GET' && properties.length > 0;
  return {
    operationId: operation.name,
    tags: [operation.name.split('.')[0]],
    summary: operation.summary,
    'x-role': least,
    'x-mode': operation.mode,
    ...(least === 'anyone' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(hasBody ? { requestBody: { required: required.length > 0, content: json(body) } } : {}),
    responses: { '200': { description: 'Done.', content: content(operation) }, default: reference('responses/Error') },
  };
}

function content({ reply, mode }: Operation): object {
  const schema = schemaOf(reply, 'output');
  if (mode === 'file') return { 'application/x-tar': { schema: { type: 'string', format: 'binary' } } };
  if (mode === 'plain') return json(schema);
  const line = mode === 'stream' ? schema : { description: 'A progress, a result or an error, an object a line.' };
  const lines = { 'application/x-ndjson': { schema: line } };
  return mode === 'stream' ? lines : { ...json(schema), ...lines };
}
