import { constants, X509Certificate } from 'node:crypto';
import { createSecureContext, type PeerCertificate, type SecureContextOptions } from 'node:tls';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';
import { LIMITS, type OrgId } from '../../foundation/index.js';
import { certificatePem, issuedBy, organisationOf, readCertificate, type TlsMaterial } from '../../identity/index.js';
import { noticeResets } from './internals.js';

/**
 * Everything that a TLS context of this gateway has, every time: an update that leaves an option out resets it, and
 * would admit TLS 1.2 again. AES-GCM first. No session tickets: a resumed session is not checked against the CAs that
 * are trusted by then.
 */
function contextOptions(tls: TlsMaterial, trusted: readonly Uint8Array[]): SecureContextOptions {
  return {
    ca: trusted.map(certificatePem),
    cert: tls.certificate,
    key: tls.key,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

/** Credentials of a listener whose certificate, key and trusted CAs change while it runs. */
export class ListenerCredentials extends ServerCredentials {
  /** `mutual`: clients must present a certificate that one of `trusted` (DER) issued. */
  constructor(options: { mutual: boolean; tls: TlsMaterial; trusted: readonly Uint8Array[] }) {
    const context = contextOptions(options.tls, options.trusted);
    super({ requestCert: options.mutual, rejectUnauthorized: options.mutual, ...context }, context);
  }

  /** Replaces certificate, key and trust for handshakes from now on. */
  update(tls: TlsMaterial, trusted: readonly Uint8Array[]): void {
    this.updateSecureContextOptions(contextOptions(tls, trusted));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

/**
 * Credentials for dialling one organisation: its leaf must name it and be issued by exactly its pinned CA (DER).
 * Without `tls` no certificate is presented: for the enrolment listener.
 */
export function dialCredentials(peer: { id: OrgId; ca: Uint8Array }, tls: TlsMaterial | undefined): ChannelCredentials {
  const pinned = readCertificate(peer.ca);
  const options = tls === undefined ? {} : { cert: tls.certificate, key: tls.key };
  const context = createSecureContext({
    ...options,
    ca: pinned.toString(),
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  });
  const credentials = ChannelCredentials.createFromSecureContext(context, {
    // In place of the host name: a gateway is known by its organisation, wherever it runs.
    checkServerIdentity: (_, presented: PeerCertificate) => {
      const leaf = new X509Certificate(presented.raw);
      if (organisationOf(leaf) === peer.id && issuedBy(leaf, pinned)) return undefined;
      return new Error(`${WRONG_ORGANISATION}: ${organisationOf(leaf) ?? 'none'}`);
    },
  });
  return new TimedCredentials(credentials);
}

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/** Credentials that give up a handshake to which nothing is answered: grpc-js would wait for ever, and keep the socket. */
class TimedCredentials extends ChannelCredentials {
  readonly #inner: ChannelCredentials;

  constructor(inner: ChannelCredentials) {
    super();
    this.#inner = inner;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(...args: Parameters<ChannelCredentials['_createSecureConnector']>): Connector {
    const connector = this.#inner._createSecureConnector(...args);
    return {
      connect: async (socket) => {
        const timer = setTimeout(
          () => socket.destroy(new Error('ETIMEDOUT in the handshake')),
          LIMITS.handshakeMs,
        ).unref();
        try {
          const connected = await connector.connect(socket);
          noticeResets(socket);
          return connected;
        } finally {
          clearTimeout(timer);
        }
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }
}

/** Starts the reason that `explainRefusal` sees when another organisation answers. */
export const WRONG_ORGANISATION = 'the certificate names another organisation';
