import { type Clock, CounterfoilError, type Journal, LIMITS, newId, type OrgId } from '../foundation/index.js';
import { type Signed, type Signer, signDocument } from '../identity/index.js';
import { type Outbox, type PeerMethod, type PeerRequest, Turns } from '../peering/index.js';
import { type Database, transaction } from '../store/index.js';
import { type AgreementDocument, digestOf, documentBytes, partDigest, readDocument } from './document.js';
import { AGREEMENT_TABLE, type AgreementEvent, type AgreementState, isOpen } from './machine.js';
import type { CatalogPort, MaskBook, PeerPort, RuleBook } from './ports.js';
import { type AgreementRow, AgreementTable, type RevisionRow, type Side } from './table.js';

export interface AgreementOptions {
  db: Database;
  clock: Clock;
  journal: Journal;
  outbox: Pick<Outbox, 'enqueue'>;
  /** Signs in the name of this organisation. */
  signer: Signer;
  /** Keys that the signer's followed: agreements that were begun under them name them. */
  formerKeys?: () => readonly Uint8Array[];
  peers: PeerPort;
  catalog: CatalogPort;
  rules: RuleBook;
  masks: MaskBook;
}

export interface AgreementChange {
  agreement: AgreementRow;
  /** Undefined for a new one. */
  before: AgreementState | undefined;
}

/** What a step needs to be told in the ledger and to the peer. */
interface Step {
  actor: string;
  event: AgreementEvent | 'propose' | 'peer-propose';
  /** Changes of the row beside the state. */
  row?: Partial<AgreementRow>;
  /** Further writes, in the same transaction. */
  write?: () => void;
  /** Told to the peer once it is done. */
  tell?: { method: PeerMethod & ('Agreements/Propose' | 'Agreements/Decide'); signed: Signed };
}

/** What the parts of this room share: tables, turns, and the one way in which an agreement changes. */
export class AgreementContext {
  readonly options: AgreementOptions;
  readonly table: AgreementTable;
  /** One at a time for each peer. */
  readonly turns = new Turns<OrgId>();
  readonly listeners = new Set<(change: AgreementChange) => void>();

  constructor(options: AgreementOptions) {
    this.options = options;
    this.table = new AgreementTable(options.db);
  }

  get now(): number {
    return this.options.clock.now();
  }

  get self(): { id: OrgId; key: Uint8Array; keys: readonly Uint8Array[] } {
    const { id, publicKey } = this.options.signer;
    return { id: id as OrgId, key: publicKey, keys: [publicKey, ...(this.options.formerKeys?.() ?? [])] };
  }

  /** The state after an event, `ignore`, or `agreement.state` with what can be done instead. */
  next(row: AgreementRow, event: AgreementEvent): AgreementState | 'ignore' {
    const step = AGREEMENT_TABLE[row.state][event];
    if (step !== 'refuse') return step;
    const hint =
      event === 'terminate' && isOpen(row.state) ? 'It is not in force yet: use "agreement reject".' : undefined;
    throw new CounterfoilError(
      'agreement.state',
      `The agreement is ${row.state}; ${WORDS[event]} is not possible now.`,
      hint === undefined ? {} : { hint },
    );
  }

  latest(row: AgreementRow): { revision: RevisionRow; document: AgreementDocument } {
    const revision = this.table.revision(row.id, row.revision)!;
    return { revision, document: readDocument(revision.document) };
  }

  /** Writes a step that the ledger has: row, history, further writes and the message to the peer, all or nothing. */
  apply(row: AgreementRow, before: AgreementState | undefined, step: Step): AgreementRow {
    const updated: AgreementRow = { ...row, ...step.row, updated: this.now };
    transaction(this.options.db, () => {
      this.table.put(updated);
      step.write?.();
      this.table.note(row.id, { at: this.now, by: step.actor, event: step.event, revision: updated.revision });
      if (step.tell !== undefined) this.tell(row.peer, step.tell.method, step.tell.signed);
    });
    for (const listener of this.listeners) listener({ agreement: updated, before });
    return updated;
  }

