import { CounterfoilError, hex, LIMITS, type OrgId } from '../../foundation/index.js';
import type { Outgoing } from '../jobs/index.js';
import type { Held, Incoming, Progress, Received } from '../receive/index.js';
import { signAcknowledgement } from './acknowledgement.js';
import { deliveredBefore } from './kept.js';
import type { WireFrame } from './ports.js';
import { sizeOf } from './sending.js';
import { type Context, columnKeysOf, owned, viewOf } from './shared.js';
import type { Transfer } from './table.js';
import { encodeTicket, type Ticket } from './ticket.js';

type Frames = AsyncIterable<WireFrame>;

/** After these, what has arrived is kept and acknowledged, so that a link that breaks again and again still gets on. */
const CUT: ReadonlySet<string> = new Set(['stream.incomplete', 'peer.unreachable', 'transfer.waiting']);

/** The consumer's data: pulled where the provider can be dialled, else pushed on request; acknowledged as it gets durable. */
export class Receiving {
  readonly #context: Context;
  /** Pushes that the provider was asked for, by transfer: what takes the stream when it comes. */
  readonly #expected = new Map<string, (frames: Frames) => Promise<void>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Brings what is missing of a view into quarantine, and gives what the checks over all of it came to. */
  async receive(transfer: Transfer, signal: AbortSignal): Promise<Received> {
    const { ports, jobs, table } = this.#context;
    const terms = ports.terms(transfer.agreement, transfer.peer);
    const columnKeys = columnKeysOf(this.#context, transfer.id);
    const before = deliveredBefore(this.#context, transfer);
    const params = { ...ports.receiveParams(transfer, viewOf(table, transfer.id), terms, before), columnKeys };
    const end = new AbortController();
    const until = AbortSignal.any([signal, end.signal]);
    let begin = (_: number): void => {};
    const start = new Promise<number>((resolve, reject) => {
      begin = resolve;
      until.addEventListener('abort', () => reject(until.reason as Error), { once: true });
    });
    start.catch(() => {}); // looked at by who awaits it; a job may fail before
    const leave = await ports.pace.enter(transfer.peer, signal, ({ code, message }) => {
      table.note(transfer.id, { reasons: [{ code, message }] });
      this.#context.changed(transfer.id);
    });
    try {
      return await jobs.run('receive', params, {
        signal,
        input: this.#outgoing(transfer, start, before?.transfer.id, until),
        onItem: (item) => {
          if ('held' in (item as Held | Progress)) return begin((item as Held).held);
          return this.#acknowledge(transfer, item as Progress);
        },
      });
    } finally {
      leave();
      end.abort(new CounterfoilError('cancelled', 'The transfer takes no more batches.'));
    }
  }

  /** A push that this side asked for; resolves when all of it was taken. */
  async take(peer: OrgId, id: string, frames: Frames): Promise<void> {
    owned(this.#context, peer, id, 'consumer');
    const take = this.#expected.get(id);
    if (take === undefined)
      throw new CounterfoilError('transfer.state', 'This gateway did not ask for a push of this transfer.');
    this.#expected.delete(id);
    await take(frames);
  }

  /** What goes to the worker. A failure goes there too, so that what came before it is kept. */
  async *#outgoing(
    transfer: Transfer,
    start: Promise<number>,
    before: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Outgoing> {
    const { ports } = this.#context;
    try {
      const rate = ports.pace.of(transfer.peer).receiveBytesPerSecond;
      const more = { ...(before !== undefined && { before }), ...(rate !== null && { rate }) };
      const ticket = { transfer: transfer.id, start: await start, ...more };
      for await (const frame of this.#incoming(transfer, ticket, signal)) {
        ports.mayExchange(transfer.peer);
        ports.pace.mustBeOpen(transfer.peer);
        await ports.pace.take(transfer.peer, 'receive', sizeOf(frame), signal);
        yield { item: { frame } satisfies Incoming, transfer: movable(frame) };
      }
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const error = CounterfoilError.from(thrown);
      ports.log.info(
        { transfer: transfer.id, code: error.code, cause: error.cause },
        'the stream of a transfer failed',
      );
      yield { item: { failed: error.toBody(), keep: CUT.has(error.code) } satisfies Incoming };
    }
  }

  async *#incoming(
    { id, peer, correlation }: Transfer,
    ticket: Ticket,
    signal: AbortSignal,
  ): AsyncGenerator<WireFrame> {
    const { wire } = this.#context.ports;
    if (await wire.canDial(peer)) {
      yield* wire.get(peer, encodeTicket(ticket), { correlation, signal });
      return;
    }
    const push = this.#expect(id, signal);
    try {
      await wire.call(peer, 'Transfers/Push', { before: '', rate: 0, ...ticket }, { correlation, signal });
      yield* await push.frames;
    } finally {
      push.done();
    }
  }

  #expect(id: string, signal: AbortSignal): { frames: Promise<Frames>; done: () => void } {
    let done = () => {};
    const taken = new Promise<void>((resolve) => {
      done = resolve;
    });
    const frames = new Promise<Frames>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new CounterfoilError('stream.incomplete', 'The provider was asked to push, and did not.')),
        LIMITS.pushBeginsMs,
      );
      const abort = () => reject(signal.reason as Error);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      this.#expected.set(id, (pushed) => {
        clearTimeout(late);
        resolve(pushed);
        return taken;
      });
      void taken.then(() => clearTimeout(late));
    });
    frames.catch(() => {}); // looked at by who awaits it; not everyone gets that far
    return {
      frames,
      done: () => {
        this.#expected.delete(id);
        done();
      },
    };
  }

  /** Entry, our own note of it, then the signed word to the provider: a later one stands for one that was lost. */
  async #acknowledge(transfer: Transfer, done: Progress): Promise<void> {
    const { ports, table } = this.#context;
    const { id, peer, correlation } = transfer;
    if (table.standing(id)!.batches < done.batches) {
      const fields = { transfer: id, batches: done.batches, rows: done.rows, root: hex(done.root) };
      await ports.journal.record({ peer }, { type: 'transfer.acknowledged', actor: 'gateway', fields });
      table.progress(id, done);
      this.#context.changed(id);
    }
    await ports.wire.call(peer, 'Transfers/Acknowledge', signAcknowledgement(ports, transfer, done), { correlation });
  }
}

/** Buffers that can move to the worker instead of being copied: those that a frame has to itself. */
const movable = (frame: WireFrame): ArrayBuffer[] => [
  ...new Set(
    [frame.header, frame.metadata, frame.body]
      .filter(
        (part) =>
          part.buffer instanceof ArrayBuffer &&
          part.byteLength * 2 > part.buffer.byteLength &&
          part.buffer.byteLength > Buffer.poolSize,
      )
      .map((part) => part.buffer as ArrayBuffer),
  ),
];
