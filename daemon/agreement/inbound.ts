import { CounterfoilError, fromHex, LIMITS, type OrgId, printable, rfc3339 } from '../foundation/index.js';
import { fingerprint, type Signed, verifySigned } from '../identity/index.js';
import { keyNamed, type PeerContext, type PeerHandlers } from '../peering/index.js';
import type { AgreementContext } from './context.js';
import { type Decision, readDecision, signatureOf, signDecision } from './decision.js';
import { digestOf, readDocument } from './document.js';
import { isOpen } from './machine.js';
import { readRequirements } from './requirements.js';
import type { AgreementRow } from './table.js';
import { same, verifyChange, verifyRequirements, verifyRevision } from './verify.js';

/** Codes of what a peer signed and is not what it would have to be; told once in this time, so that nobody fills the ledger. */
const FORGED: ReadonlySet<string> = new Set(['agreement.invalid', 'agreement.signature', 'contract.invalid']);
const REFUSAL_MS = 60_000;

/** What happens when peers propose, decide and require. Every message may come twice. */
export class Inbound {
  /** When a refusal was last recorded, by peer, method and code. */
  readonly #refusals = new Map<string, number>();
  readonly #context: AgreementContext;
  /** Counters an offer that lacks the requirements of this gateway. */
  readonly #insist: (row: AgreementRow) => Promise<void>;

  constructor(context: AgreementContext, insist: (row: AgreementRow) => Promise<void>) {
    this.#context = context;
    this.#insist = insist;
  }

