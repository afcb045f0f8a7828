import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ViewManifest } from '../../columnar/index.js';
import {
  base64,
  CounterfoilError,
  canonicalJson,
  fromBase64,
  hex,
  type Json,
  LIMITS,
  newId,
  type OrgId,
  utf8,
} from '../../foundation/index.js';
import type { EntryEvidence, TransferOffer } from '../../peering/index.js';
import { newKey } from '../../store/index.js';
import { type Report, reasons, reportDigest } from '../checks/index.js';
import type { Outgoing } from '../jobs/index.js';
import { isLanded, landingFolder, type Progress, putInPlace } from '../receive/index.js';
import { signAcknowledgement } from './acknowledgement.js';
import type { Drive } from './drivers.js';
import { readOffer } from './offer.js';
import type { WireFrame } from './ports.js';
import { type Context, evidenceOf, move, owned, record, refOf, signedText, statusOf } from './shared.js';
import { isFinal } from './states.js';
import type { Reason, Transfer } from './table.js';
import { encodeTicket } from './ticket.js';

/** How long a loop sleeps when nothing wakes it, before it looks and asks again. */
const LOOK_AGAIN_MS = 30_000;

/**
 * The consumer's half of a transfer: record the acceptance, bring the batches into quarantine, acknowledge them, check,
 * land all or nothing, and give the receipt. Every step looks at what is stored, so it can be run again after a crash.
 */
export class ConsumerSide {
  readonly #context: Context;
  /** Pushes that the provider was asked for, by transfer: what takes the stream when it comes. */
  readonly #expected = new Map<string, (frames: AsyncIterable<WireFrame>) => Promise<void>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** The provider's signed view. Idempotent; an offer that contradicts the agreement or an earlier one is refused. */
  async offer(peer: OrgId, message: TransferOffer): Promise<void> {
    const { ports, table, drivers } = this.#context;
    const terms = ports.terms(message.agreement, peer);
    const offer = readOffer(message, terms, ports.peerKey(peer));
    const known = table.get(offer.transfer);
    const transfer =
      known === undefined
        ? this.begin(peer, { ...offer, version: offer.view.version })
        : owned(this.#context, peer, offer.transfer, 'consumer');
    if (transfer.state !== 'offered' && transfer.state !== 'checking') {
      if (transfer.detail.viewDigest === offer.viewDigest) return;
      throw new CounterfoilError('transfer.state', `The transfer is ${transfer.state} and cannot be offered anew.`);
    }
    const accepted = await record(this.#context, transfer, {
      type: 'transfer.accepted',
      refs: [offer.offered],
      fields: {
        transfer: transfer.id,
        agreement: transfer.agreement,
        version: offer.view.version,
        view: offer.viewDigest,
        correlation: transfer.correlation,
      },
    });
    if (transfer.state === 'offered') move(this.#context, transfer, 'check');
    const file = { id: newId('sto'), key: newKey() };
    move(this.#context, transfer, 'stream', {
      version: offer.view.version,
      rowsTotal: offer.view.rows,
      detail: {
        view: signedText(offer.signed),
        viewDigest: offer.viewDigest,
        versionManifest: base64(message.versionManifest),
        columnKeys: ports.keyBox.wrap(utf8(JSON.stringify(offer.columnKeys)), transfer.id),
        file: { id: file.id, key: ports.keyBox.wrap(file.key, file.id) },
        providerReport: Buffer.from(message.providerReport).toString('utf8'),
        offered: offer.offered,
        accepted: refOf(accepted),
      },
    });
    drivers.poke(transfer.id);
  }

  /** Knows of a transfer from its first word on: the provider's report, its offer, or our own request. */
  begin(peer: OrgId, about: { transfer: string; agreement: string; correlation: string; version: string }): Transfer {
    const { ports, table } = this.#context;
    const terms = ports.terms(about.agreement, peer);
    if (terms.role !== 'consumer')
      throw new CounterfoilError('agreement.not_active', 'This gateway is the provider under that agreement.');
    if (table.unfinished().filter((transfer) => transfer.peer === peer).length >= LIMITS.transfersPerPeer)
      throw new CounterfoilError(
        'limit.exceeded',
        `A peer has at most ${LIMITS.transfersPerPeer} unfinished transfers.`,
      );
    const { transfer: id, agreement, correlation, version } = about;
    table.insert({
      id,
      role: 'consumer',
      peer,
      agreement,
      dataset: terms.dataset,
      version,
      correlation,
      state: 'offered',
    });
    this.#context.changed(id);
    return table.find(id);
  }

  async drive(id: string, { signal, wait }: Drive): Promise<void> {
    const { table, ports } = this.#context;
    for (let transfer = table.find(id); !isFinal(transfer.state); transfer = table.find(id)) {
      ports.mayExchange(transfer.peer);
      if (transfer.state === 'offered' || transfer.state === 'checking') await this.#awaitOffer(transfer, signal, wait);
      else if (transfer.state === 'streaming') await this.#receive(transfer, signal);
      else if (transfer.state === 'verifying') await this.#verify(transfer, signal, wait);
      else await this.#giveReceipt(transfer, signal);
    }
    this.forget(id);
    await ports.exchangeHeads(table.find(id).peer);
  }

