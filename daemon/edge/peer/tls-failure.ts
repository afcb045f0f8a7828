import { CounterfoilError, type ErrorCode, printable } from '../../foundation/index.js';
import { WRONG_ORGANISATION } from './credentials.js';

interface Cause {
  /** In what grpc-js, Node.js or OpenSSL 3 say. */
  pattern: RegExp;
  code: ErrorCode;
  message: (where: string, detail: string) => string;
  hint: string;
}

/**
 * A TLS server that refuses a client's certificate says nothing in TLS 1.3: the client sees a finished handshake and
 * then a closed connection, which grpc-js reports as the bare status 14. This table gives such failures their cause
 * and remedy. First match wins.
 */
const CAUSES: readonly Cause[] = [
  {
    pattern: new RegExp(`${WRONG_ORGANISATION}: ([^\\s.]+(\\.[^\\s.]+)*)`),
    code: 'peer.tls',
    message: (where, other) => `Another organisation (${other}) answers at ${where}.`,
    hint: 'The address belongs to another gateway, or is forwarded to one. Ask the operator for the right address.',
  },
  {
    pattern: /unable to verify|self.signed|issuer certificate|certificate signature failure/i,
    code: 'peer.tls',
    message: (where) =>
      `What answers at ${where} presents a certificate that the CA exchanged at enrolment did not issue.`,
    hint: 'A proxy that opens TLS may be in between, or the gateway was set up anew: then revoke it and enrol it again.',
  },
  {
    pattern: /certificate has expired|not yet valid/i,
    code: 'peer.tls',
    message: (where) => `The certificate presented at ${where} has expired or is not valid yet.`,
    hint: 'Check the clocks of both machines. A gateway that runs renews its certificate by itself.',
  },
  {
    pattern: /protocol version|unsupported protocol|wrong version number|packet length too long|http request/i,
    code: 'peer.tls',
    message: (where) => `What answers at ${where} does not speak TLS 1.3.`,
    hint: 'The address or port is that of another program, or a proxy in between is too old.',
  },
  {
    pattern: /alert certificate required|alert unknown ca|alert bad certificate|alert certificate|Failed to connect/i,
    code: 'peer.tls',
    message: (where) => `What answers at ${where} closes the connection when it sees the certificate of this gateway.`,
    hint: 'It has not enrolled this gateway, has revoked it, or finds its certificate expired: ask its operator, and check both clocks.',
  },
  {
    pattern: /ECONNREFUSED/,
    code: 'peer.unreachable',
    message: (where) => `Nothing listens at ${where}.`,
    hint: 'Check that the other gateway runs and that the port is forwarded to it.',
  },
  {
    pattern: /Name resolution failed|ENOTFOUND|EAI_AGAIN/,
    code: 'peer.unreachable',
    message: (where) => `The name in ${where} cannot be resolved.`,
    hint: 'Check the name and the DNS of this machine.',
  },
  {
    pattern: /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|Waiting for LB pick/,
    code: 'peer.unreachable',
    message: (where) => `There is no answer from ${where}.`,
    hint: 'A firewall may drop the connection. "doctor --peer P" shows what was tried.',
  },
  {
    pattern: /Deadline exceeded/,
    code: 'peer.unreachable',
    message: (where) => `${where} took too long to answer a call.`,
    hint: 'Try again; if it happens again, look at the load of the other gateway.',
  },
];

/** Cause and remedy of a call that could not be made. `details`: the text of grpc-js. */
export function explainFailure(
  details: string,
  called: { peer: string; endpoint: string },
  options: { cause?: unknown; correlation?: string },
): CounterfoilError {
  const where = `${called.peer} (${printable(called.endpoint).slice(1, -1)})`;
  for (const { pattern, code, message, hint } of CAUSES) {
    const match = pattern.exec(details);
    if (match !== null) return new CounterfoilError(code, message(where, match[1] ?? ''), { ...options, hint });
  }
  return new CounterfoilError('peer.unreachable', `The connection to ${where} failed.`, options);
}
