import { rmSync } from 'node:fs';
import { CounterfoilError, type EntryRef, type OrgId, recordOnce, rfc3339 } from '../../foundation/index.js';
import { type Signed, signDocument } from '../../identity/index.js';
import type { Transfer } from '../transfers/index.js';
import { asJson, readSigned } from './documents.js';
import type { CustodyPorts } from './ports.js';

const UNIT_MS = { h: 3600_000, d: 24 * 3600_000 } as const;

/** How long `30d` or `12h` is, in milliseconds. */
const retentionMs = (text: string): number =>
  Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS];

/** When the rows of a delivery are to be deleted; undefined where nothing was agreed, or nothing is there. */
export function deadlineOf(transfer: Transfer, retain: string | null): number | undefined {
  const { landed, deleted } = transfer.detail;
  const at = transfer.steps.find(({ state }) => state === 'landed')?.at;
  if (retain === null || landed === undefined || deleted !== undefined || at === undefined) return undefined;
  return Date.parse(at) + retentionMs(retain);
}

/** The end of landed data: by the retention of the agreement, or earlier by hand; and the provider's word that it was told. */
export class Deletions {
  readonly #ports: CustodyPorts;

  constructor(ports: CustodyPorts) {
    this.#ports = ports;
  }

  /** Deletes what has been kept as long as it may be. What cannot be deleted now is tried again the next time. */
  async look(): Promise<void> {
    const { transfers, clock, log, agreement } = this.#ports;
    for (const transfer of transfers.list()) {
      if (transfer.role !== 'consumer') continue;
      const { retain } = agreement(transfer.agreement);
      const deadline = deadlineOf(transfer, retain);
      if (deadline === undefined || deadline > clock.now()) continue;
      await this.delete(transfer.id, `It was kept for ${retain}, as agreed.`, 'gateway').catch((error: unknown) =>
        log.error({ transfer: transfer.id, err: error }, 'landed data could not be deleted at its deadline'),
      );
    }
  }

  /** Deletes the landed rows of a transfer and signs so to the provider. `transfer.state` when none are there. */
  async delete(id: string, reason: string, actor: string): Promise<Transfer> {
    const { transfers, journal, signer, clock, post, log } = this.#ports;
    const transfer = transfers.find(id);
    const { peer, agreement, version, rows, detail } = transfer;
    if (transfer.role !== 'consumer' || detail.landed === undefined || detail.deleted !== undefined)
      throw new CounterfoilError(
        'transfer.state',
        'Nothing of this transfer lies in the landing folder of this gateway.',
      );
    const ids = { agreement, version, transfer: transfer.id };
    const fields = { ...ids, rows, reason };
    const entry = await recordOnce(journal, { peer }, transfer.id, { type: 'data.deleted', actor, fields });
    rmSync(detail.landed, { recursive: true, force: true });
    const deletedAt = rfc3339(clock.now());
    const at: EntryRef = { log: entry.log, seq: entry.seq, leaf: entry.leaf };
    const parties = { provider: peer, consumer: signer.id };
    const signed = signDocument(
      signer,
      'deletion',
      asJson({ v: 1, ...parties, ...ids, rows, reason, deletedAt, entry: at }),
    );
    const noted = transfers.noteDeleted(transfer.id, { at: deletedAt, reason }, signed);
    try {
      post(peer, 'Custody/Deleted', signed, transfer.correlation);
    } catch (error) {
      // The relation may have ended; the document is kept all the same.
      log.warn({ peer, code: CounterfoilError.from(error).code }, 'the provider is not told of a deletion');
    }
    return noted;
  }

  /** The consumer's signed word that it has deleted a delivery. Idempotent. */
  async told(peer: OrgId, signed: Signed): Promise<void> {
    const { transfers, journal, signer, peerKey } = this.#ports;
    const key = peerKey(peer, signed.key);
    const said = readSigned('deletion', signed, { provider: signer.id, consumer: peer }, key);
    const transfer = transfers.list().find((each) => each.id === said.transfer && each.peer === peer);
    if (transfer === undefined || transfer.role !== 'provider' || transfer.agreement !== said.agreement)
      throw new CounterfoilError('transfer.not_found', 'There is no such transfer between us.');
    if (transfer.detail.deleted !== undefined) return;
    const { agreement, version, rows } = said;
    await recordOnce(journal, { peer }, transfer.id, {
      ...{ type: 'data.deleted', actor: `peer:${peer}`, refs: [said.entry] },
      fields: { agreement, version, transfer: transfer.id, rows },
    });
    transfers.noteDeleted(transfer.id, { at: said.deletedAt, reason: said.reason }, signed);
  }
}
