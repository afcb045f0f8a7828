import { CounterfoilError, canonicalJson, type Json, LIMITS, type OrgId } from '../../foundation/index.js';
import type { EntryEvidence } from '../../peering/index.js';
import { type Report, reasons, reportDigest } from '../checks/index.js';
import { land, landingFolder, putInPlace } from '../receive/index.js';
import type { Drive } from './drivers.js';
import { hasLanded, hear, mustNotIdle } from './endings.js';
import { sealLeft } from './left.js';
import { Receiving } from './receiving.js';
import {
  type Context,
  codesOf,
  evidenceOf,
  LOOK_AGAIN_MS,
  move,
  owned,
  passedWith,
  record,
  refOf,
  statusOf,
  viewOf,
} from './shared.js';
import { isFinal } from './states.js';
import type { Reason, Transfer } from './table.js';

/**
 * The consumer's half of a transfer, once it was begun: wait for the offer, bring the batches into quarantine, check, land
 * all or nothing, and give the receipt. Every step looks at what is stored, so it can be run again after a crash.
 */
export class ConsumerSide {
  readonly #context: Context;
  readonly receiving: Receiving;

  constructor(context: Context) {
    this.#context = context;
    this.receiving = new Receiving(context);
  }

  async drive(id: string, { signal, wait }: Drive): Promise<void> {
    const { table, ports } = this.#context;
    for (let transfer = table.find(id); !isFinal(transfer.state); transfer = table.find(id)) {
      signal.throwIfAborted();
      // What is in place already is recorded, whatever became of the rights since.
      if (!hasLanded(transfer)) ports.mayExchange(transfer.peer);
      mustNotIdle(this.#context, transfer);
      if (transfer.state === 'offered' || transfer.state === 'checking') await this.#awaitOffer(transfer, signal, wait);
      else if (transfer.state === 'streaming') await this.#receive(transfer, signal);
      else if (transfer.state === 'verifying') await this.#verify(transfer, signal, wait);
      else await this.#giveReceipt(transfer, signal);
    }
  }

  async #awaitOffer(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    await wait(LOOK_AGAIN_MS);
    if (this.#context.table.find(transfer.id).state === transfer.state) await this.#ask(transfer, signal);
  }

  /** Where does it stand there? Saying where it stands here makes the other side look, too. */
  async #ask(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { ports, table } = this.#context;
    const { id, peer, correlation } = transfer;
    const there = await ports.wire.call(peer, 'Transfers/Report', statusOf(table.find(id)), { correlation, signal });
    await hear(this.#context, peer, id, there);
  }

  /** streaming → verifying, with all batches in quarantine, acknowledged and checked. */
  async #receive(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { turns, table } = this.#context;
    const { report, left, aside } = await this.receiving.receive(transfer, signal).catch(async (thrown: unknown) => {
      // What ended the stream may be an end that the provider has come to: then it says so, and that is what counts.
      const error = CounterfoilError.from(thrown);
      if (!signal.aborted && ENDED_THERE.has(error.code)) await this.#ask(transfer, signal);
      throw error;
    });
    await turns.take(transfer.id, async () => {
      const now = table.find(transfer.id);
      if (now.state !== 'streaming') return;
      const consumerReport = canonicalJson(report as unknown as Json);
      const checked = sealLeft(this.#context.ports.keyBox, transfer.id, left);
      move(this.#context, now, 'deliver', {
        detail: { consumerReport },
        documents: { checked, ...(aside && { aside }) },
      });
    });
  }

  /** verifying → landed or rejected. */
  async #verify(transfer: Transfer, signal: AbortSignal, wait: Drive['wait']): Promise<void> {
    const { table } = this.#context;
    const report = JSON.parse(transfer.detail.consumerReport!) as Report;
    const found = reasons(report);
    if (found.length > 0) return this.#reject(transfer.id, report, found);
    const ids = { transfer: transfer.id, agreement: transfer.agreement, version: transfer.version };
    await record(this.#context, transfer, { type: 'checks.passed', fields: { ...ids, ...passedWith(report) } });
    if (transfer.detail.sent !== undefined) return this.#land(transfer, report, signal);
    // The provider may have missed the last acknowledgement; saying where we stand makes it look.
    await this.#ask(transfer, signal);
    const now = table.find(transfer.id);
    if (now.state === 'verifying' && now.detail.sent === undefined) await wait(LOOK_AGAIN_MS);
  }

