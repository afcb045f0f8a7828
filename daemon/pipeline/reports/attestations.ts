import {
  type Clock,
  CounterfoilError,
  fromBase64,
  type Journal,
  LIMITS,
  type Log,
  type OrgId,
  printable,
  recordOnce,
  rfc3339,
  utf8,
} from '../../foundation/index.js';
import {
  countersign,
  type Envelope,
  isSignedBy,
  readEnvelope,
  type Signer,
  signEnvelope,
} from '../../identity/index.js';
import type { PeerHandlers, PeerRequest } from '../../peering/index.js';
import { type Database, transaction } from '../../store/index.js';
import { compareReports, type Report, reportDigest } from '../checks/index.js';
import type { Transfer } from '../transfers/index.js';
import {
  type Comparison,
  type ReportSubject,
  readStatement,
  STATEMENT_TYPE,
  type Statement,
  writeStatement,
} from './statement.js';
import { ReportTable } from './table.js';

export interface AttestationPorts {
  db: Database;
  self: OrgId;
  clock: Clock;
  log: Log;
  journal: Journal;
  signer: Signer;
  software: string;
  /** All keys of an organisation, ours or a peer's: what an earlier one signed stays signed. */
  keysOf(org: OrgId): readonly Uint8Array[];
  /** Digests of what both sides signed. */
  agreed(agreement: string): ReportSubject['agreed'];
  transfers: {
    /** `transfer.not_found`. */
    find(id: string): Transfer;
    list(): Transfer[];
    onChange(listener: (id: string) => void): () => void;
  };
  post(peer: OrgId, request: PeerRequest<'Reports/Attest'>, correlation: string): void;
}

type Side = 'provider' | 'consumer';

/** A report with its signatures, as far as this gateway has them. */
export interface Attested {
  side: Side;
  report: Report;
  envelope: Envelope;
  statement: Statement;
  /** Fingerprint of each key that has signed it, by organisation. */
  signedBy: { org: string; key: string }[];
}

/**
 * The reports of transfers as signed statements: each side signs the report of its own checks, sends it, and signs
 * that of the other. When both are known the states of their checks are compared, and what differs is recorded.
 */
export class Attestations {
  readonly #ports: AttestationPorts;
  readonly #table: ReportTable;
  /** One look at a time for each transfer. */
  readonly #looks = new Map<string, Promise<void>>();
  readonly #end: () => void;
  /** Refused reports that the ledger has, by transfer and code. */
  readonly #refusals = new Set<string>();
  #closed = false;

  constructor(ports: AttestationPorts) {
    this.#ports = ports;
    this.#table = new ReportTable(ports.db);
    this.#end = ports.transfers.onChange((id) => this.#wake(id));
  }

