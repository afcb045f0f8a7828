import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../../config/index.js';
import { LIMITS } from '../../foundation/index.js';
import { listenFailure } from '../listen.js';
import { type AdminOptions, adminApp } from './app.js';

export interface AdminServer {
  /** As bound: the port is a real one. */
  address: Address;
  /** Ends watches, lets other calls finish for a while, then drops them. */
  close(): Promise<void>;
}

/** Opens the admin API. `port.in_use` and `config.invalid` name the entry of config.yaml. */
export async function startAdminServer(options: AdminOptions, address: Address): Promise<AdminServer> {
  const stopping = new AbortController();
  const app = adminApp(options, stopping.signal);
  app.server.maxConnections = LIMITS.adminConnections;
  const underWay = new Set<ServerResponse>();
  app.server.on('request', (_, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  try {
    await app.listen({ host: address.host, port: address.port });
  } catch (error) {
    await app.close();
    throw listenFailure(error, 'listen.admin', address);
  }
  const bound = app.server.address() as AddressInfo;
  return {
    address: { host: address.host, port: bound.port },
    close: async () => {
      stopping.abort();
      const closed = app.close();
      await Promise.race([allClosed(underWay), delay(LIMITS.adminCloseMs)]);
      // Node itself waits for connections that have not asked for anything yet.
      app.server.closeAllConnections();
      await closed;
    },
  };
}

async function allClosed(responses: ReadonlySet<ServerResponse>): Promise<void> {
  await Promise.all([...responses].map((response) => new Promise((resolve) => response.once('close', resolve))));
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
