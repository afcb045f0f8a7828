import { CounterfoilError, LIMITS, newId, type OrgId, printable, rfc3339 } from '../foundation/index.js';
import type { PeerHandlers } from '../peering/index.js';
import { transaction } from '../store/index.js';
import { type AgreementChange, AgreementContext, type AgreementOptions } from './context.js';
import { acceptanceOf, signDecision } from './decision.js';
import { type Waved, waved } from './deny.js';
import { type AgreementDocument, partDigest, partyOf } from './document.js';
import { Drafts } from './drafts.js';
import type { Conflict } from './effective.js';
import { Inbound } from './inbound.js';
import { isOpen } from './machine.js';
import { parseRules, writeRequirements } from './requirements.js';
import type { AgreementRow } from './table.js';
import { applyTerms, NO_TERMS, type TermsInput } from './terms.js';
import { mustStand, type TransferTerms, transferTerms } from './transfer-terms.js';
import { listNeeds, type Needs, type Tryout, tryOffer } from './tryout.js';
import { same } from './verify.js';
import { type AgreementDetail, type AgreementView, detailOf, viewOfRow } from './view.js';

export interface OfferInput extends TermsInput {
  peer: string;
  dataset: string;
  policy?: unknown;
}

export interface CounterInput extends TermsInput {
  /** ODCS text; only the consumer has requirements. */
  requirements?: string | undefined;
  /** Only the provider has a policy. */
  policy?: unknown;
}

export interface RequirementsSet {
  peer: OrgId;
  dataset: string;
  digest: string;
  /** Open offers of the dataset, which were countered with them. */
  agreements: string[];
  conflicts: Conflict[];
}

/** The agreements of this gateway, on both sides of the table. Each step is in the ledger before it is taken. */
export class Agreements {
  readonly #context: AgreementContext;
  readonly #drafts: Drafts;
  readonly #inbound: Inbound;

