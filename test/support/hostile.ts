import type { NetworkHandlers, PeerNetwork } from '../../daemon/edge/index.js';
import { orgId } from '../../daemon/foundation/index.js';
import type { Identity } from '../../daemon/identity/index.js';
import type { Ledger } from '../../daemon/ledger/index.js';
import type { PeerMethod, PeerReply, PeerRequest } from '../../daemon/peering/index.js';
import type { TransferWire, WireFrame } from '../../daemon/pipeline/transfers/index.js';
import type { Between } from '../../daemon/root/between.js';
import type { Member } from './member.js';

type Frames = AsyncIterable<WireFrame>;
type Hook<M extends PeerMethod> = (
  request: PeerRequest<M>,
  /** What would have happened, with this request. */
  go: (request: PeerRequest<M>) => Promise<PeerReply<M>>,
) => Promise<PeerReply<M>>;
type Hooks = { [M in PeerMethod]?: Hook<M> };

/**
 * A gateway that is a real one in everything but what a test makes it do otherwise: the frames that it sends or takes, the
 * calls that it makes, and those that it answers. Its keys and its ledger are at hand, so that what it says is well signed.
 */
export class Hostile implements Between {
  own!: { network: PeerNetwork; identity: Identity; ledger: Ledger };
  /** What it sends, and what it does with what it is sent. */
  sends: (frames: Frames) => Frames = (frames) => frames;
  takes: (frames: Frames) => Frames = (frames) => frames;
  outgoing: Hooks = {};
  incoming: Hooks = {};
  /** Messages that it posts for later delivery and that are to be lost. */
  loses: ReadonlySet<PeerMethod> = new Set();

  /** Behaves again. */
  behave(): void {
    this.sends = (frames) => frames;
    this.takes = (frames) => frames;
    this.outgoing = {};
    this.incoming = {};
    this.loses = new Set();
  }

  wire(wire: TransferWire, own: Hostile['own']): TransferWire {
    this.own = own;
    return {
      ...wire,
      call: (peer, method, request, options) => {
        const hook = this.outgoing[method] as Hook<typeof method> | undefined;
        const go = (changed: typeof request) => wire.call(peer, method, changed, options);
        return hook === undefined ? go(request) : hook(request, go);
      },
      post: (peer, method, request, correlation) => {
        if (!this.loses.has(method)) wire.post(peer, method, request, correlation);
      },
      get: (peer, ticket, options) => this.takes(wire.get(peer, ticket, options)),
      put: (peer, ticket, frames, options) => wire.put(peer, ticket, this.sends(frames), options),
    };
  }

  handlers({ calls, flight, ...rest }: NetworkHandlers): NetworkHandlers {
    const hooked = Object.entries(calls).map(([method, handler]) => [
      method,
      (caller: never, request: never) => {
        const hook = this.incoming[method as PeerMethod] as Hook<PeerMethod> | undefined;
        const answer = (changed: never) =>
          (handler as unknown as (caller: never, request: never) => never)(caller, changed);
        return hook === undefined ? answer(request) : hook(request, answer as never);
      },
    ]);
    return {
      ...rest,
      calls: Object.fromEntries(hooked) as NetworkHandlers['calls'],
      flight: { ...flight, onGet: (context, ticket) => this.sends(flight.onGet(context, ticket) as Frames) },
    };
  }

  /** Makes a call of its own. */
  call<M extends PeerMethod>(peer: Member, method: M, request: PeerRequest<M>): Promise<PeerReply<M>> {
    return this.own.network.calls.call(orgId(peer.id), method, request);
  }
}

/** Frames changed one by one: each becomes none, one, or several. `kind` is schema, batch or end; `index` counts batches. */
export function framewise(
  change: (frame: WireFrame, kind: 'schema' | 'batch' | 'end', index: number) => readonly WireFrame[],
): (frames: Frames) => Frames {
  return async function* (frames) {
    let index = -1;
    for await (const frame of frames) {
      const kind = (['schema', 'batch', 'end'] as const)[frame.metadata[1]!]!;
      if (kind === 'batch') index++;
      yield* change(frame, kind, index);
    }
  };
}
