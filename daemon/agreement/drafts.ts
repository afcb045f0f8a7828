import { CounterfoilError, type Json, LIMITS, type OrgId } from '../foundation/index.js';
import type { AgreementContext } from './context.js';
import { refuseUndecided } from './deny.js';
import { type AgreementDocument, type Published, schemaOf, schemaPart } from './document.js';
import { effectiveContract } from './effective.js';
import { overContract, type Policy, parsePolicy } from './policy.js';
import type { OfferedDataset } from './ports.js';
import { parseRules } from './requirements.js';
import type { AgreementRow, RequirementsRow } from './table.js';
import { same } from './verify.js';

/** Works out what a revision of ours says: its policy, the schema that follows, and the effective contract. */
export class Drafts {
  readonly #context: AgreementContext;

  constructor(context: AgreementContext) {
    this.#context = context;
  }

  /** The latest revision with the next number, to be changed. */
  follow(row: AgreementRow, document: AgreementDocument): AgreementDocument {
    if (row.revision >= LIMITS.revisionsPerAgreement)
      throw new CounterfoilError(
        'limit.exceeded',
        `An agreement has at most ${LIMITS.revisionsPerAgreement} revisions.`,
      );
    return { ...document, revision: row.revision + 1, previous: row.digest, by: row.role };
  }

  /** A policy on top of that of the contract, the defaults of its operators filled in; `agreement.invalid`. */
  policy(json: unknown, dataset: OfferedDataset): Policy {
    const { masks } = this.#context.options;
    const policy = parsePolicy(overContract(dataset.policy, parsePolicy(json)));
    const columns = Object.entries(policy.columns).map(([name, rule]) => [name, masks.parse(rule, name)]);
    return { ...policy, columns: Object.fromEntries(columns) };
  }

  /** Schema and contract that follow from a dataset, a policy and the consumer's requirements. */
  content(dataset: OfferedDataset, policy: Policy, requirements: Published | null) {
    const { rules: book, masks } = this.#context.options;
    const view = masks.view(dataset.schema, policy);
    const contract = parseRules(book, dataset.contract.rules, 'provider');
    const needed = parseRules(book, requirements?.rules ?? [], 'consumer');
    const { digest, notEvaluated = [] } = dataset.contract;
    const unchecked = notEvaluated
      .slice(0, LIMITS.notEvaluatedTold)
      .map(({ path, reason }) => ({ path: path.slice(0, 1000), reason: reason.slice(0, 500) }));
    const provider: Published = {
      ...{ digest, rules: contract as unknown as Json[] },
      ...(unchecked.length > 0 && { notEvaluated: unchecked }),
    };
    const effective = effectiveContract(book, contract, needed, policy, view);
    return { schema: schemaPart(view), contract: { provider, consumer: requirements, effective } };
  }

  /** What a provider's counter says: the dataset as it is now, under a new or the same policy. */
  async providerContent(row: AgreementRow, document: AgreementDocument, given: unknown, actor: string) {
    const dataset = await this.#context.options.catalog.dataset(row.dataset);
    const policy = given === undefined ? document.policy : this.policy(given, dataset);
    await this.refuseUndecided(row.dataset, dataset, policy, row.peer, actor);
    const requirements = this.theirs(row.peer, row.dataset) ?? document.contract.consumer;
    return { ...this.content(dataset, policy, requirements), policy };
  }

  /** What a consumer's counter says: its requirements as they are now. */
  consumerContent(row: AgreementRow, document: AgreementDocument): Pick<AgreementDocument, 'contract'> {
    const { rules: book } = this.#context.options;
    const ours = publishedOf(this.#context.table.requirements(row.peer, row.dataset, 'us'));
    const { provider } = document.contract;
    const contract = parseRules(book, provider.rules, 'provider');
    const needed = parseRules(book, ours?.rules ?? [], 'consumer');
    const effective = effectiveContract(book, contract, needed, document.policy, schemaOf(document));
    return { contract: { provider, consumer: ours, effective } };
  }

  /** What a peer has published of its needs for a dataset of ours. */
  theirs(peer: OrgId, dataset: string): Published | null {
    return publishedOf(this.#context.table.requirements(peer, dataset, 'peer'));
  }

  /** Before a provider signs a consumer's counter: the dataset is still the one that was offered. */
  async mustStillHold(document: AgreementDocument, row: AgreementRow, actor: string): Promise<void> {
    const dataset = await this.#context.options.catalog.dataset(row.dataset);
    await this.refuseUndecided(row.dataset, dataset, document.policy, row.peer, actor);
    const now = this.content(dataset, document.policy, document.contract.consumer);
    if (!same(now.schema, document.schema) || !same(now.contract.provider, document.contract.provider))
      throw new CounterfoilError('agreement.state', 'The dataset or its contract has changed since the offer.', {
        hint: 'Counter it, to offer the dataset as it is now.',
      });
  }

  refuseUndecided(name: string, dataset: OfferedDataset, policy: Policy, peer: OrgId, actor: string): Promise<void> {
    return refuseUndecided(this.#context.options.journal, { dataset: name, peer, actor }, dataset.findings, policy);
  }
}

const publishedOf = (row: RequirementsRow | undefined): Published | null =>
  row === undefined ? null : { digest: row.digest, rules: JSON.parse(row.rules) as Json[] };