  handlers(): PeerHandlers {
    const serial =
      (method: string, work: (caller: PeerContext, signed: Signed) => Promise<void>) =>
      async (caller: PeerContext, signed: Signed): Promise<Record<string, never>> => {
        await this.#context.turns.take(caller.peer, () => this.#guarded(method, caller, signed, work));
        return {};
      };
    return {
      'Agreements/Propose': serial('Agreements/Propose', (caller, signed) => this.#propose(caller.peer, signed)),
      'Agreements/Decide': serial('Agreements/Decide', (caller, signed) => this.#decide(caller.peer, signed)),
      'Agreements/Require': serial('Agreements/Require', (caller, signed) => this.#require(caller.peer, signed)),
    };
  }

  /** A peer that reaches for another's agreement is answered as if there were none, and that it tried is kept. */
  async #guarded(
    method: string,
    caller: PeerContext,
    signed: Signed,
    work: (caller: PeerContext, signed: Signed) => Promise<void>,
  ): Promise<void> {
    try {
      await work(caller, signed);
    } catch (error) {
      await this.#refused(method, caller, CounterfoilError.from(error));
      throw error;
    }
  }

  /** What a peer signed and this gateway does not take stands in the ledger, but not as often as the peer likes to send it. */
  async #refused(method: string, { peer, correlation }: PeerContext, error: CounterfoilError): Promise<void> {
    const { code } = error;
    const known = `${peer} ${method} ${code}`;
    const last = this.#refusals.get(known);
    if (!(error instanceof Trespass)) {
      if (!FORGED.has(code) || (last !== undefined && this.#context.now - last < REFUSAL_MS)) return;
      this.#refusals.set(known, this.#context.now);
    }
    const agreement = error instanceof Trespass ? { agreement: error.agreement } : {};
    const fields = { method, code, peer, correlation, ...agreement };
    await this.#context.options.journal.record('master', { type: 'call.refused', actor: `peer:${peer}`, fields });
  }

  /** The agreement if it is with this peer. */
  owned(peer: OrgId, id: string): AgreementRow {
    const row = this.#context.table.get(id);
    if (row.peer !== peer) throw new Trespass(id);
    return row;
  }

  async #propose(peerId: OrgId, signed: Signed): Promise<void> {
    const { options, table, self, now } = this.#context;
    const peer = options.peers.active(peerId);
    const verified = verifyRevision(signed, { book: options.rules, masks: options.masks, self, peer, now });
    const { document, role } = verified;
    const digest = digestOf(signed.document);
    const row = table.find(document.id) === undefined ? undefined : this.owned(peer.id, document.id);
    const known = row && table.revision(row.id, document.revision);
    if (known?.digest === digest) return;
    if (row === undefined) this.#mayBegin(peer.id, role, document.revision);
    else this.#mayFollow(row, document.revision, known?.by === 'us');
    const before = row === undefined ? undefined : this.#before(row, document);
    if (before !== undefined) verifyChange(before, document, role === 'consumer' ? 'provider' : 'consumer');
    const ours = role === 'consumer' ? table.requirements(peer.id, document.dataset, 'us') : undefined;
    const published = (of: string, rules: string) => table.published(peer.id, document.dataset, of, rules);
    if (role === 'consumer') verifyRequirements(document, published, before);
    else this.#mustBeTheirs(peer.id, document.dataset, document.contract.consumer);
    const state = row === undefined ? 'proposed' : this.#context.next(row, 'peer-counter');
    if (state === 'ignore') return;
    const actor = `peer:${peer.id}`;
    await this.#context.recordRevision(peer.id, document, digest, actor);
    const revision = { document, bytes: signed.document, digest, signature: signed.signature, by: 'peer' as const };
    const event = row === undefined ? 'peer-propose' : 'peer-counter';
    const kept = this.#context.keep(revision, row, peer.id, state, { actor, event });
    if (ours !== undefined && document.contract.consumer?.digest !== ours.digest) await this.#insist(kept);
  }

  #mayBegin(peer: OrgId, role: 'provider' | 'consumer', revision: number): void {
    if (role === 'provider')
      throw new CounterfoilError('agreement.invalid', 'Only the provider of a dataset makes the first offer.');
    if (revision !== 1)
      throw new CounterfoilError('agreement.state', `Revision ${revision} came before those before it.`);
    if (this.#context.table.openOf(peer) >= LIMITS.agreementsPerPeer)
      throw new CounterfoilError('limit.exceeded', `A peer has at most ${LIMITS.agreementsPerPeer} open agreements.`);
  }

  /**
   * The next revision after the latest. Where both sides made one at the same time the provider's stands: the
   * consumer's gives way on both sides, and so does what the consumer built on it.
   */
  #mayFollow(row: AgreementRow, revision: number, crossing: boolean): void {
    if (revision === row.revision + 1) return;
    if (revision <= row.revision && crossing && row.role === 'consumer' && isOpen(row.state)) return;
    if (revision === row.revision && !crossing)
      throw new CounterfoilError('agreement.state', `The peer signed another revision ${revision} before.`);
    const latest = `the latest is revision ${row.revision}`;
    throw new CounterfoilError('agreement.state', `Revision ${revision} does not follow: ${latest}.`);
  }

  #before(row: AgreementRow, document: { revision: number; previous: string | null }) {
    const previous = this.#context.table.revision(row.id, document.revision - 1);
    if (previous === undefined || previous.digest !== document.previous)
      throw new CounterfoilError('agreement.invalid', 'The revision does not follow from the one before it.');
    return readDocument(previous.document);
  }