  /** After a start: takes up what a stop left between a report and its signature. */
  resume(): void {
    for (const { id, role } of this.#ports.transfers.list())
      if (this.#table.get(id, role) === undefined || this.#table.comparison(id) === undefined) this.#wake(id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#end();
    await Promise.all(this.#looks.values());
  }

  /** What is known of a transfer's reports: the provider's first. */
  of(transfer: string): Attested[] {
    return (['provider', 'consumer'] as const).flatMap((side) => {
      const envelope = this.#table.get(transfer, side);
      if (envelope === undefined) return [];
      const { statement, report } = readStatement(fromBase64(envelope.payload));
      const signedBy = this.#signers(this.#ports.transfers.find(transfer), envelope);
      return [{ side, report, envelope, statement, signedBy }];
    });
  }

  comparison(transfer: string): Comparison | undefined {
    return this.#table.comparison(transfer);
  }

  readonly handlers = {
    'Reports/Attest': async ({ peer, correlation }, { transfer, envelope }) => {
      try {
        this.#take(peer, transfer, readEnvelope(envelope));
      } catch (error) {
        await this.#refused(peer, transfer, CounterfoilError.from(error).code, correlation);
        throw error;
      }
      return {};
    },
  } satisfies PeerHandlers;

  /** That a peer sent a report which is none of this transfer stands in the ledger; once for each transfer and code. */
  async #refused(peer: OrgId, id: string, code: string, correlation: string): Promise<void> {
    const { journal, transfers } = this.#ports;
    const known = `${id} ${code}`;
    if (this.#refusals.has(known) || !transfers.list().some((each) => each.id === id && each.peer === peer)) return;
    this.#refusals.add(known);
    const fields = { method: 'Reports/Attest', code, peer, transfer: id, correlation };
    await journal.record('master', { type: 'call.refused', actor: `peer:${peer}`, fields });
  }

  #signers({ peer }: Transfer, envelope: Envelope): Attested['signedBy'] {
    const { self, keysOf } = this.#ports;
    const keys = [self, peer].flatMap((org) => keysOf(org).map((key) => [org, key] as const));
    return keys.flatMap(([org, key]) => {
      const found = envelope.signatures.find((each) => isSignedBy({ ...envelope, signatures: [each] }, key));
      return found === undefined ? [] : [{ org, key: found.keyid }];
    });
  }

  #wake(id: string): void {
    if (this.#closed) return;
    const look = (this.#looks.get(id) ?? Promise.resolve())
      .then(() => this.#look(id))
      .catch((error: unknown) => this.#ports.log.error({ transfer: id, err: error }, 'a report could not be signed'));
    this.#looks.set(id, look);
    void look.finally(() => {
      if (this.#looks.get(id) === look) this.#looks.delete(id);
    });
  }

  async #look(id: string): Promise<void> {
    if (this.#closed) return;
    const transfer = this.#ports.transfers.find(id);
    const own = ownReport(transfer);
    if (own === undefined || !this.#recorded(transfer)) return;
    await this.#compare(transfer);
    if (this.#table.get(transfer.id, transfer.role) === undefined) this.#attest(transfer, own);
  }

  /** The ledger has the report's digest before anybody else has the report. */
  #recorded({ id, peer }: Transfer): boolean {
    const { journal } = this.#ports;
    return (['checks.passed', 'checks.failed'] as const).some((type) => journal.find({ peer }, type, id) !== undefined);
  }

  #attest(transfer: Transfer, report: Report): void {
    const { db, signer, software, clock } = this.#ports;
    const comparison = transfer.role === 'consumer' ? this.#table.comparison(transfer.id) : undefined;
    const run = { software, at: rfc3339(clock.now()), comparison };
    const envelope = signEnvelope(signer, STATEMENT_TYPE, writeStatement(report, this.#subject(transfer), run));
    transaction(db, () => {
      this.#table.put(transfer.id, transfer.role, envelope);
      this.#post(transfer, envelope);
    });
  }

  #post({ id, peer, correlation }: Transfer, envelope: Envelope): void {
    this.#ports.post(peer, { transfer: id, envelope: utf8(JSON.stringify(envelope)) }, correlation);
  }

  #subject({ id, agreement, dataset, version, peer, role, detail, correlation }: Transfer): ReportSubject {
    const { self } = this.#ports;
    const [provider, consumer] = role === 'provider' ? [self, peer] : [peer, self];
    const agreed = this.#ports.agreed(agreement);
    const view = detail.viewDigest ?? null;
    return { transfer: id, agreement, dataset, provider, consumer, version, view, agreed, correlation };
  }

  /** A report of the peer, to be signed by us too; or one of ours that comes back with the peer's signature. */
  #take(peer: OrgId, id: string, envelope: Envelope): void {
    const transfer = this.#ports.transfers.find(id);
    if (transfer.peer !== peer || transfer.id !== id)
      throw new CounterfoilError('transfer.not_found', 'There is no such transfer between us.');
    if (envelope.payloadType !== STATEMENT_TYPE || !this.#ports.keysOf(peer).some((key) => isSignedBy(envelope, key)))
      throw new CounterfoilError('input.invalid', 'The report is not signed by the peer that sent it.');
    const { statement, report, version } = readStatement(fromBase64(envelope.payload));
    const about = statement.predicate.transfer;
    const mine = this.#subject(transfer);
    const right =
      about.id === transfer.id &&
      about.agreement === transfer.agreement &&
      about.dataset === transfer.dataset &&
      about.provider === mine.provider &&
      about.consumer === mine.consumer &&
      version === transfer.version;
    if (!right) throw new CounterfoilError('peer.evidence', 'The report that the peer signed is about something else.');
    if (report.side === transfer.role) this.#taken(transfer, envelope);
    else this.#countersign(transfer, envelope, statement.predicate.report.digest.sha256);
  }

  /** Our own report, countersigned. */
  #taken(transfer: Transfer, envelope: Envelope): void {
    const own = this.#table.get(transfer.id, transfer.role);
    if (own?.payload !== envelope.payload)
      throw new CounterfoilError('peer.evidence', 'The peer countersigned another report than this gateway made.');
    this.#table.put(transfer.id, transfer.role, countersign(this.#ports.signer, envelope));
  }

  /** The peer's report: the one that it named before, and no second one. Its receipt is our signature under it. */
  #countersign(transfer: Transfer, envelope: Envelope, digest: string): void {
    const { db, signer } = this.#ports;
    const side: Side = transfer.role === 'provider' ? 'consumer' : 'provider';
    const told = side === 'provider' ? transfer.detail.providerReport : transfer.detail.consumerReport;
    const before = this.#table.get(transfer.id, side);
    const other =
      (before !== undefined && before.payload !== envelope.payload) ||
      (told !== undefined && reportDigest(JSON.parse(told) as Report) !== digest);
    if (other) throw new CounterfoilError('peer.evidence', 'The peer signed two different reports of one transfer.');
    const both = countersign(signer, envelope);
    transaction(db, () => {
      this.#table.put(transfer.id, side, both);
      this.#post(transfer, both);
    });
    this.#wake(transfer.id);
  }

  /** Compares what both sides counted over the same rows, once, and records what it came to. */
  async #compare(transfer: Transfer): Promise<void> {
    const { journal, log } = this.#ports;
    const { providerReport, consumerReport } = transfer.detail;
    if (providerReport === undefined || consumerReport === undefined) return;
    if (this.#table.comparison(transfer.id) !== undefined) return;
    const [provider, consumer] = [JSON.parse(providerReport) as Report, JSON.parse(consumerReport) as Report];
    const { compared, differing } = compareReports(consumer, provider);
    const theirs = transfer.role === 'consumer' ? provider : consumer;
    await recordOnce(journal, { peer: transfer.peer }, transfer.id, {
      type: 'checks.compared',
      actor: 'gateway',
      fields: {
        ...{ transfer: transfer.id, agreement: transfer.agreement, version: transfer.version },
        ...{ provider: reportDigest(provider), consumer: reportDigest(consumer), compared },
        ...(differing.length === 0 ? {} : { differing: differing.slice(0, LIMITS.reasonsPerTransfer).map(oneLine) }),
      },
    });
    if (differing.length > 0)
      log.warn(
        { transfer: transfer.id, rules: differing.length },
        'the two sides counted differently over the same rows',
      );
    this.#table.putComparison(transfer.id, { with: reportDigest(theirs), compared, differing });
  }
}

/** A rule's id as an entry can hold it. */
const oneLine = (id: string): string => printable(id, LIMITS.ledgerNameChars / 2).slice(1, -1);

function ownReport({ role, detail }: Transfer): Report | undefined {
  const text = role === 'provider' ? detail.providerReport : detail.consumerReport;
  return text === undefined ? undefined : (JSON.parse(text) as Report);
}
