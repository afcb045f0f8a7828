import { ERROR_TABLE, type ErrorCode } from './error-codes.js';

/** What every failure carries: a stable code, a sentence, what to do next, and the id both sides can search for. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  hint: string;
  correlation?: string;
}

interface Options {
  /** Replaces the table's hint when something more exact can be said. */
  hint?: string;
  /** Internals for the log. Never sent to a peer or printed. */
  cause?: unknown;
  correlation?: string;
}

/**
 * The one error class. `code` is a key of ERROR_TABLE; `message` is safe to show to the peer and contains no raw
 * value of any dataset; internals belong in `cause`.
 */
export class CounterfoilError extends Error {
  override readonly name = 'CounterfoilError';
  readonly code: ErrorCode;
  readonly hint: string;
  correlation: string | undefined;

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? ERROR_TABLE[code].hint;
    this.correlation = options.correlation;
  }

  /** Any thrown value as a CounterfoilError. What is not ours becomes `internal`, its text kept in `cause` only. */
  static from(error: unknown, correlation?: string): CounterfoilError {
    const known =
      error instanceof CounterfoilError
        ? error
        : new CounterfoilError('internal', 'Something went wrong inside this gateway.', { cause: error });
    known.correlation ??= correlation;
    return known;
  }

  /** From a body that crossed a process or the wire. Unknown codes (a newer peer) become `peer.error`. */
  static fromBody(body: { code: string; message: string; hint?: string; correlation?: string }): CounterfoilError {
    const code = body.code in ERROR_TABLE ? (body.code as ErrorCode) : 'peer.error';
    return new CounterfoilError(code, body.message, {
      ...(body.hint === undefined ? {} : { hint: body.hint }),
      ...(body.correlation === undefined ? {} : { correlation: body.correlation }),
    });
  }

  toBody(): ErrorBody {
    const body: ErrorBody = { code: this.code, message: this.message, hint: this.hint };
    if (this.correlation !== undefined) body.correlation = this.correlation;
    return body;
  }

  /** HTTP status of the code (RFC 9110). */
  get httpStatus(): number {
    return ERROR_TABLE[this.code].http;
  }

  /** gRPC status code number. */
  get grpcStatus(): number {
    return ERROR_TABLE[this.code].grpc;
  }

  /** CLI exit code: 1 refused or failed, 2 wrong usage or input, 3 out of reach. */
  get exitCode(): 1 | 2 | 3 {
    return ERROR_TABLE[this.code].exit;
  }
}
