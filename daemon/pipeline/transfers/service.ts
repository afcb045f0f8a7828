import { EventEmitter, on } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ViewManifest } from '../../columnar/index.js';
import { CounterfoilError, LIMITS, newId, type OrgId } from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import { Turns } from '../../peering/index.js';
import type { Database } from '../../store/index.js';
import type { Before } from '../beside/index.js';
import type { Jobs } from '../jobs/index.js';
import { stagingFolder } from '../receive/index.js';
import { mustCarry } from '../sinks/index.js';
import { begin } from './accepting.js';
import { before, noteDeleted } from './afterwards.js';
import { type TransferHandlers, transferHandlers } from './calls.js';
import { ConsumerSide } from './consumer.js';
import { Drivers } from './drivers.js';
import { type Ending, end, endNow, failure, forget } from './endings.js';
import { drop, dropFollowed, dropKept, isKept } from './kept.js';
import type { TransferPorts, WireFrame } from './ports.js';
import { ProviderSide } from './provider.js';
import type { DocumentKind } from './rows.js';
import { awaitsWord } from './rules.js';
import type { Stream } from './sending.js';
import { type Context, columnKeysOf, exchangeHeads, type PipelineJobs, statusOf, viewOf } from './shared.js';
import { isFinal, TRANSFER_TABLE } from './states.js';
import { type Transfer, TransferTable } from './table.js';
import { decodeTicket } from './ticket.js';
import { Trespasses } from './trespass.js';
import { transferId } from './words.js';

/** A caller on a data stream. */
type Streaming = Stream & { correlation: string };

/**
 * The transfers of this gateway, both roles. `resumeAll` takes up what a stop or a crash left; `handlers` answer the
 * peer's calls; `flight` is the two directions of data.
 */
export class Transfers {
  readonly #context: Context;
  readonly #provider: ProviderSide;
  readonly #consumer: ConsumerSide;
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly handlers: TransferHandlers;