  async #awaitOffer(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    await wait(LOOK_AGAIN_MS);
    const { ports, table } = this.#context;
    if (table.find(transfer.id).state !== transfer.state) return;
    const there = await ports.wire.call(transfer.peer, 'Transfers/Report', statusOf(transfer), {
      correlation: transfer.correlation,
      signal,
    });
    const now = table.find(transfer.id);
    if (there.state === 'checking' && now.state === 'offered') move(this.#context, now, 'check');
  }

  /** streaming → verifying, with all batches in quarantine, acknowledged and checked. */
  async #receive(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { ports, jobs, table } = this.#context;
    const terms = ports.terms(transfer.agreement, transfer.peer);
    const end = new AbortController();
    const until = AbortSignal.any([signal, end.signal]);
    try {
      const received = await jobs.run('receive', ports.receiveParams(transfer, terms), {
        signal,
        input: this.#outgoing(transfer, until),
        onItem: (item) => this.#acknowledge(transfer, item as Progress),
      });
      const consumerReport = canonicalJson(received.report as unknown as Json);
      if (table.find(transfer.id).state === 'streaming')
        move(this.#context, transfer, 'deliver', { detail: { consumerReport } });
    } finally {
      end.abort(new CounterfoilError('cancelled', 'The transfer takes no more batches.'));
    }
  }

