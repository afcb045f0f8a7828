import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import {
  type MethodDefinition,
  Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Address } from '../../config/index.js';
import { CounterfoilError, LIMITS, type Log, type OrgId } from '../../foundation/index.js';
import type { Identity } from '../../identity/index.js';
import type { Peers } from '../../peering/index.js';
import { listenFailure } from '../listen.js';
import { methodsOf, pathOf } from './codec.js';
import { ListenerCredentials } from './credentials.js';
import { type Dispatcher, PEER_SERVICES } from './dispatcher.js';
import type { FlightServer } from './flight/serve.js';
import type { Caller, Guard } from './guard.js';
import { followSockets, http2ServersOf, widenConnection, widenStreams } from './internals.js';
import { LinkEnd } from './link.js';
import { peerServer } from './options.js';
import { toStatus } from './status.js';

interface Options {
  identity: Identity;
  peers: Peers;
  guard: Guard;
  dispatcher: Dispatcher;
  flight: FlightServer;
  /** A peer has opened a Link to this gateway. */
  linked: (link: LinkEnd) => void;
  log: Log;
}

const same = (bytes: Buffer): Buffer => bytes;

/** The port on which peers call: mutual TLS 1.3 against exactly the CAs that are trusted now. */
export class PeerListener {
  readonly #options: Options;
  readonly #server: Server;
  readonly #credentials: ListenerCredentials;
  readonly #sessions = new Map<ServerHttp2Session, OrgId | undefined>();
  readonly #endings: (() => void)[] = [];

  constructor(options: Options) {
    this.#options = options;
    const { identity: own, peers } = options;
    this.#credentials = new ListenerCredentials({ mutual: true, tls: own.tls, trusted: peers.trustedCas() });
    const update = () => this.#credentials.update(own.tls, peers.trustedCas());
    this.#endings.push(own.onRenewed(update), peers.onChange(update));
    this.#server = new Server(peerServer);
    widenStreams(this.#server, LIMITS.flowWindowBytes);
    for (const service of PEER_SERVICES) this.#serve(service);
    options.flight.addTo(this.#server);
  }

  /** Listens, and gives the port. `port.in_use` and other faults name the entry of config.yaml. */
  async listen(address: Address): Promise<number> {
    const target = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(target, this.#credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(listenFailure(error, 'listen.peer', address)),
      );
    });
    for (const http2 of http2ServersOf(this.#server)) this.#watch(http2);
    this.#endings.push(followSockets(this.#server));
    return port;
  }

  /** Ends the connections of a peer: those under way are cut. */
  disconnect(peer: OrgId): void {
    for (const [session, owner] of this.#sessions) if (owner === peer) session.destroy();
  }

  /** Peers with a connection to this listener. */
  connected(): Set<OrgId> {
    return new Set([...this.#sessions.values()].filter((peer) => peer !== undefined));
  }

  close(): void {
    this.#server.forceShutdown();
    for (const end of this.#endings) end();
  }

  #watch(http2: Http2SecureServer): void {
    http2.on('session', (session) => {
      widenConnection(session, LIMITS.flowWindowBytes);
      this.#sessions.set(session, this.#ownerOf(session));
      session.on('close', () => this.#sessions.delete(session));
      session.on('error', (error) => this.#options.log.debug({ err: error }, 'a peer connection failed'));
    });
    http2.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      const reason = socket.authorizationError ?? error.code;
      this.#options.log.info({ remote: socket.remoteAddress, reason: String(reason) }, 'a TLS client was refused');
    });
  }

  #ownerOf(session: ServerHttp2Session): OrgId | undefined {
    try {
      const { raw } = (session.socket as TLSSocket).getPeerCertificate();
      return this.#options.peers.peerOfCertificate(raw).id;
    } catch {
      return undefined; // Its calls are answered with the reason.
    }
  }

  #serve(service: string): void {
    const definition: Record<string, MethodDefinition<Buffer, Buffer>> = {};
    const handlers: UntypedServiceImplementation = {};
    for (const method of methodsOf(service)) {
      const name = method.slice(service.length + 1);
      const stream = method === 'Peering/Link';
      definition[name] = {
        path: pathOf(method),
        requestStream: stream,
        responseStream: stream,
        // Bytes both ways: the dispatcher decodes, so that what is malformed or too large gets a code of ours.
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
      };
      handlers[name] = stream
        ? (call: ServerDuplexStream<Buffer, Buffer>) => this.#link(call)
        : (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
            void this.#unary(method, call, callback);
    }
    this.#server.addService(definition, handlers);
  }

  async #unary(method: string, call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): Promise<void> {
    let caller: Caller | undefined;
    try {
      caller = this.#authenticate(call, method);
      done(null, (await this.#options.dispatcher.answer(caller, method, call.request)) as Buffer);
    } catch (error) {
      const { guard } = this.#options;
      done(toStatus(CounterfoilError.from(error), guard.noticeFor(caller?.peer)));
    }
  }

  #authenticate(call: Parameters<Guard['authenticate']>[0], method: string): Caller {
    try {
      return this.#options.guard.authenticate(call);
    } catch (error) {
      throw this.#options.dispatcher.refuse(error, method, undefined);
    }
  }

  #link(call: ServerDuplexStream<Buffer, Buffer>): void {
    const { guard, dispatcher, linked } = this.#options;
    let caller: Caller | undefined;
    try {
      caller = this.#authenticate(call, 'Peering/Link');
      guard.admit(caller, 'Peering/Link');
    } catch (error) {
      call.emit('error', toStatus(CounterfoilError.from(error), guard.noticeFor(caller?.peer)));
      return;
    }
    const { peer, enrolment } = caller;
    const link = new LinkEnd({
      peer,
      send: (frame) => void call.write(frame),
      answer: (method, payload, correlation) => dispatcher.answer({ peer, enrolment, correlation }, method, payload),
      close: () => call.end(),
    });
    call.on('data', (frame: Buffer) => {
      try {
        link.receive(frame);
      } catch (error) {
        link.end();
        call.emit('error', toStatus(CounterfoilError.from(error)));
      }
    });
    call.on('end', () => link.close());
    call.on('cancelled', () => link.end());
    call.sendMetadata(call.metadata.clone());
    linked(link);
  }
}
