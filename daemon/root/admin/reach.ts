import { connect } from 'node:tls';
import { parseAddress } from '../../config/index.js';
import type { AdminService } from '../../edge/index.js';
import { LIMITS } from '../../foundation/index.js';
import { certificateFingerprint, type Identity } from '../../identity/index.js';

type Reach = Awaited<ReturnType<AdminService['gateway']['reach']>>;

/**
 * Dials the address that peers are told and looks whether this gateway answers there, by its certificate. What lies between
 * other networks and that address, only a peer can tell.
 */
export async function reachSelf(address: string | undefined, identity: Identity): Promise<Reach> {
  if (address === undefined)
    return {
      ...{ address: null, ok: false, message: 'This gateway cannot be dialled; it dials its peers.' },
      hint: 'That is enough as long as each peer can be dialled. Otherwise set listen.peer and advertise in config.yaml.',
    };
  const { host, port } = parseAddress(address)!;
  const told = (ok: boolean, message: string, hint: string | null): Reach => ({ address, ok, message, hint });
  return new Promise((resolve) => {
    const end = (reach: Reach) => {
      socket.destroy();
      resolve(reach);
    };
    // Who answers is told by the certificate itself, whatever authority it names.
    const socket = connect({
      host,
      port,
      ALPNProtocols: ['h2'],
      rejectUnauthorized: false,
      timeout: LIMITS.handshakeMs,
    });
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      const own = certificateFingerprint(identity.tls.certificate);
      const isOwn = raw !== undefined && Buffer.from(own).equals(certificateFingerprint(raw));
      end(
        isOwn
          ? told(true, `This gateway answers at ${address}.`, null)
          : told(
              false,
              `Another program answers at ${address}.`,
              'Check advertise in config.yaml, and where the port is forwarded to.',
            ),
      );
    });
    socket.once('timeout', () =>
      end(
        told(
          false,
          `Nothing answers at ${address}.`,
          'A firewall may drop the connection: let the port through, or forward it to this machine.',
        ),
      ),
    );
    socket.once('error', (error: NodeJS.ErrnoException) => end(told(false, ...causeOf(error, address, host))));
  });
}

function causeOf(error: NodeJS.ErrnoException, address: string, host: string): [message: string, hint: string] {
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        `The name ${host} is not known.`,
        'Check the name in advertise of config.yaml, or give it an entry in your DNS.',
      ];
    case 'ECONNREFUSED':
      return [
        `The connection to ${address} was refused.`,
        'The port is not forwarded to this gateway, or it listens on another one: compare listen.peer and advertise.',
      ];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [`There is no way to ${host} from here.`, 'Check the address in advertise of config.yaml.'];
    default:
      return [
        `What answers at ${address} does not speak TLS as a gateway does.`,
        'Check advertise in config.yaml, and where the port is forwarded to.',
      ];
  }
}
