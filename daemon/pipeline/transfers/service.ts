import { EventEmitter, on } from 'node:events';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CounterfoilError, LIMITS, newId, type OrgId, printable } from '../../foundation/index.js';
import type { PeerHandlers, PeerMethods } from '../../peering/index.js';
import type { Database } from '../../store/index.js';
import type { Jobs } from '../jobs/index.js';
import { ConsumerSide } from './consumer.js';
import { Drivers, PARKED } from './drivers.js';
import type { TransferPorts, WireFrame } from './ports.js';
import { ProviderSide } from './provider.js';
import { type Context, end, fail, move, owned, type PipelineJobs, statusOf } from './shared.js';
import { isFinal, TRANSFER_TABLE } from './states.js';
import { type Reason, type Transfer, TransferTable } from './table.js';
import { decodeTicket, encodeTicket } from './ticket.js';

/** The calls of the service `Transfers` that a peer makes. */
type Handlers = Required<Pick<PeerHandlers, Extract<keyof PeerHandlers, `Transfers/${string}`>>>;

/**
 * The transfers of this gateway, both roles. `resumeAll` takes up what a stop or a crash left; `handlers` answer the
 * peer's calls; `frames` and `take` are the two directions of data.
 */
export class Transfers {
  readonly #context: Context;
  readonly #provider: ProviderSide;
  readonly #consumer: ConsumerSide;
  readonly #events = new EventEmitter().setMaxListeners(0);

