import type { z } from 'zod';
import type { AdminContext, AdminService } from '../service.js';

/**
 * One admin operation, declared once: the HTTP route, its validation both ways, and its part of the OpenAPI document
 * follow from it. Path parameters, query and body together make the request object.
 *
 * plain: answers when done. long: the same, or progress lines to callers that accept NDJSON. stream: NDJSON only. file: the
 * answer names a file, which is sent instead and removed.
 */
export interface Operation {
  name: string;
  method: 'GET' | 'POST' | 'PUT';
  /** `/v1/peers/:id` */
  path: string;
  summary: string;
  request: z.ZodObject;
  reply: z.ZodType;
  mode: 'plain' | 'long' | 'stream' | 'file';
  call(service: AdminService, input: unknown, context: AdminContext): Promise<unknown> | AsyncIterable<unknown>;
}

interface Spec<Q extends z.ZodObject, R extends z.ZodType> {
  request: Q;
  reply: R;
  call(
    service: AdminService,
    input: z.output<Q>,
    context: AdminContext,
  ): Promise<z.input<R>> | AsyncIterable<z.input<R>>;
}

/** `route` is the method and path; `name` is room and operation, as on the command line. */
export function operation<Q extends z.ZodObject, R extends z.ZodType>(
  name: string,
  route: `${Operation['method']} /v1/${string}`,
  summary: string,
  spec: Spec<Q, R>,
  mode: Operation['mode'] = 'plain',
): Operation {
  const [method, path] = route.split(' ') as [Operation['method'], string];
  // The edge parses `request` before it calls, so the input is what the schema yields.
  return { name, method, path, summary, mode, ...spec } as Operation;
}
