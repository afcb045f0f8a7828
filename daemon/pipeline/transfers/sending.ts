import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { base64, CounterfoilError, LIMITS, type OrgId } from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import type { LinkFound, SendParams } from '../send/index.js';
import { decodeMeta } from '../wire/index.js';
import { Outgone, readAcknowledgement } from './acknowledgement.js';
import { deliveredBefore } from './kept.js';
import type { WireFrame } from './ports.js';
import { type Context, move, owned, viewOf } from './shared.js';
import type { Transfer } from './table.js';
import { encodeTicket, type Ticket } from './ticket.js';

/** A body from which on it tells something that it was not compressed. */
const TELLING_BYTES = 64 * 1024;

/** A data stream as it is served: who reads it, and how it is ended from here. */
export interface Stream {
  readonly peer: OrgId;
  readonly signal: AbortSignal;
  end(error: CounterfoilError): void;
}

/** The provider's data: one stream for each transfer, ahead of the consumer's signed acknowledgements by a bounded number. */
export class Sending {
  readonly #context: Context;
  readonly #streams = new Map<string, Stream>();
  /** What was signed, of transfers that stream. */
  readonly #outgone = new Map<string, Outgone>();
  /** What was found of the link to a peer last. */
  readonly #links = new Map<OrgId, LinkFound>();
  /** Streams that wait for the consumer to acknowledge more. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * The messages of a transfer from batch `start` on, for a pull or a push. A later stream of the same transfer takes the
   * place of an earlier one. Rights are looked at again before each batch.
   */
  async *frames(stream: Stream, { transfer: id, start, before, rate }: Ticket): AsyncGenerator<WireFrame> {
    const { ports, table } = this.#context;
    const transfer = this.#ready(stream.peer, id, start);
    this.#streams
      .get(id)
      ?.end(new CounterfoilError('stream.incomplete', 'A later stream of the transfer took its place.'));
    const leave = ports.pace.enterNow(stream.peer);
    this.#streams.set(id, stream);
    try {
      const held = deliveredBefore(this.#context, transfer);
      const both = held?.transfer.id === before ? held : undefined;
      const view = viewOf(table, id);
      // Compressing what need not be costs less than finding out that a slow link is full already.
      const link = this.#links.get(stream.peer) ?? { squeeze: true };
      const params = { ...(await ports.sendParams(transfer, view, start, both)), link };
      let index = start - 1; // the first message is the schema
      for await (const frame of this.#sent(stream, params)) {
        this.#mustStream(stream.peer, id);
        while (index - table.standing(id)!.batches >= ports.limits.batchesUnacknowledged) {
          await this.#acknowledged(id, stream.signal);
          stream.signal.throwIfAborted();
          this.#mustStream(stream.peer, id);
        }
        await ports.pace.take(stream.peer, 'send', sizeOf(frame as WireFrame), stream.signal, rate);
        yield frame as WireFrame;
        index++;
        this.#learn(stream.peer, frame as WireFrame);
      }
    } finally {
      leave();
      if (this.#streams.get(id) === stream) this.#streams.delete(id);
    }
  }

  /**
   * Pushes to a consumer that cannot dial here and asked for it. What forbids it is thrown; what becomes of the stream is
   * the consumer's to see.
   */
  push(peer: OrgId, ticket: Ticket): void {
    const { ports } = this.#context;
    const { transfer: id, start } = ticket;
    const { correlation } = this.#ready(peer, id, start);
    const ending = new AbortController();
    const { signal } = ending;
    const stream = { peer, signal, end: (error: CounterfoilError) => ending.abort(error) };
    ports.wire
      .put(peer, encodeTicket(ticket), this.frames(stream, ticket), { correlation, signal })
      .catch((error: unknown) => {
        ports.log.info({ transfer: id, code: CounterfoilError.from(error).code }, 'a push has ended early');
      })
      .finally(() => ending.abort(new CounterfoilError('stream.incomplete', 'The push has ended.')));
  }

  /** A signed acknowledgement. Idempotent; never goes back. */
  acknowledge(peer: OrgId, signed: Signed): Promise<void> {
    const { ports, table, turns } = this.#context;
    const read = readAcknowledgement(signed);
    owned(this.#context, peer, read.transfer, 'provider');
    return turns.take(read.transfer, async () => {
      const transfer = this.accepted(table.find(read.transfer));
      if (transfer.state !== 'streaming') return;
      const outgone = this.outgone(transfer);
      outgone.verify(signed, read, ports.peerKey(peer, signed.key));
      const complete = read.batches === outgone.batches;
      if (read.batches > transfer.batches || (complete && transfer.detail.acknowledged !== true)) {
        // With the signature: the consumer's word can be shown to anyone, whatever becomes of the rest.
        const { v: _, ...fields } = { ...read, signature: base64(signed.signature) };
        await ports.journal.record({ peer }, { type: 'acknowledgement.recorded', actor: `peer:${peer}`, fields });
        const bytes = Math.min(read.bytes, transfer.bytesTotal ?? read.bytes);
        table.progress(transfer.id, { ...read, bytes }, complete);
      }
      this.#wake(transfer.id);
      this.#context.changed(transfer.id);
      if (complete) this.#context.drivers.poke(transfer.id);
    });
  }

  /** Who asks for batches has accepted the offer, also when its answer to the offer is still on the way. */
  accepted(transfer: Transfer): Transfer {
    const isAccepted = transfer.state === 'checking' && transfer.detail.offered !== undefined;
    return isAccepted ? move(this.#context, transfer, 'stream') : transfer;
  }

  outgone(transfer: Transfer): Outgone {
    const known = this.#outgone.get(transfer.id);
    if (known !== undefined) return known;
    const { folders } = this.#context.ports;
    const leaves = readLeaves(join(folders.views, `${transfer.detail.file!.id}.leaves`));
    const outgone = new Outgone(leaves, viewOf(this.#context.table, transfer.id), transfer.detail.viewDigest!);
    this.#outgone.set(transfer.id, outgone);
    return outgone;
  }

  /** Ends the streams of a transfer or a peer, or all. */
  end(which: { id?: string; peer?: OrgId }, error: CounterfoilError): void {
    for (const [id, stream] of [...this.#streams])
      if ((which.id ?? id) === id && (which.peer ?? stream.peer) === stream.peer) stream.end(error);
  }

  forget(id: string): void {
    this.#outgone.delete(id);
    this.end({ id }, new CounterfoilError('stream.incomplete', 'The transfer has ended.'));
  }

  #ready(peer: OrgId, id: string, start: number): Transfer {
    const transfer = this.accepted(owned(this.#context, peer, id, 'provider'));
    this.#mustStream(peer, id);
    const { batches } = this.outgone(transfer);
    if (Number.isSafeInteger(start) && start <= batches) return transfer;
    throw new CounterfoilError('input.invalid', `The view has ${batches} batches; there is no batch ${start}.`);
  }

  async *#sent({ peer, signal }: Stream, params: SendParams): AsyncGenerator<unknown, void> {
    const found = yield* this.#context.jobs.stream('send', params, { signal });
    this.#links.set(peer, found);
  }

  /** The next stream to the peer begins as this one goes on. */
  #learn(peer: OrgId, { metadata, body }: WireFrame): void {
    const meta = decodeMeta(metadata);
    if (meta.kind !== 'batch') return;
    const isSqueezed = meta.isSqueezed === true;
    if (!isSqueezed && body.length <= TELLING_BYTES) return; // small ones never are
    this.#links.set(peer, { ...this.#links.get(peer), squeeze: isSqueezed });
  }

  #mustStream(peer: OrgId, id: string): void {
    const { ports, table } = this.#context;
    const { state, agreement } = table.standing(id)!;
    ports.mayExchange(peer);
    ports.mustBeActive(agreement, peer);
    ports.pace.mustBeOpen(peer);
    if (state !== 'streaming')
      throw new CounterfoilError('transfer.state', `The transfer is ${state}; its batches cannot be read.`);
  }

  /** Until an acknowledgement comes. A consumer that takes batches and never says so is not waited for without end. */
  async #acknowledged(id: string, signal: AbortSignal): Promise<void> {
    const waiters = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiters);
    let wake = () => {};
    const woken = new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), LIMITS.streamStallMs);
      wake = () => {
        clearTimeout(late);
        resolve(true);
      };
    });
    waiters.add(wake);
    signal.addEventListener('abort', wake);
    const came = await woken;
    signal.removeEventListener('abort', wake);
    waiters.delete(wake);
    if (waiters.size === 0) this.#waiting.delete(id);
    if (!came) throw new CounterfoilError('stream.incomplete', 'The consumer takes batches but acknowledges none.');
  }

  #wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }
}

/** Bytes of a message on the wire, to within some. */
export const sizeOf = ({ header, metadata, body }: WireFrame): number => header.length + metadata.length + body.length;

function readLeaves(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CounterfoilError('store.corrupt', 'The prepared view of a transfer is missing.', {
      hint: 'Start the transfer again.',
      cause: error,
    });
  }
}