  tell<M extends 'Agreements/Propose' | 'Agreements/Decide' | 'Agreements/Require'>(
    peer: OrgId,
    method: M,
    signed: Signed,
  ): void {
    this.options.outbox.enqueue(peer, method, signed as PeerRequest<M>, newId('cor', this.now));
  }

  /** The ledger's word on a revision, before anything is done about it. Once only, also when a crash came in between. */
  async recordRevision(peer: OrgId, document: AgreementDocument, digest: string, actor: string): Promise<void> {
    const type = document.revision === 1 ? 'agreement.proposed' : 'agreement.countered';
    await this.recordOnce(peer, type, document, digest, actor);
  }

  async recordOnce(
    peer: OrgId,
    type: 'agreement.proposed' | 'agreement.countered' | 'agreement.signed',
    document: AgreementDocument,
    digest: string,
    actor: string,
  ): Promise<void> {
    const { journal } = this.options;
    const log = { peer };
    const found = journal.find(log, type, document.id);
    if (found !== undefined && Buffer.from(found.body).includes(digest)) return;
    await journal.record(log, {
      type,
      actor,
      fields: {
        agreement: document.id,
        revision: document.revision,
        digest,
        policy: partDigest(document.policy),
        contract: partDigest(document.contract.effective),
        dataset: document.dataset,
      },
    });
  }

  /** Signs a revision of ours, records it, keeps it and sends it. */
  async propose(
    document: AgreementDocument,
    row: AgreementRow | undefined,
    peer: OrgId,
    actor: string,
  ): Promise<AgreementRow> {
    const bytes = documentBytes(document);
    if (bytes.length > LIMITS.controlMessageBytes - ENVELOPE_BYTES)
      throw new CounterfoilError(
        'limit.exceeded',
        `The agreement has ${bytes.length} bytes; it must fit into one message.`,
        {
          hint: `Shorten the lists of values in the contract or the requirements: together with the columns they may take about ${LIMITS.controlMessageBytes} bytes.`,
        },
      );
    const signed = signDocument(this.options.signer, 'agreement', bytes);
    const state = row === undefined ? 'proposed' : this.next(row, 'counter');
    if (state === 'ignore') return row!;
    const digest = digestOf(bytes);
    await this.recordRevision(peer, document, digest, actor);
    return this.keep({ document, bytes, digest, signature: signed.signature, by: 'us' }, row, peer, state, {
      actor,
      event: row === undefined ? 'propose' : 'counter',
      tell: { method: 'Agreements/Propose', signed },
    });
  }

  /** Keeps a recorded revision as the latest. */
  keep(
    revision: { document: AgreementDocument; bytes: Uint8Array; digest: string; signature: Uint8Array; by: Side },
    row: AgreementRow | undefined,
    peer: OrgId,
    state: AgreementState,
    step: Step,
  ): AgreementRow {
    const { document, bytes, digest, signature, by } = revision;
    const fresh: AgreementRow = {
      id: document.id,
      peer,
      role: document.provider.id === this.self.id ? 'provider' : 'consumer',
      dataset: document.dataset,
      state,
      revision: document.revision,
      digest,
      expires: document.expires === null ? null : Date.parse(document.expires),
      reason: null,
      created: row?.created ?? this.now,
      updated: this.now,
    };
    const write = (): void => {
      this.table.putRevision({
        agreement: document.id,
        revision: document.revision,
        by,
        document: bytes,
        digest,
        signature,
        countersignature: null,
        created: this.now,
      });
    };
    return this.apply(fresh, row?.state, { ...step, write });
  }
}

/** Room for signature, key and framing beside a document in one message. */
const ENVELOPE_BYTES = 1024;

const WORDS: Record<AgreementEvent, string> = {
  counter: 'countering',
  'peer-counter': 'another revision',
  accept: 'accepting',
  'peer-accept': 'an acceptance',
  'peer-activate': 'activating',
  reject: 'rejecting',
  'peer-reject': 'a rejection',
  terminate: 'terminating',
  'peer-terminate': 'a termination',
  expire: 'expiring',
};
