import type { Server, ServerDuplexStream, ServerWritableStream, ServiceDefinition } from '@grpc/grpc-js';
import { CounterfoilError, LIMITS, type OrgId } from '../../../foundation/index.js';
import type { PeerContext } from '../../../peering/index.js';
import type { Dispatcher } from '../dispatcher.js';
import type { Caller, Guard } from '../guard.js';
import { boundReadAhead } from '../internals.js';
import { toStatus } from '../status.js';
import { abortable } from './abortable.js';
import { fieldOne, oneField } from './fields.js';
import { decodeFrame, encodeFrame, type GatherMessage, type ReceivedFrame, type WireFrame } from './frame.js';
import { FrameWriter } from './writer.js';

/** Who reads or writes a data stream, and the signal that it has ended early. */
export interface StreamContext extends PeerContext {
  /** Aborted with a CounterfoilError when the stream ends before its time. */
  readonly signal: AbortSignal;
  /** Ends the stream with an error, also while it waits: when a later stream of the same transfer takes its place. */
  end(error: CounterfoilError): void;
}

/** What the pipeline answers on data streams. The edge checks before each batch that the peer may still have it. */
export interface FlightHandlers {
  /** The frames for a ticket, a schema first. Asked for the next only when the one before was taken. */
  onGet(context: StreamContext, ticket: Uint8Array): AsyncIterable<WireFrame>;
  /** Takes frames that a peer pushes; yields acknowledgements. Returning ends the stream as complete. */
  onPut(
    context: StreamContext,
    descriptor: Uint8Array,
    frames: AsyncIterable<ReceivedFrame>,
  ): AsyncIterable<Uint8Array>;
}

export const FLIGHT_SERVICE = '/arrow.flight.protocol.FlightService';
const same = (bytes: Buffer): Buffer => bytes;

interface Options {
  guard: Guard;
  dispatcher: Dispatcher;
}

/** `DoGet` and `DoPut` of the Arrow Flight service, framed by hand. */
export class FlightServer {
  readonly #options: Options;
  readonly #streams = new Map<OrgId, Set<AbortController>>();
  #handlers: FlightHandlers | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  serve(handlers: FlightHandlers): void {
    this.#handlers = handlers;
  }

  /** Ends the data streams of a peer that run through this listener. */
  abort(peer: OrgId, error: CounterfoilError): void {
    for (const stream of this.#streams.get(peer) ?? []) stream.abort(error);
  }

  addTo(server: Server): void {
    const method = (name: string, requestStream: boolean): ServiceDefinition[string] => ({
      path: `${FLIGHT_SERVICE}/${name}`,
      requestStream,
      responseStream: true,
      requestSerialize: same,
      requestDeserialize: same,
      // A gather message in place of a buffer: grpc-js copies it into its frame (held fast by a test).
      responseSerialize: same,
      responseDeserialize: same,
    });
    server.addService(
      { DoGet: method('DoGet', false), DoPut: method('DoPut', true) },
      {
        DoGet: (call: ServerWritableStream<Buffer, GatherMessage>) => void this.#get(call),
        DoPut: (call: ServerDuplexStream<Buffer, Buffer>) => void this.#put(call),
      },
    );
  }

  async #get(call: ServerWritableStream<Buffer, GatherMessage>): Promise<void> {
    await this.#stream('DoGet', call, async (context, handlers) => {
      const writer = new FrameWriter<GatherMessage>(call, context.signal);
      const source = handlers.onGet(context, fieldOne(call.request));
      for await (const frame of abortable(source, context.signal)) {
        this.#check(context);
        if (!(await writer.write(encodeFrame(frame)))) throw cut();
      }
      if (!(await writer.flushed())) throw cut();
    });
  }

  async #put(call: ServerDuplexStream<Buffer, Buffer>): Promise<void> {
    boundReadAhead(call, LIMITS.framesAhead);
    await this.#stream('DoPut', call, async (context, handlers) => {
      const writer = new FrameWriter<Buffer>(call, context.signal);
      const { descriptor, frames } = await this.#incoming(call, context);
      const acknowledgements = handlers.onPut(context, descriptor, frames);
      for await (const acknowledgement of abortable(acknowledgements, context.signal))
        if (!(await writer.write(oneField(1, acknowledgement)))) throw cut();
      if (!(await writer.flushed())) throw cut();
    });
  }

  /** The frames of a push, the first read already for its descriptor. */
  async #incoming(call: ServerDuplexStream<Buffer, Buffer>, context: Stream) {
    // Left open when the reader is done: the answer goes out through the same stream.
    const messages = call.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const iterator = abortable(messages, context.signal, LIMITS.streamStallMs);
    const first = await iterator.next();
    if (first.done) throw new CounterfoilError('batch.invalid', 'A push has to start with a schema.');
    const { descriptor = new Uint8Array(0), ...opening } = decodeFrame(first.value);
    const check = () => this.#check(context);
    async function* frames(): AsyncGenerator<ReceivedFrame> {
      check();
      yield opening;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        check();
        yield decodeFrame(next.value);
      }
    }
    return { descriptor, frames: frames() };
  }

  #check(context: Stream): void {
    if (context.signal.aborted) throw context.signal.reason;
    this.#options.guard.admit(context, context.method);
  }

  async #stream(
    name: string,
    call: ServerWritableStream<Buffer, GatherMessage> | ServerDuplexStream<Buffer, Buffer>,
    work: (context: Stream, handlers: FlightHandlers) => Promise<void>,
  ): Promise<void> {
    const { guard, dispatcher } = this.#options;
    const method = `FlightService/${name}`;
    let caller: Caller | undefined;
    let leave: (() => void) | undefined;
    const controller = new AbortController();
    call.on('cancelled', () => controller.abort(cut()));
    try {
      caller = guard.authenticate(call);
      guard.admit(caller, method);
      leave = guard.enter(caller.peer, 'stream');
      this.#track(caller.peer, controller, true);
      if (this.#handlers === undefined) throw new CounterfoilError('protocol.version', 'This gateway serves no data.');
      const context = {
        ...caller,
        signal: controller.signal,
        method,
        end: (error: CounterfoilError) => controller.abort(error),
      };
      await work(context, this.#handlers);
      call.end();
    } catch (error) {
      const reason = controller.signal.aborted ? controller.signal.reason : error;
      const told = dispatcher.refuse(reason, method, caller?.correlation, caller?.peer);
      if (!call.cancelled) call.emit('error', toStatus(told, guard.noticeFor(caller?.peer)));
    } finally {
      leave?.();
      if (caller !== undefined) this.#track(caller.peer, controller, false);
    }
  }

  #track(peer: OrgId, stream: AbortController, add: boolean): void {
    const streams = this.#streams.get(peer) ?? new Set();
    if (add) streams.add(stream);
    else streams.delete(stream);
    if (streams.size > 0) this.#streams.set(peer, streams);
    else this.#streams.delete(peer);
  }
}

interface Stream extends Caller, StreamContext {
  readonly method: string;
}

const cut = () => new CounterfoilError('stream.incomplete', 'The stream was cut before its end.');
