import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ViewManifest, viewDigest, viewJson } from '../../columnar/index.js';
import {
  base64,
  CounterfoilError,
  canonicalJson,
  fromBase64,
  hex,
  LIMITS,
  newId,
  type OrgId,
  sha256,
  utf8,
  writeFileAtomic,
} from '../../foundation/index.js';
import { type Signed, signDocument } from '../../identity/index.js';
import type { EntryEvidence } from '../../peering/index.js';
import { newKey } from '../../store/index.js';
import { type Report, reasons, reportDigest } from '../checks/index.js';
import { readAcknowledgement, verifyAcknowledgement } from './acknowledgement.js';
import type { Drive } from './drivers.js';
import type { PeerEntry, WireFrame } from './ports.js';
import { type Context, evidenceOf, move, owned, record, refOf, signedFromText, signedText, wireRef } from './shared.js';
import { isFinal } from './states.js';
import type { Reason, Transfer } from './table.js';

/** How long a loop sleeps when nothing wakes it, before it looks and asks again. */
const LOOK_AGAIN_MS = 30_000;

/**
 * The provider's half of a transfer: check the whole view, sign it, offer it, serve it to the consumer, sign what was
 * sent, and keep the receipt. Every step looks at what is stored, so it can be run again after a crash at any point.
 */
export class ProviderSide {
  readonly #context: Context;
  /** What the consumer can pull from: leaves of the batches, kept while the transfer streams. */
  readonly #leaves = new Map<string, Uint8Array>();
  /** Senders that wait for the consumer to acknowledge more. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(context: Context) {
    this.#context = context;
  }

  async drive(id: string, { signal, wait }: Drive): Promise<void> {
    const { table, ports } = this.#context;
    for (let transfer = table.find(id); !isFinal(transfer.state); transfer = table.find(id)) {
      ports.mayExchange(transfer.peer);
      if (transfer.state === 'offered') move(this.#context, transfer, 'check');
      else if (transfer.state === 'checking') await this.#check(transfer, signal);
      else if (transfer.state === 'streaming') await this.#stream(transfer, signal, wait);
      else if (transfer.state === 'verifying') await this.#awaitReceipt(transfer, signal, wait);
      else move(this.#context, transfer, 'receipt');
    }
    this.forget(id);
    await ports.exchangeHeads(table.find(id).peer);
  }

  /** offered → checking → refused, or → streaming with the signed view offered to the consumer. */
  async #check(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { table, ports } = this.#context;
    let sealed = transfer.detail.view === undefined ? await this.#prepare(transfer, signal) : transfer;
    if (sealed.state === 'refused') return;
    if (sealed.detail.offered === undefined) {
      const fields = viewFields(sealed, sealed.detail.viewDigest!, viewOf(sealed));
      const entry = await record(this.#context, sealed, { type: 'transfer.offered', fields });
      sealed = table.note(transfer.id, { detail: { offered: refOf(entry) } });
    }
    await this.#offer(sealed, signal);
    this.#accepted(table.find(transfer.id));
    await ports.exchangeHeads(transfer.peer);
  }