  async #reject(id: string, report: Report, found: readonly Reason[]): Promise<void> {
    const { ports, table, turns } = this.#context;
    const digest = reportDigest(report);
    const codes = codesOf(found);
    await turns.take(id, async () => {
      const transfer = table.find(id);
      if (transfer.state !== 'verifying') return;
      const { agreement, version, correlation, peer } = transfer;
      const { viewDigest, offered, sent } = transfer.detail;
      const ids = { transfer: id, agreement, version };
      await record(this.#context, transfer, {
        type: 'checks.failed',
        fields: { ...ids, report: digest, reasons: codes },
      });
      const entry = await record(this.#context, transfer, {
        type: 'transfer.rejected',
        sign: true,
        refs: [sent ?? offered!],
        fields: { ...ids, view: viewDigest!, report: digest, reasons: codes, correlation },
      });
      const change = {
        reasons: found.slice(0, LIMITS.reasonsPerTransfer),
        detail: { receipt: refOf(entry) },
        documents: { receipt: entry.body },
      };
      const receipt = evidenceOf(id, refOf(entry), entry.body, transfer.detail.consumerReport);
      move(this.#context, transfer, 'reject', change, () =>
        ports.wire.post(peer, 'Transfers/Receipt', receipt, correlation),
      );
    });
  }

  /** The provider's signed `transfer.sent`. Idempotent. */
  async sent(peer: OrgId, evidence: EntryEvidence): Promise<void> {
    const { ports, table, turns, drivers } = this.#context;
    owned(this.#context, peer, evidence.transfer, 'consumer');
    const { type, fields, at } = ports.readEntry(peer, evidence.body);
    await turns.take(evidence.transfer, async () => {
      const transfer = table.find(evidence.transfer);
      const { sent, viewDigest } = transfer.detail;
      if (viewDigest === undefined)
        throw new CounterfoilError('transfer.state', `The transfer is ${transfer.state}; nothing was offered yet.`);
      const view = viewOf(table, transfer.id);
      const right =
        type === 'transfer.sent' &&
        fields.transfer === transfer.id &&
        fields.agreement === transfer.agreement &&
        fields.version === transfer.version &&
        fields.view === viewDigest &&
        fields.rows === view.rows &&
        fields.rowsRoot === view.rowsRoot &&
        fields.policy === view.policy &&
        (sent === undefined || sent.leaf === at.leaf);
      if (!right)
        throw new CounterfoilError('peer.evidence', 'What the provider signed as sent is not what it offered.');
      if (sent === undefined) table.note(transfer.id, { detail: { sent: at }, documents: { sent: evidence.body } });
    });
    drivers.poke(evidence.transfer);
  }

  /**
   * Writes the files beside, then, as one step that nothing comes between, looks at the rights again, puts the files in
   * place, and signs. The place is stored before, so that a crash in between is told from a landing not begun.
   */
  async #land(transfer: Transfer, report: Report, signal: AbortSignal): Promise<void> {
    const { ports, jobs, table, turns } = this.#context;
    const { id, agreement, peer } = transfer;
    const view = viewOf(table, id);
    const aside = table.document(id, 'aside');
    const landParams = { ...ports.landParams(transfer, view), ...(aside && { aside }) };
    const staged = hasLanded(transfer) ? undefined : await land(landParams, jobs, signal);
    await turns.take(id, async () => {
      const now = table.find(id);
      if (now.state !== 'verifying') return;
      let landing = now.detail.landing;
      if (staged !== undefined) {
        ports.mayExchange(peer);
        ports.terms(agreement, peer);
        landing = landingFolder(ports.folders.landing, now);
        table.note(id, { detail: { landing } });
        putInPlace(staged, landing);
      }
      const entry = await record(this.#context, now, {
        type: 'transfer.landed',
        sign: true,
        refs: [now.detail.sent!],
        fields: {
          ...{ transfer: id, agreement, version: now.version, view: now.detail.viewDigest! },
          ...{ rows: view.rows, batches: view.batches.length, rowsRoot: view.rowsRoot, policy: view.policy },
          ...{ ...passedWith(report), correlation: now.correlation },
        },
      });
      const change = { detail: { landed: landing!, receipt: refOf(entry) }, documents: { receipt: entry.body } };
      move(this.#context, now, 'land', change);
    });
    this.#context.forget(id);
  }

  async #giveReceipt(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const { table, ports, turns } = this.#context;
    const { id, peer, correlation } = transfer;
    const { receipt, consumerReport } = transfer.detail;
    const evidence = evidenceOf(id, receipt!, table.document(id, 'receipt')!, consumerReport);
    await ports.wire.call(peer, 'Transfers/Receipt', evidence, { correlation, signal });
    await turns.take(id, async () => void move(this.#context, table.find(id), 'receipt'));
  }
}

/** Answers of a provider that may mean that the transfer is at an end there. */
const ENDED_THERE: ReadonlySet<string> = new Set(['transfer.state', 'cancelled', 'stream.incomplete', 'store.corrupt']);
