import type { ViewManifest } from '../../columnar/index.js';
import { CounterfoilError, fromBase64, hex, type OrgId, sha256, utf8 } from '../../foundation/index.js';
import type { EntryEvidence, TransferOffer } from '../../peering/index.js';
import type { Drive } from './drivers.js';
import { hear, mustNotIdle } from './endings.js';
import type { PeerEntry } from './ports.js';
import { prepare } from './prepare.js';
import { takesReceipt } from './rules.js';
import { Sending } from './sending.js';
import {
  type Context,
  columnKeysOf,
  evidenceOf,
  exchangeHeads,
  LOOK_AGAIN_MS,
  move,
  owned,
  record,
  refOf,
  statusOf,
  viewOf,
  wireRef,
} from './shared.js';
import { isFinal } from './states.js';
import type { Reason, Transfer } from './table.js';
import { readReport, reasonsIn } from './words.js';

/**
 * The provider's half of a transfer: check the whole view, sign it, offer it, serve it to the consumer, sign what was
 * sent, and keep the receipt. Every step looks at what is stored, so it can be run again after a crash at any point.
 */
export class ProviderSide {
  readonly #context: Context;
  readonly sending: Sending;

  constructor(context: Context) {
    this.#context = context;
    this.sending = new Sending(context);
  }

