import { type Client, type ServiceError, status } from '@grpc/grpc-js';
import { CounterfoilError, newId, type OrgId } from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import {
  type CallOptions,
  type PeerCaller,
  type PeerMethod,
  type PeerReply,
  type PeerRequest,
  type Peers,
  refuseUnless,
} from '../../peering/index.js';
import type { PeerChannels } from './channels.js';
import { decodeReply, encodeRequest, pathOf } from './codec.js';
import { statesFor } from './guard.js';
import type { LinkEnd } from './link.js';
import { callMetadata, fromStatus, noticeIn } from './status.js';

interface Options {
  peers: Peers;
  self: OrgId;
  channels: PeerChannels;
  /** The Link that a peer keeps open to this gateway. */
  linkFrom: (peer: OrgId) => LinkEnd | undefined;
  callTimeoutMs: number;
  /** A peer refused a call with a signed notice that it has ended the relation. */
  noticed: (peer: OrgId, notice: Signed) => void;
}

export interface DialOptions extends CallOptions {
  /** Dial, even where there is a Link. */
  direct?: boolean | undefined;
}

/** How a peer can be reached now: dialled from here, through the Link that it opened, or not at all. */
export type Reachability = 'direct' | 'link' | 'none';

const same = (bytes: Buffer): Buffer => bytes;

/** Calls to peers. */
export class PeerCalls implements PeerCaller {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async call<M extends PeerMethod>(
    peer: OrgId,
    method: M,
    request: PeerRequest<M>,
    options: DialOptions = {},
  ): Promise<PeerReply<M>> {
    return decodeReply(method, await this.send(peer, method, encodeRequest(method, request), options));
  }

  /** A call whose request is encoded already; gives the encoded answer. */
  async send(peer: OrgId, method: PeerMethod, payload: Uint8Array, options: DialOptions = {}): Promise<Uint8Array> {
    const { peers, self, channels, linkFrom } = this.#options;
    const known = peers.get(peer);
    refuseUnless(known, statesFor(method), self);
    const call = {
      correlation: options.correlation ?? newId('cor'),
      timeoutMs: options.timeoutMs ?? this.#options.callTimeoutMs,
      signal: options.signal,
    };
    const link = linkFrom(peer);
    if (!options.direct && link?.open && (known.endpoint === undefined || !channels.ready(peer)))
      return link.request(method, payload, call);
    return this.#dial(peer, method, payload, call);
  }

  reachability(peer: OrgId): Reachability {
    if (this.#options.channels.ready(peer)) return 'direct';
    return this.#options.linkFrom(peer)?.open ? 'link' : 'none';
  }

  /** Tells of a failed call's notice, where it has one. */
  failed(peer: OrgId, error: unknown): void {
    const notice = noticeIn(error);
    if (notice !== undefined) this.#options.noticed(peer, notice);
  }

  async #dial(
    peer: OrgId,
    method: string,
    payload: Uint8Array,
    call: { correlation: string; timeoutMs: number; signal: AbortSignal | undefined },
  ): Promise<Uint8Array> {
    const { client, endpoint } = this.#options.channels.get(peer, 'control');
    try {
      return await unary(client, pathOf(method), payload, call);
    } catch (error) {
      this.failed(peer, error);
      this.#options.channels.forgetFailed(peer);
      throw fromStatus(error, { peer, endpoint, correlation: call.correlation });
    }
  }
}

/** One unary call over a channel. Rejects with the ServiceError of grpc-js. */
export function unary(
  client: Client,
  path: string,
  payload: Uint8Array,
  call: { correlation: string; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (call.signal?.aborted) return reject(new CounterfoilError('cancelled', 'The call was cancelled.'));
    const done = (error: ServiceError | null, reply?: Buffer) => {
      call.signal?.removeEventListener('abort', cancel);
      if (error !== null) reject(error);
      else if (reply === undefined) reject(Object.assign(new Error('no reply'), { code: status.INTERNAL }));
      else resolve(reply);
    };
    const deadline = Date.now() + call.timeoutMs;
    const running = client.makeUnaryRequest(
      path,
      same,
      same,
      Buffer.from(payload.buffer, payload.byteOffset, payload.length),
      callMetadata(call.correlation),
      { deadline },
      done,
    );
    const cancel = () => running.cancel();
    call.signal?.addEventListener('abort', cancel, { once: true });
  });
}
