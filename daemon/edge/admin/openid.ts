import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenId } from '../../access/index.js';
import type { Log } from '../../foundation/index.js';
import type { Callers } from './caller.js';
import { handledError } from './errors.js';
import { logged } from './handle.js';

const BEGIN = '/v1/openid/begin';
const RETURN = '/v1/openid/return';

/**
 * The two places of the admin API that browsers are led through rather than call: to the provider, and back from it.
 * Failures are told by the page to people, and as JSON to others.
 */
export function openIdRoutes(
  app: FastifyInstance,
  { openid, callers, tls, log }: { openid: OpenId; callers: Callers; tls: boolean; log: Log },
): void {
  const leave = (reply: FastifyReply, to: string) =>
    reply.headers({ 'referrer-policy': 'no-referrer' }).redirect(to, 303);
  const failed = (request: FastifyRequest, reply: FastifyReply, error: unknown) => {
    const known = handledError(error, request.id);
    if (request.headers.accept?.includes('text/html') !== true) throw known;
    callers.cookie(request, reply).setAttempt(openid.failed(logged(log, known)));
    return leave(reply, '/');
  };

  app.get(BEGIN, async (request, reply) => {
    try {
      callers.admitSignIn(request);
      const { to } = request.query as { to?: unknown };
      const own = `${tls ? 'https' : 'http'}://${request.headers.host}${RETURN}`;
      const { url, attempt } = await openid.begin(own, ownPath(to));
      callers.cookie(request, reply).setAttempt(attempt);
      return leave(reply, url);
    } catch (error) {
      return failed(request, reply, error);
    }
  });

  // Another site leads here, so that neither Origin nor Sec-Fetch-Site can be asked for; the attempt's cookie is.
  app.get(RETURN, async (request, reply) => {
    try {
      callers.admitReturn(request);
      const cookie = callers.cookie(request, reply);
      const at = request.url.indexOf('?');
      const { secret, to } = await openid.finish(cookie.attempt, at < 0 ? '?' : request.url.slice(at));
      cookie.set(secret);
      cookie.setAttempt('');
      return leave(reply, to);
    } catch (error) {
      return failed(request, reply, error);
    }
  });
}

/** A path of the page; anything else is its start. */
function ownPath(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])[A-Za-z0-9/_.~%?=&@:-]{0,500}$/.test(to) ? to : '/';
}