  async #prepare(transfer: Transfer, signal: AbortSignal): Promise<Transfer> {
    const { table, ports, jobs } = this.#context;
    const terms = ports.terms(transfer.agreement, transfer.peer);
    const file = { id: newId('sto'), key: newKey() };
    const path = join(ports.folders.views, file.id);
    const params = await ports.prepareParams(terms, transfer.version, { path, ...file });
    const prepared = await jobs.run('prepare', params, { signal });
    const providerReport = canonicalJson(prepared.report as never);
    const ids = { transfer: transfer.id, agreement: transfer.agreement, version: transfer.version };
    const found = reasons(prepared.report);
    if (found.length > 0) {
      rmSync(path, { force: true });
      const fields = { ...ids, report: reportDigest(prepared.report), reasons: codes(found) };
      await record(this.#context, transfer, { type: 'checks.failed', fields });
      await record(this.#context, transfer, {
        type: 'transfer.refused',
        fields: { ...ids, reasons: codes(found), correlation: transfer.correlation },
      });
      return move(this.#context, transfer, 'refuse', {
        reasons: found.slice(0, LIMITS.reasonsPerTransfer),
        detail: { providerReport },
      });
    }
    await record(this.#context, transfer, {
      type: 'checks.passed',
      fields: { ...ids, report: reportDigest(prepared.report) },
    });
    writeFileAtomic(`${path}.leaves`, prepared.leaves);
    const view = signDocument(ports.signer, 'view', viewJson(prepared.view));
    const digest = viewDigest(prepared.view);
    return table.note(transfer.id, {
      rowsTotal: prepared.view.rows,
      bytesTotal: prepared.bytes,
      detail: {
        view: signedText(view),
        viewDigest: digest,
        versionManifest: base64(prepared.versionManifest),
        columnKeys: ports.keyBox.wrap(utf8(JSON.stringify(hexed(prepared.columnKeys))), transfer.id),
        file: { id: file.id, key: ports.keyBox.wrap(file.key, file.id) },
        source: prepared.source,
        providerReport,
      },
    });
  }

  async #offer(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { ports } = this.#context;
    const { detail } = transfer;
    const keys = JSON.parse(
      Buffer.from(ports.keyBox.unwrap(detail.columnKeys!, transfer.id)).toString('utf8'),
    ) as Record<string, string>;
    const offer = {
      transfer: transfer.id,
      correlation: transfer.correlation,
      agreement: transfer.agreement,
      view: signedFromText(detail.view!),
      versionManifest: fromBase64(detail.versionManifest!),
      columnKeys: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, Buffer.from(key, 'hex')])),
      providerReport: utf8(detail.providerReport!),
      offered: wireRef(detail.offered!),
    };
    await ports.wire.call(transfer.peer, 'Transfers/Offer', offer, { correlation: transfer.correlation, signal });
  }

  /** Waits until the consumer, which pulls or asks for a push, has acknowledged every batch. */
  async #stream(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    const total = this.#leavesOf(transfer).length / HASH_BYTES;
    if (transfer.batches < total || transfer.detail.acknowledged !== true) {
      // Asked again now and then, since the consumer may have restarted before it stored the offer.
      await wait(LOOK_AGAIN_MS);
      signal.throwIfAborted();
      return;
    }
    const view = viewOf(transfer);
    const fields = { ...viewFields(transfer, transfer.detail.viewDigest!, view), policy: view.policy };
    const entry = await record(this.#context, transfer, { type: 'transfer.sent', sign: true, fields });
    const sent = { at: refOf(entry), body: base64(entry.body) };
    move(this.#context, transfer, 'deliver', { detail: { sent } });
  }

  async #awaitReceipt(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    const { ports, table } = this.#context;
    const { at, body } = transfer.detail.sent!;
    await ports.wire.call(
      transfer.peer,
      'Transfers/Sent',
      evidenceOf(transfer.id, at, fromBase64(body), new Uint8Array()),
      {
        correlation: transfer.correlation,
        signal,
      },
    );
    if (table.find(transfer.id).state === 'verifying') await wait(LOOK_AGAIN_MS);
  }

  /**
   * The messages of a transfer from batch `start` on, for a pull or a push. Batches run ahead of the consumer's signed
   * acknowledgements by a bounded number; rights are looked at again before each.
   */
  async *frames(peer: OrgId, id: string, start: number, signal: AbortSignal): AsyncGenerator<WireFrame> {
    const { ports, table, jobs } = this.#context;
    const transfer = this.#accepted(owned(this.#context, peer, id, 'provider'));
    if (transfer.state !== 'streaming')
      throw new CounterfoilError('transfer.state', `The transfer is ${transfer.state}; its batches cannot be read.`);
    const leaves = this.#leavesOf(transfer).length / HASH_BYTES;
    if (start > leaves)
      throw new CounterfoilError('input.invalid', `The version has ${leaves} batches; there is no batch ${start}.`);
    let index = start - 1; // the first message is the schema
    for await (const frame of jobs.stream('send', await ports.sendParams(transfer, start), { signal })) {
      this.#mustStream(peer, id);
      while (index - table.find(id).batches >= LIMITS.batchesUnacknowledged) {
        await this.#acknowledged(id, signal);
        this.#mustStream(peer, id);
      }
      yield frame as WireFrame;
      index++;
    }
  }

  /** A signed acknowledgement, from a call or from a push. Idempotent; never goes back. */
  async acknowledge(peer: OrgId, signed: Signed): Promise<void> {
    const { ports, table, drivers } = this.#context;
    const read = readAcknowledgement(signed);
    const transfer = this.#accepted(owned(this.#context, peer, read.transfer, 'provider'));
    if (transfer.state !== 'streaming') return;
    const leaves = this.#leavesOf(transfer);
    verifyAcknowledgement(signed, read, transfer, ports.peerKey(peer), leaves);
    const complete = read.batches * HASH_BYTES === leaves.length;
    if (read.batches > transfer.batches || complete) {
      // With the signature: the consumer's word can be shown to anyone, whatever becomes of the rest.
      const { v: _, ...fields } = { ...read, signature: base64(signed.signature) };
      await ports.journal.record({ peer }, { type: 'acknowledgement.recorded', actor: `peer:${peer}`, fields });
      table.progress(transfer.id, read);
      if (complete) table.note(transfer.id, { detail: { acknowledged: true } });
    }
    for (const resolve of this.#waiting.get(transfer.id) ?? []) resolve();
    this.#context.changed(transfer.id);
    if (complete) drivers.poke(transfer.id);
  }

  /** The consumer's signed `transfer.landed` or `transfer.rejected`. Idempotent. */
  async receipt(peer: OrgId, evidence: EntryEvidence): Promise<void> {
    const { ports, table, drivers } = this.#context;
    const transfer = owned(this.#context, peer, evidence.transfer, 'provider');
    const entry = ports.readEntry(peer, evidence.body);
    const report = readReport(evidence.report, entry);
    this.#mustBeAbout(transfer, entry);
    if (transfer.detail.receipt !== undefined) return;
    const landed = entry.type === 'transfer.landed';
    if (landed && transfer.state !== 'verifying')
      throw new CounterfoilError('transfer.state', `A transfer that is ${transfer.state} here cannot have landed.`);
    await record(this.#context, transfer, {
      type: 'receipt.recorded',
      actor: `peer:${peer}`,
      refs: [entry.at],
      fields: { transfer: transfer.id, verdict: landed ? 'landed' : 'rejected', correlation: transfer.correlation },
    });
    const detail = {
      receipt: { at: entry.at, body: base64(evidence.body) },
      consumerReport: Buffer.from(evidence.report).toString('utf8'),
    };
    if (isFinal(transfer.state)) table.note(transfer.id, { detail });
    else move(this.#context, transfer, landed ? 'land' : 'reject', { detail, ...(landed ? {} : { reasons: report }) });
    drivers.poke(transfer.id);
  }

  /** Who asks for batches has accepted the offer, also when its answer to the offer is still on the way. */
  #accepted(transfer: Transfer): Transfer {
    const isAccepted = transfer.state === 'checking' && transfer.detail.offered !== undefined;
    return isAccepted ? move(this.#context, transfer, 'stream') : transfer;
  }

  /** Rights are looked at before every batch, so that they end for streams under way too. */
  #mustStream(peer: OrgId, id: string): void {
    const { ports, table } = this.#context;
    const transfer = table.find(id);
    ports.mayExchange(peer);
    ports.terms(transfer.agreement, peer);
    if (transfer.state !== 'streaming') throw new CounterfoilError('cancelled', `The transfer is ${transfer.state}.`);
  }

  #mustBeAbout(transfer: Transfer, entry: PeerEntry): void {
    const { fields } = entry;
    const right =
      (entry.type === 'transfer.landed' || entry.type === 'transfer.rejected') &&
      fields.transfer === transfer.id &&
      fields.agreement === transfer.agreement &&
      fields.version === transfer.version &&
      fields.view === transfer.detail.viewDigest &&
      (entry.type === 'transfer.rejected' || entry.refs.some((ref) => ref.leaf === transfer.detail.sent?.at.leaf));
    if (!right)
      throw new CounterfoilError('peer.evidence', 'The receipt of the peer is about something else than was sent.');
  }

  #acknowledged(id: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiters);
      const finish = () => {
        waiters.delete(finish);
        signal.removeEventListener('abort', finish);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      waiters.add(finish);
      signal.addEventListener('abort', finish);
    });
  }

  #leavesOf(transfer: Transfer): Uint8Array {
    const known = this.#leaves.get(transfer.id);
    if (known !== undefined) return known;
    const read = readFileSync(`${this.#viewPath(transfer)}.leaves`);
    this.#leaves.set(transfer.id, read);
    return read;
  }

  #viewPath = (transfer: Transfer): string => join(this.#context.ports.folders.views, transfer.detail.file!.id);

  /** Lets go of the view once nobody will ask for it again. */
  forget(id: string): void {
    this.#leaves.delete(id);
    for (const wake of this.#waiting.get(id) ?? []) wake();
    this.#waiting.delete(id);
    const transfer = this.#context.table.find(id);
    if (transfer.detail.file === undefined) return;
    rmSync(this.#viewPath(transfer), { force: true });
    rmSync(`${this.#viewPath(transfer)}.leaves`, { force: true });
  }
}

const HASH_BYTES = 32;

const viewOf = (transfer: Transfer): ViewManifest =>
  JSON.parse(Buffer.from(fromBase64(transfer.detail.view!.document)).toString('utf8')) as ViewManifest;

const codes = (found: readonly { code: string }[]): string[] =>
  [...new Set(found.map((reason) => reason.code))].slice(0, LIMITS.reasonsPerTransfer);

const hexed = (keys: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, hex(key)]));

const viewFields = (transfer: Transfer, digest: string, view: ViewManifest) => ({
  transfer: transfer.id,
  agreement: transfer.agreement,
  version: transfer.version,
  view: digest,
  rows: view.rows,
  batches: view.batches.length,
  rowsRoot: view.rowsRoot,
  correlation: transfer.correlation,
});

/** The reasons in the consumer's report, which its entry names by digest; the codes of the entry where it sent none. */
function readReport(bytes: Uint8Array, entry: PeerEntry): Reason[] {
  const named = entry.fields.report;
  if (bytes.length > 0 && hex(sha256(bytes)) !== named)
    throw new CounterfoilError('peer.evidence', 'The report of the peer is not the one that its receipt names.');
  const parsed = bytes.length === 0 ? undefined : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Report);
  const given = parsed === undefined ? [] : reasons(parsed);
  if (given.length > 0) return given.slice(0, LIMITS.reasonsPerTransfer);
  return ((entry.fields.reasons ?? []) as string[]).map((code) => ({
    code,
    message: 'The consumer did not accept the delivery.',
  }));
}
