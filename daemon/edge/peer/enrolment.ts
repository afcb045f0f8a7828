import { Server, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { type Address, formatAddress } from '../../config/index.js';
import { type Clock, CounterfoilError, LIMITS, type Log, newId } from '../../foundation/index.js';
import type { Identity, Signed } from '../../identity/index.js';
import type { EnrolmentRequest, Invite, Invites } from '../../invite/index.js';
import type { Meeting } from '../../peering/index.js';
import { listenFailure } from '../listen.js';
import { unary } from './calls.js';
import { dial } from './channels.js';
import { decodeReply, decodeRequest, encodeReply, encodeRequest, pathOf } from './codec.js';
import { dialCredentials, ListenerCredentials } from './credentials.js';
import { followSockets, http2ServersOf } from './internals.js';
import { controlChannel, enrolmentServer } from './options.js';
import { fromStatus, toStatus } from './status.js';

const METHOD = 'Enrolment/Enrol';
const MINUTE_MS = 60_000;
const LAST_ANSWER_MS = 1000;
const same = (bytes: Buffer): Buffer => bytes;

interface Options {
  identity: Identity;
  invites: Invites;
  meeting: () => Pick<Meeting, 'admit'>;
  clock: Clock;
  address: Address;
  log: Log;
}

/** The port on which joiners enrol: server-authenticated TLS 1.3, open only while an invite waits for one. */
export class EnrolmentListener {
  readonly #options: Options;
  readonly #credentials: ListenerCredentials;
  readonly #endings: (() => void)[] = [];
  #server: { grpc: Server; cut: () => void } | undefined;
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closing: { cut: () => void; timer: NodeJS.Timeout } | undefined;
  #port: number;
  /** Times (epoch ms) of the enrolments of the last minute. */
  #recent: number[] = [];

  constructor(options: Options) {
    this.#options = options;
    this.#port = options.address.port;
    const { identity, invites, log } = options;
    this.#credentials = new ListenerCredentials({ mutual: false, tls: identity.tls, trusted: [] });
    this.#endings.push(
      identity.onRenewed((tls) => this.#credentials.update(tls, [])),
      invites.onChange(() => {
        this.sync().catch((error: unknown) => log.error({ err: error }, 'the enrolment listener cannot be opened'));
      }),
    );
  }

  /** The port: known once it was open. With port 0 in the configuration, the same one each time. */
  get port(): number {
    return this.#port;
  }

  get open(): boolean {
    return this.#server !== undefined;
  }

  /** Opens once, to find out that the port can be had and which it is; then as invites ask for. */
  async prepare(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#openNow());
    await this.#turn;
    await this.sync();
  }

  /** Opens or closes as the outstanding invites ask for. `port.in_use` and the like when it cannot be opened. */
  sync(): Promise<void> {
    const work = async () => {
      clearTimeout(this.#timer);
      const until = this.#options.invites.listenUntil();
      if (until === undefined) return this.#closeNow();
      const rest = Math.min(until - this.#options.clock.now(), 3600_000);
      this.#timer = setTimeout(() => void this.sync().catch(() => undefined), rest).unref();
      await this.#openNow();
    };
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    for (const end of this.#endings) end();
    await this.#turn;
    clearTimeout(this.#timer);
    this.#closeNow();
    clearTimeout(this.#closing?.timer);
    this.#closing?.cut();
  }

  async #openNow(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = new Server(enrolmentServer);
    server.addService(
      {
        Enrol: {
          path: pathOf(METHOD),
          requestStream: false,
          responseStream: false,
          requestSerialize: same,
          requestDeserialize: same,
          responseSerialize: same,
          responseDeserialize: same,
        },
      },
      {
        Enrol: (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => void this.#enrol(call, done),
      },
    );
    const address = { ...this.#options.address, port: this.#port };
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(formatAddress(address), this.#credentials, (error, port) =>
        error === null ? resolve(port) : reject(listenFailure(error, 'listen.enrol', address)),
      );
    });
    for (const http2 of http2ServersOf(server)) http2.maxConnections = LIMITS.enrolmentConnections;
    this.#server = { grpc: server, cut: followSockets(server) };
  }

  #closeNow(): void {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const cut = () => {
      server.grpc.forceShutdown();
      server.cut();
    };
    // The answer to the enrolment that closes the listener is still on its way.
    const timer = setTimeout(cut, LAST_ANSWER_MS).unref();
    this.#closing = { cut, timer };
    server.grpc.tryShutdown(() => undefined);
  }

  async #enrol(call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): Promise<void> {
    const correlation = newId('cor');
    try {
      this.#limit();
      const { enrolment, ca, proof } = decodeRequest(METHOD, call.request);
      if (!enrolment) throw new CounterfoilError('input.invalid', 'The enrolment is missing.');
      const { peer, welcome } = await this.#options.meeting().admit({ enrolment, ca, proof });
      this.#options.log.info({ peer: peer.id, correlation }, 'a peer enrolled');
      done(null, encodeReply(METHOD, { welcome }));
    } catch (error) {
      const known = CounterfoilError.from(error, correlation);
      this.#options.log.warn({ code: known.code, correlation, remote: call.getPeer() }, 'an enrolment was refused');
      done(toStatus(known));
    }
  }

  #limit(): void {
    const now = this.#options.clock.now();
    this.#recent = this.#recent.filter((time) => time > now - MINUTE_MS && time <= now);
    if (this.#recent.length >= LIMITS.enrolmentsPerMinute)
      throw new CounterfoilError('limit.exceeded', 'Too many enrolments were tried here in the last minute.', {
        hint: 'Wait a minute and try again.',
      });
    this.#recent.push(now);
  }
}

/** Asks the inviter's enrolment listener, whose certificate must be the one in the invite. */
export async function dialEnrolment(
  invite: Invite,
  request: EnrolmentRequest,
  timeoutMs: number = LIMITS.callTimeoutMs,
): Promise<Signed> {
  const peer = invite.inviter.id;
  const endpoint = invite.enrol;
  if (endpoint === undefined)
    throw new CounterfoilError('peer.unreachable', `The invite of ${peer} is to be used by exchanged texts.`, {
      hint: 'Accept it with --exchange and give the reply to the inviter.',
    });
  const client = dial(peer, endpoint, dialCredentials({ id: peer, ca: invite.ca }, undefined), controlChannel);
  const correlation = newId('cor');
  try {
    const payload = encodeRequest(METHOD, request);
    const { welcome } = decodeReply(METHOD, await unary(client, pathOf(METHOD), payload, { correlation, timeoutMs }));
    if (!welcome) throw new CounterfoilError('input.invalid', `${peer} answered the enrolment without a welcome.`);
    return welcome;
  } catch (error) {
    throw fromStatus(error, { peer, endpoint, correlation });
  } finally {
    client.close();
  }
}
