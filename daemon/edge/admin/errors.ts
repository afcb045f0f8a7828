import type { z } from 'zod';
import { CounterfoilError } from '../../foundation/index.js';

/** What the schema says of a request, in words, as one `input.invalid`. Values are never repeated. */
export function requestError(error: z.ZodError): CounterfoilError {
  const faults = error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  return new CounterfoilError('input.invalid', `${faults.join('; ')}.`.replace(/\.\.$/, '.'));
}

/** Fastify's own refusals, by its code. */
const FRAMEWORK: Record<string, { code: 'limit.exceeded' | 'input.invalid'; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'limit.exceeded', message: 'The request is larger than adminBodyBytes.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'input.invalid', message: 'The request must be application/json.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'input.invalid', message: 'The request says JSON and has no body.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'input.invalid', message: 'The body of the request is not JSON.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'input.invalid', message: 'The body is not as long as it says.' },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'limit.exceeded',
    message: 'A part of the path is longer than adminParameterChars.',
  },
  FST_ERR_BAD_URL: { code: 'input.invalid', message: 'The path of the request is not well-formed.' },
};

/** Anything thrown while a request was handled, as the error its caller gets. */
export function handledError(error: unknown, correlation: string): CounterfoilError {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FRAMEWORK[code];
  if (known !== undefined) return new CounterfoilError(known.code, known.message, { cause: error, correlation });
  if (!(error instanceof CounterfoilError) && statusCode !== undefined && statusCode < 500)
    return new CounterfoilError('input.invalid', 'The request is not well-formed.', { cause: error, correlation });
  return CounterfoilError.from(error, correlation);
}