  constructor(options: AgreementOptions) {
    this.#context = new AgreementContext(options);
    this.#drafts = new Drafts(this.#context);
    this.#inbound = new Inbound(this.#context, async (row) => {
      await this.#insist(row, 'gateway');
    });
  }

  list(): AgreementView[] {
    return this.#context.table.all().map((row) => this.#view(row));
  }

  /** `agreement.not_found`. */
  get(id: string): AgreementView {
    return this.#view(this.#context.table.get(id));
  }

  show(id: string): AgreementDetail {
    const row = this.#context.table.get(id);
    return detailOf(this.#context.table, row, this.#context.latest(row));
  }

  /**
   * Offers a dataset to a peer. `agreement.blocked` when a column looks personal and has no rule; `agreement.invalid`
   * for a policy that cannot be; `dataset.not_found`, `peer.not_active`.
   */
  offer(input: OfferInput, actor = 'admin'): Promise<AgreementView & { waved: Waved[] }> {
    const peer = this.#context.options.peers.active(input.peer);
    return this.#context.turns.take(peer.id, async () => {
      const { self, now, table, options } = this.#context;
      if (table.openOf(peer.id) >= LIMITS.agreementsPerPeer)
        throw new CounterfoilError('limit.exceeded', `A peer has at most ${LIMITS.agreementsPerPeer} open agreements.`);
      const dataset = await options.catalog.dataset(input.dataset);
      const policy = this.#drafts.policy(input.policy ?? { columns: {} }, dataset);
      const terms = applyTerms(applyTerms(NO_TERMS, dataset.terms ?? {}, now), termsOf(input), now);
      await this.#drafts.refuseUndecided(input.dataset, dataset, policy, peer.id, actor);
      const document: AgreementDocument = {
        ...{ v: 1, id: newId('agr', now), revision: 1, previous: null, by: 'provider' },
        provider: partyOf(self.id, self.key),
        consumer: partyOf(peer.id, peer.key),
        dataset: input.dataset,
        ...this.#drafts.content(dataset, policy, this.#drafts.theirs(peer.id, input.dataset)),
        policy,
        ...terms,
        created: rfc3339(now),
      };
      const view = this.#view(await this.#context.propose(document, undefined, peer.id, actor));
      return { ...view, waved: waved(dataset.findings, policy) };
    });
  }

  /** What an offer would come to, without making it; errors as `offer`, but columns that would block it are told. */
  tryOffer(input: Pick<OfferInput, 'peer' | 'dataset' | 'policy'>): Promise<Tryout> {
    const { id } = this.#context.options.peers.active(input.peer);
    return tryOffer(this.#context, this.#drafts, { ...input, peer: id });
  }

  /** What both sides need of datasets, as far as this gateway knows it. */
  needs(): Needs[] {
    return listNeeds(this.#context);
  }

  /** Answers with another revision: the provider with policy and terms, the consumer with requirements and terms. */
  async counter(id: string, input: CounterInput, actor = 'admin'): Promise<AgreementView> {
    const row = this.#context.table.get(id);
    const peer = this.#context.options.peers.active(row.peer);
    if (row.role === 'consumer' && input.policy !== undefined)
      throw new CounterfoilError(
        'agreement.invalid',
        'Only the provider says what is masked; ask it to change its offer.',
      );
    if (row.role === 'provider' && input.requirements !== undefined)
      throw new CounterfoilError(
        'agreement.invalid',
        'Only the consumer has requirements; change the contract of the dataset.',
      );
    if (input.requirements !== undefined)
      await this.setRequirements({ peer: row.peer, dataset: row.dataset, contract: input.requirements }, actor, id);
    return this.#context.turns.take(peer.id, async () => {
      const now = this.#context.table.get(id);
      const { document } = this.#context.latest(now);
      this.#context.next(now, 'counter');
      const terms = applyTerms(document, termsOf(input), this.#context.now);
      const content =
        now.role === 'provider'
          ? await this.#drafts.providerContent(now, document, input.policy, actor)
          : this.#drafts.consumerContent(now, document);
      const next = { ...this.#drafts.follow(now, document), ...content, ...termsOf(terms) } as AgreementDocument;
      if (same({ ...next, ...ANY }, { ...document, ...ANY })) {
        if (input.requirements !== undefined) return this.#view(now); // they were sent by setRequirements
        throw new CounterfoilError('agreement.invalid', 'The counter changes nothing.');
      }
      return this.#view(await this.#context.propose(next, now, peer.id, actor));
    });
  }

  /** Signs the peer's latest revision. `agreement.conflict` while there are conflicts. */
  accept(id: string, actor = 'admin'): Promise<AgreementView> {
    return this.#decided(id, async (row) => {
      const { options, table, now } = this.#context;
      options.peers.active(row.peer);
      const state = this.#context.next(row, 'accept');
      if (state === 'ignore') return row;
      const { revision, document } = this.#context.latest(row);
      if (revision.by === 'us')
        throw new CounterfoilError('agreement.state', 'The latest revision is our own; the peer is to answer it.');
      if (document.contract.effective.conflicts.length > 0)
        throw new CounterfoilError(
          'agreement.conflict',
          `The two sides contradict each other: ${document.contract.effective.conflicts.map(({ message }) => message).join(' ')}`,
        );
      if (row.expires !== null && row.expires <= now)
        throw new CounterfoilError('agreement.expired', 'The offer has expired.');
      if (row.role === 'provider') await this.#drafts.mustStillHold(document, row, actor);
      await this.#context.recordOnce(row.peer, 'agreement.signed', document, row.digest, actor);
      const signature = acceptanceOf(options.signer, revision.document);
      const signed = signDecision(options.signer, { ...this.#decision(row), decision: 'accept', signature });
      return this.#context.apply({ ...row, state }, row.state, {
        ...{ actor, event: 'accept' },
        write: () => table.countersign(row.id, row.revision, Buffer.from(signature, 'base64')),
        tell: { method: 'Agreements/Decide', signed },
      });
    });
  }

  reject(id: string, reason?: string, actor = 'admin'): Promise<AgreementView> {
    return this.#decided(id, (row) => this.#end(row, 'reject', reason, actor));
  }

  /** Ends an agreement that is in force. Either side may, at any time; access ends at once. */
  terminate(id: string, reason?: string, actor = 'admin'): Promise<AgreementView> {
    return this.#decided(id, (row) => this.#end(row, 'terminate', reason, actor));
  }

  /**
   * What this gateway needs of a peer's dataset. What may be said is signed and sent; rules with `side: consumer` stay
   * here. Offers of the dataset that are open are countered with it. `contract.invalid`.
   */
  async setRequirements(
    input: { peer: string; dataset: string; contract: string },
    actor = 'admin',
    /** Counters only this one. */
    only?: string,
  ): Promise<RequirementsSet> {
    const { options, table } = this.#context;
    const peer = options.peers.active(input.peer);
    const part = options.catalog.parseContract(input.contract, input.dataset);
    const rules = parseRules(options.rules, part.rules, 'consumer');
    return this.#context.turns.take(peer.id, async () => {
      const before = table.requirements(peer.id, input.dataset, 'us');
      const to = {
        peer: peer.id,
        dataset: input.dataset,
        seq: (before?.seq ?? 0) + 1,
        text: input.contract,
        now: this.#context.now,
      };
      const { row, signed } = writeRequirements(options.signer, to, part, rules);
      const fields = {
        dataset: printable(input.dataset, LIMITS.datasetNameChars).slice(1, -1),
        digest: part.digest,
        peer: peer.id,
      };
      await options.journal.record({ peer: peer.id }, { type: 'requirements.set', actor, fields });
      transaction(options.db, () => {
        table.putRequirements(row);
        this.#context.tell(peer.id, 'Agreements/Require', signed);
      });
      const result: RequirementsSet = {
        peer: peer.id,
        dataset: input.dataset,
        digest: part.digest,
        agreements: [],
        conflicts: [],
      };
      for (const agreement of table.of(peer.id, input.dataset)) {
        if (agreement.role !== 'consumer' || !isOpen(agreement.state) || (only ?? agreement.id) !== agreement.id)
          continue;
        const countered = await this.#insist(agreement, actor);
        result.agreements.push(countered.id);
        result.conflicts.push(...this.#view(countered).conflicts);
      }
      return result;
    });
  }

  /** The signed bytes of every revision of the agreements with a peer: what ledger entries name by digest. */
  documents(peer: OrgId): Uint8Array[] {
    const { table } = this.#context;
    return table
      .all()
      .filter((row) => row.peer === peer)
      .flatMap(({ id }) => table.revisions(id).map(({ document }) => document));
  }

  /** The requirements as this gateway set them, ODCS text; undefined when it has none. */
  requirements(peer: OrgId, dataset: string): string | undefined {
    return this.#context.table.requirements(peer, dataset, 'us')?.text ?? undefined;
  }

  /** What an active agreement grants a peer: `agreement.not_found`, `agreement.not_active`, `agreement.expired`. */
  terms(id: string, peer: OrgId): TransferTerms {
    return transferTerms(this.#context, this.#inbound.owned(peer, id));
  }

  /** The same errors, and nothing else: for who asks at every batch. */
  mustBeActive(id: string, peer: OrgId): void {
    mustStand(this.#inbound.owned(peer, id), this.#context.now);
  }

  /** What an open or active agreement would hold a version to: for a dry run of the provider. */
  dryRunTerms(id: string, peer: OrgId): TransferTerms {
    return transferTerms(this.#context, this.#inbound.owned(peer, id), true);
  }

  /** Active agreements that have a schedule, to be followed. */
  following(): AgreementView[] {
    return this.list().filter((view) => view.state === 'active' && view.follow !== null);
  }

  /** Ends what has expired by the clock. Call it now and then; access has ended already at the time itself. */
  async expireDue(): Promise<void> {
    const { table, options } = this.#context;
    for (const { id, peer } of table.due(this.#context.now)) {
      await this.#context.turns.take(peer, async () => {
        const row = table.get(id);
        const state = this.#context.next(row, 'expire');
        if (state === 'ignore') return;
        const fields = { agreement: row.id, revision: row.revision };
        await options.journal.record({ peer }, { type: 'agreement.expired', actor: 'gateway', fields });
        this.#context.apply({ ...row, state }, row.state, { actor: 'gateway', event: 'expire' });
      });
    }
  }

  /** Digests of the latest revision and of its parts, as ledger entries name them. */
  digests(id: string): { agreement: string; contract: string; policy: string } {
    const row = this.#context.table.get(id);
    const { document } = this.#context.latest(row);
    return {
      agreement: row.digest,
      contract: partDigest(document.contract.effective),
      policy: partDigest(document.policy),
    };
  }

  /** What this room answers to peers. */
  handlers(): PeerHandlers {
    return this.#inbound.handlers();
  }

  /** Calls back after each change. Returns what ends it. */
  onChange(listener: (change: AgreementChange) => void): () => void {
    this.#context.listeners.add(listener);
    return () => this.#context.listeners.delete(listener);
  }

  #view(row: AgreementRow): AgreementView {
    return viewOfRow(row, this.#context.latest(row));
  }

  async #decided(id: string, work: (row: AgreementRow) => Promise<AgreementRow>): Promise<AgreementView> {
    const { peer } = this.#context.table.get(id);
    return this.#context.turns.take(peer, async () => this.#view(await work(this.#context.table.get(id))));
  }

  #decision(row: AgreementRow) {
    return {
      v: 1 as const,
      agreement: row.id,
      revision: row.revision,
      digest: row.digest,
      at: rfc3339(this.#context.now),
    };
  }

  async #end(
    row: AgreementRow,
    event: 'reject' | 'terminate',
    given: string | undefined,
    actor: string,
  ): Promise<AgreementRow> {
    const { options } = this.#context;
    const state = this.#context.next(row, event);
    if (state === 'ignore') return row;
    const reason = given === undefined ? undefined : printable(given, LIMITS.reasonChars - 1).slice(1, -1);
    const type = event === 'reject' ? 'agreement.rejected' : 'agreement.terminated';
    const fields = { agreement: row.id, revision: row.revision, reason };
    await options.journal.record({ peer: row.peer }, { type, actor, fields });
    const signed = signDecision(options.signer, { ...this.#decision(row), decision: event, reason });
    return this.#context.apply({ ...row, state }, row.state, {
      ...{ actor, event, row: { reason: reason ?? null } },
      tell: { method: 'Agreements/Decide', signed },
    });
  }

  /** Counters with our requirements as they are now. */
  async #insist(row: AgreementRow, actor: string): Promise<AgreementRow> {
    const { document } = this.#context.latest(row);
    const content = this.#drafts.consumerContent(row, document);
    if (same(content.contract, document.contract)) return row;
    const next = { ...this.#drafts.follow(row, document), ...content } as AgreementDocument;
    return this.#context.propose(next, row, row.peer, actor);
  }
}

/** What says nothing about the content of a revision. */
const ANY = { revision: 0, previous: null, by: 'provider' } as const;

const termsOf = ({ purpose, basis, expires, retain, follow }: TermsInput): TermsInput => ({
  purpose,
  basis,
  expires,
  retain,
  follow,
});