  async drive(id: string, { signal, wait }: Drive): Promise<void> {
    const { table, ports } = this.#context;
    for (let transfer = table.find(id); !isFinal(transfer.state); transfer = table.find(id)) {
      signal.throwIfAborted();
      // What was receipted is noted as such, whatever became of the rights since.
      if (transfer.state !== 'landed') ports.mayExchange(transfer.peer);
      mustNotIdle(this.#context, transfer);
      if (transfer.state === 'offered') move(this.#context, transfer, 'check');
      else if (transfer.state === 'checking') await this.#check(transfer, signal);
      else if (transfer.state === 'streaming') await this.#stream(transfer, signal, wait);
      else if (transfer.state === 'verifying') await this.#awaitReceipt(transfer, signal, wait);
      else move(this.#context, transfer, 'receipt');
    }
  }

  /** checking → refused, or → streaming with the signed view offered to the consumer. */
  async #check(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { table } = this.#context;
    const prepared = await prepare(this.#context, transfer, signal);
    if (prepared.state !== 'checking') return;
    if (prepared.detail.offered === undefined) {
      const fields = viewFields(prepared, viewOf(table, transfer.id));
      const entry = await record(this.#context, prepared, { type: 'transfer.offered', fields });
      table.note(transfer.id, { detail: { offered: refOf(entry) } });
    }
    await this.#offer(transfer.id, signal);
    this.sending.accepted(table.find(transfer.id));
    await exchangeHeads(this.#context, transfer.peer);
  }

  async #offer(id: string, signal: AbortSignal): Promise<void> {
    const { ports, table } = this.#context;
    const { peer, agreement, correlation, detail } = table.find(id);
    const keys = columnKeysOf(this.#context, id);
    const offer: TransferOffer = {
      transfer: id,
      correlation,
      agreement,
      view: {
        document: table.document(id, 'view')!,
        signature: fromBase64(detail.signature!.signature),
        key: fromBase64(detail.signature!.key),
      },
      versionManifest: table.document(id, 'version')!,
      columnKeys: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, Buffer.from(key, 'hex')])),
      providerReport: utf8(detail.providerReport!),
      offered: wireRef(detail.offered!),
    };
    await ports.wire.call(peer, 'Transfers/Offer', offer, { correlation, signal });
  }

  /** Waits until the consumer, which pulls or asks for a push, has acknowledged every batch. */
  async #stream(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    if (transfer.detail.acknowledged === true) return this.#sent(transfer.id);
    const { table, ports } = this.#context;
    ports.pace.mustBeOpen(transfer.peer);
    await wait(LOOK_AGAIN_MS);
    const now = table.find(transfer.id);
    if (now.state !== 'streaming' || now.progressedAt !== transfer.progressedAt) return;
    // Nothing for a while: where does it stand there? A consumer that was restored may have forgotten the offer.
    const { id, peer, correlation } = transfer;
    const there = await ports.wire.call(peer, 'Transfers/Report', statusOf(now), { correlation, signal });
    await hear(this.#context, peer, id, there);
    if (there.state === 'offered' || there.state === 'checking') await this.#offer(id, signal);
  }

  /** streaming → verifying, with the signed entry that says what was sent. */
  async #sent(id: string): Promise<void> {
    const { table, turns } = this.#context;
    const view = viewOf(table, id);
    await turns.take(id, async () => {
      const transfer = table.find(id);
      if (transfer.state !== 'streaming') return;
      const fields = { ...viewFields(transfer, view), policy: view.policy };
      const entry = await record(this.#context, transfer, { type: 'transfer.sent', sign: true, fields });
      move(this.#context, transfer, 'deliver', { detail: { sent: refOf(entry) }, documents: { sent: entry.body } });
    });
  }

  async #awaitReceipt(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    const { ports, table } = this.#context;
    const { id, peer, correlation } = transfer;
    const evidence = evidenceOf(id, transfer.detail.sent!, table.document(id, 'sent')!);
    await ports.wire.call(peer, 'Transfers/Sent', evidence, { correlation, signal });
    if (table.find(id).state !== 'verifying') return;
    await wait(LOOK_AGAIN_MS);
    if (table.find(id).state !== 'verifying') return;
    const there = await ports.wire.call(peer, 'Transfers/Report', statusOf(transfer), { correlation, signal });
    await hear(this.#context, peer, id, there);
  }

  /** The consumer's signed `transfer.landed` or `transfer.rejected`. Idempotent. */
  async receipt(peer: OrgId, evidence: EntryEvidence): Promise<void> {
    const { ports, table, turns, drivers } = this.#context;
    owned(this.#context, peer, evidence.transfer, 'provider');
    const entry = ports.readEntry(peer, evidence.body);
    const isLanding = entry.type === 'transfer.landed';
    await turns.take(evidence.transfer, async () => {
      const transfer = this.sending.accepted(table.find(evidence.transfer));
      mustBeAbout(transfer, entry);
      const reasons = reasonsOf(evidence.report, entry);
      if (transfer.detail.receipt !== undefined) return;
      const event = isLanding ? 'land' : 'reject';
      const taken = takesReceipt(transfer.state, event, transfer.detail.sent !== undefined);
      if (taken === 'refuse')
        throw new CounterfoilError('transfer.state', `A transfer that is ${transfer.state} here cannot be ${event}ed.`);
      await record(this.#context, transfer, {
        type: 'receipt.recorded',
        actor: `peer:${peer}`,
        refs: [entry.at],
        fields: {
          transfer: transfer.id,
          verdict: isLanding ? 'landed' : 'rejected',
          correlation: transfer.correlation,
        },
      });
      const consumerReport =
        evidence.report.length > 0 ? { consumerReport: Buffer.from(evidence.report).toString('utf8') } : {};
      const change = { detail: { receipt: entry.at, ...consumerReport }, documents: { receipt: evidence.body } };
      if (taken === 'move') move(this.#context, transfer, event, { ...change, ...(isLanding ? {} : { reasons }) });
      else table.note(transfer.id, change);
    });
    drivers.poke(evidence.transfer);
  }
}

const viewFields = (transfer: Transfer, view: ViewManifest) => ({
  transfer: transfer.id,
  agreement: transfer.agreement,
  version: transfer.version,
  view: transfer.detail.viewDigest!,
  rows: view.rows,
  batches: view.batches.length,
  rowsRoot: view.rowsRoot,
  correlation: transfer.correlation,
});

function mustBeAbout(transfer: Transfer, entry: PeerEntry): void {
  const { fields } = entry;
  const right =
    (entry.type === 'transfer.landed' || entry.type === 'transfer.rejected') &&
    fields.transfer === transfer.id &&
    fields.agreement === transfer.agreement &&
    fields.version === transfer.version &&
    fields.view === transfer.detail.viewDigest &&
    (entry.type === 'transfer.rejected' || entry.refs.some((ref) => ref.leaf === transfer.detail.sent?.leaf));
  if (!right)
    throw new CounterfoilError('peer.evidence', 'The receipt of the peer is about something else than was sent.');
}

/** The reasons in the consumer's report, which its entry names by digest; the codes of the entry where it sent none. */
function reasonsOf(bytes: Uint8Array, { fields }: PeerEntry): Reason[] {
  if (bytes.length > 0 && hex(sha256(bytes)) !== fields.report)
    throw new CounterfoilError('evidence.invalid', 'The report of the peer is not the one that its receipt names.');
  const report = bytes.length > 0 ? readReport(bytes) : undefined;
  if (bytes.length > 0 && report === undefined)
    throw new CounterfoilError('evidence.invalid', 'The report that the receipt of the peer names is not a report.');
  const given = report === undefined ? [] : reasonsIn(report);
  if (given.length > 0) return given;
  return ((fields.reasons ?? []) as string[]).map((code) => ({
    code,
    message: 'The consumer did not accept the delivery.',
  }));
}
