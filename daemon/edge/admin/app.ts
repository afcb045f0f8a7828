import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { CounterfoilError, LIMITS, type Log, newId, sha256 } from '../../foundation/index.js';
import { handledError, requestError } from './errors.js';
import { openApiDocument } from './openapi.js';
import { type Operation, operations } from './operations/index.js';
import type { AdminContext, AdminService } from './service.js';
import { itemLines, progressLines } from './streams.js';

/** Whether the gateway can do its work now, and if not, why. */
export interface Health {
  ready: boolean;
  reasons: readonly { code: string; message: string }[];
}

export interface AdminOptions {
  service: AdminService;
  /** The bearer token that every call of `/v1` needs. */
  token: string;
  /** For `/readyz`. Cheap; called often. */
  health(): Health;
  software: string;
  log: Log;
  /** How long a request may take to arrive, milliseconds; LIMITS.adminRequestMs unless given. */
  requestMs?: number;
  /** PEM files; without them, plain HTTP, and only for calls that name a loopback host. */
  tls?: { cert: string; key: string };
}

const NDJSON = 'application/x-ndjson';

/** The admin API, apart from its listener. `stopping` ends what would otherwise never end: watches. */
export function adminApp(options: AdminOptions, stopping: AbortSignal): FastifyInstance {
  const { requestMs = LIMITS.adminRequestMs } = options;
  const app = fastify({
    logger: false,
    genReqId: () => newId('cor'),
    bodyLimit: LIMITS.adminBodyBytes,
    routerOptions: { maxParamLength: LIMITS.adminParameterChars },
    frameworkErrors: (error, request, reply) => void fail(options.log, request, reply, error),
    requestTimeout: requestMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.min(1000, requestMs) },
    ...(options.tls && {
      https: { cert: readFileSync(options.tls.cert), key: readFileSync(options.tls.key), minVersion: 'TLSv1.3' },
    }),
  }) as unknown as FastifyInstance;
  app.removeContentTypeParser('text/plain');

  app.setErrorHandler((error, request, reply) => fail(options.log, request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    fail(options.log, request, reply, new CounterfoilError('not_found', 'The admin API has no such path or method.')),
  );
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'counterfoil-correlation': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    if (options.tls === undefined) refuseForeignHost(request);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url } = request.routeOptions;
    options.log.debug({
      route: url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      correlation: request.id,
    });
  });

  app.get('/healthz', async () => ({ alive: true }));
  app.get('/readyz', async (_, reply) => {
    const health = options.health();
    return reply.code(health.ready ? 200 : 503).send(health);
  });
  let document: object | undefined;
  app.get('/v1/openapi.json', async () => {
    document ??= openApiDocument(options.software);
    return document;
  });

  const authorised = tokenCheck(options.token);
  for (const operation of operations) {
    app.route({
      method: operation.method,
      url: operation.path,
      onRequest: async (request) => authorised(request),
      handler: (request, reply) => handle(operation, options, stopping, request, reply),
    });
  }
  return app;
}

async function handle(
  operation: Operation,
  { service, log }: AdminOptions,
  stopping: AbortSignal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const input = parsedInput(operation, request);
  const context: AdminContext = {
    correlation: request.id,
    actor: 'admin',
    signal: AbortSignal.any([stopping, goneSignal(reply)]),
    progress: () => undefined,
  };
  const failure = (error: unknown) => logged(log, handledError(error, request.id));
  const checked = (value: unknown) => checkedReply(operation, value);

  if (operation.mode === 'stream') {
    const items = operation.call(service, input, context) as AsyncIterable<unknown>;
    return reply.type(NDJSON).send(await itemLines(items, context.signal, checked, failure));
  }
  const call = async (live: AdminContext) => checked(await operation.call(service, input, live));
  if (operation.mode === 'long' && request.headers.accept?.includes(NDJSON))
    return reply.type(NDJSON).send(progressLines((progress) => call({ ...context, progress }), failure));
  return call(context);
}

function parsedInput(operation: Operation, request: FastifyRequest): unknown {
  const { body } = request;
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body)))
    throw new CounterfoilError('input.invalid', 'The body of the request must be a JSON object.');
  const rest = operation.method === 'GET' ? request.query : body;
  const parsed = operation.request.safeParse({ ...(rest as object | null), ...(request.params as object) });
  if (!parsed.success) throw requestError(parsed.error);
  return parsed.data;
}

/** What goes out is what the document says; anything else is our fault, not the caller's. */
function checkedReply(operation: Operation, value: unknown): unknown {
  const parsed = operation.reply.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CounterfoilError('internal', `The answer of ${operation.name} is not what the admin API promises.`, {
    cause: parsed.error,
  });
}

/** Aborted when the caller goes away before the answer is complete. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** A page of a foreign name that resolves to loopback (DNS rebinding) sends its own name as host. */
function refuseForeignHost(request: FastifyRequest): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (['127.0.0.1', 'localhost', '[::1]'].includes(host)) return;
  throw new CounterfoilError('admin.host', 'The admin API answers to loopback names only.');
}

/** Compares hashes, so that neither content nor length of the token shows in the time it takes. */
function tokenCheck(token: string): (request: FastifyRequest) => void {
  const expected = sha256(token);
  return (request) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(sha256(given), expected)) return;
    throw new CounterfoilError(
      'admin.unauthorised',
      given === undefined ? 'The request carries no token.' : 'The token is not that of this gateway.',
    );
  };
}

function fail(log: Log, request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = logged(log, handledError(error, request.id));
  return reply
    .code(known.httpStatus)
    .header('counterfoil-correlation', request.id)
    .type('application/json')
    .send({ error: known.toBody() });
}

function logged(log: Log, error: CounterfoilError): CounterfoilError {
  const fields = { code: error.code, correlation: error.correlation };
  if (error.httpStatus >= 500) log.error({ ...fields, err: error.cause ?? error }, error.message);
  else log.info(fields, error.message);
  return error;
}
