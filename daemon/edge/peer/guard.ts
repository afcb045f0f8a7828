import type { ServerDuplexStream, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import {
  type Clock,
  CounterfoilError,
  equalBytes,
  type Journal,
  LIMITS,
  type Log,
  newId,
  type OrgId,
} from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import { type Peer, type PeerContext, type PeerState, type Peers, refuseUnless } from '../../peering/index.js';
import { correlationOf } from './status.js';

type AnyCall =
  | ServerUnaryCall<unknown, unknown>
  | ServerWritableStream<unknown, unknown>
  | ServerDuplexStream<unknown, unknown>;

/** A caller whose certificate was matched. `enrolment` tells this relation from a later one with the same organisation. */
export interface Caller extends PeerContext {
  readonly enrolment: Uint8Array;
}

const MEETING: readonly PeerState[] = ['invited', 'enrolled', 'active', 'suspended'];
const KNOWN: readonly PeerState[] = ['active', 'suspended'];
const ALWAYS: readonly PeerState[] = [...MEETING, 'revoked'];

/** In which states of the relation a call is allowed, by either side. Everything else needs an active one. */
export function statesFor(method: string): readonly PeerState[] {
  if (method === 'Peering/Notify') return ALWAYS;
  if (method === 'Peering/Hello' || method === 'Peering/Link') return MEETING;
  if (method === 'Peering/Heartbeat' || method.startsWith('Evidence/')) return KNOWN;
  return ['active'];
}

interface Options {
  peers: Peers;
  self: OrgId;
  journal: Journal;
  clock: Clock;
  log: Log;
  limits: { streamsPerPeer: number };
}

/** A refusal is recorded once in this time for each caller, method and code, so that nobody fills the ledger with them. */
const REFUSAL_MS = 60_000;
const REFUSALS_KEPT = 1000;

/** Certificate → peer → state, on every call and every batch; and how much one peer may ask at a time. */
export class Guard {
  readonly #options: Options;
  readonly #calls = new Map<OrgId, number>();
  readonly #streams = new Map<OrgId, number>();
  readonly #refusals = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Who calls, from its certificate alone. `peer.tls` when that is nobody's who may call. */
  authenticate(call: AnyCall): Caller {
    const correlation = correlationOf(call.metadata) ?? newId('cor', this.#options.clock.now());
    const certificate = call.getAuthContext().sslPeerCertificate?.raw;
    if (certificate === undefined)
      throw new CounterfoilError('peer.tls', 'The connection presented no certificate.', { correlation });
    try {
      const peer = this.#options.peers.peerOfCertificate(certificate);
      return { peer: peer.id, enrolment: peer.enrolment, correlation };
    } catch (error) {
      throw CounterfoilError.from(error, correlation);
    }
  }

  /** Throws unless the caller may make this call now. For each call, and for each batch of a stream. */
  admit(caller: Pick<Caller, 'peer' | 'enrolment'>, method: string): Peer {
    const peer = this.#options.peers.find(caller.peer);
    if (peer === undefined || !equalBytes(peer.enrolment, caller.enrolment))
      throw new CounterfoilError('peer.revoked', `The relation that this connection was made under has ended.`);
    refuseUnless(peer, statesFor(method), this.#options.self);
    return peer;
  }

  /** Counts a call or stream of a peer until the returned function is called. `limit.exceeded` when there are too many. */
  enter(peer: OrgId, kind: 'call' | 'stream'): () => void {
    const counts = kind === 'call' ? this.#calls : this.#streams;
    const most = kind === 'call' ? LIMITS.callsPerPeer : this.#options.limits.streamsPerPeer;
    const now = counts.get(peer) ?? 0;
    if (now >= most)
      throw new CounterfoilError('limit.exceeded', `${peer} has ${now} ${kind}s open; at most ${most} are allowed.`, {
        hint: 'Wait until some have ended, and try again.',
      });
    counts.set(peer, now + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = (counts.get(peer) ?? 1) - 1;
      if (rest > 0) counts.set(peer, rest);
      else counts.delete(peer);
    };
  }

  /** Logs a failed call, and records it in the ledger where access was denied. */
  failed(error: CounterfoilError, method: string, peer?: OrgId): void {
    const { log, clock, journal } = this.#options;
    const denied = error.grpcStatus === status.PERMISSION_DENIED;
    log[denied || error.code === 'internal' ? 'warn' : 'info'](
      {
        method,
        peer,
        code: error.code,
        correlation: error.correlation,
        err: error.code === 'internal' ? error.cause : undefined,
      },
      'a call of a peer failed',
    );
    if (!denied) return;
    const key = `${peer ?? ''} ${method} ${error.code}`;
    const now = clock.now();
    if ((this.#refusals.get(key) ?? Number.NEGATIVE_INFINITY) + REFUSAL_MS > now) return;
    if (this.#refusals.size >= REFUSALS_KEPT) this.#refusals.clear();
    this.#refusals.set(key, now);
    const fields = { method, code: error.code, peer, correlation: error.correlation };
    const actor = peer === undefined ? 'gateway' : `peer:${peer}`;
    // Nothing was done, so nothing waits for this entry.
    journal.record('master', { type: 'call.refused', actor, fields }).catch((cause: unknown) => {
      log.error({ err: cause, method }, 'a refused call could not be recorded');
    });
  }

  /** Our notice to a peer that may not have it yet, to go with a refusal. */
  noticeFor(peer: OrgId | undefined): Signed | undefined {
    try {
      return peer === undefined ? undefined : this.#options.peers.find(peer)?.farewell;
    } catch {
      return undefined; // The store is closed: the gateway is stopping, and the refusal stands without it.
    }
  }
}