  constructor(db: Database, ports: TransferPorts, jobs: Jobs<PipelineJobs>) {
    for (const folder of Object.values(ports.folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const context: Context = {
      ports,
      jobs,
      table: new TransferTable(db, () => ports.clock.now()),
      drivers: new Drivers(ports.log, ports.limits),
      turns: new Turns(),
      trespasses: new Trespasses(ports.journal, ports.clock),
      forget: (id) => {
        this.#provider.sending.forget(id);
        forget(context, id);
        dropFollowed(context, context.table.find(id));
      },
      changed: (id) => void this.#events.emit('change', id),
    };
    this.#context = context;
    this.#provider = new ProviderSide(context);
    this.#consumer = new ConsumerSide(context);
    this.handlers = transferHandlers({
      ...{ context, provider: this.#provider, consumer: this.#consumer },
      offer: (peer, agreement, version) => this.#offer(peer, agreement, version, newId('cor')),
      run: (transfer) => this.#run(transfer),
    });
  }

  /**
   * Starts a transfer from either side; without a version, of the newest that the provider has. One that is under way
   * already, of the same version under the same agreement, is given instead of a second.
   */
  async start(agreement: string, peer: OrgId, version: string | undefined, correlation: string): Promise<Transfer> {
    const { ports, turns } = this.#context;
    ports.mayExchange(peer);
    const terms = ports.terms(agreement, peer);
    if (terms.role === 'provider') return this.#offer(peer, agreement, version, correlation);
    mustCarry(terms.schema, ports.landAs(terms));
    const request = { agreement, version: version ?? '' };
    const { transfer: id, ...asked } = await ports.wire.call(peer, 'Transfers/Request', request, { correlation });
    const about = { transfer: transferId(id), agreement, ...asked };
    const transfer = await turns.take(id, async () => begin(this.#context, peer, about));
    this.#run(transfer);
    return this.find(id);
  }

  list(): Transfer[] {
    return this.#context.table.list();
  }

  find(id: string): Transfer {
    return this.#context.table.find(id);
  }

  /** Counts and pages of transfers, for those who look. */
  get book(): Pick<TransferTable, 'page' | 'perDay' | 'perAgreement' | 'latestOfEach'> {
    return this.#context.table;
  }

  /** Calls back with the id after each change of a transfer. Returns what ends it. */
  onChange(listener: (id: string) => void): () => void {
    this.#events.on('change', listener);
    return () => this.#events.off('change', listener);
  }

  /** A document that came with a transfer, as it was signed or hashed. */
  document(id: string, kind: DocumentKind): Uint8Array | undefined {
    return this.#context.table.document(id, kind);
  }

  /** The view that was signed for a transfer that was offered. */
  view(id: string): ViewManifest {
    return viewOf(this.#context.table, id);
  }

  /** The keys of its delivered columns, hex by column name. */
  columnKeys(id: string): Record<string, string> {
    return columnKeysOf(this.#context, id);
  }

  /** The transfer now and after every change, until it is in a final state. */
  async *watch(id: string, signal: AbortSignal): AsyncGenerator<Transfer> {
    const full = this.find(id).id;
    const changes = on(this.#events, 'change', { signal });
    try {
      for (let transfer = this.find(full); ; transfer = this.find(full)) {
        yield transfer;
        if (isFinal(transfer.state)) return;
        while (((await changes.next()).value as [string])[0] !== full);
      }
    } finally {
      await changes.return?.();
    }
  }

  /** Notes that what landed of a transfer is gone, with the signed word of the consumer. */
  noteDeleted(id: string, deleted: { at: string; reason: string }, signed: Signed): Transfer {
    return noteDeleted(this.#context, id, deleted, signed);
  }

  /** Lets go of the batches that were kept of a delivery, because rows of it are erased. */
  dropBatches(id: string): void {
    drop(this.#context, this.find(id));
  }

  /** What the checks over the last delivery under an agreement left, for comparing this version with it. */
  before(agreement: string, version: string): Before | undefined {
    return before(this.#context, agreement, version);
  }

  /** Ends a transfer that has not landed. What the consumer holds in quarantine is deleted; both sides record it. */
  async cancel(id: string, reason: string, actor: string): Promise<Transfer> {
    const { table } = this.#context;
    const transfer = table.find(id);
    const message = reason === '' ? 'Cancelled by an administrator.' : reason;
    if (TRANSFER_TABLE[transfer.state].cancel === null) throw tooLate(transfer);
    if (transfer.role === 'provider' && transfer.state === 'verifying') await this.#askToCancel(transfer, reason);
    const ending: Ending = { event: 'cancel', reasons: [{ code: 'cancelled', message }], actor };
    const ended = await end(this.#context, transfer.id, ending);
    const now = table.find(transfer.id);
    if (!ended && now.state !== 'cancelled') throw tooLate(now);
    return now;
  }

  /** Takes up a transfer that waits, without waiting longer. */
  async resume(id: string): Promise<Transfer> {
    const transfer = this.find(id);
    if (isFinal(transfer.state))
      throw new CounterfoilError('transfer.state', `The transfer is ${transfer.state}; start a new one.`);
    await this.#context.drivers.stop(transfer.id);
    this.#run(this.find(transfer.id));
    return this.find(transfer.id);
  }

  /** After a start: removes what no transfer names, and goes on with every unfinished one. */
  async resumeAll(): Promise<void> {
    this.#sweep();
    for (const transfer of this.#context.table.unfinished()) {
      await this.#recover(transfer);
      this.#run(this.find(transfer.id));
    }
  }

  /** The peer can be reached again, or its state changed. */
  peerChanged(peer: OrgId): void {
    for (const transfer of this.#unfinished(peer)) this.#run(transfer);
  }

  /** Takes up what waited for the time window of a peer that has opened. */
  async lookAtWindows(): Promise<void> {
    const { ports, table } = this.#context;
    for (const peer of ports.pace.opened([...new Set(table.unfinished().map((each) => each.peer))]))
      this.peerChanged(peer);
  }

  /** Stops streams of a peer where they stand; they go on when it is resumed. */
  async parkPeer(peer: OrgId, error: CounterfoilError): Promise<void> {
    const { drivers, table } = this.#context;
    this.#provider.sending.end({ peer }, error);
    for (const { id } of this.#unfinished(peer)) {
      await drivers.stop(id);
      if (!isFinal(this.find(id).state)) table.note(id, { reasons: [{ code: error.code, message: error.message }] });
    }
  }

  /**
   * Ends every unfinished transfer that `which` picks: its peer was revoked, or its agreement has ended. One that was sent
   * to its end stays: whether it has landed is the consumer's to say, who is told by the same change.
   */
  async failAll(which: (transfer: Transfer) => boolean, error: CounterfoilError): Promise<void> {
    for (const { id, role, state } of this.#context.table.unfinished().filter(which)) {
      if (awaitsWord(role, state, error.code === 'peer.revoked')) continue;
      await end(this.#context, id, failure(error));
    }
    dropKept(this.#context, which);
  }

  /** Parks all that is under way. */
  async close(): Promise<void> {
    const stopping = new CounterfoilError('stream.incomplete', 'The provider is stopping; it goes on when it is back.');
    this.#provider.sending.end({}, stopping);
    await this.#context.drivers.close();
  }

  readonly flight = {
    /** Data to a peer that pulls. */
    onGet: (caller: Streaming, ticket: Uint8Array): AsyncGenerator<WireFrame> => {
      const frames = this.#provider.sending.frames(caller, decodeTicket(ticket));
      return this.#kept(caller, 'FlightService/DoGet', frames);
    },
    /** Data from a peer that pushes. Acknowledgements are calls of their own; the one answer says that all was taken. */
    onPut: (caller: Streaming, ticket: Uint8Array, frames: AsyncIterable<WireFrame>): AsyncGenerator<Uint8Array> =>
      this.#kept(caller, 'FlightService/DoPut', this.#takeAll(caller.peer, ticket, frames)),
  };

  async *#takeAll(peer: OrgId, ticket: Uint8Array, frames: AsyncIterable<WireFrame>): AsyncGenerator<Uint8Array> {
    await this.#consumer.receiving.take(peer, decodeTicket(ticket).transfer, frames);
    yield ticket;
  }

  async *#kept<T>(caller: Streaming, method: string, items: AsyncGenerator<T>): AsyncGenerator<T> {
    const step = () => this.#context.trespasses.keep(method, caller, () => items.next());
    try {
      for (let next = await step(); !next.done; next = await step()) yield next.value;
    } finally {
      await items.return(undefined);
    }
  }

  #offer(peer: OrgId, agreement: string, version: string | undefined, correlation: string): Transfer {
    const { ports, table } = this.#context;
    const terms = ports.terms(agreement, peer);
    const full = ports.version(terms.dataset, version);
    const others = this.#unfinished(peer);
    const same = others.find(
      (other) => other.agreement === agreement && other.version === full && other.state !== 'landed',
    );
    if (same !== undefined) return same;
    if (others.length >= LIMITS.transfersPerPeer)
      throw new CounterfoilError(
        'limit.exceeded',
        `A peer has at most ${LIMITS.transfersPerPeer} unfinished transfers.`,
      );
    const transfer = table.insert({
      ...{ id: newId('trn'), role: 'provider', state: 'offered' },
      ...{ peer, agreement, dataset: terms.dataset, version: full, correlation },
    });
    ports.wire.post(peer, 'Transfers/Report', statusOf(transfer), correlation);
    this.#context.changed(transfer.id);
    this.#run(transfer);
    return transfer;
  }

  /** Everything was sent and signed: only the consumer knows whether it has landed. */
  async #askToCancel({ id, peer, correlation }: Transfer, reason: string): Promise<void> {
    try {
      await this.#context.ports.wire.call(peer, 'Transfers/Cancel', { transfer: id, reason }, { correlation });
    } catch (error) {
      const { code, message } = CounterfoilError.from(error);
      if (code === 'transfer.not_found') return;
      throw new CounterfoilError(
        code,
        `Everything was sent; whether it can be cancelled is for ${peer} to say. ${message}`,
        {
          cause: error,
        },
      );
    }
  }

  /** An end that the ledger has and the table has not: a crash came in between. */
  async #recover({ id, peer }: Transfer): Promise<void> {
    const { ports, turns } = this.#context;
    for (const [event, type] of [['cancel', 'transfer.cancelled'] as const, ['fail', 'transfer.failed'] as const]) {
      const entry = ports.journal.find({ peer }, type, id);
      if (entry === undefined) continue;
      const { actor, reasons } = JSON.parse(afterFirstLine(entry.body)) as { actor: string; reasons: string[] };
      const told = reasons.map((code) => ({ code, message: 'It ended so before this gateway was stopped.' }));
      await turns.take(id, () => endNow(this.#context, id, { event, reasons: told, actor }));
    }
  }

  #run(transfer: Transfer): void {
    if (isFinal(transfer.state)) return;
    const { table, drivers } = this.#context;
    const { id, peer } = transfer;
    const side = transfer.role === 'provider' ? this.#provider : this.#consumer;
    drivers.start(id, {
      loop: (drive) => {
        if (this.find(id).reasons.length > 0) table.note(id, { reasons: [] });
        return side.drive(id, drive);
      },
      mark: () => {
        const { state, batches } = table.standing(id)!;
        return `${state} ${batches}`;
      },
      waits: ({ code, message }) => {
        table.note(id, { reasons: [{ code, message }] });
        this.#context.changed(id);
      },
      failed: async (error) => {
        const { code, message } = error;
        const { role, state } = this.find(id);
        const waits = awaitsWord(role, state, code === 'peer.revoked');
        const ended = !waits && (await end(this.#context, id, failure(error)));
        if (!ended && !isFinal(this.find(id).state)) table.note(id, { reasons: [{ code, message }] });
      },
      ended: () => {
        this.#context.forget(id);
        if (isFinal(this.find(id).state)) void exchangeHeads(this.#context, peer);
      },
    });
  }

  #unfinished(peer: OrgId): Transfer[] {
    return this.#context.table.unfinished().filter((transfer) => transfer.peer === peer);
  }

  /** Files of views, quarantines and landings that belong to no unfinished transfer: a crash left them. */
  #sweep(): void {
    const { ports, table } = this.#context;
    const { folders } = ports;
    const unfinished = table.unfinished();
    const kept = table.delivered().filter((transfer) => isKept(this.#context, transfer));
    const files = new Set([...unfinished, ...kept].flatMap((transfer) => transfer.detail.file?.id ?? []));
    for (const folder of [folders.views, folders.quarantine]) {
      for (const name of readdirSync(folder))
        if (!files.has(name.split('.')[0]!)) rmSync(join(folder, name), { recursive: true, force: true });
    }
    const staging = dirname(stagingFolder(folders.landing, 'trn'));
    for (const name of existsSync(staging) ? readdirSync(staging) : [])
      if (this.#context.table.get(name) !== undefined) rmSync(join(staging, name), { recursive: true, force: true });
  }
}

const tooLate = ({ state }: Transfer) =>
  new CounterfoilError('transfer.state', `The transfer is ${state}; it cannot be cancelled any more.`);

const afterFirstLine = (body: Uint8Array): string => {
  const text = Buffer.from(body).toString('utf8');
  return text.slice(text.indexOf('\n') + 1);
};
