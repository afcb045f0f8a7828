import { CounterfoilError, type OrgId } from '../../foundation/index.js';
import type { PeerHandlers, PeerMethod } from '../../peering/index.js';
import { decodeRequest, encodeReply, methodsOf } from './codec.js';
import type { Caller, Guard } from './guard.js';

/** The services whose calls peers make, directly or through a Link. */
export const PEER_SERVICES = [
  'Peering',
  'Catalog',
  'Agreements',
  'Transfers',
  'Reports',
  'Custody',
  'Evidence',
] as const;

const UNARY: ReadonlySet<string> = new Set(
  PEER_SERVICES.flatMap(methodsOf).filter((method) => method !== 'Peering/Link'),
);

const isUnary = (method: string): method is PeerMethod => UNARY.has(method);

/** Answers unary calls of peers, whichever way they came. */
export class Dispatcher {
  readonly #guard: Guard;
  #handlers: PeerHandlers;
  #closed = false;

  constructor(guard: Guard, handlers: PeerHandlers) {
    this.#guard = guard;
    this.#handlers = handlers;
  }

  /** Adds what the rooms answer. */
  add(handlers: PeerHandlers): void {
    this.#handlers = { ...this.#handlers, ...handlers };
  }

  /** From now on nothing is answered: what would answer is being closed. Frames of a Link may still come in. */
  close(): void {
    this.#closed = true;
  }

  /** The encoded answer to an encoded request. Rejects with what the caller is to be told. */
  async answer(caller: Caller, method: string, payload: Uint8Array): Promise<Uint8Array> {
    if (this.#closed) throw new CounterfoilError('peer.unreachable', 'This gateway is stopping.');
    try {
      this.#guard.admit(caller, method);
      const leave = this.#guard.enter(caller.peer, 'call');
      try {
        return await this.#handle(caller, method, payload);
      } finally {
        leave();
      }
    } catch (error) {
      throw this.refuse(error, method, caller.correlation, caller.peer);
    }
  }

  /** Any failure as what the caller may know of it; the rest goes to the log. */
  refuse(error: unknown, method: string, correlation: string | undefined, peer?: OrgId): CounterfoilError {
    const known = CounterfoilError.from(error, correlation);
    this.#guard.failed(known, method, peer);
    return known;
  }

  async #handle(caller: Caller, method: string, payload: Uint8Array): Promise<Uint8Array> {
    if (!isUnary(method)) throw unknown();
    return this.#run(caller, method, payload);
  }

  async #run<M extends PeerMethod>(caller: Caller, method: M, payload: Uint8Array): Promise<Uint8Array> {
    const handler = this.#handlers[method];
    if (handler === undefined) throw unknown();
    return encodeReply(method, await handler(caller, decodeRequest(method, payload)));
  }
}

const unknown = () => new CounterfoilError('protocol.version', 'This gateway does not answer the call.');
