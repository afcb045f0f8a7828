import { type AgreementDetail, type Agreements, type AgreementView, tellRule } from '../../agreement/index.js';
import { type Contract, typeName } from '../../catalog/index.js';
import { type AdminService, requestedPolicy } from '../../edge/index.js';
import { CounterfoilError, LIMITS, type OrgId } from '../../foundation/index.js';
import type { Outbox } from '../../peering/index.js';
import { type Landings, parseMask } from '../../pipeline/index.js';
import type { Views } from '../views.js';
import { landingAdmin } from './landing.js';
import { reportReply } from './report.js';

interface Sources {
  /** Versions of a dataset. */
  versions(dataset: string): string[];
  /** The ODCS documents of this side, read: of a dataset, and of requirements. */
  contract(dataset: string): Contract | undefined;
  requirements(peer: OrgId, dataset: string): Contract | undefined;
}

export function agreementAdmin(
  agreements: Agreements,
  sources: Sources,
  views: Views,
  outbox: Outbox,
  landings: Landings,
): AdminService['agreements'] {
  /** Answers when the peer has been told, where it can be reached: what the next command there sees is this. */
  const settled = async <T extends { peer: OrgId }>(result: T): Promise<T> => {
    await outbox.settled(result.peer, LIMITS.settleMs);
    return result;
  };
  return {
    ...landingAdmin(agreements, landings),
    setRequirements: async ({ peer, dataset, contract }, { actor }) =>
      settled(await agreements.setRequirements({ peer, dataset, contract }, actor)),
    needs: async () => ({ requirements: agreements.needs() }),
    draft: async ({ peer, dataset, policy, mask, drop, where }) => {
      const asked = requestedPolicy({ policy, mask, drop, where }, parseMask);
      const { undecided, waved, schema, effective, ...tried } = await agreements.tryOffer({
        ...{ peer, dataset },
        ...(asked && { policy: asked }),
      });
      return {
        policy: tried.policy,
        blocked: undecided.map((one) => ({ ...one, entities: [...one.entities] })),
        overridden: [...waved],
        columns: columnsOf(schema),
        conflicts: effective.conflicts.map(({ path, message }) => ({ path, message })),
        notApplied: effective.notApplied.map((one) => ({ ...one, columns: [...one.columns] })),
        requirements: tried.hasRequirements,
        ...toldRules(effective),
      };
    },
    offer: async ({ peer, dataset, policy, mask, drop, where, ...terms }, { actor }) => {
      const asked = requestedPolicy({ policy, mask, drop, where }, parseMask);
      const { waved, ...offered } = await settled(
        await agreements.offer({ peer, dataset, ...(asked && { policy: asked }), ...terms }, actor),
      );
      return { ...reply(offered), overridden: [...waved] };
    },
    list: async () => ({ agreements: agreements.list().map(reply) }),
    show: async ({ id }) => detail(agreements.show(id), sources),
    accept: async ({ id }, { actor }) => reply(await settled(await agreements.accept(id, actor))),
    reject: async ({ id, reason }, { actor }) => reply(await settled(await agreements.reject(id, reason, actor))),
    terminate: async ({ id, reason }, { actor }) => reply(await settled(await agreements.terminate(id, reason, actor))),
    counter: async ({ id, requirements, policy, mask, drop, where, ...terms }, { actor }) => {
      const asked = requestedPolicy({ policy, mask, drop, where }, parseMask);
      return reply(
        await settled(await agreements.counter(id, { requirements, ...(asked && { policy: asked }), ...terms }, actor)),
      );
    },
    dryRun: async ({ id, version }, { signal }) => {
      const { peer, role } = agreements.get(id);
      if (role !== 'provider')
        throw new CounterfoilError(
          'agreement.state',
          'The provider has the data; only its gateway can try the rules on it.',
          {
            hint: 'Ask the provider to run "agreement dry-run" and to tell you the result.',
          },
        );
      const run = await views.dryRun(agreements.dryRunTerms(id, peer), version, signal);
      return { id, version: run.version, report: reportReply(run.report) };
    },
  };
}

const columnsOf = ({ fields }: AgreementDetail['schema']) =>
  fields.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable }));

const toldRules = ({ rules, merged, onMasked }: AgreementDetail['effective']) => ({
  rules: rules.map(tellRule),
  merged: [...merged],
  onMasked: onMasked.map(({ rule, columns }) => ({ rule, columns: [...columns] })),
});

function reply(view: AgreementView) {
  return {
    ...view,
    conflicts: view.conflicts.map(({ path, message }) => ({ path, message })),
    notApplied: view.notApplied.map(({ rule, columns, reason }) => ({ rule, columns: [...columns], reason })),
  };
}

function detail(agreement: AgreementDetail, sources: Sources) {
  const { schema, effective, role, peer, dataset } = agreement;
  const own = role === 'provider' ? sources.contract(dataset) : sources.requirements(peer, dataset);
  return {
    ...reply(agreement),
    digest: agreement.digest,
    contract: { ...effective },
    columns: columnsOf(schema),
    ...toldRules(effective),
    signatures: [...agreement.signatures],
    versions: role === 'provider' ? sources.versions(dataset) : [],
    notEvaluated: (own?.notEvaluated ?? []).map(({ path, line, reason }) => ({ path, line, reason })),
    providerNotEvaluated: (agreement.document.contract.provider.notEvaluated ?? []).map((one) => ({ ...one })),
    changes: [...agreement.changes],
    history: [...agreement.history],
  };
}
