import { createReadStream, rmSync } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../access/index.js';
import { CounterfoilError, type Log } from '../../foundation/index.js';
import type { Callers } from './caller.js';
import { handledError, requestError } from './errors.js';
import type { Events } from './events.js';
import type { Operation } from './operations/index.js';
import { ruleOf } from './rules.js';
import type { AdminContext, AdminService } from './service.js';
import { itemLines, progressLines } from './streams.js';

const NDJSON = 'application/x-ndjson';

/** An `admin.action` for the ledger. */
export interface Action {
  actor: string;
  action: string;
  target: string | undefined;
  correlation: string;
}

export interface HandleParts {
  service: AdminService;
  log: Log;
  callers: Callers;
  /** Leaves a ledger entry, durable when it resolves. */
  record?: ((action: Action) => Promise<void>) | undefined;
  events?: Events | undefined;
  /** Ends what would otherwise never end. */
  stopping: AbortSignal;
}

/** One call of one operation: its input parsed, recorded where its rule says so, its answer checked. */
export async function handle(
  operation: Operation,
  parts: HandleParts,
  principal: Principal | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { service, log } = parts;
  const input = parsedInput(operation, request);
  const context: AdminContext = {
    correlation: request.id,
    actor: principal?.actor ?? 'admin',
    principal,
    session: parts.callers.cookie(request, reply),
    signal: AbortSignal.any([parts.stopping, goneSignal(reply)]),
    progress: () => undefined,
  };
  await record(operation, parts, input, context);
  const failure = (error: unknown) => logged(log, handledError(error, request.id));
  const checked = (value: unknown) => checkedReply(operation, value);

  if (operation.mode === 'stream') {
    const items = operation.call(service, input, context) as AsyncIterable<unknown>;
    return reply.type(NDJSON).send(await itemLines(items, context.signal, checked, failure));
  }
  if (operation.mode === 'file') return sendFile(reply, checked(await operation.call(service, input, context)));
  const call = async (live: AdminContext) => {
    const answer = checked(await operation.call(service, input, live));
    tell(operation, parts.events, input, answer);
    return answer;
  };
  if (operation.mode === 'long' && request.headers.accept?.includes(NDJSON))
    return reply.type(NDJSON).send(progressLines((progress) => call({ ...context, progress }), failure));
  return call(context);
}

/** Sends a file that was made for this answer, and removes it. */
function sendFile(reply: FastifyReply, answer: unknown): FastifyReply {
  const { file, peer, bytes } = answer as { file: string; peer: string; bytes: number };
  const stream = createReadStream(file);
  stream.once('close', () => rmSync(file, { force: true }));
  return reply
    .type('application/x-tar')
    .headers({ 'content-length': bytes, 'content-disposition': `attachment; filename="counterfoil-${peer}.tar"` })
    .send(stream);
}

export function logged(log: Log, error: CounterfoilError): CounterfoilError {
  const fields = { code: error.code, correlation: error.correlation };
  if (error.httpStatus >= 500) log.error({ ...fields, err: error.cause ?? error }, error.message);
  else log.info(fields, error.message);
  return error;
}

/** No evidence, no action: the entry is durable before the call. */
async function record(operation: Operation, parts: HandleParts, input: object, context: AdminContext): Promise<void> {
  const names = ruleOf(operation.name).record;
  if (names === undefined || parts.record === undefined) return;
  const { actor, correlation } = context;
  const values = names.map((name) => (input as Record<string, unknown>)[name]).filter((value) => value !== undefined);
  const target = values.length === 0 ? undefined : values.map(String).join(' ');
  await parts.record({ actor, action: operation.name, target, correlation });
}

function tell(operation: Operation, events: Events | undefined, input: object, answer: unknown): void {
  if (operation.method === 'GET' || ruleOf(operation.name).least === 'anyone') return;
  const { id, name } = { ...input, ...(answer as object) } as { id?: unknown; name?: unknown };
  const subject = id ?? name;
  events?.changed(operation.name.split('.')[0]!, typeof subject === 'string' ? subject : undefined);
}

function parsedInput(operation: Operation, request: FastifyRequest): object {
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
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