  async *#outgoing(transfer: Transfer, signal: AbortSignal): AsyncGenerator<Outgoing> {
    for await (const frame of this.#incoming(transfer, signal)) {
      this.#context.ports.mayExchange(transfer.peer);
      yield { item: frame, transfer: movable(frame) };
    }
  }

  /** Batches from the first that is not in quarantine: pulled where the provider can be dialled, else pushed on request. */
  async *#incoming(transfer: Transfer, signal: AbortSignal): AsyncGenerator<WireFrame> {
    const { wire } = this.#context.ports;
    const { id, peer, batches, correlation } = transfer;
    if (await wire.canDial(peer)) {
      yield* wire.get(peer, encodeTicket({ transfer: id, start: batches }), { correlation, signal });
      return;
    }
    const push = this.#expect(id, signal);
    try {
      await wire.call(peer, 'Transfers/Push', { transfer: id, start: batches }, { correlation, signal });
      yield* await push.frames;
    } finally {
      push.done();
    }
  }

  #expect(id: string, signal: AbortSignal): { frames: Promise<AsyncIterable<WireFrame>>; done: () => void } {
    let done = () => {};
    const taken = new Promise<void>((resolve) => {
      done = resolve;
    });
    const frames = new Promise<AsyncIterable<WireFrame>>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new CounterfoilError('stream.incomplete', 'The provider did not push.')),
        LIMITS.callTimeoutMs,
      );
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.#expected.set(id, (pushed) => {
        clearTimeout(late);
        resolve(pushed);
        return taken;
      });
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

  /** A push that this side asked for; resolves when all of it was taken. */
  async take(peer: OrgId, id: string, frames: AsyncIterable<WireFrame>): Promise<void> {
    owned(this.#context, peer, id, 'consumer');
    const take = this.#expected.get(id);
    if (take === undefined)
      throw new CounterfoilError('transfer.state', 'This gateway did not ask for a push of this transfer.');
    this.#expected.delete(id);
    await take(frames);
  }

  /** Entry, then the signed word to the provider, then our own note of it. */
  async #acknowledge(transfer: Transfer, done: Progress): Promise<void> {
    const { ports, table } = this.#context;
    if (!done.durable) {
      this.#context.changed(transfer.id);
      return;
    }
    const { id, peer, correlation } = transfer;
    const fields = { transfer: id, batches: done.batches, rows: done.rows, root: hex(done.root) };
    await ports.journal.record({ peer }, { type: 'transfer.acknowledged', actor: 'gateway', fields });
    await ports.wire.call(peer, 'Transfers/Acknowledge', signAcknowledgement(ports, transfer, done), { correlation });
    table.progress(id, done);
    this.#context.changed(id);
  }

  /** verifying → landed or rejected. */
  async #verify(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    const report = JSON.parse(transfer.detail.consumerReport!) as Report;
    const found = reasons(report);
    if (found.length > 0) return this.#reject(transfer, report, found);
    const ids = { transfer: transfer.id, agreement: transfer.agreement, version: transfer.version };
    await record(this.#context, transfer, { type: 'checks.passed', fields: { ...ids, report: reportDigest(report) } });
    if (transfer.detail.sent === undefined) return this.#awaitSent(transfer, signal, wait);
    await this.#land(transfer, report, signal);
  }

  async #reject(transfer: Transfer, report: Report, found: readonly Reason[]): Promise<void> {
    const { ports } = this.#context;
    const { viewDigest, offered } = transfer.detail;
    const digest = reportDigest(report);
    const ids = { transfer: transfer.id, agreement: transfer.agreement, version: transfer.version };
    const names = [...new Set(found.map((reason) => reason.code))].slice(0, LIMITS.reasonsPerTransfer);
    await record(this.#context, transfer, {
      type: 'checks.failed',
      fields: { ...ids, report: digest, reasons: names },
    });
    const entry = await record(this.#context, transfer, {
      type: 'transfer.rejected',
      sign: true,
      refs: [transfer.detail.sent?.at ?? offered!],
      fields: { ...ids, view: viewDigest!, report: digest, reasons: names, correlation: transfer.correlation },
    });
    const receipt = { at: refOf(entry), body: base64(entry.body) };
    ports.wire.post(
      transfer.peer,
      'Transfers/Receipt',
      evidenceOf(transfer.id, receipt.at, entry.body, this.#shareable(transfer)),
      transfer.correlation,
    );
    move(this.#context, transfer, 'reject', {
      reasons: found.slice(0, LIMITS.reasonsPerTransfer),
      detail: { receipt },
    });
  }

  async #awaitSent(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    // The provider may have missed the last acknowledgement; saying where we stand makes it look.
    await this.#context.ports.wire.call(transfer.peer, 'Transfers/Report', statusOf(transfer), {
      correlation: transfer.correlation,
      signal,
    });
    if (this.#context.table.find(transfer.id).detail.sent === undefined) await wait(LOOK_AGAIN_MS);
  }

  /** The provider's signed `transfer.sent`. Idempotent. */
  async sent(peer: OrgId, evidence: EntryEvidence): Promise<void> {
    const { ports, table, drivers } = this.#context;
    const transfer = owned(this.#context, peer, evidence.transfer, 'consumer');
    if (transfer.detail.sent !== undefined) return;
    const entry = ports.readEntry(peer, evidence.body);
    const view = viewOf(transfer);
    const { fields } = entry;
    const right =
      entry.type === 'transfer.sent' &&
      fields.transfer === transfer.id &&
      fields.agreement === transfer.agreement &&
      fields.version === transfer.version &&
      fields.view === transfer.detail.viewDigest &&
      fields.rows === view.rows &&
      fields.rowsRoot === view.rowsRoot &&
      fields.policy === view.policy;
    if (!right) throw new CounterfoilError('peer.evidence', 'What the provider signed as sent is not what it offered.');
    table.note(transfer.id, { detail: { sent: { at: entry.at, body: base64(evidence.body) } } });
    drivers.poke(transfer.id);
  }

  /** Writes the files beside, decides, puts them in place in one step, and signs. Told from a landing not begun by the stored path. */
  async #land(transfer: Transfer, report: Report, signal: AbortSignal): Promise<void> {
    const { ports, table, jobs } = this.#context;
    const view = viewOf(transfer);
    const landing = transfer.detail.landing ?? landingFolder(ports.folders.landing, transfer);
    if (transfer.detail.landing === undefined) table.note(transfer.id, { detail: { landing } });
    if (!isLanded(landing, transfer.id)) {
      const staged = await jobs.run('land', ports.landParams(transfer, landing), { signal });
      ports.mayExchange(transfer.peer);
      ports.terms(transfer.agreement, transfer.peer);
      putInPlace(staged.folder, landing);
    }
    const { id, agreement, version, correlation } = transfer;
    const entry = await record(this.#context, transfer, {
      type: 'transfer.landed',
      sign: true,
      refs: [transfer.detail.sent!.at],
      fields: {
        ...{ transfer: id, agreement, version, view: transfer.detail.viewDigest!, correlation },
        ...{ rows: view.rows, batches: view.batches.length, rowsRoot: view.rowsRoot },
        ...{ policy: view.policy, report: reportDigest(report) },
      },
    });
    move(this.#context, transfer, 'land', {
      detail: { landed: landing, receipt: { at: refOf(entry), body: base64(entry.body) } },
    });
  }

  async #giveReceipt(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { at, body } = transfer.detail.receipt!;
    const evidence = evidenceOf(transfer.id, at, fromBase64(body), this.#shareable(transfer));
    await this.#context.ports.wire.call(transfer.peer, 'Transfers/Receipt', evidence, {
      correlation: transfer.correlation,
      signal,
    });
    move(this.#context, transfer, 'receipt');
  }

  /** The report as its entry names it. Samples are locators and shapes already; messages name no values. */
  #shareable = (transfer: Transfer): Uint8Array => utf8(transfer.detail.consumerReport!);

  /** Lets go of the quarantine. */
  forget(id: string): void {
    this.#expected.delete(id);
    const file = this.#context.table.find(id).detail.file;
    if (file !== undefined) rmSync(join(this.#context.ports.folders.quarantine, file.id), { force: true });
  }
}

const viewOf = (transfer: Transfer): ViewManifest =>
  JSON.parse(Buffer.from(fromBase64(transfer.detail.view!.document)).toString('utf8')) as ViewManifest;

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
