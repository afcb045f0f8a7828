import { isIP } from 'node:net';
import { type ChannelCredentials, type ChannelOptions, Client, connectivityState } from '@grpc/grpc-js';
import { parseAddress } from '../../config/index.js';
import { CounterfoilError, hex, type OrgId, sha256 } from '../../foundation/index.js';
import type { TlsMaterial } from '../../identity/index.js';
import type { Peer, Peers } from '../../peering/index.js';
import { dialCredentials } from './credentials.js';
import { controlChannel, dataChannel } from './options.js';

interface Options {
  peers: Peers;
  tls: () => TlsMaterial;
}

interface Pair {
  /** What the connections were made with: address, pinned CA, own certificate. */
  made: string;
  control: Client;
  data: Client;
}

/** The connections that this gateway dials: one for control and one for data to each peer, made when first needed. */
export class PeerChannels {
  readonly #options: Options;
  readonly #pairs = new Map<OrgId, Pair>();
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** `peer.unreachable` when the peer has no address that could be dialled. */
  get(id: OrgId, kind: 'control' | 'data'): { client: Client; endpoint: string } {
    if (this.#closed) throw new CounterfoilError('cancelled', 'This gateway is stopping.');
    const peer = this.#options.peers.get(id);
    if (peer.endpoint === undefined)
      throw new CounterfoilError('peer.unreachable', `${id} cannot be dialled: it gave no address.`, {
        hint: `It has to dial this gateway. Check that the gateway of ${id} runs.`,
      });
    const pair = this.#pair(peer, peer.endpoint);
    return { client: pair[kind], endpoint: peer.endpoint };
  }

  /** True while a connection for calls stands. */
  ready(id: OrgId): boolean {
    const client = this.#pairs.get(id)?.control;
    return client?.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  /** Makes the next call dial anew instead of waiting for a failed connection's turn. */
  forgetFailed(id: OrgId): void {
    const pair = this.#pairs.get(id);
    if (pair === undefined) return;
    const failed = [pair.control, pair.data].some(
      (client) => client.getChannel().getConnectivityState(false) === connectivityState.TRANSIENT_FAILURE,
    );
    if (failed) this.drop(id);
  }

  /** Closes a peer's connections; what is under way on them may end. */
  drop(id: OrgId): void {
    const pair = this.#pairs.get(id);
    this.#pairs.delete(id);
    pair?.control.close();
    pair?.data.close();
  }

  /** Closes everything; nothing is dialled any more. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#pairs.keys()]) this.drop(id);
  }

  #pair(peer: Peer, endpoint: string): Pair {
    const tls = this.#options.tls();
    const made = `${endpoint} ${hex(sha256(peer.ca, tls.certificate))}`;
    const known = this.#pairs.get(peer.id);
    if (known?.made === made) return known;
    this.drop(peer.id);
    const credentials = dialCredentials(peer, tls);
    const pair = {
      made,
      control: dial(peer.id, endpoint, credentials, controlChannel),
      data: dial(peer.id, endpoint, credentials, dataChannel),
    };
    this.#pairs.set(peer.id, pair);
    return pair;
  }
}

/** A channel to `host:port`. Nothing is sent before the first call. */
export function dial(peer: OrgId, endpoint: string, credentials: ChannelCredentials, options: ChannelOptions): Client {
  const host = parseAddress(endpoint)?.host;
  // A server name in TLS is never an address (RFC 6066 section 3).
  const named = host === undefined || isIP(host) ? { 'grpc.ssl_target_name_override': peer } : {};
  // The scheme is given, so that no address a peer sends is taken for one (`unix:…`).
  return new Client(`dns:${endpoint}`, credentials, { ...options, ...named });
}