  /** The requirements in a consumer's counter are what it published, by its own signature on the counter itself. */
  #mustBeTheirs(peer: OrgId, dataset: string, published: { digest: string; rules: readonly unknown[] } | null): void {
    const theirs = this.#context.table.requirements(peer, dataset, 'peer');
    if (published === null || theirs === undefined) return;
    if (published.digest !== theirs.digest || !same(published.rules, JSON.parse(theirs.rules)))
      throw new CounterfoilError('agreement.invalid', 'The counter holds other requirements than the peer published.');
  }

  async #require(peerId: OrgId, signed: Signed): Promise<void> {
    const { options, table, self } = this.#context;
    const peer = options.peers.active(peerId);
    const key = keyNamed(peer, signed.key, this.#context.now);
    const row = readRequirements(signed, { id: peer.id, key }, self.id, options.rules);
    const before = table.requirements(peer.id, row.dataset, 'peer');
    if (before !== undefined && before.seq >= row.seq) return;
    if (before === undefined && table.requirementsOf(peer.id) >= LIMITS.requirementsPerPeer)
      throw new CounterfoilError(
        'limit.exceeded',
        `A peer has requirements for at most ${LIMITS.requirementsPerPeer} datasets.`,
      );
    await options.journal.record(
      { peer: peer.id },
      {
        type: 'requirements.set',
        actor: `peer:${peer.id}`,
        fields: {
          dataset: printable(row.dataset, LIMITS.datasetNameChars).slice(1, -1),
          digest: row.digest,
          peer: peer.id,
        },
      },
    );
    table.putRequirements(row);
  }

  async #decide(peerId: OrgId, signed: Signed): Promise<void> {
    const peer = this.#context.options.peers.active(peerId);
    const key = keyNamed(peer, signed.key, this.#context.now);
    if (!verifySigned(signed, 'decision', key))
      throw new CounterfoilError('agreement.signature', 'The decision is not signed by the peer that sent it.');
    const decision = readDecision(signed);
    const row = this.owned(peer.id, decision.agreement);
    if (decision.decision === 'accept') await this.#accepted(row, decision, key);
    else if (decision.decision === 'activate') this.#activated(row, decision);
    else await this.#ended(row, decision);
  }

  async #accepted(row: AgreementRow, decision: Decision, key: Uint8Array): Promise<void> {
    const { options } = this.#context;
    const { revision, document } = this.#context.latest(row);
    if (decision.revision !== row.revision || decision.digest !== row.digest || revision.by !== 'us')
      throw new CounterfoilError(
        'agreement.state',
        `The peer accepted revision ${decision.revision}, which is not the one that waits for it.`,
      );
    const signature = signatureOf(decision);
    if (!verifySigned({ document: revision.document, signature, key: fromHex(fingerprint(key)) }, 'agreement', key))
      throw new CounterfoilError('agreement.signature', 'The acceptance is not a signature over the agreement.');
    if (document.contract.effective.conflicts.length > 0)
      throw new CounterfoilError('agreement.conflict', 'An agreement with conflicts cannot be accepted.');
    if (row.expires !== null && row.expires <= this.#context.now)
      throw new CounterfoilError('agreement.expired', 'The agreement expired before it was accepted.');
    const state = this.#context.next(row, 'peer-accept');
    if (state === 'ignore') return;
    const actor = `peer:${row.peer}`;
    await this.#context.recordOnce(row.peer, 'agreement.signed', document, row.digest, actor);
    const answer = signDecision(options.signer, {
      ...{ v: 1, agreement: row.id, revision: row.revision, digest: row.digest },
      decision: 'activate',
      at: rfc3339(this.#context.now),
    });
    this.#context.apply({ ...row, state }, row.state, {
      ...{ actor, event: 'peer-accept' },
      write: () => this.#context.table.countersign(row.id, row.revision, signature),
      tell: { method: 'Agreements/Decide', signed: answer },
    });
  }

  #activated(row: AgreementRow, decision: Decision): void {
    const state = this.#context.next(row, 'peer-activate');
    if (state === 'ignore') return;
    if (decision.digest !== row.digest)
      throw new CounterfoilError('agreement.state', 'The peer activated another revision than was accepted.');
    this.#context.apply({ ...row, state }, row.state, { actor: `peer:${row.peer}`, event: 'peer-activate' });
  }

  async #ended(row: AgreementRow, decision: Decision): Promise<void> {
    const event = decision.decision === 'reject' ? 'peer-reject' : 'peer-terminate';
    const state = this.#context.next(row, event);
    if (state === 'ignore') return;
    const actor = `peer:${row.peer}`;
    const reason =
      decision.reason === undefined ? undefined : printable(decision.reason, LIMITS.reasonChars).slice(1, -1);
    await this.#context.options.journal.record(
      { peer: row.peer },
      {
        type: event === 'peer-reject' ? 'agreement.rejected' : 'agreement.terminated',
        actor,
        fields: { agreement: row.id, revision: row.revision, reason },
      },
    );
    this.#context.apply({ ...row, state }, row.state, { actor, event, row: { reason: reason ?? null } });
  }
}

/** An agreement that is another peer's: to the caller the same as one that does not exist. */
class Trespass extends CounterfoilError {
  readonly agreement: string;

  constructor(id: string) {
    super('agreement.not_found', `There is no agreement ${printable(id)}.`);
    this.agreement = id;
  }
}
