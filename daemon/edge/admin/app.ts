import { readFileSync } from 'node:fs';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { OpenId } from '../../access/index.js';
import { CounterfoilError, LIMITS, type Log, newId } from '../../foundation/index.js';
import { Callers, type People } from './caller.js';
import { handledError } from './errors.js';
import { EventStream, type Events } from './events.js';
import { type Action, goneSignal, handle, logged } from './handle.js';
import { openApiDocument } from './openapi.js';
import { openIdRoutes } from './openid.js';
import { operations } from './operations/index.js';
import { servePage } from './page.js';
import { refuseUnlessMay } from './rules.js';
import type { AdminService } from './service.js';

/** Whether the gateway can do its work now, and if not, why. */
export interface Health {
  ready: boolean;
  reasons: readonly { code: string; message: string }[];
  /** What does not stop it, but will, or needs somebody to look at it. */
  warnings: readonly { code: string; message: string; hint?: string }[];
}

export interface AdminOptions {
  service: AdminService;
  /** The home's own bearer token: an administrator without a name. */
  token: string;
  /** Organisation id: sessions of one gateway are apart from those of another on the same host. */
  id?: string;
  /** Users and API tokens; without it, only the home's own token opens anything. */
  people?: People;
  /** Signing in with OpenID Connect. */
  openid?: OpenId | undefined;
  /** Leaves the ledger entries of operations whose rooms leave none. */
  record?(action: Action): Promise<void>;
  /** What `/v1/events` tells. */
  events?: Events;
  /** Folder of the built admin page; without it there is none. */
  page?: string | undefined;
  /** The auditor's verifier page, one HTML file. */
  verifierPage?: string | undefined;
  /** For `/readyz`. Cheap; called often. */
  health(): Health;
  software: string;
  log: Log;
  /** How long a request may take to arrive, milliseconds; LIMITS.adminRequestMs unless given. */
  requestMs?: number;
  /** PEM files; without them, plain HTTP, and only for calls that name a loopback host. */
  tls?: { cert: string; key: string };
}

/** The admin API and page, apart from their listener. `stopping` ends what would otherwise never end: watches. */
export function adminApp(options: AdminOptions, stopping: AbortSignal): FastifyInstance {
  const { requestMs = LIMITS.adminRequestMs, log } = options;
  const app = fastify({
    logger: false,
    genReqId: () => newId('cor'),
    bodyLimit: LIMITS.adminBodyBytes,
    onProtoPoisoning: 'ignore', // a column may be called __proto__; the schemas of the operations refuse it elsewhere
    routerOptions: { maxParamLength: LIMITS.adminParameterChars },
    frameworkErrors: (error, request, reply) => void fail(log, request, reply, error),
    requestTimeout: requestMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.min(1000, requestMs) },
    ...(options.tls && {
      https: { cert: readFileSync(options.tls.cert), key: readFileSync(options.tls.key), minVersion: 'TLSv1.3' },
    }),
  }) as unknown as FastifyInstance;
  app.removeContentTypeParser('text/plain');

  app.setErrorHandler((error, request, reply) => fail(log, request, reply, error));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'counterfoil-correlation': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    if (options.tls === undefined) refuseForeignHost(request);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url } = request.routeOptions;
    log.debug({ route: url, status: reply.statusCode, ms: Math.round(reply.elapsedTime), correlation: request.id });
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
  routes(app, options, stopping);
  const page = servePage(app, options);
  app.setNotFoundHandler((request, reply) => {
    if (page?.(request, reply)) return reply;
    return fail(log, request, reply, new CounterfoilError('not_found', 'The admin API has no such path or method.'));
  });
  return app;
}

function routes(app: FastifyInstance, options: AdminOptions, stopping: AbortSignal): void {
  const callers = new Callers({
    token: options.token,
    people: options.people,
    id: options.id,
    tls: options.tls !== undefined,
  });
  const { service, log, record, events, openid } = options;
  if (openid !== undefined) openIdRoutes(app, { openid, callers, tls: options.tls !== undefined, log });
  const parts = { service, log, callers, record: record?.bind(options), events, stopping };
  const admitted = (request: FastifyRequest, name: string) => {
    if (name === 'session.open' || name === 'session.setup') callers.admitSignIn(request);
    const principal = callers.identify(request);
    refuseUnlessMay(principal, name, () => callers.unknown(request));
    return principal;
  };
  for (const operation of operations) {
    app.route({
      method: operation.method,
      url: operation.path,
      // Before the body is read: strangers do not get to send one.
      onRequest: async (request) => {
        request.setDecorator('principal', admitted(request, operation.name));
      },
      handler: (request, reply) => handle(operation, parts, request.getDecorator('principal'), request, reply),
    });
  }
  let followers = 0;
  app.get('/v1/events', async (request, reply) => {
    const principal = admitted(request, 'events.follow')!;
    if (events === undefined) throw new CounterfoilError('not_found', 'This gateway tells no events.');
    if (followers >= LIMITS.eventStreams)
      throw new CounterfoilError('limit.exceeded', 'As many pages as may follow this gateway do so already.');
    followers++;
    reply.raw.once('close', () => followers--);
    const last = request.headers['last-event-id'];
    const signal = AbortSignal.any([stopping, goneSignal(reply)]);
    const still = () => callers.still(request, principal);
    const stream = new EventStream(events, typeof last === 'string' ? last : undefined, signal, still);
    return reply.type('text/event-stream').send(stream);
  });
  app.decorateRequest('principal', null);
}

/** A page of a foreign name that resolves to loopback (DNS rebinding) sends its own name as host. */
function refuseForeignHost(request: FastifyRequest): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (['127.0.0.1', 'localhost', '[::1]'].includes(host)) return;
  throw new CounterfoilError('admin.host', 'The admin API answers to loopback names only.');
}

function fail(log: Log, request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = logged(log, handledError(error, request.id));
  return reply
    .code(known.httpStatus)
    .header('counterfoil-correlation', request.id)
    .type('application/json')
    .send({ error: known.toBody() });
}