  constructor(db: Database, ports: TransferPorts, jobs: Jobs<PipelineJobs>) {
    for (const folder of Object.values(ports.folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#context = {
      ports,
      jobs,
      table: new TransferTable(db, () => ports.clock.now()),
      drivers: new Drivers(ports.log),
      changed: (id) => void this.#events.emit('change', id),
    };
    this.#provider = new ProviderSide(this.#context);
    this.#consumer = new ConsumerSide(this.#context);
  }

  /** Starts a transfer from either side. Without a version: the newest that the provider has. */
  async start(agreement: string, peer: OrgId, version: string | undefined, correlation: string): Promise<Transfer> {
    const { ports } = this.#context;
    ports.mayExchange(peer);
    const terms = ports.terms(agreement, peer);
    if (terms.role === 'provider') return this.#offer(peer, agreement, version, correlation);
    const asked = await ports.wire.call(
      peer,
      'Transfers/Request',
      { agreement, version: version ?? '' },
      { correlation },
    );
    const id = transferId(asked.transfer);
    const known = this.#context.table.get(id);
    const transfer =
      known ??
      this.#consumer.begin(peer, { transfer: id, agreement, correlation: asked.correlation, version: asked.version });
    this.#run(owned(this.#context, peer, transfer.id, 'consumer'));
    return transfer;
  }

  list(): Transfer[] {
    return this.#context.table.list();
  }

  find(id: string): Transfer {
    return this.#context.table.find(id);
  }

  /** Calls back with the id after each change of a transfer. Returns what ends it. */
  onChange(listener: (id: string) => void): () => void {
    this.#events.on('change', listener);
    return () => this.#events.off('change', listener);
  }

  /** The transfer now and after every change, until it is in a final state. */
  async *watch(id: string, signal: AbortSignal): AsyncGenerator<Transfer> {
    const full = this.find(id).id;
    const changes = on(this.#events, 'change', { signal });
    for (let transfer = this.find(full); ; transfer = this.find(full)) {
      yield transfer;
      if (isFinal(transfer.state)) return;
      while (((await changes.next()).value as [string])[0] !== full);
    }
  }

  /** Ends a transfer that has not landed. What the consumer holds in quarantine is deleted; both sides record it. */
  async cancel(id: string, reason: string, actor: string): Promise<Transfer> {
    const { table, ports, drivers } = this.#context;
    const transfer = table.find(id);
    if (TRANSFER_TABLE[transfer.state].cancel === null)
      throw new CounterfoilError(
        'transfer.state',
        `The transfer is ${transfer.state}; it cannot be cancelled any more.`,
      );
    const message = reason === '' ? 'Cancelled by an administrator.' : reason;
    if (transfer.role === 'provider' && transfer.state === 'verifying') {
      // Everything was sent and signed: only the consumer knows whether it has landed.
      await ports.wire.call(
        transfer.peer,
        'Transfers/Cancel',
        { transfer: transfer.id, reason: message },
        { correlation: transfer.correlation },
      );
    }
    await drivers.stop(transfer.id, PARKED);
    await this.#end(transfer.id, 'cancel', [{ code: 'cancelled', message }], actor);
    ports.wire.post(
      transfer.peer,
      'Transfers/Cancel',
      { transfer: transfer.id, reason: message },
      transfer.correlation,
    );
    return table.find(transfer.id);
  }

  /** Takes up a transfer that waits, without waiting longer. */
  resume(id: string): Transfer {
    const transfer = this.find(id);
    if (isFinal(transfer.state))
      throw new CounterfoilError('transfer.state', `The transfer is ${transfer.state}; start a new one.`);
    this.#run(transfer);
    return transfer;
  }

  /** After a start: removes what no transfer names, and goes on with every unfinished one. */
  resumeAll(): void {
    this.#sweep();
    for (const transfer of this.#context.table.unfinished()) this.#run(transfer);
  }

  /** The peer can be reached again, or its state changed. */
  peerChanged(peer: OrgId): void {
    this.#context.drivers.pokePeer(peer);
    for (const transfer of this.#context.table.unfinished()) if (transfer.peer === peer) this.#run(transfer);
  }

  /** Stops streams of a peer where they stand; they go on when it is resumed. */
  async parkPeer(peer: OrgId): Promise<void> {
    await Promise.all(this.#unfinished(peer).map((transfer) => this.#context.drivers.stop(transfer.id, PARKED)));
  }

  /** Ends every unfinished transfer that `which` picks: its peer was revoked, or its agreement has ended. */
  async failAll(which: (transfer: Transfer) => boolean, error: CounterfoilError): Promise<void> {
    for (const { id } of this.#context.table.unfinished().filter(which)) {
      await this.#context.drivers.stop(id, PARKED);
      if (!isFinal(this.find(id).state) && this.find(id).state !== 'landed')
        await this.#end(id, 'fail', [{ code: error.code, message: error.message }], 'gateway');
    }
  }

  /** Parks all that is under way. */
  async close(): Promise<void> {
    await this.#context.drivers.close();
  }

  /** Data to a peer that pulls; the push of `Transfers/Push` uses it too. */
  frames(peer: OrgId, ticket: Uint8Array, signal: AbortSignal): AsyncGenerator<WireFrame> {
    const { transfer, start } = decodeTicket(ticket);
    return this.#provider.frames(peer, transfer, start, signal);
  }

  /** Data from a peer that pushes. */
  async take(peer: OrgId, descriptor: Uint8Array, frames: AsyncIterable<WireFrame>): Promise<void> {
    await this.#consumer.take(peer, decodeTicket(descriptor).transfer, frames);
  }

  /** The two directions of data, as the Flight service offers them. */
  readonly flight = {
    onGet: ({ peer, signal }: { peer: OrgId; signal: AbortSignal }, ticket: Uint8Array) =>
      this.frames(peer, ticket, signal),
    /** Acknowledgements are calls of their own; the one answer says that all was taken. */
    onPut: ({ peer }: { peer: OrgId }, ticket: Uint8Array, frames: AsyncIterable<WireFrame>) =>
      this.#takeAll(peer, ticket, frames),
  };

  async *#takeAll(peer: OrgId, ticket: Uint8Array, frames: AsyncIterable<WireFrame>): AsyncGenerator<Uint8Array> {
    await this.take(peer, ticket, frames);
    yield ticket;
  }

  readonly handlers: Handlers = {
    'Transfers/Request': async ({ peer }, { agreement, version }) => {
      const terms = this.#context.ports.terms(agreement, peer);
      if (terms.role !== 'provider')
        throw new CounterfoilError('agreement.not_active', 'This gateway is not the provider under that agreement.');
      const transfer = await this.#offer(peer, agreement, version === '' ? undefined : version, newId('cor'));
      return { transfer: transfer.id, correlation: transfer.correlation, version: transfer.version };
    },
    'Transfers/Offer': async ({ peer }, offer) => {
      transferId(offer.transfer);
      await this.#consumer.offer(peer, offer);
      this.#run(this.find(offer.transfer));
      return {};
    },
    'Transfers/Push': async ({ peer }, { transfer, start }) => {
      this.#push(owned(this.#context, peer, transfer, 'provider'), start);
      return {};
    },
    'Transfers/Report': async ({ peer }, status) => this.#report(peer, status),
    'Transfers/Cancel': async ({ peer }, { transfer, reason }) => {
      await this.#cancelled(peer, transfer, reason);
      return {};
    },
    'Transfers/Acknowledge': async ({ peer }, signed) => {
      await this.#provider.acknowledge(peer, signed);
      return {};
    },
    'Transfers/Sent': async ({ peer }, evidence) => {
      await this.#consumer.sent(peer, evidence);
      return {};
    },
    'Transfers/Receipt': async ({ peer }, evidence) => {
      await this.#provider.receipt(peer, evidence);
      return {};
    },
  };

  async #offer(peer: OrgId, agreement: string, version: string | undefined, correlation: string): Promise<Transfer> {
    const { ports, table } = this.#context;
    if (this.#unfinished(peer).length >= LIMITS.transfersPerPeer)
      throw new CounterfoilError(
        'limit.exceeded',
        `A peer has at most ${LIMITS.transfersPerPeer} unfinished transfers.`,
      );
    const terms = ports.terms(agreement, peer);
    const full = ports.version(terms.dataset, version);
    const transfer = table.insert({
      ...{ id: newId('trn'), role: 'provider', state: 'offered' },
      ...{ peer, agreement, dataset: terms.dataset, version: full, correlation },
    });
    ports.wire.post(peer, 'Transfers/Report', statusOf(transfer), correlation);
    this.#context.changed(transfer.id);
    this.#run(transfer);
    return transfer;
  }

  #push(transfer: Transfer, start: number): void {
    const { ports, drivers } = this.#context;
    const { id, peer, correlation } = transfer;
    drivers.start(`${id} push ${start}`, peer, async ({ signal }) => {
      await ports.wire.put(
        peer,
        encodeTicket({ transfer: id, start }),
        this.#provider.frames(peer, id, start, signal),
        { correlation, signal },
      );
    });
  }

  /** What the peer says of a transfer. It informs; only signed entries decide about landing. */
  async #report(
    peer: OrgId,
    status: PeerMethods['Transfers/Report']['request'],
  ): Promise<PeerMethods['Transfers/Report']['reply']> {
    const { table, drivers, ports } = this.#context;
    const id = transferId(status.transfer);
    if (table.get(id) === undefined) {
      const terms = ports.terms(status.agreement, peer);
      if (terms.role === 'provider' || status.state !== 'offered')
        throw new CounterfoilError('transfer.not_found', 'There is no such transfer between us.');
      this.#run(this.#consumer.begin(peer, status));
    }
    const role = table.find(id).role;
    const transfer = owned(this.#context, peer, id, role);
    const told = readReasons(status.reasons);
    if (transfer.role === 'consumer') {
      if (status.state === 'checking' && transfer.state === 'offered') move(this.#context, transfer, 'check');
      if (status.state === 'refused' && (transfer.state === 'offered' || transfer.state === 'checking'))
        await this.#refused(transfer, told);
    }
    if (status.state === 'failed' && !isFinal(transfer.state) && transfer.state !== 'landed') {
      await drivers.stop(id, PARKED);
      await this.#end(
        id,
        'fail',
        told.length > 0 ? told : [{ code: 'peer.error', message: 'The peer gave the transfer up.' }],
        `peer:${peer}`,
      );
    }
    drivers.poke(id);
    return statusOf(table.find(id));
  }

  async #refused(transfer: Transfer, told: readonly Reason[]): Promise<void> {
    const { drivers } = this.#context;
    await drivers.stop(transfer.id, PARKED);
    const now = this.find(transfer.id);
    const checking = now.state === 'offered' ? move(this.#context, now, 'check') : now;
    if (checking.state === 'checking') move(this.#context, checking, 'refuse', { reasons: told });
  }

  async #cancelled(peer: OrgId, id: string, reason: string): Promise<void> {
    const { table, drivers } = this.#context;
    const found = table.get(id);
    const transfer = owned(this.#context, peer, id, found?.role ?? 'consumer');
    if (transfer.state === 'cancelled') return;
    if (TRANSFER_TABLE[transfer.state].cancel === null)
      throw new CounterfoilError(
        'transfer.state',
        `The transfer is ${transfer.state} here; it cannot be cancelled any more.`,
      );
    await drivers.stop(id, PARKED);
    await this.#end(
      id,
      'cancel',
      [{ code: 'cancelled', message: `The peer cancelled it: ${printable(reason)}` }],
      `peer:${peer}`,
    );
  }

  async #end(id: string, event: 'fail' | 'cancel', reasons: readonly Reason[], actor: string): Promise<void> {
    await end(this.#context, id, event, reasons, actor);
    this.#side(this.find(id)).forget(id);
  }

  #run(transfer: Transfer): void {
    if (isFinal(transfer.state)) return;
    const { id, peer } = transfer;
    this.#context.drivers.start(
      id,
      peer,
      (drive) => this.#side(transfer).drive(id, drive),
      async (error) => {
        await fail(this.#context, id, error);
        this.#side(transfer).forget(id);
      },
    );
  }

  #side(transfer: Transfer): ProviderSide | ConsumerSide {
    return transfer.role === 'provider' ? this.#provider : this.#consumer;
  }

  #unfinished(peer: OrgId): Transfer[] {
    return this.#context.table.unfinished().filter((transfer) => transfer.peer === peer);
  }

  /** Files of views and quarantines that belong to no unfinished transfer: a crash left them. */
  #sweep(): void {
    const { ports, table } = this.#context;
    const wanted = new Set(table.unfinished().flatMap((transfer) => transfer.detail.file?.id ?? []));
    for (const folder of [ports.folders.views, ports.folders.quarantine]) {
      for (const name of readdirSync(folder))
        if (!wanted.has(name.split('.')[0]!)) rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function transferId(text: string): string {
  if (/^trn-[a-z2-7]{26}$/.test(text)) return text;
  throw new CounterfoilError('input.invalid', 'The id of a transfer is malformed.');
}

function readReasons(bytes: Uint8Array): Reason[] {
  try {
    const list = JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
    if (!Array.isArray(list)) return [];
    return list
      .slice(0, LIMITS.reasonsPerTransfer)
      .flatMap((item: { code?: unknown; message?: unknown } | null) =>
        typeof item?.code === 'string' && typeof item.message === 'string'
          ? [{ code: item.code.slice(0, 100), message: item.message.slice(0, 1000) }]
          : [],
      );
  } catch {
    return [];
  }
}
