import type { Client, ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import { CounterfoilError, LIMITS, newId, type OrgId } from '../../../foundation/index.js';
import { type Peers, refuseUnless } from '../../../peering/index.js';
import type { PeerChannels } from '../channels.js';
import { boundReadAhead } from '../internals.js';
import { callMetadata, fromStatus } from '../status.js';
import { abortable } from './abortable.js';
import { fieldOne, oneField } from './fields.js';
import { decodeFrame, encodeFrame, type GatherMessage, type ReceivedFrame, type WireFrame } from './frame.js';
import { FLIGHT_SERVICE } from './serve.js';
import { FrameWriter } from './writer.js';

export interface StreamOptions {
  correlation?: string | undefined;
  signal?: AbortSignal | undefined;
}

interface Options {
  peers: Peers;
  self: OrgId;
  channels: PeerChannels;
  /** Told of a failure, for its signed notice. */
  failed: (peer: OrgId, error: unknown) => void;
}

const same = (bytes: Buffer): Buffer => bytes;
// grpc-js only copies what a serialiser returns into its own buffer: see GatherMessage.
const gather = (message: GatherMessage): Buffer => message as unknown as Buffer;

/** The dialling side of the data streams. Errors: `cancelled`, `stream.incomplete`, the peer's own, `peer.unreachable`. */
export class FlightClient {
  readonly #options: Options;
  readonly #streams = new Map<AbortController, OrgId>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Ends the data streams to and from a peer that this side opened. */
  abort(peer: OrgId, error: CounterfoilError): void {
    for (const [stream, owner] of this.#streams) if (owner === peer) stream.abort(error);
  }

  /**
   * Pulls the frames for a ticket, a schema first. The source is asked for more only as fast as this is iterated;
   * ending the iteration early cancels the stream. The frames may be changed: nobody else holds them.
   */
  async *doGet(peer: OrgId, ticket: Uint8Array, options: StreamOptions = {}): AsyncGenerator<ReceivedFrame, void> {
    const run = this.#begin(peer, options);
    const call: ClientReadableStream<Buffer> = run.client.makeServerStreamRequest(
      `${FLIGHT_SERVICE}/DoGet`,
      same,
      same,
      oneField(1, ticket),
      callMetadata(run.correlation),
    );
    boundReadAhead(call, LIMITS.framesAhead);
    try {
      for await (const message of abortable(call, run.controller.signal, LIMITS.streamStallMs)) {
        run.called.underway = true;
        yield decodeFrame(message);
        run.check();
      }
    } catch (error) {
      throw run.failure(error);
    } finally {
      run.end(call);
    }
  }

  /**
   * Pushes frames, a schema first, and gives the peer's acknowledgements. `frames` is asked for the next one as the
   * network takes them. Done when the peer has ended the stream as complete.
   */
  async *doPut(
    peer: OrgId,
    descriptor: Uint8Array,
    frames: AsyncIterable<WireFrame>,
    options: StreamOptions = {},
  ): AsyncGenerator<Uint8Array, void> {
    const run = this.#begin(peer, options);
    const call: ClientDuplexStream<GatherMessage, Buffer> = run.client.makeBidiStreamRequest(
      `${FLIGHT_SERVICE}/DoPut`,
      gather,
      same,
      callMetadata(run.correlation),
    );
    const sent = this.#send(call, descriptor, frames, run);
    // The source's own failure is what ends the stream, and what the caller is told.
    sent.catch((error: unknown) => run.controller.abort(error));
    try {
      const answers = call.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      for await (const message of abortable(answers, run.controller.signal)) {
        run.called.underway = true;
        yield fieldOne(message);
        run.check();
      }
      // The peer may end as complete only what was sent to its end.
      if (!call.writableEnded)
        throw new CounterfoilError('stream.incomplete', `${peer} ended the stream before everything was sent.`);
    } catch (error) {
      throw run.failure(error);
    } finally {
      run.end(call);
      await sent.catch(() => undefined);
    }
  }

  async #send(
    call: ClientDuplexStream<GatherMessage, Buffer>,
    descriptor: Uint8Array,
    frames: AsyncIterable<WireFrame>,
    run: Run,
  ): Promise<void> {
    const { signal } = run.controller;
    const writer = new FrameWriter<GatherMessage>(call, signal);
    let first: Uint8Array | undefined = descriptor;
    let count = 0;
    for await (const frame of abortable(frames, signal)) {
      run.check();
      // Broken: the status of the call says why, to the reader of the answers.
      if (!(await writer.write(encodeFrame(frame, first)))) return;
      first = undefined;
      // More was taken than waits here: it went to the peer.
      if (++count > LIMITS.framesAhead) run.called.underway = true;
    }
    call.end();
  }

  #begin(peer: OrgId, options: StreamOptions): Run {
    const { peers, self, channels, failed } = this.#options;
    const check = () => {
      if (controller.signal.aborted) throw controller.signal.reason;
      refuseUnless(peers.get(peer), ['active'], self);
    };
    const controller = new AbortController();
    check();
    const { client, endpoint } = channels.get(peer, 'data');
    const correlation = options.correlation ?? newId('cor');
    const called = { peer, endpoint, correlation, underway: false };
    const cancel = () => controller.abort(new CounterfoilError('cancelled', 'The stream was cancelled here.'));
    options.signal?.addEventListener('abort', cancel, { once: true });
    if (options.signal?.aborted) cancel();
    this.#streams.set(controller, peer);
    return {
      client,
      correlation,
      controller,
      called,
      check,
      failure: (error) => {
        if (controller.signal.aborted) return CounterfoilError.from(controller.signal.reason, correlation);
        failed(peer, error);
        const known = fromStatus(error, called);
        if (known.code === 'peer.unreachable' || known.code === 'peer.tls') channels.forgetFailed(peer);
        return known;
      },
      end: (call) => {
        options.signal?.removeEventListener('abort', cancel);
        this.#streams.delete(controller);
        controller.abort(new CounterfoilError('stream.incomplete', 'The stream has ended.'));
        call.on('error', () => undefined); // The status of a stream that nobody reads any more.
        call.cancel();
      },
    };
  }
}

interface Run {
  client: Client;
  correlation: string;
  controller: AbortController;
  called: { peer: OrgId; endpoint: string; correlation: string; underway: boolean };
  /** Throws when the stream was ended from here, or the peer may not have it any more. */
  check: () => void;
  failure: (error: unknown) => CounterfoilError;
  end: (call: { on(event: 'error', listener: () => void): unknown; cancel(): void }) => void;
}
